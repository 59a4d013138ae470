"""Turn French-language articles of the Vietnam News Agency into tables in which every row points to its sentence.

The way of the data: `read_documents` → `parse_articles` → `extract_figures`, `find_partners` → `find_links`,
`cluster_topics`. Each step takes DataFrames and returns one; nothing is kept between calls.
"""

from importlib import import_module

_HOME = {
    "read_documents": "documents",
    "parse_articles": "articles",
    "repair_spacing": "spacing",
    "extract_figures": "figures",
    "derive_figures": "derived",
    "to_usd": "derived",
    "gazetteer": "entities",
    "find_partners": "partners",
    "find_links": "links",
    "partner_frequencies": "frequencies",
    "partner_keyness": "frequencies",
    "partner_trends": "frequencies",
    "cluster_topics": "topics",
    "process": "archive",
    "load_tables": "store",
    "TopicClusters": "topics",
    "setup": "display",
    "show": "display",
    "table": "display",
    "say": "display",
    "highlight": "display",
    "SEEDS": "paths",
    "corpus_path": "paths",
}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    # Imported at first use: `import helpers` stays fast, and a step that needs one library does not load the others.
    if name not in _HOME:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(import_module(f"helpers.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
