"""The peers that are installed beside ours, on the same text in one run; an absent one is named as absent.

Of each part the script of that name in this folder has the methods: `figures.py`, `partners.py`, `spacing.py`.
"""

import json
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

import helpers
from benchmarks import figures, partners, spacing
from benchmarks.corpus import documents
from helpers.paths import ROOT
from tests.test_partners import unmark

PEERS = [
    "recognizers-text-suite",
    "quantulum3",
    "price-parser",
    "edsnlp",
    "text2num",
    "flashtext",
    "pyahocorasick",
    "spacy",
    "country-named-entity-recognition",
    "flashgeotext",
    "symspellpy",
    "wordninja",
]
OWN = (figures.ours, figures.figures_alone)


def installed() -> dict[str, str | None]:
    """Return the version of each peer, None where it is absent."""
    found = dict.fromkeys(PEERS)
    for name in PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _with_ratio(rows: list[dict], speed: str) -> pd.DataFrame:
    """Add how many times as fast the first row is."""
    return pd.DataFrame(rows).assign(**{"ours is × as fast": lambda table: table[speed].iloc[0] / table[speed]})


def _unbroken(system: Callable) -> Callable:
    """Return a peer that finds nothing in a text on which it breaks; one that is absent still raises."""

    def found(text: str) -> list:
        try:
            return system(text)
        except ImportError:
            raise
        except Exception:
            return []

    return found


def figures_table(repeat: int = 5) -> pd.DataFrame:
    """Compare values found in the seeds and all own sentences; a warming call comes first."""
    texts, rows = list(figures.sentences()), []
    for system in figures.SYSTEMS:
        find = system if system in OWN else _unbroken(system)
        try:
            find(texts[0][1])
        except ImportError:
            continue
        right, annotated, returned, speed = figures.score(find, texts * (repeat if system in OWN else 1))
        shares = {"recall": right / annotated, "precision": right / returned}
        rows.append({"system": system.__name__, **shares, "characters/s": speed})
    return _with_ratio(rows, "characters/s")


def names_table(megabytes: float = 0.5) -> pd.DataFrame:
    """Compare engines that search our own names; the first row is the whole of ours, guards too."""
    articles = helpers.parse_articles(helpers.read_documents(helpers.SEEDS))
    once = articles["text"].tolist()
    texts = once * max(1, round(megabytes * 1e6 / sum(len(text.encode()) for text in once)))
    own = [(f"ours: {name}", find, 1) for name, find in partners.own_steps()]
    rows = []
    for name, find, share in [*reversed(own), *partners.engines()]:
        rows.append({"system": name, "MB/s": partners.speed(find, texts[: max(39, int(len(texts) * share))])})
    return _with_ratio(rows, "MB/s")


def countries_table() -> pd.DataFrame:
    """Compare the countries named in each article and teaser of the seeds."""
    articles = helpers.parse_articles(helpers.read_documents(helpers.SEEDS))
    return partners.accuracy(articles).rename(columns={"method": "system"})


def spacing_table() -> pd.DataFrame:
    """Compare lost spaces put back in own sentences, wrapped and glued (other fixtures hold glued words on purpose)."""
    read = [
        (name, json.loads(line))
        for name in ("mentions", "links")
        for line in (ROOT / "tests" / "fixtures" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    sentences = [
        " ".join((unmark(row["text"])[0] if name == "mentions" else row["text"]).split()) for name, row in read
    ]
    methods = {"ours": lambda text: {edit.start for edit in helpers.repair_spacing(text)}, **spacing.peers()}
    helpers.repair_spacing("Selon lui.")
    rows = [{"system": name, **spacing.measure(method, sentences, range(3))} for name, method in methods.items()]
    return _with_ratio(rows, "MB/s")


def chain_table(n: int = 8) -> pd.DataFrame:
    """Compare numbers and names together on generated documents: ours with parsing, meaning and ties too."""
    table = documents(n)

    def ours(_: str) -> None:
        articles = helpers.parse_articles(table)
        mentions = helpers.find_partners(articles)
        helpers.extract_figures(articles, mentions=mentions)
        helpers.find_links(articles, mentions)

    def per_document(*finds: Callable) -> Callable:
        return lambda _: [find(text) for text in table["text"] for find in finds]

    engines = {name: find for name, find, _ in partners.engines()}
    systems = [("ours, with parsing, meaning and ties", ours)]
    if "flashtext" in engines and installed()["recognizers-text-suite"]:
        systems.append(("recognizers-text + flashtext", per_document(figures.recognizers, engines["flashtext"])))
    if "spaCy PhraseMatcher" in engines and installed()["quantulum3"]:
        systems.append(("quantulum3 + spaCy", per_document(figures.quantulum3, engines["spaCy PhraseMatcher"])))
    size, rows = table["text"].str.encode("utf-8").str.len().sum() / 1e3, []
    for name, system in systems:
        system("")
        start = time.process_time()
        system("")
        rows.append({"system": name, "kB/s": size / (time.process_time() - start)})
    return _with_ratio(rows, "kB/s")
