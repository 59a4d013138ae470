"""What nbval does not check: the conventions of the notebooks, and that executing them again gives the same bytes."""

import copy
import re
from itertools import pairwise

import matplotlib.pyplot as plt
import nbformat
import pytest

from helpers.paths import ROOT
from helpers.report import NOTEBOOKS, execute
from tests.samples import sample_notebook

COMMITTED = sorted(NOTEBOOKS.glob("*.ipynb"))
OTHER_MACHINE = {"PYTHONHASHSEED": "9", "TZ": "Asia/Ho_Chi_Minh", "OMP_NUM_THREADS": "1"}
MOST_LINES = 10
COUNTED = "articles?|documents?|teasers?|partners?|figures?|mentions?|topics?|ties|provinces|countries|sentences?|words"
ASSERTED_NUMBER = re.compile(rf"\d[\d ,.]*(?:%|per cent|percent|(?:{COUNTED})\b)", re.IGNORECASE)


def html_of(cell) -> str:
    return "".join(output.get("data", {}).get("text/html", "") for output in cell.get("outputs", []))


def says(cell) -> bool:
    return cell.cell_type == "markdown" or any("text/markdown" in o.get("data", {}) for o in cell.outputs)


def slug(heading: str) -> str:
    return re.sub(r"[*`]", "", heading).strip().replace(" ", "-")


def execution_problems(notebook) -> list[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    written = nbformat.writes(notebook)
    data = [output.get("data", {}) for output in outputs]
    found = {
        "not executed once from top to bottom": [c.execution_count for c in code] != [*range(1, len(code) + 1)],
        "an error or a warning in an output": any(
            o.output_type == "error" or o.get("name") == "stderr" for o in outputs
        ),
        "a cell opts out of checking": "NBVAL_" in written
        or any(tag.startswith("nbval") or tag in ("raises-exception", "skip-execution") for tag in tags),
        "a raster image, which nbval does not compare": any({"image/png", "image/jpeg"} & set(d) for d in data),
        "a memory address in an output": any(" at 0x" in str(d.get("text/plain", "")) for d in data),
        "timings in the metadata": any("execution" in cell.metadata for cell in notebook.cells),
        "an absolute path": bool(re.search(r"(?<![\w.])/(?:home|tmp|root|work|Users)/|[A-Z]:\\\\", written)),
        "another kernel": notebook.metadata.kernelspec.display_name != "Python 3 (ipykernel)",
        "over 5 MB": len(written) > 5_000_000,
    }
    return [problem for problem, there in found.items() if there]


def structure_problems(notebook) -> list[str]:
    cells = notebook.cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    prose = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    prose = re.sub(r"```.*?```", "", prose, flags=re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]
    sections = [text for text in re.findall(r"^## (.+)$", prose, re.MULTILINE) if text != "Contents"]
    contents = re.findall(r"^\d+\. \[([^\]]+)\]\(#([^)]+)\)", prose, re.MULTILINE)
    imports = [n for n, cell in enumerate(code) if re.search(r"^(import|from) ", cell.source, re.MULTILINE)]
    parameters = [
        cell for cell in code if "CORPUS = corpus_path()" in cell.source and re.search("change th(is|ese)", cell.source)
    ]
    findings = [cell for cell in code if "findings" in cell.metadata.get("tags", [])]
    long = [n for n, c in enumerate(code, 1) if sum(bool(line.strip()) for line in c.source.splitlines()) > MOST_LINES]
    found = {
        "the first cell is not a title and a question": not re.match(r"# .+\n\n\S", cells[0].source),
        "headings: not one title, or a skipped level": levels.count(1) != 1
        or any(after - before > 1 for before, after in pairwise(levels)),
        "the numbered contents are not the sections": contents != [(text, slug(text)) for text in sections],
        "imports outside the first code cell": imports != [0] or "setup()" not in code[0].source,
        "not one parameters cell (CORPUS, change these)": len(parameters) != 1 or parameters[0] is not code[1],
        "not one cell tagged findings that says them": len(findings) != 1 or not says(findings[0]),
        "the findings stand below the contents": bool(findings)
        and any("## Contents" in cell.source for cell in cells[: cells.index(findings[0])]),
        f"code cells of more than {MOST_LINES} lines: {long}": bool(long),
        "a magic, a shell command or sys.path": any(
            re.search(r"^\s*[!%]|sys\.path", cell.source, re.MULTILINE) for cell in code
        ),
        "no section on the limits": not any("limit" in text.lower() for text in sections),
        "no link to another notebook at the end": ".ipynb)" not in cells[-1].source,
        "a number in the prose that is not computed": ASSERTED_NUMBER.search(re.sub(r"\(.*?\)|`.*?`", "", prose)),
        "a word that belittles the reader": re.search(r"\b(?:simply|obviously|of course|just)\b", prose, re.IGNORECASE),
    }
    return [problem for problem, there in found.items() if there]


def display_problems(notebook) -> list[str]:
    cells = notebook.cells
    shown = "\n".join(html_of(cell) for cell in cells)
    figures = [n for n, cell in enumerate(cells) if "<figure>" in html_of(cell)]
    before = [next((c for c in cells[:n][::-1] if says(c) or c.outputs), cells[0]) for n in figures]
    after = [next((c for c in cells[n + 1 :] if says(c) or "<figure>" in html_of(c)), cells[n]) for n in figures]
    captions = {"Figure": r"<figcaption>(\w+ \d+)\.", "Table": r"<caption>(\w+ \d+)\."}
    numbers = {kind: re.findall(pattern, shown) for kind, pattern in captions.items()}
    alts = re.findall(r'<img alt="([^"]*)"', shown)
    found = {
        "an image without a description": shown.count("<img") != len(alts) or any(len(alt) < 20 for alt in alts),
        "a Markdown image without a description": any(re.search(r"!\[\s*\]\(", cell.source) for cell in cells),
        "a table or figure not made by table or show": shown.count("<table") != shown.count("<caption>")
        or shown.count("<img") != shown.count("<figcaption>"),
        "an empty table heading": bool(re.search(r"<th[^>]*>\s*</th>", shown)),
        "a figure without its question before": any(not says(cell) for cell in before),
        "a figure without its reading after": any(not says(cell) for cell in after),
    }
    found |= {
        f"{kind} numbers not 1, 2, 3 …: {given}": given != [f"{kind} {n}" for n in range(1, len(given) + 1)]
        or len(given) != len(re.findall("<figcaption>" if kind == "Figure" else "<caption>", shown))
        for kind, given in numbers.items()
    }
    return [problem for problem, there in found.items() if there]


def problems(notebook) -> list[str]:
    nbformat.validate(notebook)
    return execution_problems(notebook) + structure_problems(notebook) + display_problems(notebook)


def test_the_notebooks_are_there_and_linked_in_order():
    names = [path.name for path in COMMITTED]
    assert names and names[0] == "00_start_here.ipynb"
    for path, following in pairwise(COMMITTED):
        assert f"({following.name})" in nbformat.read(path, 4).cells[-1].source, f"{path.name} does not lead on"


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.name)
def test_conventions(path):
    assert problems(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.name)
def test_executed_again_elsewhere_it_is_the_same_file(path, tmp_path):
    again = tmp_path / path.name
    nbformat.write(execute(path, **OTHER_MACHINE), again)
    assert again.read_bytes() == path.read_bytes(), "call `make notebooks`, look at what changed, commit it"


SMALL = {
    "nothing there": None,
    "empty": "",
    "no figure": "Hanoï (VNA) – Il pleut. -VNA",
    "one figure": "Hanoï (VNA) – Les exportations vers le Japon ont atteint 2,1 milliards de dollars en 2019. -VNA",
}


@pytest.mark.parametrize(
    ("path", "kind"),
    # Without any text there is no topic to find; `make report` says so before it executes a notebook.
    [(path, kind) for path in COMMITTED for kind, text in SMALL.items() if text or "topic" not in path.name],
    ids=lambda value: getattr(value, "name", value),
)
def test_runs_on_the_smallest_corpora(path, kind, tmp_path, monkeypatch, capsys):
    if SMALL[kind] is not None:
        (tmp_path / "a.txt").write_text(SMALL[kind], encoding="utf8")
    monkeypatch.setenv("CORPUS", str(tmp_path / "a.txt"))
    names: dict = {}
    with plt.rc_context():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, path.name, "exec"), names)
    assert capsys.readouterr().out


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.ipynb"
    nbformat.write(sample_notebook(), path)
    return execute(path)


def test_a_good_notebook_has_no_problem(sample):
    assert problems(sample) == []


def copy_of(cell):
    return nbformat.NotebookNode(copy.deepcopy(cell) | {"id": "copied"})


def drop_outputs(cells):
    cells[3].update(execution_count=None, outputs=[])


MUTATIONS = {
    "not executed once": drop_outputs,
    "a warning": lambda cells: cells[1].outputs.append(nbformat.v4.new_output("stream", name="stderr", text="Warning")),
    "opts out": lambda cells: cells[6].update(source="# NBVAL_IGNORE_OUTPUT\n" + cells[6].source),
    "raster": lambda cells: cells[6].outputs[0].data.update({"image/png": "iVBORw0KGgo="}),
    "memory address": lambda cells: cells[6].outputs[0].data.update({"text/plain": "<Axes at 0x7f3a>"}),
    "timings": lambda cells: cells[6].metadata.update(execution={"iopub.status.busy": "2026"}),
    "absolute path": lambda cells: cells[6].outputs[0].data.update({"text/plain": "/Users/someone/articles"}),
    "title and a question": lambda cells: cells[0].update(source="# A sample"),
    "skipped level": lambda cells: cells[5].update(source=cells[5].source + "\n\n#### Deep"),
    "contents are not": lambda cells: cells[4].update(source=cells[4].source.replace("The-largest", "largest")),
    "imports outside": lambda cells: cells[6].update(source="import os\n" + cells[6].source),
    "parameters": lambda cells: cells[2].update(source="CORPUS = corpus_path()"),
    "tagged findings": lambda cells: cells[3].metadata.clear(),
    "below the contents": lambda cells: cells.insert(3, cells.pop(4)),
    "more than 10 lines": lambda cells: cells[6].update(source="a = 1\n" * 11),
    "a magic": lambda cells: cells[6].update(source="%time\n" + cells[6].source),
    "limits": lambda cells: cells[9].update(source=cells[9].source.replace("Limits", "End")),
    "link to another": lambda cells: cells[9].update(source="## Limits\n\nThe end."),
    "not computed": lambda cells: cells[7].update(source="So 80 % of them are larger."),
    "belittles": lambda cells: cells[7].update(source="Obviously larger."),
    "without a description": lambda cells: cells[6].outputs[0].data.update({"text/html": "<img src='a'>"}),
    "not made by table": lambda cells: cells[8].outputs[0].data.update({"text/html": "<table></table>"}),
    "question before": lambda cells: cells.insert(6, copy_of(cells[8])),
    "reading after": lambda cells: cells.insert(7, copy_of(cells[6])),
    "Figure numbers": lambda cells: (
        cells[6]
        .outputs[0]
        .data.update({"text/html": cells[6].outputs[0].data["text/html"].replace("Figure 1", "Figure 2")})
    ),
}


@pytest.mark.parametrize("problem", MUTATIONS)
def test_each_convention_is_checked(sample, problem):
    spoilt = copy.deepcopy(sample)
    MUTATIONS[problem](spoilt.cells)
    assert any(
        problem in found for found in execution_problems(spoilt) + structure_problems(spoilt) + display_problems(spoilt)
    )


def test_the_folder_holds_nothing_else():
    assert [path.name for path in NOTEBOOKS.iterdir() if path.suffix != ".ipynb" and path.name[0] != "."] == []
    assert ROOT.joinpath("seeds").is_dir()
