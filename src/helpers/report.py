"""The report: executes the notebooks and writes them, their sources and an index as self-contained pages, and a PDF.

``python -m helpers.report [CORPUS] [--out report]`` executes the notebooks in memory, on the seeds or on CORPUS;
``--in-place`` writes the executed notebooks back. No page asks for anything outside itself; the only script that a page
lets run is our own search field above the tables of cells tagged ``search``.
"""

import argparse
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

import helpers
from helpers.pages import Page, exporter, home_page, notebook_page, relink, source_pages
from helpers.paths import ROOT, SEEDS

NOTEBOOKS = ROOT / "notebooks"
MOST_PRINTED = 20  # so many articles are appended to the PDF
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
PDF_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
]


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{what} …", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def execute(path: Path, corpus: Path | None = None, **environment: str) -> nbformat.NotebookNode:
    """Return a notebook executed from top to bottom; the file stays as it is.

    Parameters
    ----------
    path : pathlib.Path
    corpus : pathlib.Path, optional
        What the kernel gets as the variable ``CORPUS``; without it the notebook reads the seed articles.
    **environment : str
        Further variables of the kernel.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    variables = {key: value for key, value in os.environ.items() if key != "CORPUS"} | environment
    client = NotebookClient(
        notebook,
        timeout=600,
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


def write_report(executed: dict[Path, nbformat.NotebookNode], corpus: Path, out: Path) -> list[Page]:
    """Write the pages of the report and return them, the index first.

    Parameters
    ----------
    executed : dict
        Notebook file → executed notebook, in order.
    corpus : pathlib.Path
        What they were executed on; its articles get a page each.
    out : pathlib.Path
        The folder to write into, made when missing.
    """
    tables = {"documents": helpers.read_documents(corpus)}
    tables["articles"] = articles = helpers.parse_articles(tables["documents"])
    tables["figures"], tables["mentions"] = helpers.extract_figures(articles), helpers.find_partners(articles)
    tables["links"] = helpers.find_links(articles, tables["mentions"])
    html_exporter = exporter()
    template = html_exporter.environment.get_template
    notebooks = [notebook_page(path, notebook, html_exporter) for path, notebook in executed.items()]
    sources, *articles = source_pages(tables, notebooks, template("article.html.j2"))
    main = [home_page(tables, corpus, notebooks, template("home.html.j2")), *notebooks, sources]
    shutil.rmtree(out / "articles", ignore_errors=True)  # pages of another corpus
    (out / "articles").mkdir(parents=True)
    for row, up in ((main, ""), (articles, "../")):
        for before, page, after in zip([None, *row], row, [*row[1:], None], strict=False):
            turn = {"before": before, "after": after}
            whole = template("layout.html.j2").render(page=page, body=page.body, main=main, up=up, **turn)
            (out / page.file).write_text(whole, encoding="utf8")
    return [*main, *articles]


def write_pdf(pages: list[Page], out: Path, browser: str) -> Path:
    """Print the pages as one tagged PDF with an outline: the notebooks, then the articles when they are few.

    Parameters
    ----------
    pages : list of Page
        What `write_report` returned.
    out : pathlib.Path
        The folder to write ``carnets-vna.pdf`` into.
    browser : str
        A Chromium.

    Raises
    ------
    subprocess.SubprocessError
        If the browser fails or takes longer than two minutes.
    """
    articles = [page for page in pages if page.file.startswith("articles/")]
    chapters = [page for page in pages if page not in articles and page.file != "sources.html"]
    chapters += articles if len(articles) <= MOST_PRINTED else []
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
        options = [*PDF_OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        subprocess.run([browser, *options, source.as_uri()], check=True, capture_output=True, timeout=120)
    return target


def main(arguments: list[str] | None = None) -> int:
    """Execute the notebooks, write the report, say each step; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers.report", description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", nargs="?", type=Path, help="a file or folder of articles; without it the seeds")
    parser.add_argument("--in-place", action="store_true", help="write the executed notebooks back")
    parser.add_argument("--out", type=Path, default=ROOT / "report", help="folder of the report")
    options = parser.parse_args(arguments)
    if options.in_place and options.corpus:
        parser.error("--in-place is for the seeds: the committed notebooks never show another corpus")
    if options.corpus and not options.corpus.exists():
        print(f"There is no {options.corpus}. Give the path of a file or folder of articles.", file=sys.stderr)
        return 2
    executed = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        try:
            with _step(f"Execute {path.name}"):
                executed[path] = execute(path, options.corpus)
        except CellExecutionError as error:
            print(
                f"failed\n{error}\nThe cell above, of {path.name}, failed. To see where: `make lab`, open the notebook,"
            )
            print("run it to that cell. If it runs on the seeds, something is special in this corpus.")
            return 1
        if options.in_place:
            nbformat.write(executed[path], path)
    with _step("Write the pages"):
        pages = write_report(executed, options.corpus or SEEDS, options.out)
    if browser := find_browser():
        try:
            with _step("Print the PDF"):
                write_pdf(pages, options.out, browser)
        except subprocess.SubprocessError as error:
            print(f"failed: {error}\nThe pages are complete; print them from a browser instead.")
    else:
        print("No PDF: no Chromium was found. Install one, or print the pages from a browser.")
    print(f"Report: {options.out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
