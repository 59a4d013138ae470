"""What the program says of itself: the function reference, and a report described for machines (RO-Crate)."""

import inspect
import mimetypes
import re
from html import escape
from pathlib import Path

import mistune
import pandas as pd
import yaml

import helpers
from helpers.paths import ROOT
from helpers.tables import TABLES

CRATE_FILE = "ro-crate-metadata.json"
CRATE = "https://w3id.org/ro/crate/1.1"
_MARKDOWN = mistune.create_markdown(plugins=["def_list"])


def reference_body() -> str:
    """Return the page of the function reference: every public name with its signature and its docstring.

    Examples
    --------
    >>> all(f'<h2 id="{name}">' in reference_body() for name in helpers.__all__)
    True
    """
    parts = ["<h1>Function reference</h1>", _MARKDOWN(inspect.getdoc(helpers))]
    for name, module in helpers._HOME.items():
        thing = getattr(helpers, name)
        parts.append(f'<h2 id="{name}">{name}</h2>\n<p class="meta">{type(thing).__name__} of helpers.{module}</p>')
        if not callable(thing):
            continue
        parts.append(_described(name, thing, "###"))
        for method, function in inspect.getmembers(thing, inspect.isfunction) if inspect.isclass(thing) else ():
            if method[0] != "_" and function.__qualname__.startswith(f"{name}."):
                heading = f'<h3 id="{name}.{method}">{name}.{method}</h3>'
                parts += [heading, _described(method, function, "####")]
    parts.append('<h2 id="columns">Columns of the tables</h2>')
    for name, columns in TABLES.items():
        listed = "".join(f"<dt>{column}</dt><dd>{kind}</dd>" for column, kind in columns.items())
        parts.append(f'<h3 id="columns.{name}">{name}</h3>\n<dl>{listed}</dl>')
    return "\n".join(parts)


def _described(name: str, thing, level: str) -> str:
    """Return signature and docstring as HTML: the NumPy style is turned into Markdown."""
    text, title, example = (inspect.getdoc(thing) or "").partition("Examples\n--------\n")
    text = re.sub(r"^(\w[\w ]*)\n-{3,}$", rf"{level} \1", text, flags=re.MULTILINE)
    text = re.sub(r"^(\S.*)\n {4}(.+(?:\n {4}.+)*)", r"\1\n: \2\n", text, flags=re.MULTILINE)
    text += f"{level} Examples\n```\n{example.strip()}\n```" if title else ""
    return f"<pre><code>{escape(name + str(inspect.signature(thing)))}</code></pre>\n{_MARKDOWN(text)}"


def crate(out: Path, sources: pd.DataFrame, packages: dict[str, str]) -> dict:
    """Return the description of the report in a folder as an RO-Crate 1.1: JSON-LD with a flat ``@graph``.

    It names its files, the articles it was made from (``sources``: **articles** with ``url``), and the version of each
    program (``packages``).
    """
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))
    people, licence = {"@id": "#authors"}, {"@id": f"https://spdx.org/licenses/{cited['license']}"}
    parts = [_file(path, out) for path in sorted(out.rglob("*.*")) if path.name != CRATE_FILE]
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
        "datePublished": str(cited["date-released"]),
        "license": licence,
        "author": people,
        "hasPart": _ids(parts),
        "isBasedOn": _ids(articles),
    }
    file = {"@id": CRATE_FILE, "@type": "CreativeWork", "conformsTo": {"@id": CRATE}}
    made = {"@id": "#made", "@type": "CreateAction", "name": "Making the report", "result": {"@id": "./"}}
    graph = [
        file | {"about": {"@id": "./"}},
        described,
        people | {"@type": "Organization", "name": cited["authors"][0]["name"]},
        licence | {"@type": "CreativeWork", "name": cited["license"]},
        {"@id": "#agency", "@type": "Organization", "name": "Vietnam News Agency", "url": "https://fr.vietnamplus.vn"},
        made | {"object": _ids(articles), "instrument": _ids(programs)},
    ]
    return {"@context": f"{CRATE}/context", "@graph": [*graph, *parts, *articles, *programs]}


def _ids(entities: list[dict]) -> list[dict]:
    return [{"@id": entity["@id"]} for entity in entities]


def _file(path: Path, out: Path) -> dict:
    where, size = path.relative_to(out).as_posix(), str(path.stat().st_size)
    kind = mimetypes.guess_type(path)[0] or "application/vnd.apache.parquet"
    return {"@id": where, "@type": "File", "name": where, "encodingFormat": kind, "contentSize": size}


def _article(row: dict) -> dict:
    known = {name: row[key] for name, key in (("name", "title"), ("datePublished", "published")) if pd.notna(row[key])}
    where = row["url"] if pd.notna(row["url"]) else f"#{row['doc_id']}"
    return {"@id": where, "@type": "NewsArticle", "inLanguage": "fr", "publisher": {"@id": "#agency"}} | known
