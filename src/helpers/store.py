"""Tables on disk: Parquet files with the contract's types, each written whole or not at all, and how they are read.

A finished run is a folder with ``manifest.json`` and a folder a table, ``figures/part-00000.parquet`` and so on. The
same rows give the same bytes on every machine: nothing of the machine, the hour or the number of workers is written.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from helpers.tables import DATE, FLAG, INTEGER, LIST, NUMBER, STRING, TABLES

MANIFEST = "manifest.json"
NAMES = ("documents", "articles", "figures", "mentions", "links")
_ARROW = {STRING: pa.string(), FLAG: pa.bool_(), INTEGER: pa.int64(), NUMBER: pa.float64()}
_PANDAS = {arrow: pd.api.types.pandas_dtype(kind) for kind, arrow in _ARROW.items()}
_ARROW |= {DATE: pa.timestamp("ms"), LIST: pa.list_(pa.int64())}
SCHEMAS = {name: pa.schema([(column, _ARROW[kind]) for column, kind in TABLES[name].items()]) for name in NAMES}


class StoreError(Exception):
    """Why a folder cannot be read or written, in a sentence for the user."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder; the lock ends with the process, however that ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StoreError(f"Another run is writing to {folder}. Wait for it, or give another folder.") from None
    finally:
        os.close(handle)


@contextmanager
def _atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when all of it is on the disk."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    with _atomic(path) as file:
        file.write(json.dumps(value, indent=1, default=str).encode() + b"\n")


def read_json(path: Path):
    """Return what is in a file; None when there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def write_table(path: Path, rows: pd.DataFrame | list[dict], schema: pa.Schema) -> None:
    made = pa.Table.from_pylist if isinstance(rows, list) else partial(pa.Table.from_pandas, preserve_index=False)
    with _atomic(path) as file:
        # Statistics would repeat the longest texts, which nothing is looked up by.
        options = {"compression": "zstd", "compression_level": 1, "write_statistics": False, "store_schema": False}
        pq.write_table(made(rows, schema).replace_schema_metadata(), file, **options)


def read_frame(source: Path | pa.Table) -> pd.DataFrame:
    """Return rows with the types of the contract, in the order in which they were written."""
    table = pq.read_table(source) if isinstance(source, Path) else source
    rows = table.to_pandas(types_mapper=_PANDAS.get)
    for field in table.schema:
        if field.type == _ARROW[LIST]:
            rows[field.name] = pd.Series(table[field.name].to_pylist(), dtype=LIST)
        elif field.type == _ARROW[DATE]:
            rows[field.name] = rows[field.name].astype(DATE)
    return rows


def part_path(folder: Path, table: str, number: int) -> Path:
    return folder / table / f"part-{number:05}.parquet"


class Tables:
    """The tables of a finished run, each read when it is asked for."""

    def __init__(self, folder: Path):
        self.folder, self.manifest = folder, read_json(folder / MANIFEST)
        if self.manifest is None:
            raise StoreError(f"{folder} holds no finished run (no {MANIFEST}). Finish it with --resume.")
        self.counts: dict[str, int] = self.manifest["rows"]

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.read(table)

    def read(
        self, table: str, columns: list[str] | None = None, among: tuple[str, Iterable] | None = None
    ) -> pd.DataFrame:
        """Return a table, or some columns of it, or the rows whose value in one column is ``among`` some."""
        wanted = pyarrow.dataset.field(among[0]).isin(list(among[1])) if among else None
        pool = pa.system_memory_pool()  # Arrow's own keeps half as much again of what it took
        return read_frame(self.dataset(table).to_table(columns, wanted, memory_pool=pool))

    def dataset(self, table: str) -> pyarrow.dataset.Dataset:
        """Return a table for filters, batches and other tools, without reading it."""
        paths = [part_path(self.folder, table, number) for number in range(len(self.manifest["parts"]))]
        return pyarrow.dataset.dataset(paths, SCHEMAS[table], format="parquet")


def is_archive(folder: Path) -> bool:
    """Return whether a folder is a finished run of `helpers.process`."""
    return (Path(folder) / MANIFEST).is_file() and (Path(folder) / NAMES[0]).is_dir()


def load_tables(folder: str | Path) -> Tables:
    """Open the tables that `helpers.process` wrote into a folder; only its manifest is read at once.

    Returns
    -------
    Tables
        ``tables["figures"]`` and the other four as DataFrames of the contract (``documents.text`` is missing unless the
        run kept it); ``read(table, columns, among)`` for a part, ``dataset(table)`` for pyarrow, ``counts`` (rows by
        table), ``manifest`` (versions, settings, input hashes).

    Examples
    --------
    >>> load_tables("no/such/folder")
    Traceback (most recent call last):
    helpers.store.StoreError: no/such/folder holds no finished run (no manifest.json). Finish it with --resume.
    """
    return Tables(Path(folder))
