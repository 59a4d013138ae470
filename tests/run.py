"""What `make test` runs: every check, one line each; the output of one that fails, and what to do about it."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from helpers.paths import ROOT

PYTEST = [sys.executable, "-m", "pytest"]
MOST_LINES = 300  # of the output of a failing step
APART = ("gold", "notebooks", "environment", "report", "lab")
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "-o", "addopts=-q"]


class Step(NamedTuple):
    """A check: its name, its command, and what to do when it fails."""

    name: str
    command: list[str]
    advice: str


def _tests(*files: str) -> list[str]:
    return [*PYTEST, *(f"tests/test_{file}.py" for file in files)]


RUFF = [sys.executable, "-m", "ruff"]
STEPS = [
    Step(
        "Style (ruff check)",
        [*RUFF, "check", "--quiet", "--output-format=concise", "."],
        "call `.venv/bin/ruff check --fix`",
    ),
    Step(
        "Format (ruff format)",
        [*RUFF, "format", "--quiet", "--check", "."],
        "call `.venv/bin/ruff format .`",
    ),
    Step("Notebooks in JupyterLab in Chromium", _tests("lab"), "call `make lab`, open the notebook, run it all"),
    Step(
        "Unit tests and doctests",
        [*PYTEST, *(f"--ignore=tests/test_{name}.py" for name in APART)],
        "run the failing test alone: `.venv/bin/python -m pytest tests/test_X.py -k NAME`",
    ),
    Step("Gold gate", _tests("gold"), "a change lost accuracy on hand-read text: correct it, never the gold"),
    Step(
        "Notebooks give what is stored (nbval)",
        [*PYTEST, *NBVAL, "notebooks"],
        "when the change is wanted: `make notebooks`, read what changed in the outputs, commit",
    ),
    Step("Notebook conventions and identical bytes", _tests("notebooks"), "the message names the convention"),
    Step("Environment files", _tests("environment"), "make environment.yml and .venv agree with requirements.txt"),
    Step("Report in Chromium", _tests("report"), "call `make report` and open report/index.html"),
]


def outcome(status: int, output: str) -> Counter:
    """Return how many tests passed, failed and were skipped; a check that is no test, or a crash, counts as one.

    Examples
    --------
    >>> sorted(outcome(1, "...F\\n1 failed, 3 passed, 2 errors in 0.5s").items())
    [('failed', 3), ('passed', 3)]
    >>> outcome(0, ""), outcome(2, "killed")
    (Counter({'passed': 1}), Counter({'failed': 1}))
    """
    lines = [line for line in output.splitlines() if re.search(r"\d (?:passed|failed|errors?|skipped)\b.* in \d", line)]
    counts = Counter()
    for number, kind in re.findall(r"(\d+) (passed|failed|error|skipped)", lines[-1] if lines else ""):
        counts["failed" if kind == "error" else kind] += int(number)
    if not counts or (status and not counts["failed"]):
        counts["failed" if status else "passed"] += 1
    return +counts


def summary(counts: Counter) -> str:
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


def run(step: Step) -> tuple[Step, Counter, str, float]:
    """Run one step; return it with what it counted, what it printed and the seconds it took."""
    start = time.monotonic()
    environment = {key: value for key, value in os.environ.items() if key != "CORPUS"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(step.command, cwd=ROOT, env=environment, text=True, **pipes)
    return step, outcome(done.returncode, done.stdout), done.stdout, time.monotonic() - start


def main() -> int:
    """Run every step, also after a failure, two at a time; return 1 when one failed."""
    total, began = Counter(), time.monotonic()
    with ThreadPoolExecutor(2) as lanes:
        for done in as_completed([lanes.submit(run, step) for step in STEPS]):
            step, counts, output, seconds = done.result()
            print(f"{step.name}: {summary(counts)}, {seconds:.0f} s", flush=True)
            if counts["failed"]:
                print(*output.splitlines()[-MOST_LINES:], sep="\n")
                print(f"→ {step.name} failed: {step.advice}.\n", flush=True)
            total += counts
    print(f"{summary(total)} in {time.monotonic() - began:.0f} s")
    return int(total["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main())
