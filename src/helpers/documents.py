"""Read articles from files, folders and tables; what cannot be read keeps its row and says why.

HTML goes through trafilatura (Apache-2.0): of the maintained extractors it is the one that keeps paragraph breaks and
drops navigation and comments, on lxml alone, without a browser or a network.
"""

import csv
import io
import json
import os
import re
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.tables import frame

KINDS = (".txt", ".html", ".htm", ".jsonl", ".csv", ".parquet")
CODECS = {".gz": "gzip", ".zst": "zstd"}
COLUMNS = {  # the usual names, the best first
    "text": ["text", "content", "raw_content", "body", "article", "texte", "contenu"],
    "url": ["url", "link", "source_url", "uri", "lien"],
    "id": ["id", "doc_id", "document_id", "article_id", "uuid"],
    "fetched": ["fetched", "fetched_at", "crawl_date", "crawled", "crawled_at", "date_download", "timestamp", "date"],
}
LARGEST = 1 << 25  # bytes of a page, or of a row, once unpacked: a small archive can hold endless zeros
LONGEST = 1 << 21  # characters of a text: what is read from it takes a hundred times as much memory
_RECORD = 10_000  # lines of a row of CSV
_DATE = re.compile(r"\s*(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?:\D|\d{6}|$)")
_CONTROL = bytes(range(9)) + bytes(range(14, 32))
_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}

_REASONS = {FileNotFoundError: "does not exist", PermissionError: "may not be read: permission denied"}


Line = tuple[str, str | None]  # and what there is to say about its encoding
Row = tuple[int, dict, str | None]  # its number, cells by role, what is wrong with it


class Unreadable(Exception):
    """Why a file cannot be read; the message completes ``<file> ...``."""


def _encoding(head: bytes) -> tuple[str, str | None]:
    """Return the encoding that a file begins in, and what there is to say about it."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding, None
    for half, encoding in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if half.count(0) > 0.6 * len(half):
            return encoding, "has no byte order mark; read as UTF-16"
    if len(head) - len(head.translate(None, _CONTROL)) > 0.02 * len(head):
        raise Unreadable("is a binary file, not text")
    return "utf-8", None


def _mended(data: bytes) -> Line:
    """Return the text of bytes that are not UTF-8."""
    text = data.decode(errors="replace")
    bad, good = text.count("�"), len(text) - len(text.encode("ascii", "ignore"))
    if bad == 1 < good and text.endswith("�"):
        return text, "ends in the middle of a character; the rest is missing"
    if bad > (good - bad) / 2:
        return data.decode("cp1252", "replace"), "is not UTF-8; read as Windows-1252"
    return text, "has bytes that are not UTF-8; they are shown as �"


def decode(data: bytes) -> Line:
    """Return the text of a file, and what there is to say about its encoding, as completes ``<file> ...``.

    Examples
    --------
    >>> decode("Hué".encode("utf-8-sig")), decode("Hué".encode("cp1252"))
    (('Hué', None), ('Hué', 'is not UTF-8; read as Windows-1252'))
    """
    encoding, remark = _encoding(data[:4096])
    if encoding.startswith(("utf-16", "utf-32")):
        text = data.decode(encoding, "replace")
        damaged = f"is damaged {encoding.upper()}; what is no text is shown as �"
        return text, remark or (damaged if "�" in text else None)
    if b"\0" in data:
        raise Unreadable("is a binary file, not text")
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError:
        return _mended(data.removeprefix(b"\xef\xbb\xbf"))


def _lines(stream: BinaryIO, newline: str) -> Iterator[Line]:
    """Yield the lines of a table; one that is not UTF-8 among others that are is decoded by itself."""
    buffered = io.BufferedReader(stream, 1 << 16)
    encoding, remark = _encoding(buffered.peek(4096)[:4096])
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    with io.TextIOWrapper(buffered, encoding, errors, newline) as text:
        while line := text.readline(LARGEST):
            if len(line) == LARGEST:
                raise Unreadable(f"has a row of more than {LARGEST:,} characters")
            try:
                line.encode()
            except UnicodeEncodeError:
                yield _mended(line.encode(errors=errors))
            else:
                yield line, remark


def _html_text(page: str) -> tuple[str, str | None]:
    """Return the article in an HTML page, its title first, and its address where the page gives it."""
    from trafilatura import bare_extraction  # here: its import is slow

    try:
        found = bare_extraction(page, include_comments=False, with_metadata=True)
    except Exception as error:  # whatever a hostile page does to the extractor, the other files are read
        raise Unreadable("is HTML that could not be taken apart") from error
    if found is None or not (found.text or "").strip():
        raise Unreadable("is HTML without an article")
    title = (found.title or "").strip()
    return found.text if not title or title in found.text[:500] else f"{title}\n\n{found.text}", found.url


@lru_cache
def _roles(names: tuple[str, ...]) -> dict[str, str]:
    """Return which column holds text, url, id and date, as far as they are there."""
    known = {str(name).strip().lower(): name for name in reversed(names)}
    found = {role: [known[name] for name in usual if name in known] for role, usual in COLUMNS.items()}
    return {role: names[0] for role, names in found.items() if names}


def _need_text(names: Iterable[str]) -> dict[str, str]:
    if "text" not in (roles := _roles(tuple(names))):
        raise Unreadable(f"has no text column (looked for {', '.join(COLUMNS['text'])})")
    return roles


def _jsonl_rows(stream: BinaryIO) -> Iterator[Row]:
    for number, (line, remark) in enumerate(_lines(stream, "\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            sound = isinstance(row, dict)
            cells = {role: row[name] for role, name in _roles(tuple(row)).items()} if sound else {}
            yield number, cells, remark if sound else "is not a JSON object"


def _csv_rows(stream: BinaryIO) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)
    lines, record = _lines(stream, ""), []
    again = deque([next(lines, ("", None))])
    delimiter = max(",;\t|", key=again[0][0].count)
    header, roles, number = None, {}, 0

    def read() -> Iterator[str]:
        while line := again.popleft() if again else next(lines, None):
            record.append(line)
            if len(record) > _RECORD:
                raise csv.Error
            yield line[0]

    while True:
        try:
            for fields in csv.reader(read(), delimiter=delimiter, strict=True):
                if fields and header is None:
                    header, roles = fields, _need_text(fields)
                elif fields:
                    number += 1
                    broken = len(fields) - len(header)
                    cells = dict(zip(header, fields, strict=False)) if broken <= 0 else {}
                    remark = next((said for _, said in record if said), None)
                    wrong = f"has {len(fields)} fields instead of {len(header)}" if broken else remark
                    yield number, {role: cells.get(name) for role, name in roles.items()}, wrong
                record.clear()
            return
        except csv.Error:
            # A quote that is never closed would swallow the rows after it: its first line alone is given up.
            if header is None:
                raise Unreadable("has a broken header") from None
            number += 1
            yield number, {}, "has a broken quotation"
            again.extendleft(reversed(record[1:]))
            record.clear()


def _parquet_rows(stream: BinaryIO) -> Iterator[Row]:
    try:
        whole = stream if stream.seekable() else pa.BufferReader(_whole(stream, 8 * LARGEST))
        file, number = pq.ParquetFile(whole, pre_buffer=False), 0
        roles = _need_text(file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=1024, columns=list(roles.values())):
            for row in batch.to_pylist():
                number += 1
                yield number, {role: row[name] for role, name in roles.items()}, None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise Unreadable("is not a sound Parquet file") from error


_ROWS = {".jsonl": _jsonl_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}


def _string(value) -> str | None:
    """Return a cell as text that can be stored, None where there is none."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if value is None or value != value or value == "":
        return None
    # Half of a surrogate pair, as broken JSON and odd file names have it, is no text.
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _date(value) -> pd.Timestamp | None:
    """Return the date that a cell begins with, if it is written year first."""
    match = _DATE.match(_string(value) or "")
    try:
        return pd.Timestamp(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _stem(name: str) -> tuple[str, str, str | None]:
    """Return a file's name without its known endings, the ending that tells its kind, and how it is packed."""
    kind, codec = ".txt", None
    for endings in (CODECS, KINDS):
        stem, dot, ending = name.rpartition(".")
        if stem and (ending := dot + ending.lower()) in endings:
            name, kind, codec = stem, ending, codec or CODECS.get(ending)
    return name, kind if kind in KINDS else ".txt", codec


def _whole(stream: BinaryIO, most: int) -> bytes:
    if len(data := stream.read(most + 1)) > most:
        raise Unreadable(f"is larger than {most >> 20} MB")
    return data


def _fitting(text: str, remark: str | None) -> Line:
    """Return a text with what there is to say about it, or why it is left out."""
    if len(text) > LONGEST:
        return "", f"has {len(text):,} characters, more than {LONGEST:,}: cut it into articles"
    return text, remark or (None if text.strip() else "has no text")


def _page(data: bytes, kind: str) -> dict:
    """Return the columns that the bytes of a text or HTML file give."""
    text, remark = decode(data)
    if not text.strip():
        raise Unreadable("is empty")
    text, url = (text, None) if kind == ".txt" else _html_text(text)
    text, remark = _fitting(_string(text), remark)
    return {"text": text, "url": url, "problem": remark}


def _file_rows(opened: Callable[[], BinaryIO] | Exception, shown: str) -> Iterator[dict]:
    """Yield the rows of one file, or why there are none; ``doc_id`` is as it would be without the other files."""
    stem, kind, codec = _stem(PurePosixPath(shown).name)
    row = {"doc_id": stem, "source": shown, "text": ""}
    try:
        if isinstance(opened, Exception):
            raise opened
        with opened() as file, pa.input_stream(file, compression=codec) if codec else file as stream:
            if kind not in _ROWS:
                page = _page(_whole(stream, LARGEST), kind)
                yield row | page | {"problem": page["problem"] and f"{shown} {page['problem']}."}
                return
            number = 0
            for number, cells, remark in _ROWS[kind](stream):
                text, remark = _fitting(_string(cells.get("text")) or "", remark)
                yield {
                    "doc_id": _string(cells.get("id")) or f"{stem}:{number}",
                    "source": f"{shown}:{number}",
                    "text": text,
                    "url": _string(cells.get("url")),
                    "fetched": _date(cells.get("fetched")),
                    "problem": remark and f"{shown}, row {number} {remark}.",
                }
            if not number:
                raise Unreadable("has no rows")
    except (Unreadable, OSError, EOFError, pa.ArrowException) as error:
        why = _REASONS.get(type(error), f"is not a sound {codec} archive" if codec else "could not be read")
        yield row | {"problem": f"{shown} {error if isinstance(error, Unreadable) else why}."}


def _open(system, path: str) -> BinaryIO:
    if system.info(path)["type"] != "file":  # a pipe would never open
        raise Unreadable("is not a file")
    return system.open(path)


def _walk(system, folder: str) -> Iterator[tuple[str, Exception | None]]:
    """Yield the files in a folder, then those in the folders inside, in the order of names; or why it is refused."""
    try:
        listed = [entry for entry in system.ls(folder, detail=True) if entry["name"].rstrip("/") != folder]
    except OSError as error:
        yield folder, error
        return
    named = {entry["name"].rstrip("/"): entry["type"] == "directory" for entry in listed}
    for path in sorted(named, key=lambda path: (named[path], path)):
        if not named[path]:
            yield path, None
        elif not PurePosixPath(path).name.startswith("."):
            yield from _walk(system, path)


def _source_rows(source: str, pattern: str | None) -> Iterator[dict]:
    """Yield the rows of all files of a source, in a stable order; no name that is shown tells where they are kept."""
    import fsspec  # here: it is slow to import

    remote, shown = "://" in source, Path(source)
    shown = Path(shown.name) if remote or shown.is_absolute() else shown
    try:
        system, root = fsspec.url_to_fs(source) if remote else (fsspec.filesystem("file"), str(Path(source).absolute()))
        found = _walk(system, root) if system.isdir(root) else None
    except Exception as error:  # whatever a file system of fsspec raises that is not installed or lets nobody in
        why = f" ({error})" if isinstance(error, ImportError) else ""  # it tells what to install
        root, found = source, [(source, Unreadable(f"could not be reached{why}"))]
    empty = True
    for path, error in found or [(root, None)]:
        place = shown / PurePosixPath(path).relative_to(root)
        usual = place.suffix.lower() in (*KINDS, *CODECS) and place.name[0] != "."
        if error or not found or (fnmatch(place.name, pattern) if pattern else usual):
            yield from _file_rows(error or partial(_open, system, path), _string(place.as_posix()))
            empty = False
    if empty:
        yield from _file_rows(Unreadable("holds no article"), shown.as_posix())


def _rows(sources, pattern: str | None) -> Iterator[dict]:
    """Yield the rows of all documents; one that would share its name with one before it is named by its source."""
    taken, repeats = set(), Counter()
    for source in [sources] if isinstance(sources, str | os.PathLike) else sources:
        for row in _source_rows(os.fspath(source), pattern):
            name = wanted = row["doc_id"] if row["doc_id"] not in taken else row["source"]
            while name in taken:
                repeats[wanted] += 1
                name = f"{wanted}~{repeats[wanted] + 1}"
            taken.add(name)
            yield row | {"doc_id": name}


def iter_documents(
    source, *, pattern: str | None = None, rows: int = 1000, characters: int = 1 << 23
) -> Iterator[pd.DataFrame]:
    """Yield what `read_documents` returns in batches; only one of them, and one file or row, are in memory.

    A batch ends with the row that reaches one of ``rows`` and ``characters``, the same each time.

    Examples
    --------
    >>> [len(batch) for batch in iter_documents(["no/such", "folder", "here"], rows=2)]
    [2, 1]
    """
    batch, size = [], 0
    for row in _rows(source, pattern):
        batch.append(row)
        size += len(row["text"])
        if len(batch) >= rows or size >= characters:
            yield frame("documents", batch)
            batch, size = [], 0
    if batch:
        yield frame("documents", batch)


def read_documents(source, *, pattern: str | None = None) -> pd.DataFrame:
    """Read articles from text, HTML and tables.

    Parameters
    ----------
    source : path or URL, or list of them
        Files or folders (with all folders inside, in the order of their names), also as an address that fsspec knows
        (``s3://bucket/archive``). Known endings: ``.txt .html .htm .jsonl .csv .parquet``, each also ``.gz`` or
        ``.zst``; any other file that is named itself is read as text. In tables the columns text, url, id and date are
        found by their usual names.
    pattern : str, optional
        Which files of a folder to read, as in ``"*.txt"``.

    Returns
    -------
    DataFrame
        **documents**: ``doc_id`` (file stem; in tables the id or ``stem:row``, rows counted from 1; the source where a
        document before it has that name), ``source``, ``text`` (as decoded, verbatim but for a byte order mark),
        ``url``, ``fetched``, ``problem`` (a sentence on what was doubtful, or could not be read: its row stays, with
        empty text; bad input never raises).

    Examples
    --------
    >>> read_documents("no/such/folder").problem[0]
    'no/such/folder does not exist.'
    """
    return frame("documents", _rows(source, pattern))
