"""What `make bench` runs: accuracy and speed of every step, and the installed peers, from the repository alone.

Each part runs in a process of its own, one after the other; one line a part. The tables go into `RESULTS.md`, or the
file that `--out` names. About eight minutes. `--large` (`make bench-archive`) processes 250,000 documents instead, and
keeps the table in `large_archive.md`, which `RESULTS.md` takes in.
"""

import argparse
import multiprocessing
import os
import platform
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks import accuracy, archive, pages, peers, speed

RESULTS = Path(__file__).with_name("RESULTS.md")
TEMPLATE = Path(__file__).with_name("results_template.md")
LARGE = Path(__file__).with_name("large_archive.md")
PARTS = {  # what is called for each table: functions and their arguments, one process each; two are two sizes
    "seeds": [(accuracy.seeds_table,)],
    "fixtures": [(accuracy.fixtures_table,)],
    "pages": [(pages.table,)],
    "speed": [(speed.steps, 200), (speed.steps, 2000)],
    "archive": [(archive.table, 1_000, 10_000)],
    "topics": [(speed.topics, 100), (speed.topics, 400)],
    "imports": [(speed.imports,)],
    "figures": [(peers.figures_table,)],
    "names": [(peers.names_table,)],
    "countries": [(peers.countries_table,)],
    "spacing": [(peers.spacing_table,)],
    "chain": [(peers.chain_table,)],
}


def apart(function: Callable[..., pd.DataFrame], *arguments) -> pd.DataFrame:
    """Return what the function returns in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    # What the peers warn of is not ours to mend.
    with ProcessPoolExecutor(1, mp_context=fresh, initializer=warnings.simplefilter, initargs=("ignore",)) as pool:
        return pool.submit(function, *arguments).result()


def cell(value: object) -> str:
    """Write a value with the digits that say something.

    Examples
    --------
    >>> cell(1234.5), cell(12.345), cell(0.99512), cell(7), cell("riz")
    ('1,234', '12.3', '0.995', '7', 'riz')
    """
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def markdown(rows: pd.DataFrame) -> str:
    """Return a table in Markdown, numbers to the right."""
    head = [" | ".join(rows.columns), " | ".join("---:" if kind.kind in "if" else "---" for kind in rows.dtypes)]
    lines = [" | ".join(map(cell, row)) for row in rows.itertuples(index=False)]
    return "\n".join(f"| {line} |" for line in [*head, *lines])


def machine() -> str:
    """Describe the machine and the versions, without its name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "numpy", "scikit-learn", "ahocorasick_rs"))
    cpu = (models or [platform.machine()])[0]
    return f"{os.cpu_count()} cores ({cpu}), {platform.system()}, Python {platform.python_version()}, {libraries}"


def large(day: str, n: int = 250_000) -> str:
    """Process a large archive; return the table, with how it was made."""
    return f"{day}, {machine()}, `make bench-archive`.\n\n{markdown(apart(archive.large, n))}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", default=date.today().isoformat(), help="the date to write")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--large", action="store_true", help="measure an archive of 250,000 documents instead")
    options = parser.parse_args()
    if options.large:
        LARGE.write_text(large(options.date), encoding="utf-8")
        print(f"Written: {LARGE.name}; `make bench` takes it into {RESULTS.name}")
        return
    tables = {}
    for name, calls in PARTS.items():
        start = time.monotonic()
        print(f"{name} …", end=" ", flush=True)
        results = [apart(*call) for call in calls]
        rows = speed.beside(*results, *(call[1] for call in calls)) if len(results) == 2 else results[0]
        tables[name] = markdown(rows)
        print(f"{len(rows)} rows, {time.monotonic() - start:.0f} s", flush=True)
    known = peers.installed()
    text = TEMPLATE.read_text(encoding="utf-8").format(
        date=options.date,
        machine=machine(),
        there=", ".join(f"{name} {number}" for name, number in known.items() if number) or "none",
        absent=", ".join(name for name, number in known.items() if not number) or "none",
        tables=", ".join(f"`{name}`" for name in speed.TABLES),
        large=LARGE.read_text(encoding="utf-8").strip() if LARGE.exists() else "Not measured yet.",
        **tables,
    )
    options.out.write_text(text, encoding="utf-8")
    print(f"Written: {options.out.name}")


if __name__ == "__main__":
    main()
