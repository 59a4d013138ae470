"""What the program says of itself: the function reference, and a report described for machines (RO-Crate)."""

import inspect
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pandas as pd

import helpers
from helpers.paths import ROOT
from helpers.tables import TABLES

CRATE = "https://w3id.org/ro/crate/1.1"
KINDS = {
    ".html": "text/html",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".json": "application/json",
}
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)  # as numpydoc underlines the parts of a docstring
_MARKED = re.compile(r"``([^`]+)``|`([^`\n]+)`|\*\*([^*\n]+)\*\*|(?<!\w)\*([^*\n]+)\*(?!\w)")


def reference_body() -> str:
    """Return the page of the function reference: every public name with its signature and its docstring.

    Examples
    --------
    >>> all(f'<h2 id="{name}">' in reference_body() for name in helpers.__all__)
    True
    """
    parts = ["<h1>Function reference</h1>", _paragraphs(inspect.getdoc(helpers))]
    for name, module in helpers._HOME.items():
        thing = getattr(helpers, name)
        parts.append(f'<h2 id="{name}">{name}</h2>\n<p class="meta">{type(thing).__name__} of helpers.{module}</p>')
        if not callable(thing):
            continue
        parts += [_signature(name, thing), _docstring(inspect.getdoc(thing) or "", "h3")]
        for method, function in inspect.getmembers(thing, inspect.isfunction) if inspect.isclass(thing) else ():
            if method[0] != "_" and function.__qualname__.startswith(f"{name}."):
                heading = f'<h3 id="{name}.{method}">{name}.{method}</h3>'
                parts += [heading, _signature(method, function), _docstring(inspect.getdoc(function) or "", "h4")]
    parts.append('<h2 id="columns">Columns of the tables</h2>')
    for name, columns in TABLES.items():
        listed = "".join(f"<dt>{column}</dt><dd>{kind}</dd>" for column, kind in columns.items())
        parts.append(f'<h3 id="columns.{name}">{name}</h3>\n<dl>{listed}</dl>')
    return "\n".join(parts)


def _signature(name: str, thing) -> str:
    return f"<pre><code>{escape(name + str(inspect.signature(thing)))}</code></pre>"


def _words(text: str) -> str:
    """Return running text of a docstring as HTML, its code as code."""

    def one(match: re.Match) -> str:
        tag = ("code", "code", "strong", "em")[match.lastindex - 1]
        return f"<{tag}>{match[match.lastindex]}</{tag}>"

    return _MARKED.sub(one, escape(text.strip(), quote=False))


def _paragraphs(text: str) -> str:
    return "\n".join(f"<p>{_words(paragraph)}</p>" for paragraph in text.strip().split("\n\n"))


def _docstring(text: str, tag: str) -> str:
    """Return a docstring in the NumPy style as HTML, its parts under headings."""
    summary, *rest = _SECTION.split(text)
    parts = [_paragraphs(summary)]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        parts.append(f"<{tag}>{title}</{tag}>")
        if title == "Examples":
            parts.append(f"<pre><code>{escape(body.strip())}</code></pre>")
        elif title in ("Notes", "References"):
            parts.append(_paragraphs(body))
        else:
            entries = re.findall(r"^(\S.*)((?:\n(?:[ \t].*)?)*)", body, re.MULTILINE)
            parts.append("<dl>" + "".join(f"<dt>{_words(a)}</dt><dd>{_words(b)}</dd>" for a, b in entries) + "</dl>")
    return "\n".join(parts)


def crate(files: Iterable[Path], out: Path, sources: pd.DataFrame, packages: dict[str, str]) -> dict:
    """Return the description of a report as an RO-Crate 1.1: what it holds, from what and with what it was made.

    Parameters
    ----------
    files : iterable of Path
        The files of the report.
    out : Path
        Its folder.
    sources : DataFrame
        ``doc_id``, ``title``, ``published``, ``url`` of the articles it was made from.
    packages : dict
        Version of each program.

    Returns
    -------
    dict
        JSON-LD with a flat ``@graph``.
    """
    cited = {key: _citation(key) for key in ("title", "version", "date-released", "license", "name")}
    people, licence = {"@id": "#authors"}, {"@id": f"https://spdx.org/licenses/{cited['license']}"}
    parts = [_file(path, out) for path in files]
    articles = [_article(row) for row in sources.to_dict("records")]
    programs = [
        {"@id": f"#{name}", "@type": "SoftwareApplication", "name": name, "version": version}
        for name, version in packages.items()
    ]
    described = {
        "@id": "./",
        "@type": "Dataset",
        "name": cited["title"],
        "description": "Trade figures, partners and topics of a corpus, every number traced to its sentence.",
        "version": cited["version"],
        "datePublished": cited["date-released"],
        "license": licence,
        "author": people,
        "hasPart": _ids(parts),
        "isBasedOn": _ids(articles),
    }
    made = {"@id": "#made", "@type": "CreateAction", "name": "Making the report", "result": {"@id": "./"}}
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": CRATE},
            "about": {"@id": "./"},
        },
        described,
        {"@id": "#authors", "@type": "Organization", "name": cited["name"]},
        licence | {"@type": "CreativeWork", "name": cited["license"]},
        {"@id": "#agency", "@type": "Organization", "name": "Vietnam News Agency", "url": "https://fr.vietnamplus.vn"},
        made | {"object": _ids(articles), "instrument": _ids(programs)},
    ]
    return {"@context": f"{CRATE}/context", "@graph": [*graph, *parts, *articles, *programs]}


def _ids(entities: list[dict]) -> list[dict]:
    return [{"@id": entity["@id"]} for entity in entities]


def _citation(key: str) -> str:
    """Return a value of ``CITATION.cff``."""
    found = re.search(rf'^[ -]*{key}: "?([^"\n]+)"?$', (ROOT / "CITATION.cff").read_text(encoding="utf8"), re.MULTILINE)
    return found[1]


def _file(path: Path, out: Path) -> dict:
    size, kind = str(path.stat().st_size), KINDS.get(path.suffix, "application/octet-stream")
    where = path.relative_to(out).as_posix()
    return {"@id": where, "@type": "File", "name": where, "encodingFormat": kind, "contentSize": size}


def _article(row: dict) -> dict:
    known = {name: row[key] for name, key in (("name", "title"), ("datePublished", "published")) if pd.notna(row[key])}
    where = row["url"] if pd.notna(row["url"]) else f"#{row['doc_id']}"
    return {"@id": where, "@type": "NewsArticle", "inLanguage": "fr", "publisher": {"@id": "#agency"}} | known
