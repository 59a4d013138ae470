"""Who can be named: countries, subdivisions, cities, organisations and agreements, and the surfaces they are named by.

The tables are made by ``data/gazetteer/build.py``; ``data/gazetteer/README.md`` has their sources and licences and the
meaning of ``form`` and ``rule``.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.paths import DATA
from helpers.tables import frame

FOLDER = DATA / "gazetteer"
FORMS = ("name", "demonym", "acronym", "stop")


class Name(NamedTuple):
    """One surface: ``entity_id`` is empty for a stop, a longer phrase that is no mention (`océan Indien`)."""

    entity_id: str
    surface: str
    form: str
    rule: str
    source: str
    licence: str


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@cache
def _entities() -> pd.DataFrame:
    columns, *rows = _rows(FOLDER / "entities.csv")
    return frame("entities", pd.DataFrame(rows, columns=columns, dtype="string").replace("", pd.NA))


def gazetteer() -> pd.DataFrame:
    """Return every entity that a mention can name.

    Returns
    -------
    DataFrame
        **entities** of the data contract, sorted by ``entity_id``: ``entity_id`` (`USA`, `US-UT`, `geonames:1816670`,
        `org:ASEAN`, `agr:CPTPP`), ``type``, ``country`` (ISO 3166-1 alpha-3; missing for what is international),
        ``name_fr``, ``name_en``, ``latitude`` and ``longitude`` (degrees; a country's are its capital's),
        ``successor`` (the unit that a Vietnamese province belongs to since 1 July 2025), ``source``, ``licence``.

    Examples
    --------
    >>> entities = gazetteer().set_index("entity_id")
    >>> entities.loc["VN-14", ["name_fr", "successor"]].tolist()
    ['Hoa Binh', 'VN-68']
    >>> entities.loc["geonames:1816670", ["type", "country", "name_fr"]].tolist()
    ['city', 'CHN', 'Pékin']
    """
    return _entities().copy()


@cache
def names() -> tuple[Name, ...]:
    """Return every surface of every entity, stops included, in the order of the files.

    Returns
    -------
    tuple of Name
        ``form`` is one of `FORMS`; ``rule`` is empty or a guard that the matcher applies.

    Examples
    --------
    >>> sorted({name.surface for name in names() if name.entity_id == "LAO" and name.form == "demonym"})
    ['lao', 'laotien', 'laotienne', 'laotiennes', 'laotiens']
    """
    paths = sorted([*FOLDER.glob("names_*.csv"), *FOLDER.glob("demonyms_*.csv")])
    return tuple(Name(*row) for path in paths for row in _rows(path)[1:])
