"""How accurate the rows are: what is found beside what a reader annotated, in the seeds and in the tests' own texts.

The tests' texts come in rounds. Rounds called ``seen`` or ``dev`` were before the author's eyes while the rules were
written; every other round was annotated before the rules had read it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from math import exp, hypot, inf, log, nan

import numpy as np
import pandas as pd

from helpers import extract_figures, find_links, find_partners, gazetteer, parse_articles, read_documents
from helpers.accuracy import compare, differences, read_gold
from helpers.dates import find_periods
from helpers.frequencies import wilson
from helpers.offsets import article_texts
from helpers.paths import DATA, ROOT, SEEDS
from helpers.sentences import sentence_at, sentence_spans
from helpers.tables import frame

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
FIXTURES = ROOT / "tests" / "fixtures"
SETS = ("seeds", "seen", "unseen")
MEANING = ("approximate", "elided", "measure", "flow", "reporter", "partner", "period")
_PLACE = ["round", "text_id", "start", "end"]
_SECTIONS = {"title": "title", "standfirst": "standfirst", "alt": "caption", "caption": "caption", "body": "body"}
_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)(?:\|(\w+))?\]")  # [surface|entity] or [surface|entity|role]
_Round = tuple[str, pd.DataFrame, pd.DataFrame, dict[str, str]]  # its name, what is found, what is annotated, its texts


def score_fixtures(task: str, by: str = "set") -> pd.DataFrame:
    """Return precision and recall of each class, on the seeds, on the texts seen and on those kept unseen.

    Parameters
    ----------
    task : str
        ``articles`` the parts of a page, ``spaces`` lost spaces, ``dates``, ``figures``, ``mentions``, ``links``.
    by : str
        ``set``, or ``round`` for each round of texts alone: a column beside those of `helpers.accuracy.compare`. A row
        is right when its place and its reading are: kind, bounds and unit of a figure, entity and role of a mention,
        both sides, relation and status of a tie, value of a date, section of a part.

    Examples
    --------
    >>> score_fixtures("spaces")[["set", "class", "n_gold"]].values.tolist()
    [['seeds', 'lost space', 61], ['seeds', 'all', 61]]
    """
    found, gold, _ = annotated(task)
    parts = {name: compare(*sides, [*_PLACE, "reading"], "class") for name, sides in _each(by, found, gold)}
    rows = pd.concat(parts, names=[by, None]).reset_index(by).reset_index(drop=True)
    rows.insert(0, "task", task)
    return rows


def _each(by: str, *sides: pd.DataFrame) -> Iterator[tuple[str, list[pd.DataFrame]]]:
    """Yield the sets, or the rounds, that hold annotations, each with its rows of both sides."""
    annotated = sides[-1][by].unique()
    for name in annotated if by == "round" else [name for name in SETS if name in annotated]:
        yield name, [rows[rows[by] == name] for rows in sides]


def first_runs() -> pd.DataFrame:
    """Return what was noted when the rules first met a round of texts, before anything it showed was mended.

    ``task`` (or an attribute of figures, where stated), ``round``, ``class``, in the order of the runs, and the columns
    of `helpers.accuracy.compare`; how many were found follows from the two shares.
    """
    noted = pd.read_csv(FIXTURES / "first_runs.csv").rename(columns={"annotated": "n_gold"})
    noted[["round", "class"]] = noted["round"].str.extract(r"^(\S+) ?(.*)$").replace("", "all")
    noted["right"] = (noted["recall"] * noted["n_gold"]).round().astype("int64")
    noted["n_found"] = (noted["right"] / noted["precision"]).round().astype("int64")
    for side, of in (("precision", "n_found"), ("recall", "n_gold")):
        noted[f"{side}_low"], noted[f"{side}_high"] = wilson(noted["right"], noted[of])
    return noted


def errors(task: str) -> pd.DataFrame:
    """List every row that was missed or invented (what was misread is both), with its sentence.

    Columns: ``task``, ``set``, ``round``, ``class``, ``error``, ``surface`` (as printed), ``reading``, ``sentence``.
    """
    found, gold, texts = annotated(task)
    wrong = differences(found, gold, [*_PLACE, "reading"]).sort_values([*_PLACE, "error", "reading"], kind="stable")
    rows = []
    for row in wrong.assign(task=task).to_dict("records"):
        text, said = texts[row["round"], row["text_id"]], row["sentence"]
        if pd.isna(said):
            said = text[slice(*sentence_at(sentence_spans(text), row["start"]))]
        rows.append(row | {"surface": text[row["start"] : row["end"]], "sentence": " ".join(said.split())})
    return pd.DataFrame(rows, columns=["task", "set", "round", "class", "error", "surface", "reading", "sentence"])


def shares(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores with precision and recall in words: ``97 % (85–99)``.

    Examples
    --------
    >>> half = {"precision": [0.5, None], "precision_low": [0.21, None], "precision_high": [0.79, None]}
    >>> shares(pd.DataFrame(half | {name.replace("precision", "recall"): x for name, x in half.items()}))["recall"][0]
    '50 % (21–79)'
    """
    written = scores.copy()
    for side in ("precision", "recall"):
        rows = 100 * scores[[side, f"{side}_low", f"{side}_high"]].astype("float")
        texts = [f"{share:.0f} % ({low:.0f}–{high:.0f})" for share, low, high in rows.itertuples(index=False)]
        written[side] = pd.Series(texts, scores.index, dtype="string").where(scores[side].notna())
    return written


def meaning_scores(by: str = "set", stated: bool = False) -> pd.DataFrame:
    """Return how often each attribute of a figure is read as annotated, in the columns of `score_fixtures`.

    Of the figures that stand where they were annotated, so that an attribute rightly left open is right; with
    ``stated``, of all figures where either side states the attribute. ``all at once``: place, reading, measure, flow,
    partner and period.
    """
    found, gold, _ = annotated("figures")
    if not stated:
        both = found[_PLACE].merge(gold[_PLACE]).drop_duplicates()
        found, gold = found.merge(both), gold.merge(both)
    parts = []
    for name, sides in _each(by, found, gold):
        for attribute in MEANING:
            chosen = [rows[rows[attribute].notna()] if stated else rows for rows in sides]
            parts.append(compare(*chosen, [*_PLACE, attribute]).assign(**{by: name, "class": attribute}))
        whole = compare(*sides, [*_PLACE, "class", "reading", "measure", "flow", "partner", "period"])
        parts.append(whole.assign(**{by: name, "class": "all at once"}))
    return pd.concat(parts, ignore_index=True)


def corrected(count: int, score: pd.Series) -> tuple[float, float, float]:
    """Return a count corrected for what was invented and missed, ``count · precision / recall``, and its 95 % bounds.

    ``score`` is a row of `score_fixtures` or `page_scores`. The estimate is Rogan and Gladen's (Am. J. Epidemiol. 107,
    1978, 71-76), its bounds those of a ratio from the bounds of its parts (Zou and Donner, Statist. Med. 27, 2008,
    1693-1702).

    Examples
    --------
    >>> right = {"precision": 0.9, "precision_low": 0.8, "precision_high": 0.95}
    >>> found = {"recall": 0.75, "recall_low": 0.6, "recall_high": 0.85}
    >>> [round(end) for end in corrected(100, pd.Series(right | found))]
    [120, 101, 151]
    """
    if not (score["precision_low"] and score["recall_low"]):
        return nan, 0.0, inf
    ends = ("precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high")
    p, p_low, p_high, r, r_low, r_high = (log(score[name]) for name in ends)
    middle = count * exp(p - r)
    return middle, middle * exp(-hypot(p - p_low, r_high - r)), middle * exp(hypot(p_high - p, r - r_low))


def mention_classes(entities: pd.Series) -> pd.Series:
    """Return for entity ids whether they are countries, foreign places, Vietnamese places or organisations.

    Examples
    --------
    >>> mention_classes(pd.Series(["LAO", "US-UT", "VN-HN", "org:ASEAN"])).tolist()
    ['countries', 'foreign places', 'Vietnamese places', 'organisations, agreements']
    """
    country = entities.map(gazetteer().set_index("entity_id")["country"])
    kinds = {
        "organisations, agreements": entities.str.match("org:|agr:"),
        "Vietnamese places": country.isin(["VNM"]) | entities.str[1:].isin(["VNM"]),
        "countries": entities.str.fullmatch("[A-Z]{3}"),
    }
    found = np.select([kind.astype(bool) for kind in kinds.values()], list(kinds), "foreign places")
    return pd.Series(found, entities.index, dtype="string")


def benchmark_table(heading: str) -> pd.DataFrame:
    """Return the table under a heading of ``benchmarks/RESULTS.md``, which `make bench` writes; empty without it."""
    text = RESULTS.read_text(encoding="utf8") if RESULTS.exists() else ""
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return pd.DataFrame(rows[2:], columns=rows[0]) if rows else pd.DataFrame()


def page_scores() -> pd.DataFrame:
    """Return the stored results on whole pages that other readers wrote and annotated; empty without results.

    ``pages`` (which, in words), ``what``, and the columns of `helpers.accuracy.compare` but ``class`` and ``right``.
    """
    ends = [f"{side}{end}" for side in ("precision", "recall") for end in ("", "_low", "_high")]
    stored = benchmark_table("Whole pages of other readers").rename(columns={"gold": "n_gold", "found": "n_found"})
    for side in ("precision", "recall") if len(stored) else ():
        shares = stored[side].str.extract(r"([\d.]+) \(([\d.]+)–([\d.]+)\)").astype("float")
        stored[[side, f"{side}_low", f"{side}_high"]] = shares
    stored = stored.reindex(columns=["pages", "what", "n_gold", "n_found", *ends])
    return stored.astype({"n_gold": "int64", "n_found": "int64"})


@cache
def annotated(task: str) -> tuple[pd.DataFrame, pd.DataFrame, dict[tuple[str, str], str]]:
    """Return what was found, what was annotated, and the text of each (round, text_id).

    Both tables have ``round``, ``set``, ``text_id``, ``start``, ``end``, ``class``, ``reading`` and ``sentence`` (NA:
    the one at ``start``).
    """
    found, gold, texts = [], [], {}
    for name, *sides, own in _TASKS[task]():
        kind = name if name in SETS else "seen" if name == "dev" else "unseen"
        for rows, side in zip((found, gold), sides, strict=True):
            rows.append({"sentence": pd.NA} | side.to_dict("series") | {"round": name, "set": kind})
        texts |= {(name, text_id): text for text_id, text in own.items()}
    return *(pd.concat(map(pd.DataFrame, rows), ignore_index=True) for rows in (found, gold)), texts


@cache
def _seeds() -> tuple[pd.DataFrame, dict[str, str]]:
    documents = read_documents(SEEDS)
    return parse_articles(documents), dict(zip(documents["doc_id"], documents["text"], strict=True))


def _rounds(name: str, key: str) -> Iterator[tuple[str, list[dict], dict[str, str]]]:
    """Yield the rounds of a file of annotated texts: their names, rows with a ``text_id`` each, and texts."""
    rows = [json.loads(line) for line in (FIXTURES / f"{name}.jsonl").read_text(encoding="utf8").splitlines()]
    names = [{True: "unseen", False: "seen"}.get(row[key], row[key]) for row in rows]
    for wanted in dict.fromkeys(names):
        chosen = [{"text_id": f"{wanted}-{n}"} | row for n, row in enumerate(rows) if names[n] == wanted]
        yield wanted, chosen, {row["text_id"]: row.get("text") for row in chosen}


def _articles(texts: dict[str, str], titles: list[str | None]) -> pd.DataFrame:
    """Return texts as **articles**: a body each, after a title if it has one."""
    made = []
    for (text_id, text), title in zip(texts.items(), titles, strict=True):
        sections = [0, 0, len(title), 3, len(title) + 2, len(text)] if title else [3, 0, len(text)]
        whole = {"text": text, "source": text, "offsets": [0], "sections": sections}
        made.append({"article_id": f"{text_id}#0", "doc_id": text_id, "role": "article"} | whole)
    return frame("articles", made)


def _named(rows: pd.DataFrame, **columns) -> pd.DataFrame:
    """Return rows with the ``text_id`` of their article and further columns."""
    if "text_id" not in rows:
        rows = rows.assign(text_id=rows.get("doc_id", rows.get("article_id")).str.partition("#")[0])
    return rows.assign(**columns)


def _table(rows: list[dict] | list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["text_id", "start", "end", "class", "reading"])


def _parts() -> Iterator[_Round]:
    """A part of a page: from the first character of its first paragraph to the last of its last."""

    def whole(spans: Iterable[tuple]) -> pd.DataFrame:  # (article_id, section, start, end) for each paragraph
        rows = pd.DataFrame(spans, columns=["article_id", "class", "start", "end"])
        rows = rows.groupby(["article_id", "class"], sort=False).agg({"start": "min", "end": "max"}).reset_index()
        return _named(rows, reading=rows["class"])

    def found(articles: pd.DataFrame) -> pd.DataFrame:
        texts = article_texts(articles)
        return whole((a.article_id, p.section, *a.alignment.span(p.start, p.end)) for a in texts for p in a.parts)

    def printed(rows: pd.DataFrame) -> pd.DataFrame:  # of heads the text alone was annotated
        rows = _named(rows.melt("article_id", ["title", "standfirst", "caption"], "class", "said").dropna())
        pairs = zip(rows["text_id"], rows["said"], strict=True)
        said = [texts[i][slice(*said)] if isinstance(said, list) else said for i, said in pairs]
        return rows.assign(start=0, end=0, reading=said, sentence=said)

    articles, texts = _seeds()
    own, gold = found(articles), read_gold("seeds_articles")
    bodies = whole((row.article_id, "body", *row.body) for row in gold.itertuples())
    heads = printed(gold.assign(title=gold["title"].str[0]))
    yield "seeds", pd.concat([own[own["class"] == "body"], printed(articles)]), pd.concat([bodies, heads]), texts
    documents = read_documents(FIXTURES / "articles")
    articles, texts = parse_articles(documents), dict(zip(documents["doc_id"], documents["text"], strict=True))
    for name, rows, _ in _rounds("articles", "unseen"):
        numbered = [(row["file"], enumerate([row["article"], *row["teasers"]])) for row in rows]
        parts = [(f"{file}#{n}", *part) for file, parts_of in numbered for n, parts in parts_of for part in parts]
        gold = whole((article, _SECTIONS[kind], *span) for article, kind, *span in parts if kind in _SECTIONS)
        yield name, found(articles[articles["doc_id"].isin(gold["text_id"])]), gold, texts


def _spaces() -> Iterator[_Round]:
    articles, texts = _seeds()
    edits = [(a.doc_id, *edit) for a in article_texts(articles) for edit in a.alignment.edits]
    found = [(text_id, start, start) for text_id, start, end, length in edits if start == end and length]
    rows = json.loads((DATA / "gold" / "seeds_spacing.json").read_text(encoding="utf8"))
    gold = [(row["file"].removesuffix(".txt"), row["joint"], row["joint"]) for row in rows]
    yield "seeds", *(_table([(*row, "lost space", "a space") for row in rows]) for rows in (found, gold)), texts


def _dates() -> Iterator[_Round]:
    for name, rows, texts in _rounds("dates", "split"):
        found, gold = [], []
        for row in rows:
            bounds = (row[end] and date.fromisoformat(row[end]) for end in ("earliest", "latest"))
            periods = [p._asdict() for p in find_periods(row["text"], *bounds)]
            for side, own in ((found, periods), (gold, row["periods"])):
                side.extend((row["text_id"], p["start"], p["end"], p["kind"], p["value"] or "open") for p in own)
        yield name, _table(found), _table(gold), texts


def _figures() -> Iterator[_Round]:
    def read(rows: pd.DataFrame) -> pd.DataFrame:
        ends = zip(rows["low"].astype(float), rows["high"].astype(float), rows["unit"], strict=True)
        readings = [f"{low:.12g}{'' if low == high else f' to {high:.12g}'} {unit}" for low, high, unit in ends]
        return _named(rows, **{"class": rows["kind"], "reading": readings})

    articles, texts = _seeds()
    yield "seeds", read(extract_figures(articles)), read(read_gold("seeds_figures")), texts
    for name, rows, texts in _rounds("figures", "split"):
        documents = frame("documents", [{"doc_id": i, "text": text} for i, text in texts.items()])
        found = extract_figures(parse_articles(documents))
        gold = [{"text_id": row["text_id"]} | figure for row in rows for figure in row["figures"]]
        yield name, read(found[found["section"] != "title"]), read(pd.DataFrame(gold)), texts  # titles: not annotated


def _mentions() -> Iterator[_Round]:
    def read(rows: pd.DataFrame) -> pd.DataFrame:
        roles = rows["role"].map(lambda role: "" if pd.isna(role) else f" ({role})")
        return _named(rows, **{"class": mention_classes(rows["entity_id"]), "reading": rows["entity_id"] + roles})

    articles, texts = _seeds()
    gold = read_gold("seeds_mentions")
    yield "seeds", read(find_partners(articles)), read(gold[gold["scored"]]), texts
    for name, _, texts in _rounds("mentions", "part"):
        gold = []
        for text_id, marked in texts.items():
            text, pieces = "", _MARK.split(marked)
            for plain, surface, entity, role in zip(*(pieces[i::4] for i in range(4)), strict=False):
                text += plain + surface
                place = {"text_id": text_id, "start": len(text) - len(surface), "end": len(text)}
                gold.append(place | {"entity_id": entity, "role": role})
            texts[text_id] = text + pieces[-1]
        found = _named(find_partners(_articles(texts, [None] * len(texts))))
        # The annotation names places by their country where any will do: @JPN a city there, #JPN a subdivision.
        kinds = found["type"].map({"city": "@", "subdivision": "#"}).fillna("") + found["country"].fillna("")
        key, gold = ["text_id", "start", "end", "entity_id"], pd.DataFrame(gold)
        asked = pd.MultiIndex.from_frame(found.assign(entity_id=kinds)[key]).isin(gold[key].apply(tuple, axis=1))
        yield name, read(found.assign(entity_id=found["entity_id"].where(~asked, kinds))), read(gold), texts


def _links() -> Iterator[_Round]:
    def read(rows: pd.DataFrame) -> pd.DataFrame:  # a tie holds of the whole article, so it has no place of its own
        reading = rows["relation"] + ": " + rows["vietnam"] + " – " + rows["partner"] + ", " + rows["status"]
        return _named(rows, start=0, end=0, reading=reading, **{"class": rows["relation"]})

    articles, texts = _seeds()
    gold = read_gold("seeds_links")
    found = find_links(articles, find_partners(articles))
    yield "seeds", read(found), read(gold.assign(sentence=gold["evidence"])), texts
    names = ("@" + gazetteer().set_index("entity_id")["name_fr"].str.replace(" ", "_")).to_dict()
    for name, rows, _ in _rounds("links", "part"):
        texts = {row["text_id"]: "\n\n".join(filter(None, [row["title"], row["text"]])) for row in rows}
        articles = _articles(texts, [row["title"] for row in rows])
        found = find_links(articles, find_partners(articles))
        gold = [(row["text_id"], *tie, texts[row["text_id"]]) for row in rows for tie in row["links"]]
        gold = pd.DataFrame(gold, columns=["text_id", "vietnam", "partner", "relation", "status", "sentence"])
        shown = [names[p] if names[p] in set(gold["partner"]) else p for p in found["partner"]]
        yield name, read(found.assign(partner=shown)), read(gold), texts


_TASKS = {"articles": _parts, "spaces": _spaces, "dates": _dates, "figures": _figures}
_TASKS |= {"mentions": _mentions, "links": _links}
TASKS = tuple(_TASKS)
