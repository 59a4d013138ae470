"""Mark what is printed more than once: an article under two addresses or republished, a teaser under many articles."""

import re
import unicodedata
from zlib import crc32

import numpy as np
import pandas as pd

ALIKE = 0.8  # share of common shingles (Jaccard) from which two bodies are the same article
_SHINGLE = 3  # words
_SKETCH = 12  # the smallest shingle hashes of a body: two that are alike nearly always share one (bottom-k MinHash)
_BUCKET = 4  # bodies remembered under one hash, so that common phrases cost no more than others
_ADDRESS = re.compile(r"//(?:www\.|m\.)?([^/]+)/(?:[^?#]*[/-])?(?:post)?(\d{4,})\.vnp")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"[\u0300-\u036f]+", "", unicodedata.normalize("NFD", text.casefold())))


def _shingles(words: list[str]) -> np.ndarray:
    """Return the sorted hashes of all runs of words; the same on every machine."""
    codes = np.array([crc32(word.encode()) for word in words], dtype=np.uint64)
    hashes = np.zeros(max(len(codes) - _SHINGLE + 1, 1), dtype=np.uint64)
    for k in range(min(_SHINGLE, len(codes))):
        hashes = (hashes ^ codes[k : k + len(hashes)]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return np.unique(hashes)


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def mark_duplicates(articles: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Fill ``duplicate_of`` with the first article that says the same.

    An article is a duplicate when its address bears the same id number (`...-post136460.vnp`, `.../136460.vnp`) or
    both bodies share four fifths of their runs of three words (found by MinHash, Broder 1997). A teaser is one when an
    earlier teaser has its title and summary, or an article its title and, as standfirst or body, its summary.

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
    addresses = dict(zip(documents["doc_id"], documents["url"].fillna(""), strict=True))
    first_at: dict = {}  # address or teaser -> article_id
    buckets: dict[int, list[tuple[str, np.ndarray]]] = {}
    duplicate_of: dict[str, str] = {}
    columns = ["article_id", "doc_id", "role", "title", "standfirst", "body"]
    rows = list(articles[columns].fillna("").itertuples(index=False))
    for row in sorted(rows, key=lambda row: row.role):  # articles first: an article is never the copy of a teaser
        title, standfirst, words = (_words(text) for text in (row.title, row.standfirst, row.body))
        if not words:
            continue
        if row.role == "teaser":
            first = first_at.setdefault((*title, "\n", *words), row.article_id)
            if first != row.article_id:
                duplicate_of[row.article_id] = first
            continue
        match = _ADDRESS.search(addresses.get(row.doc_id, ""))
        first = first_at.get(match.groups()) if match else None
        shingles = _shingles(words)
        for key in shingles[:_SKETCH].tolist() if first is None else ():
            alike = (other for other, known in buckets.get(key, ()) if _likeness(shingles, known) >= ALIKE)
            if first := next(alike, None):
                break
        if first:
            duplicate_of[row.article_id] = first
        else:
            for key in shingles[:_SKETCH].tolist():
                if len(buckets.setdefault(key, [])) < _BUCKET:
                    buckets[key].append((row.article_id, shingles))
        first = first or row.article_id
        for said in (standfirst, words):
            first_at.setdefault((*title, "\n", *said), first)
        if match:
            first_at.setdefault(match.groups(), first)
    marked = articles["article_id"].map(duplicate_of).astype("string")
    return articles.assign(duplicate_of=marked)
