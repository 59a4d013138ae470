"""Texts that nobody would write: no step breaks on them, every place is exact, time grows with the text.

A few examples, the same each time; ``make fuzz`` draws many more, other ones each time (``FUZZ`` says how many).
"""

import gzip
import os
import random
import time

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import helpers
from helpers.offsets import apply_edits, article_texts
from helpers.tables import frame

EXAMPLES = int(os.environ.get("FUZZ", "0"))
few = settings(
    max_examples=EXAMPLES or 40,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PIECES = """
Hanoi (VNA) – |-VNA|Voir plus|Photo: VNA|Photo d'illustration : VNA/CVN|ảnh 1|hinh anh 2|./.|date 2020-11-11
le président de la République|les deux pays|Hong Kong (Chine)|l'Union européenne (UE)|l'UE|États-Unis|sud-coréen|Huê
la province de|Da Nang|Ba Ria-Vung Tau|Guangxi|l'accord EVFTA|la Banque mondiale|a signé un accord avec|se rendra en
3,4 milliards|de dollars|25 à 26|millions de tonnes|1.234.567|12,5%|en hausse de|par rapport à|soit|respectivement
deux mille vingt et un|un demi|la moitié|trois quarts|le double|1er|XXe|10e|neuf|cent|mille|million|+|-|environ
au cours des neuf premiers mois 2020|en 2019|entre 2022 et 2025|2006-2015|d'ici 2030|depuis 2007|le 31 février
lundi 9 novembre|du 30 octobre au 1er novembre 2022|l'an dernier|a atteint
les exportations vers|la valeur des importations
""".strip().replace("\n", "|")
JOINTS = [
    " ",
    "",
    ", ",
    ". ",
    "\n",
    "\n\n",
    "\r\n",
    "\xa0",
    "\u202f",
    "«",
    "»",
    "(",
    ")",
    "’",
    "'",
    "\u200b",
    "\t",
    "/",
]
letters = st.text(max_size=12)  # of all of Unicode
pieces = st.one_of(
    st.sampled_from(PIECES.split("|")), st.sampled_from(JOINTS), letters, st.integers(0, 10**13).map(str)
)
texts = st.lists(pieces, max_size=60).map("".join)


def chain(*texts: str) -> dict[str, pd.DataFrame]:
    rows = [{"doc_id": str(number), "text": text} for number, text in enumerate(texts)]
    tables = {"documents": frame("documents", rows)}
    articles = tables["articles"] = helpers.parse_articles(tables["documents"])
    tables["figures"], tables["mentions"] = helpers.extract_figures(articles), helpers.find_partners(articles)
    tables["links"] = helpers.find_links(articles, tables["mentions"])
    return tables


def check(tables: dict[str, pd.DataFrame]) -> None:
    """Every document has its article, every row its types, and what it quotes stands where it says."""
    texts = tables["documents"].set_index("doc_id")["text"]
    own = tables["articles"].query("role == 'article'")
    assert own["doc_id"].tolist() == texts.index.tolist()
    for name, rows in tables.items():
        assert rows.dtypes.to_dict() == frame(name).dtypes.to_dict()
        assert rows.iloc[:, 0].is_unique
    for article in article_texts(tables["articles"]):
        ends = [0, *(place for part in article.parts for place in (part.start, part.end)), len(article.text)]
        assert ends == sorted(ends)
        for part in article.parts:
            place = article.place(part.start, part.end)
            assert place["surface"] == texts[article.doc_id][place["start"] : place["end"]]
    for name in ("figures", "mentions"):
        for row in tables[name].itertuples():
            assert texts[row.article_id.rpartition("#")[0]][row.start : row.end] == row.surface != ""
    for row in tables["links"].itertuples():
        assert texts[row.article_id.rpartition("#")[0]][row.start : row.end].strip()
    figures = tables["figures"]
    assert (figures["low"] <= figures["high"]).all() and figures["refers_to"].dropna().isin(figures["figure_id"]).all()


@few
@given(st.lists(texts, min_size=1, max_size=3))
def test_the_chain_on_any_text(several):
    tables = chain(*several)
    check(tables)
    alone = [chain(text)["figures"]["surface"].tolist() for text in several[:1]]
    assert alone[0] == tables["figures"].query("article_id.str.startswith('0#')")["surface"].tolist()


# What atheris found that broke a step.
BROKE = ["Le pays a reçu 0.950.000 tonnes.", "À 0'950 dong, 0,950,000 et 0.950.000,5 tonnes."]


@pytest.mark.parametrize("text", BROKE)
def test_texts_that_broke_a_step(text):
    check(chain(text))


@few
@given(texts)
def test_spacing_on_any_text(text):
    edits = helpers.repair_spacing(text)
    places = [place for edit in edits for place in (edit.start, edit.end)]
    assert places == sorted(places) and all(0 <= place <= len(text) for place in places)
    # Spaces come and go; nothing else does.
    assert "".join(apply_edits(text, edits).split()) == "".join(text.split())


FILES = [".txt", ".html", ".jsonl", ".csv", ".parquet", ".txt.gz", ".csv.zst", ".jsonl.gz"]
page = texts.map(lambda text: f"<html><body><article><h1>T</h1><p>{text}</p></article>")
table = st.lists(texts).map(lambda cells: "\n".join(["id;text", *cells]))
encoded = st.tuples(
    st.one_of(texts, page, table), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252", "latin-1"])
).map(lambda drawn: drawn[0].encode(drawn[1], "replace"))
contents = st.one_of(st.binary(max_size=400), encoded, encoded.map(gzip.compress))


@few
@given(st.lists(st.tuples(contents, st.sampled_from(FILES), st.integers(0, 400)), min_size=1, max_size=6))
def test_readers_on_any_bytes(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("files")
    for number, (data, ending, cut) in enumerate(files):
        (folder / f"{number}{ending}").write_bytes(data[cut:] if cut < 40 else data)
    documents = helpers.read_documents(folder)
    assert documents.dtypes.to_dict() == frame("documents").dtypes.to_dict()
    assert documents["doc_id"].is_unique
    files_seen = documents["source"].str.extract(rf"{folder.name}/(\d+)\.")[0]
    assert set(files_seen) == {str(number) for number in range(len(files))}
    assert documents.loc[documents["text"].str.strip() == "", "problem"].notna().all()


def _seconds(text: str) -> float:
    start = time.process_time()
    check(chain(text))
    return time.process_time() - start


def test_time_grows_with_the_text():
    """Pieces repeated four times as often take at most nine times as long: a square would take sixteen times."""
    draw = random.Random(None if EXAMPLES else 0)
    for _ in range(EXAMPLES // 10 or 12):
        unit = draw.choice(JOINTS).join([*draw.choices([*PIECES.split("|"), *JOINTS], k=draw.randint(1, 4)), ""]) or "a"
        few, many = (unit * (size // len(unit) + 1) for size in (2_500, 10_000))
        assert _seconds(many) < 9 * _seconds(few) + 0.5, repr(unit)
