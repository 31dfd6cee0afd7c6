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
# # Coverage and gaps
#
# What was asked of each site, what came of it, on which days nothing was asked or answered, and how long after
# publication an article was first seen. Without this nobody knows whether a quiet week is the paper's or the crawler's.

# %%
import os
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import scraper

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "pyproject.toml").exists())
DATA = os.environ.get("SCRAPER_DATA", "data")  # relative to the repository, absolute, or s3://bucket/prefix
TOP = 15  # sites that are drawn; the others are counted together
plt.style.use(ROOT / "docs" / "notebooks" / "corpus.mplstyle")

db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")

folder = DATA if "://" in DATA else ROOT / DATA
db.register("articles", scraper.open_articles(folder))
db.register("outcomes", scraper.open_outcomes(folder))  # a row for every visit


def ask(sql):
    """Give the answer to a question as a pandas table."""
    return db.sql(sql).to_arrow_table().to_pandas()


sites = ask(f"SELECT site, count(*) AS visits FROM outcomes GROUP BY site ORDER BY visits DESC, site LIMIT {TOP}")
db.register("shown", sites[["site"]])
EMPTY = sites.empty
if EMPTY:
    print(f"{DATA} holds no visits yet: run `make scrape`, or `make press-corpus` for an invented corpus.")

# %% [markdown]
# ## What became of the visits to articles
#
# *article*: a new article, or one that changed. *unchanged*: the server says so, or the page says the same as before.
# *deleted*: it was there once. *skip*: everything else, each with a reason. The busiest sites are shown.

# %%
KINDS = {"article": "#1f6f8b", "unchanged": "#a9c9d3", "deleted": "#7a5c99", "skip": "#e08e45"}
became = ask("""
    SELECT site, outcome, count(*) AS visits
    FROM outcomes JOIN shown USING (site) WHERE kind = 'article' GROUP BY ALL
""")
if not became.empty:
    table = became.pivot_table(index="site", columns="outcome", values="visits", fill_value=0)
    table = table.reindex(columns=list(KINDS), fill_value=0)
    table = table.loc[table.sum(axis=1).sort_values().index]
    figure, axes = plt.subplots(figsize=(9, 1.2 + 0.36 * len(table)))
    left = np.zeros(len(table))
    for kind, color in KINDS.items():
        axes.barh(table.index, table[kind], left=left, color=color, label=kind)
        left += table[kind].to_numpy()
    axes.grid(visible=False, axis="y")
    axes.tick_params(left=False)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("visits to addresses of articles")
    axes.set_title("What became of the visits", pad=28)
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.01, 0.99), borderaxespad=0.2, handlelength=1)
    plt.show()

# %% [markdown]
# ## Why visits gave no article

# %%
ask("""
    SELECT reason, count(*) AS visits, count(DISTINCT site) AS sites, arg_max(detail, fetched_at) AS latest_detail
    FROM outcomes WHERE reason IS NOT NULL GROUP BY reason ORDER BY visits DESC, reason LIMIT 15
""")

# %% [markdown]
# ## Days
#
# A cell is a day (or a week, where the corpus is long): the darker, the more articles were published then and found. A
# cross marks a time in which no list of the site (feed, sitemap, front page) could be read: because there was no run,
# or because the host did not answer. What is published then is found later only if it is still listed.

# %%
span = ask("SELECT min(date) AS first, max(date) AS last FROM outcomes").iloc[0]
if not EMPTY:
    step = "day" if (span["last"] - span["first"]).days <= 60 else "week"
    freq = {"day": "D", "week": "W-MON"}[step]
    first = pd.Timestamp(span["first"]).to_period(freq.replace("-MON", "")).start_time
    times = pd.date_range(first, pd.Timestamp(span["last"]), freq=freq)
    counted = ask(f"""
        SELECT site, date_trunc('{step}', published_at)::TIMESTAMP AS begins, count(*) AS articles
        FROM articles JOIN shown USING (site) WHERE published_at IS NOT NULL GROUP BY ALL
    """)
    listed = ask(f"""
        SELECT site, date_trunc('{step}', date)::TIMESTAMP AS begins, count(*) AS lists
        FROM outcomes JOIN shown USING (site)
        WHERE kind IN ('feed', 'sitemap', 'front_page') AND outcome IN ('listing', 'unchanged') GROUP BY ALL
    """)
    order = sorted(sites["site"])
    grid = counted.pivot_table(index="site", columns="begins", values="articles").reindex(index=order, columns=times)
    seen = listed.pivot_table(index="site", columns="begins", values="lists").reindex(index=order, columns=times)
    figure, axes = plt.subplots(figsize=(9, 1.4 + 0.36 * len(order)))
    most = max(1, grid.fillna(0).to_numpy().max())
    image = axes.imshow(grid.fillna(0), cmap="Blues", aspect="auto", vmin=0, vmax=most * 1.8)
    rows, columns = np.nonzero(seen.isna().to_numpy())
    axes.scatter(columns, rows, marker="x", s=26, color="#b5483a", linewidths=1.4, label="no list could be read")
    every = -(-len(times) // 9)
    labels = [f"{time:%d %b}" if number else f"{time:%d %b\n%Y}" for number, time in enumerate(times[::every])]
    axes.set_xticks(range(0, len(times), every), labels)
    axes.set_yticks(range(len(order)), order)
    axes.set_xticks(np.arange(len(times) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(order) + 1) - 0.5, minor=True)
    axes.grid(visible=False)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(f"Articles by site and {step} of publication", pad=24)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), borderaxespad=0.2, handletextpad=0.2)
    bar = figure.colorbar(image, shrink=0.8, pad=0.02, ticks=plt.MaxNLocator(4, integer=True))
    bar.outline.set_visible(False)
    bar.ax.set_ylim(0, most)
    bar.set_label(f"articles a {step}")
    plt.show()

# %% [markdown]
# The longest stretches without a list, with what was found of them all the same:

# %%
ask("""
    WITH read AS (
        SELECT DISTINCT site, date FROM outcomes
        WHERE kind IN ('feed', 'sitemap', 'front_page') AND outcome IN ('listing', 'unchanged')
    ), gaps AS (
        SELECT site, date + 1 AS first_day, lead(date) OVER (PARTITION BY site ORDER BY date) - 1 AS last_day FROM read
    ), published AS (
        SELECT site, published_at::DATE AS day, count(*) AS articles FROM articles GROUP BY ALL
    )
    SELECT g.site, first_day, last_day, last_day - first_day + 1 AS days, coalesce(sum(articles), 0)::INT AS found_later
    FROM gaps g LEFT JOIN published p ON p.site = g.site AND p.day BETWEEN first_day AND last_day
    WHERE last_day >= first_day GROUP BY ALL ORDER BY days DESC, g.site, first_day LIMIT 15
""")

# %% [markdown]
# ## How soon an article is first seen
#
# Hours between the time of publication that the page gives and the first fetch, for articles published while the crawl
# was running. An article that is taken down within these hours is never seen.

# %%
delays = ask("""
    SELECT site, count(*) AS articles, quantile_cont(hours, [0.1, 0.5, 0.9]) AS between FROM (
        SELECT site, epoch(coalesce(first_seen_at, fetched_at) - published_at) / 3600 AS hours
        FROM articles JOIN shown USING (site) WHERE published_at >= (SELECT min(fetched_at) FROM outcomes)
    ) WHERE hours >= 0 GROUP BY site ORDER BY median(hours) DESC
""")
if not delays.empty:
    low, middle, high = np.array(delays["between"].tolist()).clip(min=0.01).T
    figure, axes = plt.subplots(figsize=(9, 1.2 + 0.36 * len(delays)))
    axes.hlines(delays["site"], low, high, color="#a9c9d3", linewidth=6)
    axes.plot(middle, delays["site"], "o", color="#1f6f8b", markersize=8)
    axes.set_xscale("log")
    ticks = {0.1: "6 min", 1: "1 h", 6: "6 h", 24: "1 day", 168: "1 week", 720: "30 days", 8760: "1 year"}
    ticks = {tick: label for tick, label in ticks.items() if low.min() / 3 <= tick <= high.max() * 3}
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.minorticks_off()
    axes.grid(visible=False, axis="y")
    axes.tick_params(left=False)
    axes.margins(y=0.12)
    axes.set_xlabel("after publication (logarithmic); dot: median, line: from the 10th to the 90th percentile")
    axes.set_title("How soon articles are first seen")
    plt.show()

# %% [markdown]
# ## Say in a methods section
#
# - The days without a list, by site, and whether they lie in the time that is analyzed.
# - That what no list named is missing, and is not counted anywhere: coverage cannot be told from the corpus alone. Take
#   a site and a day, and compare with the paper's own archive page.
# - The most frequent reasons of skips, above all of walls (`paywalled`, `login_wall`, `challenge`) and of robots.txt,
#   because they leave out some sites and some articles more than others.
# - The times of publication are those that pages give; some give none, some the time of their last change.
