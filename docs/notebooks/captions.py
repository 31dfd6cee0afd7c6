# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Captions and credits
#
# Which articles have pictures, what is printed about them, and whom papers credit.
#
# `photos` holds one entry per picture of an article, with what the page prints: caption and credit, and the alternative
# text, which is not printed. The pictures themselves are not in the corpus.

# %%
import os
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import numpy as np

import scraper

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "pyproject.toml").exists())
DATA = os.environ.get("SCRAPER_DATA", "data")  # relative to the repository, absolute, or s3://bucket/prefix
TOP = 15  # sites that are drawn; the others are counted together
plt.style.use(ROOT / "docs" / "notebooks" / "corpus.mplstyle")

db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")

articles = scraper.open_articles(DATA if "://" in DATA else ROOT / DATA)  # the newest version of each article
db.register("articles", articles)
PHOTOS = "(SELECT site, language, agency, unnest(photos) AS photo FROM articles)"


def ask(sql):
    """Give the answer to a question as a pandas table."""
    return db.sql(sql).to_arrow_table().to_pandas()


# %% [markdown]
# ## Who prints pictures, and says what they show

# %%
by_site = ask(f"""
    SELECT site, count(*) AS articles, avg((len(photos) > 0)::INT) * 100 AS picture,
           avg((len(list_filter(photos, lambda p: p.caption IS NOT NULL)) > 0)::INT) * 100 AS caption,
           avg((len(list_filter(photos, lambda p: p.credit IS NOT NULL)) > 0)::INT) * 100 AS credit
    FROM articles GROUP BY site ORDER BY articles DESC, site LIMIT {TOP}
""")
EMPTY = by_site.empty
if EMPTY:
    print(f"{DATA} holds no articles yet: run `make scrape`, or `make press-corpus` for an invented corpus.")
else:
    by_site = by_site.sort_values("picture")
    figure, axes = plt.subplots(figsize=(9, 1.3 + 0.4 * len(by_site)))
    axes.hlines(by_site["site"], by_site["credit"], by_site["picture"], color="#d5d5d5", linewidth=3, zorder=1)
    # Large below small, as a site that captions every picture has both at one place.
    for name, color, size in (("picture", "#a9c9d3", 150), ("caption", "#1f6f8b", 60), ("credit", "#e08e45", 16)):
        axes.scatter(by_site[name], by_site["site"], color=color, s=size, label=f"with a {name}", zorder=2)
    axes.set_xlim(-2, 102)
    axes.xaxis.set_major_formatter("{x:.0f} %")
    axes.grid(visible=False, axis="y")
    axes.tick_params(left=False)
    axes.margins(y=0.12)
    axes.set_xlabel("of the articles of the site")
    axes.set_title("Articles with pictures, captions and credits, by site", pad=28)
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(-0.01, 0.99), borderaxespad=0.2, handletextpad=0.2)
    plt.show()

# %% [markdown]
# ## Who is credited
#
# As printed. One photographer or agency can stand there in several spellings; count them together before you rank.

# %%
credited = ask(f"""
    SELECT photo.credit AS credit, count(*) AS pictures, count(DISTINCT site) AS sites
    FROM {PHOTOS} WHERE photo.credit IS NOT NULL GROUP BY ALL ORDER BY pictures DESC, credit LIMIT {TOP}
""")
if not credited.empty:
    credited = credited.iloc[::-1]
    figure, axes = plt.subplots(figsize=(9, 0.9 + 0.34 * len(credited)))
    names = [credit if len(credit) <= 45 else f"{credit[:44]}…" for credit in credited["credit"]]
    bars = axes.barh(names, credited["pictures"])
    labels = [f"{row.pictures:,}" + f"  on {row.sites} sites" * (row.sites > 1) for row in credited.itertuples()]
    axes.bar_label(bars, labels, padding=4, color="#444444")
    axes.set_xlim(0, credited["pictures"].max() * 1.2)
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title("Credits that are printed most")
    plt.show()

# %% [markdown]
# ## Where the pictures come from
#
# A rough sorting by words in the credit. Look at the list above and write your own rules: they depend on the papers.

# %%
SORTS = {
    "agency": r"\b(AP|AFP|dpa|Reuters|EPA|Getty|Associated Press|Press Association|Alamy|Shutterstock|imago)\b",
    "handed out": r"\b(courtesy|handout|press office|provided|screenshot)\b",
}
cases = " ".join(f"WHEN regexp_matches(photo.credit, '{words}', 'i') THEN '{name}'" for name, words in SORTS.items())
sorts = ask(f"""
    SELECT site, CASE WHEN photo.credit IS NULL THEN 'no credit' {cases} ELSE 'other, mostly own' END AS sort,
           count(*) AS pictures
    FROM {PHOTOS} GROUP BY ALL
""")
if not sorts.empty:
    table = sorts.pivot_table(index="site", columns="sort", values="pictures", fill_value=0)
    table = table.reindex(columns=["other, mostly own", "agency", "handed out", "no credit"], fill_value=0)
    table = table.loc[table.sum(axis=1).sort_values().index[-TOP:]]
    figure, axes = plt.subplots(figsize=(9, 1.3 + 0.36 * len(table)))
    left = np.zeros(len(table))
    for (name, values), color in zip(table.items(), ("#1f6f8b", "#e08e45", "#6b8f4e", "#d0d0d0"), strict=True):
        axes.barh(table.index, values, left=left, color=color, label=name)
        left += values.to_numpy()
    axes.xaxis.set_major_locator(plt.MaxNLocator(6, integer=True))
    axes.grid(visible=False, axis="y")
    axes.tick_params(left=False)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("pictures")
    axes.set_title("Where pictures come from, by their credit", pad=28)
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.01, 0.99), borderaxespad=0.2, handlelength=1)
    plt.show()

# %% [markdown]
# ## How long captions are

# %%
lengths = ask(f"""
    SELECT least(len(string_split(trim(photo.caption), ' ')) // 5, 20)::INT AS fives, count(*) AS captions
    FROM {PHOTOS} WHERE photo.caption IS NOT NULL GROUP BY fives
""")
if not lengths.empty:
    figure, axes = plt.subplots()
    axes.bar(lengths["fives"] * 5, lengths["captions"], width=5, align="edge", edgecolor="white")
    axes.set_xlim(0, max(30, lengths["fives"].max() * 5 + 10))
    axes.yaxis.set_major_locator(plt.MaxNLocator(6, integer=True))
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("words in the caption, in steps of five (100 and more stand at 100)")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel("captions")
    axes.set_title("How long captions are")
    plt.show()

# %% [markdown]
# ## A few of them

# %%
ask(f"""
    SELECT site, left(photo.caption, 90) AS caption, photo.credit AS credit
    FROM {PHOTOS} WHERE photo.caption IS NOT NULL ORDER BY hash(photo.url) LIMIT 8
""")

# %% [markdown]
# ## Say in a methods section
#
# - That captions and credits are what pages print beside a picture, found by program; how often that is right stands in
#   docs/benchmarks.md. Read some twenty of each site before you count.
# - A credit that is printed inside the caption may stay there, and then counts as no credit.
# - Pictures that a script loads later, galleries behind a click, and pictures without any text around them are missing.
# - One picture printed in two articles counts twice.
