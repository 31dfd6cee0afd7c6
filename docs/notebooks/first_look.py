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
# # First look
#
# What is in the corpus: how many articles, from where and when, how long they are, and which fields they have.
#
# Set `SCRAPER_DATA` to the data folder if it is not `data/`. Only the columns that a question needs are read, and
# counting is done by DuckDB while it reads, so this also works where the corpus does not fit into memory.

# %%
import os
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import dates

import scraper

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "pyproject.toml").exists())
DATA = os.environ.get("SCRAPER_DATA", "data")  # relative to the repository, absolute, or s3://bucket/prefix
TOP = 15  # sites that are drawn; the others are counted together
plt.style.use(ROOT / "docs" / "notebooks" / "corpus.mplstyle")

db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")

articles = scraper.open_articles(DATA if "://" in DATA else ROOT / DATA)  # the newest version of each article
db.register("articles", articles)


def ask(sql):
    """Give the answer to a question as a pandas table."""
    return db.sql(sql).to_arrow_table().to_pandas()


# %% [markdown]
# ## How much there is

# %%
total = ask("""
    SELECT count(*) AS articles, count(DISTINCT site) AS sites, count(DISTINCT language) AS languages,
           sum(word_count)::BIGINT AS words, min(date) AS first_fetch, max(date) AS last_fetch
    FROM articles
""").iloc[0]
EMPTY = total["articles"] == 0
if EMPTY:
    print(f"{DATA} holds no articles yet: run `make scrape`, or `make press-corpus` for an invented corpus.")
else:
    print(f"{total['articles']:,} articles; sites: {total['sites']:,}, languages: {total['languages']},")
    print(f"{total['words']:,} words, fetched from {total['first_fetch']:%Y-%m-%d} to {total['last_fetch']:%Y-%m-%d}.")

# %% [markdown]
# ## Which sites
#
# Articles found differ between sites for two reasons that the bars do not tell apart: how much a site publishes, and
# how much of it its feeds and sitemaps list. The notebook on coverage looks at the second.

# %%
by_site = ask("SELECT site, count(*) AS articles FROM articles GROUP BY site ORDER BY articles DESC, site")
if not EMPTY:
    shown, rest = by_site.head(TOP), by_site.iloc[TOP:]
    figure, axes = plt.subplots(figsize=(9, 1.1 + 0.36 * len(shown)))
    bars = axes.barh(shown["site"], shown["articles"])
    axes.bar_label(bars, [f"{count:,}" for count in shown["articles"]], padding=4, color="#444444")
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title("Articles by site")
    plt.show()
    if len(rest):
        print(f"Not drawn: {len(rest):,} other sites with {rest['articles'].sum():,} articles.")

# %% [markdown]
# ## When they were published
#
# By the time the page gives, in UTC. Old articles that came along (an archive in a sitemap, a link on a front page) are
# counted in the text below the plot instead of stretching it.

# %%
if not EMPTY:
    days = (total["last_fetch"] - total["first_fetch"]).days + 1
    step = "day" if days <= 100 else "week" if days <= 800 else "month"
    published = ask(f"""
        SELECT date_trunc('{step}', published_at)::DATE AS begins, count(*) AS articles,
               published_at IS NULL AS undated,
               coalesce(published_at < (SELECT min(date) FROM articles) - INTERVAL 7 DAY, false) AS old
        FROM articles GROUP BY ALL ORDER BY begins
    """)
    within = published[~published["undated"] & ~published["old"]]
    if not within.empty:
        figure, axes = plt.subplots()
        width = {"day": 0.85, "week": 6, "month": 26}[step]
        axes.bar(within["begins"], within["articles"], width=width, align="center" if step == "day" else "edge")
        axes.grid(visible=False, axis="x")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylabel(f"articles a {step}")
        axes.set_title(f"Articles by {step} of publication")
        axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=9))
        axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(axes.xaxis.get_major_locator()))
        plt.show()
    old = published.loc[published["old"], "articles"].sum()
    undated = published.loc[published["undated"], "articles"].sum()
    print(f"Not drawn: {old:,} published more than a week before the first fetch, {undated:,} without a date.")

# %% [markdown]
# ## How long they are

# %%
lengths = ask("""
    SELECT floor(log10(greatest(word_count, 1)) * 10)::INT AS tenth, count(*) AS articles
    FROM articles GROUP BY tenth ORDER BY tenth
""")
if not EMPTY:
    median = ask("SELECT median(word_count) AS words FROM articles")["words"].iloc[0]
    figure, axes = plt.subplots()
    edges = 10 ** (lengths["tenth"] / 10)
    axes.bar(edges, lengths["articles"], width=edges * (10**0.1 - 1), align="edge", edgecolor="white")
    axes.set_xscale("log")
    axes.axvline(median, color="#b5483a", linewidth=1.5)
    axes.annotate(
        f"median {median:,.0f} words",
        (median, 1),
        (6, -2),
        color="#b5483a",
        va="top",
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
    )
    ticks = [
        tick
        for tick in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)
        if edges.min() / 2 < tick < edges.max() * 3
    ]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("words in the text (logarithmic)")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel("articles")
    axes.set_title("How long articles are")
    plt.show()

# %% [markdown]
# ## Which fields they have
#
# A field that is missing was looked for and not found: the page does not give it, or the extraction did not see it. A
# site with a share near zero is worth a look at its pages before anything is said about its authors or sections.

# %%
FIELDS = {
    "headline": "headline IS NOT NULL",
    "standfirst": "dek IS NOT NULL",
    "author": "len(authors) > 0",
    "published": "published_at IS NOT NULL",
    "section": "len(sections) > 0",
    "photo": "len(photos) > 0",
    "whole text": "paywalled IS NOT TRUE AND missing_pages IS NULL",
}
columns = ", ".join(f'avg(({test})::INT) AS "{name}"' for name, test in FIELDS.items())
complete = ask(f"SELECT site, count(*) AS n, {columns} FROM articles GROUP BY site ORDER BY n DESC, site LIMIT {TOP}")
if not EMPTY:
    shares = complete[list(FIELDS)].to_numpy(dtype=float) * 100
    figure, axes = plt.subplots(figsize=(9, 1.2 + 0.36 * len(complete)))
    axes.imshow(shares, cmap="BuGn", vmin=0, vmax=200, aspect="auto")
    axes.set_xticks(range(len(FIELDS)), FIELDS)
    axes.set_yticks(range(len(complete)), complete["site"])
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for row, column in np.ndindex(*shares.shape):
        axes.text(column, row, f"{shares[row, column]:.0f} %", ha="center", va="center", color="#333333", fontsize=9)
    axes.set_title("Articles that have a field, by site", pad=16)
    plt.show()

# %% [markdown]
# ## A few of them

# %%
ask("""
    SELECT site, published_at, headline, word_count
    FROM articles ORDER BY fetched_at DESC, site, headline LIMIT 8
""")

# %% [markdown]
# ## Say in a methods section
#
# - The span of days of the fetch, not only of publication: an article is here because a feed, a sitemap or a front page
#   named it while the crawl was running.
# - The number of sites, and that they were chosen by hand (`config/sites`).
# - The versions of extractor (`extractor_version`) and schema; an article counts once, in its newest version.
# - How many articles lack the field that is analyzed, and on which sites.
