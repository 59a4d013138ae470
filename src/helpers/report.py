"""The report: executes the notebooks and writes them, their sources and an index as self-contained pages, and a PDF.

``python -m helpers.report [CORPUS] [--out report]`` executes the notebooks in memory, on the seeds or on CORPUS;
``--in-place`` writes the executed notebooks back. No page asks for anything outside itself; the only script that a page
lets run is our own search field above the tables of cells tagged ``search``.
"""

import argparse
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from pyarrow.dataset import field

from helpers.archive import process
from helpers.display import write_rows
from helpers.explore import read_tables
from helpers.pages import Page, exporter, home_page, notebook_page, relink, source_pages, versions
from helpers.paths import ROOT, SEEDS
from helpers.reference import CRATE_FILE, crate, reference_body
from helpers.store import is_archive
from helpers.tables import TABLES

NOTEBOOKS = ROOT / "notebooks"
UNPRINTED = ("body", "text", "sections", "offsets", "source")  # columns that the tables of the report leave out
MOST_PRINTED = 20  # so many articles are appended to the PDF
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"]


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{what} …", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def execute(path: Path, corpus: Path | None = None, **environment: str) -> nbformat.NotebookNode:
    """Return a notebook executed from top to bottom; the file stays as it is.

    ``corpus`` is what the kernel gets as the variable ``CORPUS`` (without it the notebook reads the seed articles),
    ``environment`` its further variables. Raises ``CellExecutionError`` if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    variables = {key: value for key, value in os.environ.items() if key != "CORPUS"} | environment
    client = NotebookClient(
        notebook,
        timeout=3600,  # the topics of 100,000 documents take a quarter of it
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(env=variables | ({"CORPUS": str(corpus.resolve())} if corpus else {}))
    notebook.metadata.language_info.pop("version", None)  # differs between machines, as nothing else does
    return notebook


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def write_report(executed: dict[Path, nbformat.NotebookNode], corpus: Path, out: Path, name: str = "") -> list[Page]:
    """Write the pages of the report into ``out`` and return them, the index first.

    ``executed`` are notebook files with what they became, in order; ``corpus`` is what they were executed on, whose
    articles get a page each; ``name`` what it is called, when not by its file.
    """
    tables = read_tables(corpus)
    html_exporter = exporter()
    template = html_exporter.environment.get_template
    notebooks = [notebook_page(path, notebook, html_exporter) for path, notebook in executed.items()]
    sources, *articles = source_pages(tables, notebooks, template("article.html.j2"))
    reference = Page("reference.html", "Reference", "Function reference", reference_body())
    shutil.rmtree(out / "articles", ignore_errors=True)  # pages of another corpus
    for folder in ("articles", "tables"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for kind in ("articles", "figures", "mentions", "links"):
        columns = [column for column in TABLES[kind] if column not in UNPRINTED]
        write_rows(tables.read(kind, columns), out / "tables" / kind)
    files = [path.relative_to(out).as_posix() for path in sorted((out / "tables").iterdir())]
    home = home_page(tables, name or corpus.resolve().name, notebooks, files, template("home.html.j2"))
    main = [home, *notebooks, sources, reference]
    for row, up in ((main, ""), (articles, "../")):
        for before, page, after in zip([None, *row], row, [*row[1:], None], strict=False):
            turn = {"before": before, "after": after}
            whole = template("layout.html.j2").render(page=page, body=page.body, main=main, up=up, **turn)
            (out / page.file).write_text(whole, encoding="utf8")
    read = tables.read("articles", ["doc_id", "role", "title", "published"]).query("role == 'article'")
    shown = {page.short for page in articles}
    read = tables.read("documents", ["doc_id", "url"]).merge(read[read["doc_id"].isin(shown)], on="doc_id")
    described = json.dumps(crate(out, read, versions()), indent=1, ensure_ascii=False)
    (out / CRATE_FILE).write_text(described + "\n", encoding="utf8")
    return [*main, *articles]


def write_pdf(pages: list[Page], out: Path, browser: str | None) -> Path:
    """Print the pages as one tagged PDF with an outline: index, notebooks, and the articles when they are few.

    Raises ``subprocess.SubprocessError`` if there is no browser, if it fails or takes longer than two minutes.
    """
    if browser is None:
        raise subprocess.SubprocessError("no Chromium was found")
    many = sum(page.file.startswith("articles/") for page in pages) > MOST_PRINTED
    left_out = ("sources.html", "reference.html", "articles/")[: 2 + many]
    chapters = [page for page in pages if not page.file.startswith(left_out)]
    position = {page.file: number for number, page in enumerate(chapters)}

    def chapter(page: Page) -> str:
        def address(href: str) -> str | None:
            file, _, place = href.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page.file), file)) if file else page.file
            if href.startswith("https:"):
                return href
            return f"#c{position[target]}-{place}" if target in position else None

        prefix = f"c{position[page.file]}-"
        body = re.sub(r'(<[^<>]*) id="([^"]*)"', rf'\1 id="{prefix}\2"', relink(page.body, address))
        return f'<section class="chapter" id="{prefix}">\n{body}\n</section>'

    layout = exporter().environment.get_template("layout.html.j2")
    whole = layout.render(page=pages[0], body="\n".join(map(chapter, chapters)), main=[], up="")
    target = out.resolve() / "carnets-vna.pdf"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "report.html")
        source.write_text(whole, encoding="utf8")
        options = [*OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        subprocess.run([browser, *options, source.as_uri()], check=True, capture_output=True, timeout=120)
    return target


def main(arguments: list[str] | None = None) -> int:
    """Execute the notebooks, write the report, say each step; return the exit status."""
    about = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser("python -m helpers.report", description=about, fromfile_prefix_chars="@")
    told = "files, folders or tables of articles, or @list of them; else the seeds"
    parser.add_argument("corpus", nargs="*", help=told)
    parser.add_argument("--in-place", action="store_true", help="write the executed notebooks back")
    parser.add_argument("--out", type=Path, default=ROOT / "report", help="folder of the report")
    options = parser.parse_args(arguments)
    if options.in_place and options.corpus:
        parser.error("--in-place is for the seeds: the committed notebooks never show another corpus")
    whole = Path(" ".join(options.corpus))  # the name of one file or folder may hold spaces
    paths = [whole] if whole.exists() else [Path(name) for name in options.corpus]
    if missing := [str(path) for path in paths if not path.exists()]:
        print(f"There is no {', '.join(missing)}. Give the path of a file or folder of articles.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return _report(paths if options.corpus else [SEEDS], options.out, options.in_place, Path(folder))


def _report(paths: list[Path], out: Path, in_place: bool, folder: Path) -> int:
    corpus = paths[0]
    if paths != [SEEDS] and not is_archive(corpus):
        with _step("Read the corpus"):  # once, for all notebooks
            corpus = folder / "tables"
            stored = process(paths, corpus, text=True)
        if not stored.dataset("articles").count_rows(filter=field("body").is_valid()):
            problems = stored.read("documents", ["problem"])["problem"].dropna().head(3)
            print("No article was found in it.", *problems, sep="\n", file=sys.stderr)
            return 2
    shutil.rmtree(out / "tables", ignore_errors=True)  # of another corpus
    (out / "tables").mkdir(parents=True)
    executed = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        long_tables = {} if in_place else {"TABLES": str((out / "tables" / path.stem).resolve())}
        try:
            with _step(f"Execute {path.name}"):
                executed[path] = execute(path, None if paths == [SEEDS] else corpus, **long_tables)
        except CellExecutionError as error:
            print(
                f"failed\n{error}\nThe cell above, of {path.name}, failed. To see where: `make lab`, open the notebook,"
                "\nrun it to that cell. If it runs on the seeds, something is special in this corpus."
            )
            return 1
        if in_place:
            nbformat.write(executed[path], path)
    with _step("Write the pages"):
        pages = write_report(executed, corpus, out, ", ".join(path.resolve().name for path in paths[:5]))
    try:
        with _step("Print the PDF"):
            write_pdf(pages, out, find_browser())
    except subprocess.SubprocessError as error:
        print(f"failed: {error}.\nThe pages are complete; print them from a browser instead.")
    print(f"Report: {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
