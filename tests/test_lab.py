"""Each notebook in a real JupyterLab, in a real browser, from a fresh clone: seen before it runs, then run."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pandas as pd
import pytest

from helpers.paths import ROOT
from helpers.report import NOTEBOOKS, execute
from tests.samples import HOSTILE, sample_notebook

pytestmark = pytest.mark.browser
EXPLORE = "05_explore.ipynb"
COMMITTED = sorted(NOTEBOOKS.glob("*.ipynb"))
ALL_RUN = """() => {
  const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
  return prompts.length && prompts.every((prompt, i) => prompt.textContent.trim() === `[${i + 1}]:`)
    && document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]');
}"""
CONTROLS = ".jp-OutputArea-output .jupyter-widgets"
BAD = ".jp-OutputArea-output[data-mime-type$=error], .jp-OutputArea-output[data-mime-type$=stderr]"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """What a clone would hold once everything is committed, and a notebook full of hostile text beside the others."""
    folder = tmp_path_factory.mktemp("lab") / "clone"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    hostile = folder / "notebooks" / "99_hostile.ipynb"
    nbformat.write(sample_notebook(HOSTILE), hostile)
    nbformat.write(execute(hostile), hostile)
    return folder


@pytest.fixture(scope="module")
def lab(clone, tmp_path_factory):
    """The address of a JupyterLab over the clone, with a configuration of its own and no look at the outside."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = tmp_path_factory.mktemp("jupyter")
    folders = {"JUPYTER_CONFIG_DIR": own / "config", "JUPYTER_DATA_DIR": own / "data", "PYTHONPATH": clone / "src"}
    environment = os.environ | {name: str(folder) for name, folder in folders.items()}
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--IdentityProvider.token=t",
        f"--ServerApp.root_dir={clone}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = (own / "log").open("w")
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], stdout=log, stderr=log, env=environment)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api/status?token=t").close()
            break
        except OSError:
            time.sleep(0.2)
    else:
        pytest.fail((own / "log").read_text())
    yield address
    server.terminate()
    server.wait(20)
    log.close()


def opened(context, lab, name):
    page = context.new_page()
    page.goto(f"{lab}/lab/workspaces/t/tree/notebooks/{name}?reset&token=t")
    page.locator(".jp-CodeCell").first.wait_for(timeout=60_000)
    return page


def run_all(page):
    idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    idle.first.wait_for(state="attached", timeout=120_000)  # a kernel that is still starting may ignore a restart
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All")).click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    page.wait_for_function(ALL_RUN, timeout=240_000)


def count_of(page, wanted, selector) -> int:
    """Return how many elements there are, after waiting a little for those that are wanted."""
    for _ in range(100):
        if (count := page.locator(selector).count()) == wanted:
            break
        page.wait_for_timeout(200)
    return count


@pytest.fixture
def context(browser):
    # A high window, so that JupyterLab draws every cell.
    context = browser.new_context(viewport={"width": 1280, "height": 20_000})
    yield context
    context.close()


@pytest.mark.parametrize("name", [path.name for path in COMMITTED])
def test_opens_shows_and_runs(context, lab, clone, name):
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = opened(context, lab, name)
    shown = (clone / "notebooks" / name).read_text(encoding="utf8")
    figures, tables = shown.count("<figcaption>"), shown.count("<caption>")
    for run in (False, True):  # before anything is run the notebook is not trusted, and shows them all the same
        if run:
            run_all(page)
        within = "" if name != EXPLORE else f":not({CONTROLS} *)"
        assert count_of(page, figures, f".jp-OutputArea-output figure img[alt]{within}") == figures
        assert count_of(page, tables, f".jp-OutputArea-output table caption{within}") == tables
    assert page.locator(BAD).count() == 0
    assert [url for url in asked if not url.startswith((lab, lab.replace("http", "ws"), "data:", "blob:"))] == []


def test_hostile_text_stays_text(context, lab):
    page = opened(context, lab, "99_hostile.ipynb")
    for run in (False, True):
        if run:
            run_all(page)
        outputs = page.locator(".jp-OutputArea-output")
        outputs.get_by_text('<script>document.title = "run"</script>').first.wait_for()
        page.wait_for_timeout(2000)  # time for MathJax, would it find anything to set
        assert "run" not in page.title().split()
        bad = ".jp-OutputArea-output :is(script, mjx-container, [onerror], img[src=x], a[href*=javascript], style)"
        assert page.locator(bad).count() == 0
        assert outputs.get_by_text("$x^2$").count() > 0 and outputs.get_by_text("**gras**").count() > 0


def choice(page, label):
    return page.locator(".widget-dropdown, .widget-text").filter(has=page.get_by_text(label, exact=True))


def test_explore_by_clicking(context, lab, clone):
    page = opened(context, lab, EXPLORE)
    run_all(page)
    controls = page.locator(CONTROLS).first
    caption, rows = controls.locator("table caption"), controls.locator("table tbody tr:not(.said)")
    caption.wait_for()
    partner = choice(page, "Partner").locator("select")
    before, label = rows.count(), partner.locator("option", has_text="Hong Kong").inner_text()
    partner.select_option(label)
    controls.get_by_text(re.compile("^3 of 39 texts")).wait_for()
    rows.first.wait_for()  # the table comes in a message of its own, after the count
    assert 3 < rows.count() < before
    assert all("Hong Kong" in row for row in controls.locator("table tbody").all_inner_texts())
    controls.locator(".article").get_by_text("Hong Kong").first.wait_for()

    controls.get_by_role("button", name="figures", exact=True).click()
    controls.get_by_text("Figures of this choice").wait_for()
    for kind, read in {"CSV": pd.read_csv, "Parquet": pd.read_parquet}.items():
        controls.get_by_role("button", name=f"Save as {kind}").click()
        controls.get_by_text(f"figures.{kind.lower()}").wait_for()
        saved = read(clone / "data" / "derived" / f"figures.{kind.lower()}")
        assert set(saved["partner"]) == {"HKG"} and len(saved) == rows.count()

    choice(page, "To").locator("select").select_option("2020")
    controls.get_by_text(re.compile("^1 of 39 texts")).wait_for()

    (clone / "hostile.txt").write_text(HOSTILE, encoding="utf8")
    corpus = choice(page, "Corpus").locator("input")
    corpus.fill(str(clone / "hostile.txt"))
    corpus.press("Enter")
    controls.locator(".article").get_by_text('<script>document.title = "run"</script>').wait_for()
    page.wait_for_timeout(1000)
    assert "run" not in page.title().split() and controls.locator("script, img, mjx-container").count() == 0
    corpus.fill(str(clone / "nowhere"))
    corpus.press("Enter")
    controls.get_by_text(re.compile("does not exist")).wait_for()
    assert page.locator(BAD).count() == 0
