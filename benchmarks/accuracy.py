"""Precision and recall of every step on text that a reader annotated: the seeds' gold and the own fixtures.

Of the fixtures, `unseen` (held-out, fresh) were annotated before the rules were run on them, and are reported apart.
"""

import json
from collections.abc import Iterator

import pandas as pd

import helpers
from helpers.accuracy import compare, read_gold
from helpers.dates import bounds, find_periods
from helpers.offsets import article_texts
from helpers.paths import DATA, ROOT, SEEDS
from helpers.tables import frame
from tests.test_articles import CASES, SECTION
from tests.test_links import own_sentences
from tests.test_partners import score

FIXTURES = ROOT / "tests" / "fixtures"
PLACE = ["doc_id", "start", "end"]
FIGURE = [*PLACE, "kind", "value", "low", "high", "unit"]
MENTION = ["article_id", "start", "end", "entity_id", "role"]
STATED = ["measure", "flow", "partner", "period"]
TIE = ["article_id", "vietnam", "partner", "relation", "status"]
ROUNDS = [f"round-{n}" for n in range(1, 6)]
Compared = Iterator[tuple[str, pd.DataFrame]]


def with_document(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(doc_id=rows["article_id"].str.rpartition("#")[0])


def figures(found: pd.DataFrame, gold: pd.DataFrame) -> Compared:
    """Yield the figures by kind, then each attribute among those that state it, on either side."""
    yield "figures: span, value, unit", compare(found, gold, FIGURE, "kind")
    for attribute in STATED:
        sides = (side[side[attribute].notna()] for side in (found, gold))
        yield f"figures: {attribute}, where stated", compare(*sides, [*PLACE, attribute])
    yield "figures: all of these at once", compare(found, gold, [*FIGURE, *STATED])


def seeds() -> Compared:
    """Yield what is compared on the five seeds, with its counts by class."""
    documents = helpers.read_documents(SEEDS)
    articles = helpers.parse_articles(documents)
    texts = documents.set_index("doc_id")["text"]
    found, wanted = [], []
    for row, gold in zip(articles.itertuples(), read_gold("seeds_articles").to_dict("records"), strict=True):
        for part in ("title", "standfirst", "caption", "end_marker", "credit", "place", "agency"):
            value = gold[part][0] if part == "title" else gold[part]
            printed = texts[row.doc_id][slice(*value)] if isinstance(value, list) else value
            found += [(row.article_id, part, getattr(row, part))]
            wanted += [(row.article_id, part, printed)]
        wanted += [(row.article_id, "body", str(tuple(gold["body"])))]
    for article in article_texts(articles):
        body = [part for part in article.parts if part.section == "body"]
        place = article.place(body[0].start, body[-1].end)
        found += [(article.article_id, "body", str((place["start"], place["end"])))]
    columns = ["article_id", "part", "value"]
    sides = [pd.DataFrame(rows, columns=columns).dropna() for rows in (found, wanted)]
    yield "parts of articles", compare(*sides, columns, "part")

    glued = json.loads((DATA / "gold" / "seeds_spacing.json").read_text(encoding="utf-8"))
    wanted = [(entry["file"].removesuffix(".txt"), entry["joint"]) for entry in glued]
    edits = [(text.doc_id, edit) for text in article_texts(articles) for edit in text.alignment.edits]
    found = [(document, start) for document, (start, end, length) in edits if start == end and length]
    yield "lost spaces", compare(*(pd.DataFrame(rows, columns=PLACE[:2]) for rows in (found, wanted)), PLACE[:2])

    yield from figures(with_document(helpers.extract_figures(articles)), read_gold("seeds_figures"))
    gold = read_gold("seeds_mentions").query("scored")
    gold = gold.assign(type=gold["entity_id"].map(helpers.gazetteer().set_index("entity_id")["type"]))
    mentions = helpers.find_partners(articles)
    yield "mentions", compare(with_document(mentions), gold, [*PLACE, "entity_id"], "type")
    yield "links", compare(helpers.find_links(articles, mentions), read_gold("seeds_links"), TIE, "relation")


def _rows(name: str, key: str, part: str) -> list[dict]:
    lines = (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row[key] == part]


def fixture_articles(unseen: bool) -> Compared:
    documents = helpers.read_documents(FIXTURES / "articles")
    texts, parts = documents.set_index("doc_id")["text"], [*PLACE, "part"]
    cases = {case["file"]: case for case in CASES if case["unseen"] == unseen}
    articles = helpers.parse_articles(documents[documents["doc_id"].isin(cases)])
    found = [
        (text.doc_id, *(text.place(part.start, part.end)[key] for key in ("start", "end")), part.section)
        for text in article_texts(articles)
        for part in text.parts
    ]
    wanted = [
        (name, start, end, SECTION[kind])
        for name, case in cases.items()
        for spans in (case["article"], *case["teasers"])
        for kind, start, end in spans
        if kind in SECTION and texts[name][start:end].strip()
    ]
    yield "parts of articles", compare(*(pd.DataFrame(rows, columns=parts) for rows in (found, wanted)), parts, "part")


def fixture_figures(split: str) -> Compared:
    rows = _rows("figures", "split", split)
    documents = frame("documents", [{"doc_id": row["doc_id"], "text": row["text"]} for row in rows])
    found = with_document(helpers.extract_figures(helpers.parse_articles(documents)).query("section != 'title'"))
    gold = pd.DataFrame([{"doc_id": row["doc_id"], **figure} for row in rows for figure in row["figures"]])
    yield from figures(found, gold)


def fixture_dates(split: str) -> Compared:
    found, wanted = [], []
    for number, row in enumerate(_rows("dates", "split", split)):
        limits = (bounds(row[side])[0] for side in ("earliest", "latest"))
        found += [{"doc_id": number, **period._asdict()} for period in find_periods(row["text"], *limits)]
        wanted += [{"doc_id": number, **period} for period in row["periods"]]
    yield "dates and periods", compare(pd.DataFrame(found), pd.DataFrame(wanted), [*PLACE, "value"], "kind")


def fixtures() -> Compared:
    """Yield what is compared on the own fixtures, with its counts; the set's name stands before the colon."""
    parts = [
        *((name, fixture_articles(name == "unseen")) for name in ("seen", "unseen")),
        *((name, fixture_figures(name)) for name in ("dev", "held-out", "held-out-2", *ROUNDS)),
        *((name, fixture_dates(name)) for name in ("seen", "unseen")),
        *((name, [("mentions", compare(*score(name), MENTION, "kind"))]) for name in ("seen", "unseen")),
        *(
            (name, [("links", compare(*own_sentences(name), TIE))])
            for name in ("seen", "unseen", "fresh", "rounds", "last")
        ),
    ]
    for name, compared in parts:
        for what, table in compared:
            yield f"{name}: {what}", table


def _share(row: pd.Series, side: str) -> str:
    if pd.isna(row[side]):
        return "–"
    return f"{row[side]:.3f} ({row[f'{side}_low']:.3f}–{row[f'{side}_high']:.3f})"


def table(compared: Compared) -> pd.DataFrame:
    """Return one row for each class of what is compared; a lone class stands without its row `all`."""
    rows = []
    for what, counts in compared:
        for _, row in counts.iloc[-1:].iterrows() if len(counts) == 2 else counts.iterrows():
            shares = {side: _share(row, side) for side in ("precision", "recall")}
            rows.append({"what": what, "class": row["class"], "gold": row["n_gold"], "found": row["n_found"], **shares})
    return pd.DataFrame(rows)


def seeds_table() -> pd.DataFrame:
    return table(seeds())


def fixtures_table() -> pd.DataFrame:
    return table(fixtures())
