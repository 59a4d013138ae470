"""Read articles from files, folders and tables; what cannot be read keeps its row and says why.

HTML goes through trafilatura (Apache-2.0): of the maintained extractors it is the one that keeps paragraph breaks, drops
navigation and comments, and works on lxml alone, without a browser or a network.
"""

import csv
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.tables import frame

KINDS = (".txt", ".html", ".htm", ".jsonl", ".csv", ".parquet")
CODECS = {".gz": "gzip", ".zst": "zstd"}
COLUMNS = {  # the usual names, the best first
    "text": ("text", "content", "raw_content", "body", "article", "texte", "contenu"),
    "url": ("url", "link", "source_url", "uri", "lien"),
    "id": ("id", "doc_id", "document_id", "article_id", "uuid", "docid"),
    "fetched": ("fetched", "fetched_at", "crawl_date", "crawled", "crawled_at", "date_download", "timestamp", "date"),
}
LARGEST = 1 << 30  # bytes of one file once unpacked: a small archive can hold endless zeros
_DATE = re.compile(r"\s*(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?!\d(?!\d{5}))")
_CONTROL = bytes(range(9)) + bytes(range(14, 32))


class Unreadable(Exception):
    """Why a file cannot be read; the message completes ``<file> ...``."""


# ------------------------------------------------------------------------------------------- bytes to text


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the text of a file and what there is to say about its encoding.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    (str, str or None)
        The remark completes ``<file> ...``; None for sound UTF-8 and UTF-16.

    Raises
    ------
    Unreadable
        If the data are empty or no text.

    Examples
    --------
    >>> decode("Hanoï".encode("utf-8-sig"))
    ('Hanoï', None)
    >>> decode("Hanoï".encode("cp1252"))
    ('Hanoï', 'is not UTF-8; read as Windows-1252')
    >>> decode("Hanoï".encode()[:-1])
    ('Hano�', 'ends in the middle of a UTF-8 character; the rest is missing')
    """
    if not data.strip():
        raise Unreadable("is empty")
    for mark, encoding in ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return (
                text,
                f"is damaged {encoding.upper()}; bytes that are no text are shown as �" if "�" in text else None,
            )
    data = data.removeprefix(b"\xef\xbb\xbf")
    head = data[:4096]
    if b"\0" in data:
        for half, encoding in ((head[1::2], "utf-16-le"), (head[0::2], "utf-16-be")):
            if half.count(0) > 0.6 * len(half):
                return data.decode(encoding, "replace"), "has no byte order mark; read as UTF-16"
    if b"\0" in data or len(head) - len(head.translate(None, _CONTROL)) > 0.02 * len(head):
        raise Unreadable("is a binary file, not text")
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return data.decode(errors="replace"), "ends in the middle of a UTF-8 character; the rest is missing"
    text = data.decode(errors="replace")
    if text.count("�") < sum(char > "\x7f" for char in text) / 2:
        return text, "has bytes that are not UTF-8; they are shown as �"
    return data.decode("cp1252", "replace"), "is not UTF-8; read as Windows-1252"


def _read(path: Path) -> bytes:
    """Return a file's bytes, unpacked."""
    if not path.is_file():
        raise Unreadable("is not a file" if path.exists() else "does not exist")
    try:
        with pa.input_stream(str(path), compression=CODECS.get(path.suffix.lower())) as stream:
            data = stream.read(LARGEST + 1)
    except PermissionError as error:
        raise Unreadable("may not be read: permission denied") from error
    except (OSError, pa.ArrowException) as error:
        codec = CODECS.get(path.suffix.lower())
        raise Unreadable(f"is not a sound {codec} archive" if codec else "could not be read") from error
    if len(data) > LARGEST:
        raise Unreadable(f"is larger than {LARGEST >> 20} MB")
    return data


def _html_text(page: str) -> tuple[str, str | None]:
    """Return the article in an HTML page, its title first, and its address where the page gives it."""
    from trafilatura import bare_extraction  # here: its import is slow

    try:
        found = bare_extraction(page, include_comments=False, include_tables=False, with_metadata=True)
    except Exception as error:  # whatever a hostile page does to the extractor, the other files are read
        raise Unreadable("is HTML that could not be taken apart") from error
    if found is None or not (found.text or "").strip():
        raise Unreadable("is HTML without an article")
    title = (found.title or "").strip()
    return found.text if not title or title in found.text[:500] else f"{title}\n\n{found.text}", found.url


# ------------------------------------------------------------------------------------------- tables


def _columns(names: Iterable[str]) -> dict[str, str]:
    """Return which column holds text, url, id and date."""
    by_lower = {str(name).strip().lower(): name for name in reversed(list(names))}
    found = {role: next((by_lower[n] for n in usual if n in by_lower), None) for role, usual in COLUMNS.items()}
    if found["text"] is None:
        raise Unreadable(f"has no text column (looked for {', '.join(COLUMNS['text'])})")
    return found


def _jsonl_rows(data: bytes) -> Iterator[tuple[int, dict, str | None]]:
    text, remark = decode(data)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                yield number, {}, "is not a JSON object"
                continue
            columns = {role: row.get(name) for role, name in _try_columns(row).items() if name is not None}
            yield number, columns, remark


def _try_columns(row: dict) -> dict[str, str | None]:
    try:
        return _columns(row)
    except Unreadable:
        return {}


def _csv_rows(data: bytes) -> Iterator[tuple[int, dict, str | None]]:
    text, remark = decode(data)
    csv.field_size_limit(sys.maxsize)
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(",;\t|", key=lines[0].count)
    position, number, header, names = 0, 0, None, {}
    while position < len(lines):
        reader = csv.reader(lines[position:] if position else lines, delimiter=delimiter, strict=True)
        begun = position
        try:
            for fields in reader:
                at, begun = begun, position + reader.line_num
                if not fields:
                    continue
                if header is None:
                    header, names = fields, _columns(fields)
                    continue
                number += 1
                row = dict(zip(header, fields, strict=False))
                broken = len(fields) != len(header)
                problem = f"has {len(fields)} fields instead of {len(header)}" if broken else remark
                columns = {role: row.get(name) for role, name in names.items() if name is not None}
                yield number, columns if len(fields) <= len(header) else {}, problem
            return
        except csv.Error:
            # A quote that is never closed would swallow the rows after it: give up this line alone.
            if header is None:
                raise Unreadable("has a broken header") from None
            number += 1
            yield number, {}, "has a broken quotation"
            position = begun + 1


def _parquet_rows(data: bytes) -> Iterator[tuple[int, dict, str | None]]:
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        names = {role: name for role, name in _columns(file.schema_arrow.names).items() if name is not None}
        number = 0
        for batch in file.iter_batches(batch_size=4096, columns=list(names.values())):
            values = {role: batch.column(name).to_pylist() for role, name in names.items()}
            for i in range(batch.num_rows):
                number += 1
                yield number, {role: column[i] for role, column in values.items()}, None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise Unreadable("is not a sound Parquet file") from error


_ROWS = {".jsonl": _jsonl_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}


# ------------------------------------------------------------------------------------------- rows


def _string(value) -> str | None:
    """Return a cell as text that can be stored, None where it is empty."""
    if isinstance(value, bytes):
        value = decode(value)[0] if value.strip() else ""
    if value is None or value != value:
        return None
    text = value if isinstance(value, str) else str(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, as broken JSON has it
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text or None


def _date(value) -> pd.Timestamp | None:
    """Return the date that a cell begins with, if it is written year first."""
    match = _DATE.match(_string(value) or "")
    try:
        return pd.Timestamp(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _stem(path: Path) -> tuple[str, str]:
    """Return a file's name without its known endings, and the last of them that tells its kind."""
    name, kind = path.name, ""
    for endings in (CODECS, KINDS):
        ending = Path(name).suffix.lower()
        if ending in endings and len(ending) < len(name):
            name, kind = name[: -len(ending)], ending
    return name, kind if kind in KINDS else ".txt"


def _file_rows(path: Path, shown: str) -> Iterator[dict]:
    """Yield the rows of one file; ``doc_id`` is what it should be if no other document has it."""
    stem, kind = _stem(path)
    row = {"doc_id": stem, "source": shown, "text": ""}
    try:
        data = _read(path)
        if kind not in _ROWS:
            text, remark = decode(data)
            url = None
            if kind != ".txt":
                text, url = _html_text(text)
            yield row | {"text": _string(text), "url": url, "problem": remark and f"{shown} {remark}."}
            return
        empty = True
        for number, columns, remark in _ROWS[kind](data):
            empty = False
            text = _string(columns.get("text"))
            if not (text or "").strip():
                text, remark = "", remark or "has no text"
            yield {
                "doc_id": _string(columns.get("id")) or f"{stem}:{number}",
                "source": f"{shown}:{number}",
                "text": text,
                "url": _string(columns.get("url")),
                "fetched": _date(columns.get("fetched")),
                "problem": remark and f"{shown}, row {number} {remark}.",
            }
        if empty:
            raise Unreadable("has no rows")
    except Unreadable as error:
        yield row | {"problem": f"{shown} {error}."}


def _files(source: Path, pattern: str | None) -> Iterator[tuple[Path, str]]:
    """Yield the files of a source in a stable order, each with the name to show; never the machine's own path."""
    shown = Path(source.name) if source.is_absolute() else source
    if not source.is_dir():
        yield source, shown.as_posix()
        return
    for folder, folders, names in os.walk(source, onerror=lambda error: None):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            known = Path(name.lower()).suffix in (*KINDS, *CODECS) and not name.startswith(".")
            if fnmatch(name, pattern) if pattern else known:
                yield Path(folder, name), (shown / Path(folder, name).relative_to(source)).as_posix()


def read_documents(source, *, pattern: str | None = None) -> pd.DataFrame:
    """Read articles from text, HTML and tables.

    Parameters
    ----------
    source : path, or list of paths
        Files or folders (read with all folders inside, in the order of their names). Known endings: ``.txt .html .htm
        .jsonl .csv .parquet``, each also ``.gz`` or ``.zst``; any other file that is named itself is read as text.
        In tables the columns text, url, id and date are found by their usual names.
    pattern : str, optional
        Which files of a folder to read, as in ``"*.txt"``.

    Returns
    -------
    DataFrame
        **documents**: ``doc_id`` (file stem; in tables the id or ``stem:row``, rows counted from 1; where two documents would
        share it, the source), ``source``, ``text`` (as decoded, verbatim but for a byte order mark), ``url``,
        ``fetched``, ``problem`` (what could not be read or was doubtful, in one sentence; a document that could not be read
        keeps its row with empty text). Nothing raises for bad input.

    Examples
    --------
    >>> read_documents("no/such/folder").problem[0]
    'no/such/folder does not exist.'
    """
    sources = [source] if isinstance(source, (str, os.PathLike)) else list(source)
    rows = []
    for item in map(Path, sources):
        files = list(_files(item, pattern))
        if not files:
            shown = item.name if item.is_absolute() else item.as_posix()
            rows.append(
                {"doc_id": item.name or shown, "source": shown, "text": "", "problem": f"{shown} holds no article."}
            )
        for path, shown in files:
            rows += _file_rows(path, shown.encode(errors="replace").decode())
    counts = Counter(row["doc_id"] for row in rows)
    taken: set[str] = set()
    for row in rows:
        name = row["doc_id"] if counts[row["doc_id"]] == 1 else row["source"]
        candidates = (name if n == 1 else f"{name}~{n}" for n in range(1, len(rows) + 2))
        row["doc_id"] = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(row["doc_id"])
    return frame("documents", rows)
