"""Who can be named: countries, subdivisions, cities, organisations and agreements, and the surfaces they are named by.

The tables are made by ``data/gazetteer/build.py``; ``data/gazetteer/README.md`` has their sources and licences and the
meaning of ``form`` and ``rule``.
"""

import csv
from functools import cache
from typing import NamedTuple

import pandas as pd

from helpers.paths import DATA
from helpers.tables import frame

FOLDER = DATA / "gazetteer"
FORMS = ("name", "demonym", "acronym", "stop")


class Name(NamedTuple):
    """One surface. ``entity_id`` is empty for a stop, a longer phrase that is no mention (`océan Indien`); ``form`` is
    one of `FORMS`, ``rule`` empty or a guard that the matcher applies."""

    entity_id: str
    surface: str
    form: str
    rule: str
    source: str
    licence: str


@cache
def _entities() -> pd.DataFrame:
    return frame("entities", pd.read_csv(FOLDER / "entities.csv", dtype="string", keep_default_na=False, na_values=""))


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
    """
    return _entities().copy()


@cache
def _lines() -> dict[str, str]:
    """Return the lines of the entities' file, unread: a corpus names a small part of them."""
    lines = (FOLDER / "entities.csv").read_text(encoding="utf-8").splitlines()
    return {line.partition(",")[0]: line for line in lines}


def about(entity_id: str) -> tuple[str, str, str | None]:
    """Return an entity's French name, its type and its country (None for what is international).

    Examples
    --------
    >>> about("VN-14")
    ('Hoa Binh', 'subdivision', 'VNM')
    """
    _, kind, country, name, *_ = next(csv.reader([_lines()[entity_id]]))
    return name, kind, country or None


@cache
def names() -> tuple[Name, ...]:
    """Return every surface of every entity, stops included, in the order of the files.

    Examples
    --------
    >>> sorted({name.surface for name in names() if name.entity_id == "LAO" and name.form == "demonym"})
    ['lao', 'laotien', 'laotienne', 'laotiennes', 'laotiens']
    """
    paths = sorted([*FOLDER.glob("names_*.csv"), *FOLDER.glob("demonyms_*.csv")])
    lines = (csv.reader(path.read_text(encoding="utf-8").splitlines()) for path in paths)
    return tuple(Name(*row) for rows in lines for row in list(rows)[1:])
