"""Where the repository's data lies, and which corpus the notebooks read."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
SEEDS = ROOT / "seeds"


def corpus_path() -> Path:
    """Return the corpus to read: what the variable ``CORPUS`` names, else the five seed articles.

    Returns
    -------
    pathlib.Path
        A file or a folder. `make report CORPUS=path` sets the variable for the notebooks it executes.
    """
    return Path(os.environ.get("CORPUS") or SEEDS)
