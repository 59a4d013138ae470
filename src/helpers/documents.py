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
    "text": ["text", "content", "raw_content", "body", "article", "texte", "contenu"],
    "url": ["url", "link", "source_url", "uri", "lien"],
    "id": ["id", "doc_id", "document_id", "article_id", "uuid"],
    "fetched": ["fetched", "fetched_at", "crawl_date", "crawled", "crawled_at", "date_download", "timestamp", "date"],
}
LARGEST = 1 << 30  # bytes of a file once unpacked: a small archive can hold endless zeros
_DATE = re.compile(r"\s*(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?:\D|\d{6}|$)")
_CONTROL = bytes(range(9)) + bytes(range(14, 32))

Row = tuple[int, dict, str | None]  # number in its table, cells by role, what is wrong with it


class Unreadable(Exception):
    """Why a file cannot be read; the message completes ``<file> ...``."""


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the text of a file, and what there is to say about its encoding, as completes ``<file> ...``.

    Examples
    --------
    >>> decode("Hué".encode("utf-8-sig")), decode("Hué".encode("cp1252"))
    (('Hué', None), ('Hué', 'is not UTF-8; read as Windows-1252'))
    >>> decode("Hué, à".encode()[:-1])
    ('Hué, �', 'ends in the middle of a character; the rest is missing')
    """
    if not data.strip():
        raise Unreadable("is empty")
    for mark, encoding in ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return text, f"is damaged {encoding.upper()}; what is no text is shown as �" if "�" in text else None
    data = data.removeprefix(b"\xef\xbb\xbf")
    head = data[:4096]
    for half, encoding in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if half.count(0) > 0.6 * len(half):
            return data.decode(encoding, "replace"), "has no byte order mark; read as UTF-16"
    if b"\0" in data or len(head) - len(head.translate(None, _CONTROL)) > 0.02 * len(head):
        raise Unreadable("is a binary file, not text")
    try:
        return data.decode(), None
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
    bad, good = text.count("�"), len(text) - len(text.encode("ascii", "ignore"))
    if bad == 1 < good and text.endswith("�"):
        return text, "ends in the middle of a character; the rest is missing"
    if bad > (good - bad) / 2:
        return data.decode("cp1252", "replace"), "is not UTF-8; read as Windows-1252"
    return text, "has bytes that are not UTF-8; they are shown as �"


def _read(path: Path) -> bytes:
    """Return a file's bytes, unpacked."""
    codec = CODECS.get(path.suffix.lower())
    try:
        if not path.is_file():
            raise Unreadable("is not a file" if path.exists() else "does not exist")
        with path.open("rb") as file, pa.input_stream(file, compression=codec) as stream:
            data = stream.read(LARGEST + 1)
    except PermissionError as error:
        raise Unreadable("may not be read: permission denied") from error
    except (OSError, pa.ArrowException) as error:
        raise Unreadable(f"is not a sound {codec} archive" if codec else "could not be read") from error
    if len(data) > LARGEST:
        raise Unreadable(f"is larger than {LARGEST >> 20} MB")
    return data


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


def _roles(names: Iterable[str]) -> dict[str, str]:
    """Return which column holds text, url, id and date, as far as they are there."""
    known = {str(name).strip().lower(): name for name in reversed(list(names))}
    found = {role: next((known[name] for name in usual if name in known), None) for role, usual in COLUMNS.items()}
    return {role: name for role, name in found.items() if name is not None}


def _need_text(names: Iterable[str]) -> dict[str, str]:
    if "text" not in (roles := _roles(names)):
        raise Unreadable(f"has no text column (looked for {', '.join(COLUMNS['text'])})")
    return roles


def _jsonl_rows(data: bytes) -> Iterator[Row]:
    text, remark = decode(data)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            sound = isinstance(row, dict)
            cells = {role: row[name] for role, name in _roles(row).items()} if sound else {}
            yield number, cells, remark if sound else "is not a JSON object"


def _csv_rows(data: bytes) -> Iterator[Row]:
    text, remark = decode(data)
    csv.field_size_limit(sys.maxsize)
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(",;\t|", key=lines[0].count)
    begun, number, header, roles = 0, 0, None, {}
    while begun < len(lines):
        offset = begun
        reader = csv.reader((lines[i] for i in range(offset, len(lines))), delimiter=delimiter, strict=True)
        try:
            for fields in reader:
                begun = offset + reader.line_num
                if fields and header is None:
                    header, roles = fields, _need_text(fields)
                elif fields:
                    number += 1
                    broken = len(fields) - len(header)
                    cells = dict(zip(header, fields, strict=False)) if broken <= 0 else {}
                    wrong = f"has {len(fields)} fields instead of {len(header)}" if broken else remark
                    yield number, {role: cells.get(name) for role, name in roles.items()}, wrong
        except csv.Error:
            # A quote that is never closed would swallow the rows after it: this line alone is given up.
            if header is None:
                raise Unreadable("has a broken header") from None
            number, begun = number + 1, begun + 1
            yield number, {}, "has a broken quotation"


def _parquet_rows(data: bytes) -> Iterator[Row]:
    try:
        file, number = pq.ParquetFile(pa.BufferReader(data)), 0
        roles = _need_text(file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=4096, columns=list(roles.values())):
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


def _stem(name: str) -> tuple[str, str]:
    """Return a file's name without its known endings, and the ending that tells its kind."""
    kind = ".txt"
    for endings in (CODECS, KINDS):
        stem, dot, ending = name.rpartition(".")
        if stem and dot + ending.lower() in endings:
            name, kind = stem, dot + ending.lower()
    return name, kind if kind in KINDS else ".txt"


def _file_rows(path: Path, shown: str) -> Iterator[dict]:
    """Yield the rows of one file; ``doc_id`` is what it should be if no other document has it."""
    stem, kind = _stem(Path(shown).name)
    row = {"doc_id": stem, "source": shown, "text": ""}
    try:
        data = _read(path)
        if kind not in _ROWS:
            text, remark = decode(data)
            text, url = (text, None) if kind == ".txt" else _html_text(text)
            if not text.strip():
                raise Unreadable("is empty")
            yield row | {"text": _string(text), "url": url, "problem": remark and f"{shown} {remark}."}
            return
        number = 0
        for number, cells, remark in _ROWS[kind](data):
            text = _string(cells.get("text")) or ""
            remark = remark or (None if text.strip() else "has no text")
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
    except Unreadable as error:
        yield row | {"problem": f"{shown} {error}."}


def _files(source: Path, pattern: str | None) -> Iterator[tuple[Path, str]]:
    """Yield the files of a source in a stable order, each with the name to show: never where the machine keeps it."""
    shown = Path(source.name) if source.is_absolute() else source
    is_folder = os.path.isdir(source)  # noqa: PTH112 (never raises, as Path.is_dir can)
    found = [] if is_folder else [source]
    refused = (lambda error: found.append(Path(error.filename))) if is_folder else None
    for folder, folders, names in os.walk(source, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            known = Path(name.lower()).suffix in (*KINDS, *CODECS) and not name.startswith(".")
            if fnmatch(name, pattern) if pattern else known:
                found.append(Path(folder, name))
    for path in found:
        yield path, _string((shown / path.relative_to(source)).as_posix())


def read_documents(source, *, pattern: str | None = None) -> pd.DataFrame:
    """Read articles from text, HTML and tables.

    Parameters
    ----------
    source : path, or list of paths
        Files or folders (with all folders inside, in the order of their names). Known endings: ``.txt .html .htm .jsonl
        .csv .parquet``, each also ``.gz`` or ``.zst``; any other file that is named itself is read as text. In tables
        the columns text, url, id and date are found by their usual names.
    pattern : str, optional
        Which files of a folder to read, as in ``"*.txt"``.

    Returns
    -------
    DataFrame
        **documents**: ``doc_id`` (file stem; in tables the id or ``stem:row``, rows counted from 1; the source where
        two documents would share it), ``source``, ``text`` (as decoded, verbatim but for a byte order mark), ``url``,
        ``fetched``, ``problem`` (one sentence on what could not be read, or was doubtful). What could not be read keeps
        its row with empty text: bad input never raises.

    Examples
    --------
    >>> read_documents("no/such/folder").problem[0]
    'no/such/folder does not exist.'
    """
    rows = []
    for item in map(Path, [source] if isinstance(source, str | os.PathLike) else source):
        files = list(_files(item, pattern))
        rows += (row for path, shown in files for row in _file_rows(path, shown))
        if not files:
            shown = item.name if item.is_absolute() else item.as_posix()
            rows.append(
                {"doc_id": item.name or shown, "source": shown, "text": "", "problem": f"{shown} holds no article."}
            )
    counts, taken = Counter(row["doc_id"] for row in rows), set()
    for row in rows:
        name = row["doc_id"] if counts[row["doc_id"]] == 1 else row["source"]
        repeats = (f"{name}~{n}" for n in range(2, len(rows) + 2))
        row["doc_id"] = name if name not in taken else next(repeat for repeat in repeats if repeat not in taken)
        taken.add(row["doc_id"])
    return frame("documents", rows)
