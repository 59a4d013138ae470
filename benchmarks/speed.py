"""Processor time and memory of every step on the generated corpus, and the time that importing takes."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import helpers
from benchmarks.corpus import document, documents

IMPORTS = {
    "import helpers": "import helpers",
    "… and every function of it": "import helpers; [getattr(helpers, name) for name in dir(helpers)]",
}


def chain(folder: Path, run: Callable) -> None:
    """Do every step on a folder; `run(step, function)` calls the function and returns what it returns."""
    documents = run("read_documents", lambda: helpers.read_documents(folder))
    run("repair_spacing", lambda: [helpers.repair_spacing(text) for text in documents["text"]])
    articles = run("parse_articles", lambda: helpers.parse_articles(documents))
    mentions = run("find_partners", lambda: helpers.find_partners(articles))
    figures = run("extract_figures", lambda: helpers.extract_figures(articles, mentions=mentions))
    run("find_links", lambda: helpers.find_links(articles, mentions))
    run("derive_figures", lambda: helpers.derive_figures(figures))
    run("to_usd", lambda: helpers.to_usd(figures))
    run("partner_frequencies", lambda: helpers.partner_frequencies(articles, mentions))


TABLES = ["read_documents", "parse_articles", "find_partners", "extract_figures", "find_links"]  # reading to tables


def write(folder: Path, n: int, seed: int = 0) -> float:
    """Write n documents to the folder; return their megabytes."""
    return sum((folder / f"{k:06}.txt").write_bytes(document(k, seed).encode()) for k in range(n)) / 1e6


def steps(n: int) -> pd.DataFrame:
    """Return processor seconds, megabytes of text a second, and peak memory, for n documents.

    The steps run once on a few other documents before: what they load is loaded. Memory is the highest so far, in all.
    """
    rows = []
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        write(Path(few), 20, seed=1)
        chain(Path(few), lambda step, function: function())
        size = write(Path(many), n)

        def timed(step: str, function: Callable):
            start = time.process_time()
            result = function()
            seconds = time.process_time() - start
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
            rows.append({"step": step, "seconds": seconds, "MB/s": size / seconds, "peak MB": memory})
            return result

        chain(Path(many), timed)
    total = sum(row["seconds"] for row in rows if row["step"] in TABLES)
    memory = max(row["peak MB"] for row in rows if row["step"] in TABLES)
    rows.append({"step": "reading to all tables", "seconds": total, "MB/s": size / total, "peak MB": memory})
    return pd.DataFrame(rows)


def topics(n: int) -> pd.DataFrame:
    """Return processor seconds and peak memory for the topics of n articles, as `steps` does."""
    articles = helpers.parse_articles(documents(n)).query("role == 'article'")
    size = articles["text"].str.encode("utf-8").str.len().sum() / 1e6
    helpers.cluster_topics(articles.head(20))
    start = time.process_time()
    helpers.cluster_topics(articles)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return pd.DataFrame([{"step": "cluster_topics", "seconds": seconds, "MB/s": size / seconds, "peak MB": memory}])


def beside(small: pd.DataFrame, large: pd.DataFrame, *sizes: int) -> pd.DataFrame:
    """Return the measures of two sizes side by side, and what a megabyte costs in the larger, the smaller being 1."""
    names = [f", {size:,}" for size in sizes]
    both = small.merge(large, on="step", suffixes=names)
    return both.assign(**{"cost of a MB": both[f"MB/s{names[0]}"] / both[f"MB/s{names[1]}"]})


def imports(repeat: int = 3) -> pd.DataFrame:
    """Return the least processor time of an import in a fresh process, in seconds."""
    code = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
    rows = []
    for name, statement in IMPORTS.items():
        command = [sys.executable, "-c", code.format(statement)]
        times = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(repeat)]
        rows.append({"what": name, "seconds": min(times)})
    return pd.DataFrame(rows)
