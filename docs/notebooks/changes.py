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
# # How articles change
#
# An article is asked for again after a day and after a week. Where its text, headline, authors or time of publication
# have changed, the corpus holds another row of it. Here: how often that happens, what changes, how much, and when.

# %%
import os
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt

import scraper

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "pyproject.toml").exists())
DATA = os.environ.get("SCRAPER_DATA", "data")  # relative to the repository, absolute, or s3://bucket/prefix
TOP = 15  # sites that are drawn; the others are counted together
plt.style.use(ROOT / "docs" / "notebooks" / "corpus.mplstyle")

db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")

folder = DATA if "://" in DATA else ROOT / DATA
db.register("versions", scraper.open_articles(folder, versions=True))  # every version, not only the newest
db.register("outcomes", scraper.open_outcomes(folder))


def ask(sql):
    """Give the answer to a question as a pandas table."""
    return db.sql(sql).to_arrow_table().to_pandas()


# %% [markdown]
# ## How often
#
# Of the articles that were read at least twice, the share that changed in between. Articles that could be read only
# once are no evidence that nothing changed, so they do not count here.

# %%
often = ask(f"""
    WITH read AS (
        SELECT site, article_id FROM outcomes
        WHERE outcome IN ('article', 'unchanged') AND article_id IS NOT NULL
        GROUP BY ALL HAVING count(*) > 1
    ), changed AS (SELECT DISTINCT id FROM versions WHERE version > 1)
    SELECT site, count(*) AS articles, count(c.id) AS changed FROM read r LEFT JOIN changed c ON c.id = r.article_id
    GROUP BY site ORDER BY articles DESC, site LIMIT {TOP}
""")
EMPTY = often.empty
if EMPTY:
    print(f"{DATA} holds no article that was read twice. The first revisit is due after a day; an invented corpus that")
    print("has some is made by `make press-corpus`.")
else:
    often["share"] = 100 * often["changed"] / often["articles"]
    often = often.sort_values("share")
    figure, axes = plt.subplots(figsize=(9, 1.1 + 0.36 * len(often)))
    bars = axes.barh(often["site"], often["share"])
    labels = [f"{row.share:.0f} %  ({row.changed:,} of {row.articles:,})" for row in often.itertuples()]
    axes.bar_label(bars, labels, padding=4, color="#444444")
    axes.set_xlim(0, max(often["share"].max() * 1.35, 1))
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title("Articles that changed between visits, by site")
    plt.show()

# %% [markdown]
# ## What changes
#
# One change can be of several fields.

# %%
what = ask("""
    SELECT field, count(*) AS changes FROM (SELECT unnest(changed) AS field FROM versions WHERE version > 1)
    GROUP BY field ORDER BY changes
""")
if not what.empty:
    names = {"text": "text", "headline": "headline", "authors": "authors", "published_at": "time of publication"}
    figure, axes = plt.subplots(figsize=(9, 1.1 + 0.36 * len(what)))
    bars = axes.barh(what["field"].map(lambda field: names.get(field, field)), what["changes"])
    axes.bar_label(bars, [f"{changes:,}" for changes in what["changes"]], padding=4, color="#444444")
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title("What changed")
    plt.show()

# %% [markdown]
# ## How much of the text stays
#
# `text_similarity` is the estimated share of word triples that two versions of a text have in common: 100 % are the
# same words, 90 % a corrected sentence or two, and less than half is another text at the same address.

# %%
stays = ask("""
    SELECT least(floor(text_similarity * 20), 19)::INT AS twentieth, count(*) AS changes
    FROM versions WHERE list_contains(changed, 'text') AND text_similarity IS NOT NULL GROUP BY twentieth
""")
if not stays.empty:
    figure, axes = plt.subplots()
    axes.bar(stays["twentieth"] * 5, stays["changes"], width=5, align="edge", edgecolor="white")
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20), [f"{share} %" for share in range(0, 101, 20)])
    axes.yaxis.set_major_locator(plt.MaxNLocator(6, integer=True))
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("of the word triples stayed")
    axes.set_ylabel("changes of text")
    axes.set_title("How much of a changed text stays")
    plt.show()

# %% [markdown]
# ## When a change is seen
#
# Not when it was made: somewhere between two visits. The peaks are those of the revisits, a day and a week after the
# first; a change that comes later is never seen, and of two changes between two visits only the last one is.

# %%
when = ask("""
    SELECT least(floor(epoch(fetched_at - first_seen_at) / 86400 * 2), 40)::INT AS half_day, count(*) AS changes
    FROM versions WHERE version > 1 GROUP BY half_day
""")
if not when.empty:
    figure, axes = plt.subplots()
    axes.bar(when["half_day"] / 2, when["changes"], width=0.5, align="edge", edgecolor="white")
    axes.set_xlim(0, max(8, when["half_day"].max() / 2 + 1))
    axes.yaxis.set_major_locator(plt.MaxNLocator(6, integer=True))
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("days after the first visit (what is seen after 20 days stands at 20)")
    axes.set_ylabel("changes seen")
    axes.set_title("When changes are seen")
    plt.show()

# %% [markdown]
# ## Headlines before and after
#
# `scraper diff ID` shows two versions of a whole article word by word.

# %%
ask("""
    SELECT newer.site, newer.fetched_at AS seen, older.headline AS before, newer.headline AS after
    FROM versions newer JOIN versions older ON older.warc_record_id = newer.replaces
    WHERE list_contains(newer.changed, 'headline') ORDER BY newer.fetched_at DESC, newer.site LIMIT 8
""")

# %% [markdown]
# ## What was taken down

# %%
ask(f"""
    SELECT site, count(DISTINCT coalesce(article_id, url)) AS addresses, min(fetched_at) AS first_seen_gone
    FROM outcomes WHERE outcome = 'deleted' GROUP BY site ORDER BY addresses DESC, site LIMIT {TOP}
""")

# %% [markdown]
# ## Say in a methods section
#
# - When articles are visited again (after a day and after a week), and that changes between visits, or later, are
#   missing: the shares are lower bounds.
# - That a new version of the extraction can make a version too, though the page stayed as it was: compare
#   `extractor_version` of the two rows, and leave those pairs out.
# - That white space and typography do not count as a change, and that photos, captions and tags are not compared.
# - Deletions are addresses that answered 404 or 410 after they had been there; a page that says "removed" with status
#   200 is not among them.
