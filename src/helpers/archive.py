"""A corpus of any size to tables on disk, on all cores or on a cluster; it can be killed at any moment and goes on.

The way of the data: `_read` puts the documents on disk in parts, cut by their order and size. Workers `parse` each part
into articles. What only the whole corpus tells (which article came first, which numbers have which dates) is gathered
part by part, in order. When all are parsed, workers `extract` the tables of each part. Both are pure functions of files
to files, and end with a marker, written last: without it the part is done again, with the same bytes.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from helpers import store
from helpers.crew import Bad, Crew, Task, hired
from helpers.documents import iter_documents
from helpers.duplicates import Firsts, signatures
from helpers.paths import DATA
from helpers.published import date_articles, numbered_articles, public_dates
from helpers.store import NAMES, SCHEMAS, StoreError, Tables, part_path, read_frame, read_json, write_json, write_table
from helpers.tables import frame

CHARACTERS = 1 << 21  # of a part: what a worker needs beside its libraries is some forty times as much
_UNFINISHED = ".unfinished"
_CHANGED = "The input is not what the run began with. Give it as it was, or begin again in another folder."
_DATED = ["published", "published_from", "published_to", "published_why"]
_TEXTS, _BYTES = dict.fromkeys(["article_id", "role", "address"], pa.string()), pa.binary()
_SIGNATURES = pa.schema(_TEXTS | {"said": pa.list_(pa.string()), "shingles": _BYTES, "bands": _BYTES})
_SCHEMAS = {"documents": SCHEMAS["documents"], "articles": SCHEMAS["articles"], "signatures": _SIGNATURES}
_MONTHS = np.dtype([("n", "i8"), ("first", "M8[D]"), ("last", "M8[D]")])
_LIBRARIES = ["carnets-vna", "ahocorasick_rs", "numpy", "pandas", "pyarrow", "text2num", "trafilatura", "wordfreq"]


def _work(folder: Path, name: str, number: int) -> Path:
    kind = "parquet" if name in _SCHEMAS else "json"
    return folder / _UNFINISHED / f"{name}-{number:05}.{kind}"


def _batches(source, settings: dict) -> Iterator[pd.DataFrame]:
    """Yield the documents in the parts that the corpus is cut into; they depend on its order and size alone."""
    if not hasattr(source, "columns"):
        yield from iter_documents(source, **{key: settings[key] for key in ("pattern", "rows", "characters")})
        return
    for piece in getattr(source, "partitions", [source]):
        whole = frame("documents", piece.compute() if hasattr(piece, "compute") else piece)
        yield from (whole.iloc[first : first + settings["rows"]] for first in range(0, len(whole), settings["rows"]))


def _digest(documents: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for row in documents.astype(object).where(documents.notna(), None).itertuples(index=False, name=None):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _read(folder: Path, number: int, documents: pd.DataFrame) -> dict:
    """Put the documents of a part on disk; when they are there, check that they are the same."""
    path, digest = _work(folder, "documents", number), _digest(documents)
    if not path.exists():
        write_table(path, documents, SCHEMAS["documents"])
    elif _digest(read_frame(path)) != digest:
        raise StoreError(_CHANGED)
    return {"documents": len(documents), "input": digest}


def parse(folder: Path, number: int, bad: Bad, only: tuple | None) -> None:
    """Cut the documents of a part into articles (bad ones as if empty); note what the whole corpus has to know."""
    from helpers.articles import cut_articles  # here: only workers need it

    if (marker := _work(folder, "parsed", number)).exists():
        return
    documents = read_frame(_work(folder, "documents", number))
    documents.loc[documents.index.isin(bad), "text"] = ""
    documents = documents.iloc[slice(*only or (None,))]
    articles = date_articles(cut_articles(documents), documents, known=[])
    known_by, numbers = signatures(articles, documents), numbered_articles(articles, documents)
    if only:
        return
    write_table(_work(folder, "articles", number), articles, SCHEMAS["articles"])
    write_table(_work(folder, "signatures", number), known_by, _SIGNATURES)
    write_json(marker, {"bad": bad, "numbers": numbers})


def extract(
    folder: Path, number: int, text: bool, known: list, marks: dict[str, str], bad: Bad, only: tuple | None
) -> None:
    """Find mentions, figures and links in the articles of a part, and write its tables; nothing in a bad document."""
    from helpers.figures import extract_figures
    from helpers.links import find_links
    from helpers.partners import find_partners

    if (marker := _work(folder, "extracted", number)).exists():
        return
    documents, articles = (read_frame(_work(folder, name, number)) for name in ("documents", "articles"))
    parsed = read_json(_work(folder, "parsed", number))
    undated = articles["article_id"].isin([name for name, _, first, _ in parsed["numbers"] if not first])
    if undated.any():
        articles.loc[undated, _DATED] = date_articles(articles[undated], documents, known=known)[_DATED]
    articles["duplicate_of"] = articles["article_id"].map(marks).astype("string")

    sound = documents["doc_id"].iloc[slice(*only or (None,))].drop(index=list(bad), errors="ignore")
    own = articles[articles["doc_id"].isin(sound)].reset_index(drop=True)
    mentions = find_partners(own)
    figures, links = extract_figures(own, mentions=mentions), find_links(own, mentions)
    if only:
        return
    for place, why in {**parsed["bad"], **bad}.items():
        source = documents["source"][int(place)]
        documents.loc[int(place), "problem"] = f"{source} could not be taken apart ({why})."
    documents = documents if text else documents.assign(text=pd.NA)
    tables = dict(zip(NAMES, (documents, articles, figures, mentions, links), strict=True))
    for name, rows in tables.items():
        write_table(part_path(folder, name, number), rows, SCHEMAS[name])
    counts = {name: len(rows) for name, rows in tables.items()}
    write_json(marker, {"rows": counts, "problems": int(documents["problem"].count())})


def _neighbours(numbers: list, known: np.ndarray) -> list[tuple[int, date, date]]:
    """Return, of the sorted numbers with a known month, those around the numbers without one."""
    own = [n for _, n, first, _ in numbers if not first]
    places = {*(np.searchsorted(known["n"], own, "right") - 1), *np.searchsorted(known["n"], own, "left")}
    return [known[place].item() for place in sorted(places) if 0 <= place < len(known)]


def _run(batches: Iterator, folder: Path, text: bool, crew: Crew, progress: Callable) -> list[dict]:
    """Parse all parts, then extract their tables; return input, rows and problems of every part."""
    firsts, parts, marks, known = Firsts(), [], [], [np.array(public_dates(), _MONTHS)]

    def parsing() -> Iterator[Task]:
        for number, documents in enumerate(batches):
            parts.append(_read(folder, number, documents))
            yield partial(parse, folder, number), len(documents)

    def extracting() -> Iterator[Task]:
        numbered = np.sort(np.concatenate(known))
        for number, part in enumerate(parts):
            path = _work(folder, "signatures", number)
            rows = pq.read_table(path, columns=["article_id", "role", "said"]).to_pylist()
            own = marks[number] | firsts.mark(rows, "teaser")
            neighbours = _neighbours(read_json(_work(folder, "parsed", number))["numbers"], numbered)
            yield partial(extract, folder, number, text, neighbours, own), part["documents"]

    def done(step: str, tasks: Iterator[Task], ahead: float) -> Iterator[int]:
        """Yield the number of each part when it is done, and show how far this is."""
        with progress(step) as bar:
            for number, _ in enumerate(crew.ordered(tasks, ahead)):
                yield number
                bar.total = sum(part["documents"] for part in parts)
                bar.update(parts[number]["documents"])

    for number in done("Cut into articles", parsing(), float("inf")):  # so that what there is to do is soon known
        rows = pq.read_table(_work(folder, "signatures", number)).to_pylist()
        marks.append(firsts.mark(rows, "article"))
        numbers = read_json(_work(folder, "parsed", number))["numbers"]
        known.append(np.array([tuple(month) for _, *month in numbers if month[1]], _MONTHS))
    if _work(folder, "documents", len(parts)).exists():
        raise StoreError(_CHANGED)
    crew.stop()  # fresh workers do not hold what only the first step needs
    for number in done("Find what they say", extracting(), 2 * crew.size):
        parts[number] |= read_json(_work(folder, "extracted", number))
    return [{key: part[key] for key in ("input", "rows", "problems")} for part in parts]


def _provenance(settings: dict) -> dict:
    """Return what the rows depend on beside the input."""
    files = sorted([*Path(__file__).parent.glob("*.py"), *DATA.glob("*/*.csv")])
    code = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()
    return {"versions": {name: version(name) for name in _LIBRARIES} | {"code": code}, "settings": settings}


def _begin(folder: Path, run: dict, resume: bool) -> dict | None:
    """Make the folders of a run, or see that it is the same that goes on; return its manifest if it is finished."""
    work, finished = folder / _UNFINISHED, read_json(folder / store.MANIFEST)
    known = finished or read_json(work / "run.json")
    if known is None and any(path != work for path in folder.iterdir()):
        raise StoreError(f"{folder} is not empty and holds no run. Give another folder.")
    if known and not resume:
        raise StoreError(f"{folder} holds a run already. Give another folder, or --resume to go on with it.")
    for what in ("versions", "settings") if known else ():
        if differ := sorted(key for key, value in run[what].items() if known[what].get(key) != value):
            raise StoreError(f"The run in {folder} was begun with other {what} ({', '.join(differ)}); begin it again.")
    if not finished:
        for path in folder.rglob(".*.tmp"):
            path.unlink()
        work.mkdir(exist_ok=True)
        write_json(work / "run.json", run)  # before all else: a folder that holds a run has it
        for name in NAMES:
            (folder / name).mkdir(exist_ok=True)
    return finished


def process(
    source,
    out: str | Path,
    *,
    pattern: str | None = None,
    text: bool = False,
    resume: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    rows: int = 500,
    progress: Callable[[str], tqdm] | None = None,
) -> Tables:
    """Turn a corpus of any size into tables on disk: what the steps give in memory, row for row.

    Parameters
    ----------
    source, pattern
        As in `helpers.read_documents`; or **documents** as a pandas or Dask DataFrame (each ``doc_id`` once).
    out : path
        The folder to write, new or empty; on a cluster all machines have to see it under this path.
    text : bool
        Whether **documents** keep their text; ``articles.source`` has that of every article anyhow.
    resume : bool
        Go on with a run that was stopped, however it was. Nothing is lost or doubled.
    workers, scheduler : int or str, optional
        Processes (one a core), or the address of a Dask scheduler whose workers to use. The bytes written are the same.
    rows : int
        Documents in a part, or 2 million characters if that is less.
    progress : callable
        Gives a bar of tqdm for the name of a step.

    Returns
    -------
    Tables
        As `helpers.load_tables`.

    Raises
    ------
    StoreError, OSError
        If the folder cannot be written, is in use or not empty, or if what is resumed had other settings, versions or
        input. What is done stays done for ``resume``.

    Examples
    --------
    >>> import tempfile
    >>> from helpers import SEEDS
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     process(SEEDS, folder, workers=1).counts["documents"]
    5
    """
    folder = Path(out).resolve()
    if not hasattr(source, "columns"):
        source = [source] if isinstance(source, str | os.PathLike) else list(source)
        if inside := [one for one in source if folder.is_relative_to(Path(one).resolve())]:
            raise StoreError(f"{out} lies in {inside[0]}, which is read: give a folder outside it.")
    folder.mkdir(parents=True, exist_ok=True)
    run = _provenance({"pattern": pattern, "text": text, "rows": rows, "characters": CHARACTERS})
    with store.locked(folder):
        finished, batches = _begin(folder, run, resume), _batches(source, run["settings"])
        if not finished:
            with hired(workers, scheduler) as crew:
                parts = _run(batches, folder, text, crew, progress or partial(tqdm, disable=True))
            totals = {name: sum(part["rows"][name] for part in parts) for name in NAMES}
            problems = sum(part["problems"] for part in parts)
            write_json(folder / store.MANIFEST, {**run, "rows": totals, "problems": problems, "parts": parts})
        elif [_digest(batch) for batch in batches] != [part["input"] for part in finished["parts"]]:
            raise StoreError(_CHANGED)
        shutil.rmtree(folder / _UNFINISHED, ignore_errors=True)
    return Tables(folder)
