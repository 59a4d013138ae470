"""The data contract: the columns and types of every table, in one place.

Strings are pandas ``string`` (missing is ``pd.NA``), flags are ``boolean``, whole numbers ``Int64``, numbers
``Float64``, lists stay Python lists. Every function of the package builds its result with `frame`, so an empty result
has the same columns and types as a full one.
"""

import pandas as pd

STRING, FLAG, INTEGER, NUMBER, LIST = "string", "boolean", "Int64", "Float64", "object"
DATE = "datetime64[s]"


def _columns(**types: str) -> dict[str, str]:
    return {name: kind for kind, names in types.items() for name in names.split()}


def _ordered(order: str, **types: str) -> dict[str, str]:
    kinds = _columns(**types)
    return {name: kinds.get(name, STRING) for name in order.split()}


TABLES: dict[str, dict[str, str]] = {
    "documents": _ordered("doc_id source text url fetched problem", **{DATE: "fetched"}),
    # The last four columns carry the article to the next steps: its repaired text, the sections in it, and the
    # verbatim source with the map back to it (see `helpers.offsets`).
    "articles": _ordered(
        "article_id doc_id role title standfirst caption credit place agency body end_marker published published_from"
        " published_to published_why n_words n_repairs duplicate_of text sections offsets source",
        **{DATE: "published_from published_to", INTEGER: "n_words n_repairs", LIST: "sections offsets"},
    ),
    "figures": _ordered(
        "figure_id article_id section start end surface sentence kind value low high unit approximate elided measure"
        " status flow reporter partner period product refers_to currency_implied",
        **{INTEGER: "start end", NUMBER: "value low high", FLAG: "approximate elided currency_implied"},
    ),
    "mentions": _ordered(
        "mention_id article_id section start end surface entity_id name type country side form role",
        **{INTEGER: "start end"},
    ),
    "links": _ordered(
        "link_id article_id vietnam partner relation status start end sentence", **{INTEGER: "start end"}
    ),
    "topics": _ordered(
        "article_id topic label terms certainty second unsure",
        **{INTEGER: "topic second", NUMBER: "certainty", FLAG: "unsure", LIST: "terms"},
    ),
    "entities": _ordered(
        "entity_id type country name_fr name_en latitude longitude successor source licence",
        **{NUMBER: "latitude longitude"},
    ),
}


def frame(table: str, rows=()) -> pd.DataFrame:
    """Build a table of the contract.

    Parameters
    ----------
    table : str
        A key of `TABLES`.
    rows : iterable of dict, or DataFrame
        The rows in reading order; a column that a row lacks is missing there. Columns the contract does not know raise.

    Returns
    -------
    DataFrame
        The contract's columns, in its order and with its types.

    Raises
    ------
    ValueError
        If a row has a column that the contract does not know.

    Examples
    --------
    >>> frame("links").dtypes["start"], len(frame("links"))
    (Int64Dtype(), 0)
    """
    types = TABLES[table]
    data = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame.from_records(list(rows))
    if unknown := sorted(set(data.columns) - set(types)):
        raise ValueError(f"{table} has no column {', '.join(unknown)}")
    return data.reindex(columns=list(types)).astype(types).reset_index(drop=True)
