"""A corpus of any size from own sentences, laid out as the agency's pages are, for measuring speed.

About 3 kB a document: title, standfirst, caption, dateline, body with its marker, two or three teasers. One document in
three has lost the spaces at its line ends; one teaser in four is repeated, as teasers are. The sentences and the words
for their gaps stand in ``corpus.txt``. They are few: accuracy is measured elsewhere.
"""

import random
import re
from pathlib import Path

import pandas as pd

from benchmarks.spacing import glue
from helpers.tables import frame

PLAIN_TO_FIGURES = 5  # sentences without a figure for one that has some; most have two
GAP = re.compile(r"\{(\w+)\}")


def _lists() -> dict[str, list[str]]:
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    blocks = (block.splitlines() for block in text.removeprefix("# ").split("\n# "))
    return {head.partition(":")[0]: [line for line in lines if line] for head, *lines in blocks}


LISTS = _lists()
COUNTRIES = [tuple(line.split("|")) for line in LISTS["countries"]]
WORDS = {name: words for name, *words in (line.split("|") for line in LISTS["words"])}
SENTENCES = LISTS["plain"] * PLAIN_TO_FIGURES + LISTS["figures"] * (len(LISTS["plain"]) // len(LISTS["figures"]))


def _number(gap: str, chance: random.Random) -> str:
    decimal = f"{chance.uniform(1, 90):.1f}".replace(".", ",")
    low = chance.randint(2, 40)
    return {
        "amount": f"{decimal} {chance.choice(WORDS['scale'])}",
        "percent": decimal,
        "range": f"{low} et {low + chance.randint(1, 9)}",
        "count": f"{chance.randint(12, 250_000):,}".replace(",", "."),
        "year": str(chance.randint(2012, 2023)),
        "day": str(chance.randint(2, 28)),
        "rank": str(chance.randint(2, 12)),
    }[gap]


def _write(template: str, chance: random.Random, partner: tuple[str, ...]) -> str:
    """Return the template with something drawn for each of its gaps."""
    gaps = dict(zip(("country", "of", "adjective"), partner, strict=True))

    def fill(match: re.Match) -> str:
        gap = match[1]
        return gaps.get(gap) or (chance.choice(WORDS[gap]) if gap in WORDS else _number(gap, chance))

    text = GAP.sub(fill, template)
    return text[0].upper() + text[1:]


def _paragraph(n: int, chance: random.Random, partner: tuple[str, ...]) -> str:
    return " ".join(_write(template, chance, partner) for template in chance.sample(SENTENCES, n))


def _teaser(chance: random.Random) -> str:
    partner, title = chance.choice(COUNTRIES), chance.choice(LISTS["titles"])
    caption = _write("Vue de la province de {province}, en {month}. Photo: VNA", chance, partner)
    return f"{caption}\n\n{_write(title, chance, partner)}\n\n{_paragraph(2, chance, partner)}"


def document(number: int, seed: int = 0) -> str:
    """Return a document; it depends on its number and the seed alone, so that a small corpus begins a large one."""
    chance = random.Random(f"{seed}-{number}")
    partner = chance.choice(COUNTRIES)
    title = _write(chance.choice(LISTS["titles"]), chance, partner)
    standfirst = _paragraph(1, chance, partner)
    caption = f"{title} ảnh 1{_write('Une séance de travail à {city}. Photo: VNA', chance, partner)}"
    body = [_paragraph(chance.randint(2, 4), chance, partner) for _ in range(5)]
    body[0] = f"{chance.choice(WORDS['province'])} (VNA) – {body[0]}"
    if chance.random() < 1 / 3:
        body = [glue(text, chance.randint(70, 80), chance)[0] for text in body]
    repeated = [random.Random(f"{seed}-{chance.randrange(number + 9)}-teaser") for _ in range(chance.randint(2, 3))]
    teasers = [_teaser(other if chance.random() < 0.25 else chance) for other in repeated]
    return "\n\n".join([title, f"{standfirst}\n{caption}", *body]) + " -VNA\n\nVoir plus\n\n" + "\n\n".join(teasers)


def documents(n: int, seed: int = 0) -> pd.DataFrame:
    """Return n documents as a table of the contract."""
    return frame("documents", [{"doc_id": f"own-{k:06}", "text": document(k, seed)} for k in range(n)])
