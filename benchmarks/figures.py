"""Speed and accuracy of the figures beside the peers that install here, on the same text in one run.

Run ``python benchmarks/figures.py [--repeat 40] [--suites FOLDER]``. Peers are no dependency of the project: put those
to compare on the path; an absent one is said to be absent. Every system reads the seeds' gold sentences and the
annotated sentences of ``tests/fixtures/figures.jsonl``; a figure is found where a span overlaps it with its value (both
ends of a range). Peers that know no context also return dates and articles: their precision is given raw.
"""

import argparse
import json
import math
import re
import time
from pathlib import Path

from helpers.articles import parse_articles
from helpers.dates import find_periods
from helpers.documents import read_documents
from helpers.figures import extract_figures, find_figures
from helpers.numbers import find_numbers
from helpers.paths import DATA, ROOT, SEEDS
from helpers.tables import frame

FIXTURES = ROOT / "tests" / "fixtures" / "figures.jsonl"


def wilson(right: int, n: int, z: float = 1.96) -> str:
    """Return a share with its 95 % interval."""
    if not n:
        return "-"
    p, d = right / n, 1 + z * z / n
    centre, half = (p + z * z / 2 / n) / d, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n) / d
    return f"{p:.3f} ({centre - half:.3f}-{centre + half:.3f})"


def ours(text):
    times = [(period.start, period.end) for period in find_periods(text)]
    return [(f.start, f.end, f.low, f.high) for f in find_figures(text, times=times)]


def figures_alone(text):
    return [(f.start, f.end, f.low, f.high) for f in find_figures(text)]


class Token:
    """A word as text2num wants it."""

    def __init__(self, match):
        self.word, self.start, self.end = match[0].lower(), match.start(), match.end()

    def text(self):
        return self.word

    def not_a_number_part(self):
        return False

    def nt_separated(self, previous):
        return self.start - previous.end > 1


def text2num(text):
    from text_to_num import find_numbers as find

    words = [Token(match) for match in re.finditer(r"\w+", text)]
    found = find(words, "fr", threshold=0)
    return [(words[n.start].start, words[n.end - 1].end, n.value, n.value) for n in found]


def price_parser(text):
    from price_parser import Price

    found = Price.fromstring(text)
    at = text.find(found.amount_text) if found.amount is not None else -1
    return [(at, at + len(found.amount_text), found.amount_float, found.amount_float)] if at >= 0 else []


def quantulum3(text):
    from quantulum3 import classifier, parser

    classifier.USE_CLF = False  # its stored model needs another scikit-learn, and is for ambiguous English units
    return [(*q.span, q.value, q.value) for q in parser.parse(text)]


def recognizers(text):
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency
    from recognizers_text import Culture

    rows = []
    for recognize in (recognize_currency, recognize_percentage, recognize_number):
        for r in recognize(text, Culture.French):
            value = str((r.resolution or {}).get("value") or "nan").rstrip("%").replace(",", ".")
            try:
                rows.append((r.start, r.end + 1, float(value), float(value)))
            except ValueError:
                continue
    return rows


def edsnlp(text, pipe=[]):  # noqa: B006 (the pipe is built once)
    import edsnlp

    if not pipe:
        pipe.append(edsnlp.blank("eds"))
        settings = {"quantities": "all", "extract_ranges": True, "use_tables": False}
        pipe[0].add_pipe("eds.quantities", config=settings)
    spans = pipe[0](text).spans.get("quantities", [])
    values = [(s, getattr(s._.value, "value", math.nan)) for s in spans]
    return [(s.start_char, s.end_char, *(v if isinstance(v, tuple) else (v, v))) for s, v in values]


SYSTEMS = [ours, figures_alone, recognizers, quantulum3, edsnlp, price_parser, text2num]


def sentences():
    """Yield (split, text, figures) of the seeds and the fixtures; values are magnitudes: no peer gives falls a sign."""
    documents = read_documents(SEEDS).set_index("doc_id")["text"]
    gold = {}
    for line in (DATA / "gold" / "seeds_figures.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold.setdefault(row["doc_id"], []).append(row)
    for document, text in documents.items():
        yield "seeds", text, gold.get(document, [])
    for line in FIXTURES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["split"], row["text"], row["figures"]


def near(one: float, other: float) -> bool:
    return abs(abs(one) - abs(other)) <= 1e-6 * max(1, abs(other))


def score(system, texts):
    """Return found, annotated, returned and characters a CPU second of a system."""
    right = annotated = returned = characters = 0
    start = time.process_time()
    answers = [system(text) for _, text, _ in texts]
    seconds = time.process_time() - start
    for (_, text, figures), found in zip(texts, answers, strict=True):
        characters, returned, annotated = characters + len(text), returned + len(found), annotated + len(figures)
        for g in figures:
            over = [f for f in found if f[0] < g["end"] and g["start"] < f[1]]
            low, high = sorted(map(abs, (g["low"], g["high"])))
            right += any(near(f[2], low) and near(f[3], high) for f in over)
    return right, annotated, returned, characters / max(seconds, 1e-9)


def whole_pipeline(repeat: int) -> float:
    """Return characters a CPU second of figures with dates, partners and meaning."""
    articles = parse_articles(read_documents(SEEDS))
    rows = articles.to_dict("records")
    many = [{**row, "article_id": f"{row['article_id']}-{n}"} for n in range(repeat) for row in rows]
    many = frame("articles", many)
    extract_figures(articles)
    start = time.process_time()
    extract_figures(many)
    return many["text"].str.len().sum() / (time.process_time() - start)


def suites(folder: Path) -> None:
    """Print value recall and exact span on the French suites of other tools, kept outside of the project."""
    for path in sorted(folder.glob("*.jsonl")):
        plain = any(word in path.stem for word in ("number", "words", "ordinal"))
        n = value = exact = 0
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found = (
                [(x.start, x.end, x.value, x.value) for x in find_numbers(row["input"])]
                if plain
                else ours(row["input"])
            )
            for e in row["expected"] or []:
                low, high = e.get("lo", e.get("value")), e.get("hi", e.get("value"))
                over = [f for f in found if f[0] < e["end"] and e["start"] < f[1]]
                hits = [f for f in over if low is not None and near(f[2], low) and near(f[3], high)]
                n, value = n + 1, value + bool(hits)
                exact += any((f[0], f[1]) == (e["start"], e["end"]) for f in hits)
        if n:
            print(f"{path.stem:26} n {n:4}  value {wilson(value, n)}  exact span {wilson(exact, n)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--repeat", type=int, default=40)
    arguments.add_argument("--suites", type=Path)
    given = arguments.parse_args()
    texts = list(sentences())
    base = None
    for system in SYSTEMS:
        speed, times = 0.0, given.repeat if system in (ours, figures_alone) else 1
        try:
            for split in dict.fromkeys(row[0] for row in texts):
                part = [row for row in texts if row[0] == split]
                right, annotated, returned, speed = score(system, part * times)
                found, kept = wilson(right // times, annotated // times), wilson(right // times, returned // times)
                print(f"{system.__name__:14} {split:10} recall {found}  precision {kept}  {speed:12,.0f} chars/s")
        except Exception as error:  # a peer may be absent or broken: say so and go on
            print(f"{system.__name__:14} not run: {type(error).__name__}: {error}")
            continue
        base = base or speed
        print(f"{system.__name__:14} ours (with dates) is {base / speed:.1f} times as fast")
    print(f"figures with dates, partners and meaning: {whole_pipeline(given.repeat):,.0f} chars/s")
    if given.suites:
        suites(given.suites)


if __name__ == "__main__":
    main()
