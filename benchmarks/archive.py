"""A whole archive through `helpers.process`: speed, memory and how both grow, with documents and with cores."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import psutil

from benchmarks.corpus import document
from helpers.store import load_tables

IN_A_FILE = 10_000  # documents


def write(folder: Path, n: int) -> float:
    """Write n documents, with addresses, as JSONL; return the megabytes of their text."""
    size = 0
    for first in range(0, n, IN_A_FILE):
        with (folder / f"{first:07}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(first, min(first + IN_A_FILE, n)):
                text = document(number)
                size += len(text.encode())
                url = f"https://example.org/article-post{100_000 + number}.vnp"
                file.write(json.dumps({"id": f"own-{number:07}", "url": url, "text": text}, ensure_ascii=False) + "\n")
    return size / 1e6


def memory(process: psutil.Process) -> float:
    """Return the megabytes of a process and of all that it started, shared pages counted once."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


def run(source: Path, out: Path, workers: int) -> dict:
    """Process a corpus in a fresh process, as the command does; return what it took."""
    command = [sys.executable, "-m", "helpers", "process", str(source), "--out", str(out), "--workers", str(workers)]
    before, began, peak = os.times(), time.monotonic(), 0.0
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = psutil.Process(started.pid)
    while started.poll() is None:
        peak = max(peak, memory(process))
        time.sleep(0.25)
    seconds, after = time.monotonic() - began, os.times()
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"workers": workers, "seconds": seconds, "processor seconds": used, "peak MB": peak}


def large(n: int) -> pd.DataFrame:
    """Return what a large archive takes on two cores: how it scales from one, the smaller archives tell."""
    return table(n, workers=(2,)).drop(columns="× one worker")


def table(*sizes: int, workers: tuple[int, ...] = (1, 2)) -> pd.DataFrame:
    """Return what archives of these sizes take with so many workers; one after the other."""
    rows = []
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "corpus")
            source.mkdir()
            size = write(source, n)
            for number in workers:
                out = Path(folder, f"out{number}")
                took = run(source, out, number)
                counts = load_tables(out).counts
                assert counts["documents"] == n
                stored = sum(path.stat().st_size for path in out.rglob("*.parquet")) / 1e6
                rows.append({"documents": f"{n:,}", "MB": size, **took, "rows": f"{sum(counts.values()):,}"})
                rows[-1]["MB written"] = stored
    speed = {
        "MB/s": lambda runs: runs["MB"] / runs["seconds"],
        "MB/s a core": lambda runs: runs["MB"] / runs["processor seconds"],
        "× one worker": lambda runs: runs.groupby("documents")["seconds"].transform("first") / runs["seconds"],
    }
    return pd.DataFrame(rows).assign(**speed)
