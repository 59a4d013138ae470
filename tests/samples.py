"""A small notebook that keeps the conventions, and a document full of what an attacker would write."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
HOSTILE = (
    'Le <script>document.title = "run"</script> vaut 5 % <img src=x onerror="document.title=\'run\'">\n\n'
    "Hanoï (VNA) – **gras** `code` [lien](javascript:document.title='run') $x^2$ \\(y\\) $$z$$ </figure></title>"
    "<style>body{display:none}</style> &lt;b&gt; \u202etxet\u202c {{ 7 * 7 }} {% raw %}"
    " <a href='https://example.org'>la France</a>. -VNA\n"
)


def sample_notebook(shown: str = "five", question: str = "Which number is largest?") -> nbformat.NotebookNode:
    """Return a notebook, not executed, that shows a finding, a figure and a table; ``shown`` stands in each of them."""
    cells = [
        new_markdown_cell(f"# A sample\n\n{question}"),
        new_code_cell(
            "import matplotlib.pyplot as plt\nimport pandas as pd\n\n"
            "from helpers import corpus_path, say, setup, show, table\n\nsetup()"
        ),
        new_code_cell(f"CORPUS = corpus_path()  # change these\nSHOWN = {shown!r}"),
        new_code_cell(
            'numbers = pd.DataFrame({"name": [SHOWN, "two"], "value": [5.5, 2]})\n'
            'say("The largest of **{n}** is {name}.", n=len(numbers), name=SHOWN)',
            metadata={"tags": ["findings"]},
        ),
        new_markdown_cell("## Contents\n\n1. [The largest](#The-largest)\n2. [Limits](#Limits)"),
        new_markdown_cell("## The largest\n\nA chart shows it at a glance."),
        new_code_cell(
            'fig, ax = plt.subplots()\nax.barh(numbers["name"], numbers["value"])\n'
            'show(fig, alt=f"Bar chart: {SHOWN} is longer than two.", caption=f"Figure 1. Is {SHOWN} the largest?")'
        ),
        new_markdown_cell("The longer bar is the larger number; the table has the values."),
        new_code_cell(
            'table(numbers, caption=f"Table 1. {SHOWN} and two.", french=["name"])', metadata={"tags": ["search"]}
        ),
        new_markdown_cell("## Limits\n\nTwo numbers only. Next: [start](00_start_here.ipynb)."),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02}"
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
