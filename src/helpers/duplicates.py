"""Mark what is printed more than once: an article under two addresses or republished, a teaser under many articles.

What a row is known by is a fact of the row (`signatures`); which of them came first is one of the corpus (`Firsts`). A
corpus that does not fit in memory is marked part by part with the same two, and gets the same marks.
"""

import re
import sqlite3
import unicodedata
from collections import Counter
from hashlib import blake2b
from zlib import crc32

import numpy as np
import pandas as pd

ALIKE = 0.8  # share of common shingles (Jaccard) from which two bodies are the same article
_SHINGLE = 3  # words
_BANDS, _ROWS = 16, 4  # of MinHash: two that are alike share a band in 999 cases of 1,000, two at 0.2 in 25
_BUCKET = 4  # bodies remembered under one band, so that texts of one mould cost no more than others
_ADDRESS = re.compile(r"//(?:www\.|m\.)?([^/]+)/(?:[^?#]*[/-])?(?:post)?(\d{4,})\.vnp")
_BLANKED = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_FACTORS = np.array([pow(0x9E3779B97F4A7C15, k, 1 << 64) for k in range(1, 5)], dtype=np.uint64)


def _words(text: str) -> list[bytes]:
    """Return the words of a text without case and accents."""
    text = unicodedata.normalize("NFD", text.casefold().replace("’", "'"))
    return text.encode("ascii", "ignore").translate(_BLANKED).split()


def _mixed(numbers: list[np.ndarray]) -> np.ndarray:
    """Return one hash for the numbers that stand at the same place."""
    hashes = numbers[0] * _FACTORS[0]
    for column, factor in zip(numbers[1:], _FACTORS[1:], strict=False):
        hashes += column * factor
    return (hashes ^ (hashes >> np.uint64(29))) * _FACTORS[1]


def _shingles(words: list[bytes]) -> np.ndarray:
    """Return the sorted hashes of all runs of words."""
    codes = np.zeros(max(len(words), _SHINGLE), dtype=np.uint64)
    codes[: len(words)] = np.fromiter(map(crc32, words), np.uint64, len(words))
    hashes = _mixed([codes[k : len(codes) - _SHINGLE + 1 + k] for k in range(_SHINGLE)])
    hashes.sort()
    return hashes[np.append(True, hashes[1:] != hashes[:-1])]


def _bands(shingles: np.ndarray) -> np.ndarray:
    """Return the MinHash in bands, by one hash function: the least of each bin, or of the next that is not empty."""
    least = np.full(_BANDS * _ROWS, len(shingles))
    np.minimum.at(
        least, ((shingles >> np.uint64(13)) % np.uint64(_BANDS * _ROWS)).view(np.int64), np.arange(len(shingles))
    )
    bins = np.flatnonzero(least < len(shingles))
    nearest = bins[np.searchsorted(bins, np.arange(_BANDS * _ROWS)) % len(bins)]
    bands = _mixed([shingles[least[nearest[row::_ROWS]]] for row in range(_ROWS)])
    return (bands ^ np.arange(_BANDS, dtype=np.uint64)).view(np.int64)


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _said(title: list[bytes], summary: list[bytes]) -> str:
    return blake2b(b" ".join([*title, b"/", *summary]), digest_size=16).hexdigest()


def signatures(articles: pd.DataFrame, documents: pd.DataFrame) -> list[dict]:
    """Return what each article and teaser with text is known by.

    Parameters
    ----------
    articles, documents : DataFrame
        **articles** and **documents**; only ``doc_id`` and ``url`` of the documents are read.

    Returns
    -------
    list of dict
        ``article_id``, ``role``, ``said`` (hashes of title with summary) and, of an article, ``address`` (host and
        number, or None), ``shingles`` (hashes of the body's runs of words) and ``bands`` (their MinHash in one
        permutation, Shrivastava and Li 2014), both as bytes.
    """
    addresses = dict(zip(documents["doc_id"], documents["url"].fillna(""), strict=True))
    columns = ["article_id", "doc_id", "role", "title", "standfirst", "body"]
    rows = []
    for article_id, doc_id, role, *texts in zip(*(articles[name].fillna("").tolist() for name in columns), strict=True):
        title, standfirst, body = map(_words, texts)
        if not body:
            continue
        row = {"article_id": article_id, "role": role, "said": [_said(title, body)]}
        if role == "article":
            match, shingles = _ADDRESS.search(addresses.get(doc_id, "")), _shingles(body)
            row["address"] = "/".join(match.groups()) if match else None
            row["said"].append(_said(title, standfirst))
            row |= {"shingles": shingles.tobytes(), "bands": _bands(shingles).tobytes()}
        rows.append(row)
    return rows


class Firsts:
    """What was said first, by address, by words and by likeness, in a database that moves to disk as it grows."""

    def __init__(self):
        database = sqlite3.connect("", isolation_level=None)  # a temporary file, gone with the connection
        self._run, self._run_all = database.execute, database.executemany
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            self._run(f"PRAGMA {setting}")
        self._run("BEGIN")
        self._run("CREATE TABLE first (key TEXT PRIMARY KEY, article_id TEXT) WITHOUT ROWID")
        self._run("CREATE TABLE body (number INTEGER PRIMARY KEY, article_id TEXT, shingles BLOB)")
        self._run("CREATE TABLE band (band INTEGER, number INTEGER, PRIMARY KEY (band, number)) WITHOUT ROWID")

    def _first(self, key: str | None) -> str | None:
        found = self._run("SELECT article_id FROM first WHERE key = ?", (key,)).fetchone() if key else None
        return found and found[0]

    def _remember(self, key: str, article_id: str) -> None:
        self._run("INSERT OR IGNORE INTO first VALUES (?, ?)", (key, article_id))

    def _alike(self, article_id: str, shingles: bytes, bands: bytes) -> str | None:
        """Return the first article with nearly the same body; without one, remember this."""
        bands = np.frombuffer(bands, dtype=np.int64).tolist()
        found = self._run(f"SELECT band, number FROM band WHERE band IN ({','.join('?' * _BANDS)})", bands).fetchall()
        own = np.frombuffer(shingles, dtype=np.uint64)
        for number in sorted({number for _, number in found}):
            other, known = self._run("SELECT article_id, shingles FROM body WHERE number = ?", (number,)).fetchone()
            if _likeness(np.frombuffer(known, dtype=np.uint64), own) >= ALIKE:
                return other
        number = self._run("INSERT INTO body (article_id, shingles) VALUES (?, ?)", (article_id, shingles)).lastrowid
        full = Counter(band for band, _ in found)
        self._run_all("INSERT INTO band VALUES (?, ?)", [(band, number) for band in bands if full[band] < _BUCKET])
        return None

    def mark(self, rows: list[dict], role: str) -> dict[str, str]:
        """Return ``duplicate_of`` by ``article_id`` for the rows of a role; call it in order, all articles first."""
        marks = {}
        for row in rows:
            if row["role"] != role:
                continue
            own, said, address = row["article_id"], row["said"], row.get("address")
            if role == "teaser":
                first = self._first(said[0])
            else:
                first = self._first(address) or self._alike(own, row["shingles"], row["bands"])
            for key in (*said, address):
                if key:
                    self._remember(key, first or own)
            if first:
                marks[own] = first
        return marks


def mark_duplicates(articles: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Fill ``duplicate_of`` with the first article that says the same.

    An article is a duplicate when its address bears the same id number (`...-post136460.vnp`, `.../136460.vnp`) or
    both bodies share four fifths of their runs of three words. A teaser is one when an earlier teaser has its title and
    summary, or an article its title and, as standfirst or body, its summary; an article is never the copy of a teaser.

    Parameters
    ----------
    articles, documents : DataFrame
        **articles** and **documents**; only ``doc_id`` and ``url`` of the documents are read.

    Returns
    -------
    DataFrame
        The articles, with ``duplicate_of`` an ``article_id`` that is no duplicate itself, or NA.

    Examples
    --------
    >>> from helpers.tables import frame
    >>> rows = [{"article_id": f"{i}#1", "doc_id": i, "role": "teaser", "body": "Le riz part."} for i in "ab"]
    >>> mark_duplicates(frame("articles", rows), frame("documents")).duplicate_of.tolist()
    [<NA>, 'a#1']
    """
    rows, index = signatures(articles, documents), Firsts()
    marks = {key: first for role in ("article", "teaser") for key, first in index.mark(rows, role).items()}
    return articles.assign(duplicate_of=articles["article_id"].map(marks).astype("string"))
