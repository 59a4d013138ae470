"""Compare what was found with what a reader annotated: precision and recall per class, with intervals."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd

from helpers.frequencies import wilson
from helpers.paths import DATA


def read_gold(name: str, folder: Path = DATA / "gold") -> pd.DataFrame:
    """Read a file of annotations: one JSON object a line, ``data/gold/<name>.jsonl``.

    Examples
    --------
    >>> len(read_gold("seeds_articles"))
    39
    """
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines if line.strip()])


def _share(name: str, part: int, whole: int) -> dict[str, float | None]:
    low, high = map(float, wilson(part, whole)) if whole else (None, None)
    return {name: part / whole if whole else None, f"{name}_low": low, f"{name}_high": high}


def compare(found: pd.DataFrame, gold: pd.DataFrame, on: list[str], by: str | None = None) -> pd.DataFrame:
    """Count what was found, missed and invented.

    A row of ``found`` is right when one of ``gold`` agrees in all columns ``on``; missing values agree with each other,
    and a row that stands twice counts twice. The result has a row for each value of the column ``by`` (``class``), then
    ``all``: ``n_gold``, ``n_found``, ``right``; ``precision`` and ``recall`` with their 95 % intervals
    (``precision_low``, …; `helpers.frequencies.wilson`), NA where there is nothing to divide by.

    Examples
    --------
    >>> gold = pd.DataFrame({"start": [1, 5, 9], "kind": ["a", "a", "b"]})
    >>> compare(gold.iloc[:2], gold, on=["start"], by="kind")[["class", "n_gold", "right", "recall"]].values.tolist()
    [['a', 2, 2, 1.0], ['b', 1, 0, 0.0], ['all', 3, 2, 0.6666666666666666]]
    """
    classes = sorted({*found[by].dropna(), *gold[by].dropna()}) if by else []
    rows = []
    for name in [*classes, "all"]:
        sides = (table if name == "all" else table[table[by] == name] for table in (found, gold))
        one, other = (Counter(_keys(side, on)) for side in sides)
        right, n_found, n_gold = (one & other).total(), one.total(), other.total()
        counts = {"class": name, "n_gold": n_gold, "n_found": n_found, "right": right}
        rows.append(counts | _share("precision", right, n_found) | _share("recall", right, n_gold))
    return pd.DataFrame(rows)


def differences(found: pd.DataFrame, gold: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """List the rows that only one side has, with the column ``error``: ``missed`` (in gold only) or ``invented``."""
    sides = []
    for error, table, others in (("missed", gold, found), ("invented", found, gold)):
        known = set(_keys(others, on))
        sides.append(table[[key not in known for key in _keys(table, on)]].assign(error=error))
    return pd.concat(sides, ignore_index=True)


def _keys(table: pd.DataFrame, on: list[str]) -> list[tuple]:
    values = table[on].astype(object)
    return list(values.where(values.notna(), None).itertuples(index=False, name=None))
