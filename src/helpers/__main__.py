"""The command line: ``python -m helpers process SOURCE... --out DIR``, also installed as ``carnets-vna``."""

import argparse
import io
import os
import signal
import sqlite3
import sys
from pathlib import Path

from tqdm import tqdm

_SHOWN = 3  # problems told in full
_LINE = "{desc}: {n_fmt} of {total_fmt} documents, {rate_noinv_fmt}, {remaining} left"


class _Bar(tqdm):
    """How far a step is, with rate and remaining time; where there is no terminal, a line every ten seconds."""

    def __init__(self, step: str):
        self.lines = not sys.stderr.isatty()
        plain = {"file": io.StringIO(), "mininterval": 10, "bar_format": _LINE} if self.lines else {}
        super().__init__(desc=step, unit=" documents", **plain)

    def display(self, *arguments, **options) -> None:
        if not self.lines:
            super().display(*arguments, **options)
        elif self.n:
            print(self, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="carnets-vna", description="Turn French-language news into tables.")
    command = parser.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "process",
        help="write the tables of a corpus of any size as Parquet",
        epilog="Exit status: 0 done; 3 done, some documents have a problem; 1 stopped; 130 interrupted.",
    )
    add = command.add_argument
    add("source", nargs="+", metavar="SOURCE", help="file, folder or address (s3://...) of articles")
    add("--out", required=True, type=Path, metavar="DIR", help="folder to write, new or empty")
    add("--resume", action="store_true", help="go on with a run that was stopped")
    add("--pattern", help="which files of a folder to read, as in '*.txt'")
    add("--text", action="store_true", help="keep the text of the documents (articles have theirs anyhow)")
    add("--workers", type=int, metavar="N", help="processes (default: one a core)")
    add("--rows", type=int, default=500, metavar="N", help="documents in a part (default: 500)")
    add("--engine", choices=["processes", "dask"], default="processes")
    add("--scheduler", metavar="ADDRESS", help="of Dask, as in tcp://host:8786")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    parser = _parser()
    options = vars(parser.parse_args(arguments))
    if (options.pop("engine") == "dask") != bool(options["scheduler"]):
        parser.error("--engine dask and --scheduler ADDRESS go together")
    if min(options["rows"], options["workers"] or 1) < 1:
        parser.error("--rows and --workers are at least 1")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    out = options["out"]
    try:
        from helpers.archive import process  # here: so that an interruption while it loads is told, too
        from helpers.store import StoreError

        tables = process(**options, progress=_Bar)
    except KeyboardInterrupt:
        print(f"Interrupted. What is done is kept in {out}: go on with the same command and --resume.", file=sys.stderr)
        os._exit(130)  # workers end with it; interrupted twice, Python would wait for them for ever
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, sqlite3.OperationalError) as error:
        cause = getattr(error, "strerror", None) or error
        print(f"{out} cannot be written: {cause}. Mend that, then the same command with --resume.", file=sys.stderr)
        return 1
    if problems := tables.manifest["problems"]:
        told = tables.read("documents", ["problem"])["problem"].dropna().head(_SHOWN)
        print(f"{problems:,} documents have a problem, told in the column `problem` of documents:", *told, sep="\n  ")
    print("Written:", ", ".join(f"{count:,} {name}" for name, count in tables.counts.items()), f"in {out}")
    return 3 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
