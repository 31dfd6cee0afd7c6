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
# # Wire copy and other shared texts
#
# How much of what a site prints stands elsewhere too, which agencies are named, who shares texts with whom, and whose
# they probably are.
#
# Copies are marked and never dropped: articles with one `cluster_id` are copies of one text, `duplicate` says which was
# first in this corpus, and `agency` is the agency that the article itself names in its dateline, byline or last line.

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

articles = scraper.open_articles(DATA if "://" in DATA else ROOT / DATA)  # the newest version of each article
db.register("articles", articles)


def ask(sql):
    """Give the answer to a question as a pandas table."""
    return db.sql(sql).to_arrow_table().to_pandas()


# %% [markdown]
# ## How much is copy
#
# *Names an agency*: the article says so. *Has a copy elsewhere*: it does not, and another site of this corpus has the
# same text or nearly so. The rest may be copy too, of a paper that is not in this corpus.

# %%
SHARED = "SELECT cluster_id FROM articles WHERE cluster_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT site) > 1"
copy = ask(f"""
    SELECT site, count(*) AS articles, avg((agency IS NOT NULL)::INT) * 100 AS agency,
           avg((agency IS NULL AND s.cluster_id IS NOT NULL)::INT) * 100 AS elsewhere
    FROM articles a LEFT JOIN ({SHARED}) s ON s.cluster_id = a.cluster_id
    GROUP BY site ORDER BY articles DESC, site LIMIT {TOP}
""")
EMPTY = copy.empty
if EMPTY:
    print(f"{DATA} holds no articles yet: run `make scrape`, or `make press-corpus` for an invented corpus.")
else:
    copy = copy.sort_values(["agency", "elsewhere"])
    figure, axes = plt.subplots(figsize=(9, 1.3 + 0.36 * len(copy)))
    axes.barh(copy["site"], copy["agency"], label="names an agency", color="#1f6f8b")
    axes.barh(copy["site"], copy["elsewhere"], left=copy["agency"], label="has a copy elsewhere", color="#e08e45")
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_formatter("{x:.0f} %")
    axes.grid(visible=False, axis="y")
    axes.tick_params(left=False)
    axes.set_xlabel("of the articles of the site")
    axes.set_title("Articles that are copy, by site", pad=28)
    axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(-0.01, 0.99), borderaxespad=0.2, handlelength=1)
    plt.show()

# %% [markdown]
# ## Which agencies

# %%
agencies = ask("""
    SELECT agency, count(*) AS articles, count(DISTINCT site) AS sites, mode(agency_source) AS mostly_named_in
    FROM articles WHERE agency IS NOT NULL GROUP BY agency ORDER BY articles DESC, agency LIMIT 15
""")
agencies

# %% [markdown]
# ## Whose text it is
#
# `find_origins` goes through the clusters one by one: the agency that most copies name, else the article that was
# published first. It is a guess from what papers say, and `why` tells on what it rests.

# %%
origins = pd.DataFrame(scraper.find_origins(articles))
if origins.empty and not EMPTY:
    print("There are no copies in this corpus.")
elif not EMPTY:
    across = origins[origins["sites"] > 1]
    print(f"{len(origins):,} clusters with more than one article, {len(across):,} of them on several sites.")
    counts = across.assign(sites=across["sites"].clip(upper=12), named=across["agency"].notna())
    counts = counts.pivot_table(index="sites", columns="named", aggfunc="size", fill_value=0)
    counts = counts.reindex(index=range(2, max(counts.index, default=2) + 1), columns=[True, False], fill_value=0)
    figure, axes = plt.subplots()
    axes.bar(counts.index, counts[True], color="#1f6f8b", width=0.5, label="an agency is named")
    axes.bar(counts.index, counts[False], bottom=counts[True], color="#e08e45", width=0.5, label="none is named")
    axes.set_xticks(counts.index, [f"{size}" if size < 12 else "12 or more" for size in counts.index])
    axes.yaxis.set_major_locator(plt.MaxNLocator(6, integer=True))
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("sites that print the text")
    axes.set_ylabel("clusters")
    axes.set_title("How far a text goes")
    axes.legend()
    plt.show()

# %% [markdown]
# Where no agency is named, the site that published first, and how often:

# %%
if not origins.empty:
    first = origins[(origins["why"] == "first_published") & (origins["sites"] > 1)]
    firsts = first.groupby("site").size().sort_values(ascending=False).head(TOP)
else:
    firsts = pd.Series(dtype=int)
firsts.rename("clusters it published first").to_frame()

# %% [markdown]
# ## Who shares with whom
#
# Clusters that two sites have in common, agencies' texts included.

# %%
pairs = ask(f"""
    WITH busy AS (
        SELECT site FROM articles JOIN ({SHARED}) USING (cluster_id)
        GROUP BY site ORDER BY count(*) DESC, site LIMIT {TOP}
    ), printed AS (
        SELECT DISTINCT cluster_id, site FROM articles JOIN busy USING (site) JOIN ({SHARED}) USING (cluster_id)
    )
    SELECT a.site AS one, b.site AS other, count(*) AS clusters
    FROM printed a JOIN printed b ON a.cluster_id = b.cluster_id AND a.site <> b.site GROUP BY ALL
""")
if not pairs.empty:
    table = pairs.pivot_table(index="one", columns="other", values="clusters")
    order = table.sum().sort_values(ascending=False).index
    table = table.reindex(index=order, columns=order)
    figure, axes = plt.subplots(figsize=(2.6 + 0.75 * len(order), 1.6 + 0.42 * len(order)))
    axes.imshow(table, cmap="Oranges", vmin=0, vmax=max(1, pairs["clusters"].max() * 1.6), aspect="auto")
    axes.set_xticks(range(len(order)), order, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(order)), order)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(table.to_numpy(dtype=float)):
        axes.text(
            column,
            row,
            "–" if np.isnan(value) else f"{value:,.0f}",
            ha="center",
            va="center",
            color="#333333",
            fontsize=9,
        )
    axes.set_title("Texts that two sites share")
    plt.show()

# %% [markdown]
# ## How long a copy takes
#
# From the first publication of a text to its last, by the times that the pages give.

# %%
across = origins[origins["sites"] > 1] if not origins.empty else origins
if not across.empty:
    hours = (across["last_published_at"] - across["first_published_at"]).dt.total_seconds() / 3600
    print(f"Median {hours.median():.1f} hours; nine of ten within {hours.quantile(0.9):.1f} hours.")

# %% [markdown]
# ## Say in a methods section
#
# - That copies are found among the sites of this corpus only, and that what an agency sent is in it only as papers
#   print it, unless the agency's own site is crawled.
# - How copies are told: by the estimated share of word triples in common, each article compared with the first article
#   of a cluster; `python -m scraper.lab.duplicate_pairs` measures how well. A translation or a free rewrite is not
#   found.
# - `first` in `duplicate` means first fetched, not first published; `find_origins` goes by the time the pages give,
#   which papers sometimes set to the time of their last change.
# - An agency that a paper does not name is not counted: shares of agency copy are lower bounds, and differ with the
#   manners of papers.
