"""Precision and recall of every step on text that a reader annotated: the seeds' gold and the own fixtures, by round.

The comparison itself is `helpers.evaluation`, as the notebook `06_accuracy` shows it; here it becomes two tables.
"""

import pandas as pd

from helpers.evaluation import TASKS, meaning_scores, score_fixtures


def _share(row: pd.Series, side: str) -> str:
    if pd.isna(row[side]):
        return "–"
    return f"{row[side]:.3f} ({row[f'{side}_low']:.3f}–{row[f'{side}_high']:.3f})"


def _table(seeds: bool) -> pd.DataFrame:
    """Return one row a class of each task and round; a lone class stands without its row `all`."""
    parts = [score_fixtures(task, by="round") for task in TASKS]
    parts.append(meaning_scores(by="round", stated=True).assign(task="figures, where stated"))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[(rows["round"] == "seeds") == seeds]
    alone = rows.groupby(["task", "round"])["class"].transform("size") == 2
    rows = rows[~alone | (rows["class"] == "all")]
    what = rows["task"] if seeds else rows["round"] + ": " + rows["task"]
    shown = pd.DataFrame({"what": what, "class": rows["class"], "gold": rows["n_gold"], "found": rows["n_found"]})
    for side in ("precision", "recall"):
        shown[side] = [_share(row, side) for _, row in rows.iterrows()]
    return shown.reset_index(drop=True)


def seeds_table() -> pd.DataFrame:
    return _table(seeds=True)


def fixtures_table() -> pd.DataFrame:
    return _table(seeds=False)
