"""Every layout of the agency's pages is cut into its parts: own fixture articles, the seeds, hostile pages."""

import json
import random
import re
import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.articles import (
    _name_article,
    _name_teasers,
    _own_end,
    _pieces,
    dateline,
    parse_articles,
    unwrap_edits,
)
from helpers.characters import character_edits
from helpers.documents import read_documents
from helpers.offsets import apply_edits, article_texts
from helpers.paths import SEEDS
from helpers.tables import TABLES, frame

FIXTURES = Path(__file__).parent / "fixtures"
CASES = [json.loads(line) for line in (FIXTURES / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
SECTION = {"title": "title", "standfirst": "standfirst", "alt": "caption", "caption": "caption", "body": "body"}
NAMES = [case["file"] for case in CASES]


@pytest.fixture(scope="module")
def parsed():
    documents = read_documents(FIXTURES / "articles")
    articles = parse_articles(documents)
    return dict(zip(documents.doc_id, documents.text, strict=True)), dict(list(articles.groupby("doc_id", sort=False)))


@pytest.fixture(scope="module")
def seeds():
    return parse_articles(read_documents(SEEDS))


def parse(text, **columns):
    return parse_articles(frame("documents", [{"doc_id": "x", "text": text, **columns}]))


def spans(article):
    """Return section, start and end in the verbatim document of every stretch."""
    return [
        (part.section, *(article.place(part.start, part.end)[key] for key in ("start", "end")))
        for part in article.parts
    ]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_part_of_a_fixture_stands_where_it_was_annotated(case, parsed):
    texts, rows = parsed
    text = texts[case["file"]]
    found = [[(name, text[a:b]) for name, a, b in spans(article)] for article in article_texts(rows[case["file"]])]
    truth = [
        [(SECTION[kind], text[a:b]) for kind, a, b in parts if kind in SECTION]
        for parts in (case["article"], *case["teasers"])
    ]
    assert found == truth


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_place_agency_marker_and_credits_of_a_fixture(case, parsed):
    texts, rows = parsed
    text, table = texts[case["file"]], rows[case["file"]].astype(object).where(lambda t: t.notna(), None)
    article = table.iloc[0]
    assert (article.place, article.agency) == (case["place"], case["agency"])
    markers = [text[a:b] for kind, a, b in case["article"] if kind == "marker"]
    assert article.end_marker == (markers[-1] if markers else None)
    for row, parts in zip(table.itertuples(), (case["article"], *case["teasers"]), strict=True):
        credits = [text[a:b].split(":")[1].strip(" )") for kind, a, b in parts if kind == "credit"]
        assert row.credit == ("; ".join(dict.fromkeys(credits)) or None)
        captions = [unicodedata.normalize("NFC", text[a:b]) for kind, a, b in parts if kind == "caption"]
        assert row.caption == ("\n\n".join(dict.fromkeys(captions)) or None)


LEFT_OUT = re.compile(
    r"date \d{4}-\d\d(?:-\d\d)?|(?:h[iì]nh )?[aả]nh ?\d{1,2}|nh[aậ]p m[oô] t[aả] cho [aả]nh|voir plus|\./\."
    r"|\(?photo[^\n]{0,40}?: ?[^\n]{0,40}|: (?:VNA|cafef\.vn)|\(VNA\)"
    r"|(?:[-–] ?)?(?:[A-Z][A-Za-z]+[ /]){0,2}(?:VNA|AVI)(?:/\w+)?(?: -)?",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", [*NAMES, *(path.stem for path in sorted(SEEDS.glob("*.txt")))])
def test_every_character_is_in_one_part_or_left_out(name, parsed, seeds):
    texts, rows = parsed
    folder = FIXTURES / "articles" if name in texts else SEEDS
    text = (folder / f"{name}.txt").read_bytes().decode()
    table = rows[name] if name in texts else seeds[seeds.doc_id == name]
    stretches = sorted((a, b) for article in article_texts(table) for _, a, b in spans(article))
    assert all(one[1] <= other[0] for one, other in pairwise(stretches))
    rest = [
        unicodedata.normalize("NFC", text[a:b])
        for (_, a), (b, _) in pairwise([(0, 0), *stretches, (len(text), len(text))])
    ]
    assert "".join(LEFT_OUT.sub("", piece) for piece in rest).strip() == ""


def test_the_seeds_give_five_articles_and_their_teasers(seeds):
    assert seeds[seeds.role == "article"].article_id.str.endswith("#0").all()
    assert seeds[seeds.role == "teaser"].groupby("doc_id").size().tolist() == [5, 8, 7, 8, 6]
    teasers = seeds[seeds.role == "teaser"]
    assert teasers[["title", "caption", "body"]].notna().all(axis=None)
    assert teasers[["standfirst", "place", "end_marker"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n\n", "\n\n\n\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "\n \n" + text + "\n\n\xa0\n",
        lambda text: re.sub(r"\n+", "\n", text),
    ],
    ids=["four line breaks", "carriage returns", "decomposed", "blank lines", "one line break"],
)
def test_line_ends_and_letter_forms_change_no_part(change, seeds):
    documents = read_documents(SEEDS)
    articles = parse_articles(documents.assign(text=documents.text.map(change)))
    columns = ["article_id", "title", "standfirst", "caption", "credit", "place", "body", "end_marker", "n_words"]
    pd.testing.assert_frame_equal(articles[columns], seeds[columns])


def test_a_row_does_not_depend_on_the_others(seeds):
    documents = read_documents(SEEDS)
    alone = parse_articles(documents.iloc[[2]])
    together = seeds[seeds.doc_id == documents.doc_id[2]].reset_index(drop=True)
    own = [name for name in seeds.columns if name not in ("duplicate_of",) and not name.startswith("published")]
    pd.testing.assert_frame_equal(alone[own], together[own])


def test_a_glued_line_under_the_title_is_the_lead_and_a_clean_one_the_standfirst():
    title, rest = "Le thé de Moc Chau cherche preneur", "Les planteurs attendent unerécolte plus abondante en mai.-VNA"
    clean = "Les planteurs du haut plateau ont vendu moins de feuilles au printemps, dit la coopérative du district."
    glued = clean.replace("du haut", "duhaut").replace("vendu moins", "vendumoins").replace("la coop", "lacoop")
    articles = [parse(f"{title}\n\n{line}\n\n{rest}").iloc[0] for line in (clean, glued)]
    assert [article.title for article in articles] == [title, title]
    assert articles[0].standfirst == clean and articles[0].body.startswith("Les planteurs attendent")
    assert pd.isna(articles[1].standfirst) and articles[1].body.startswith(clean)


def test_documents_without_text_keep_their_row():
    documents = frame("documents", [{"doc_id": "a", "text": "", "problem": "a is empty."}, {"doc_id": "b"}])
    articles = parse_articles(documents)
    assert articles.article_id.tolist() == ["a#0", "b#0"] and articles.role.eq("article").all()
    assert (
        articles[["title", "standfirst", "caption", "body", "place", "end_marker", "duplicate_of"]]
        .isna()
        .all(axis=None)
    )
    assert (articles.n_words == 0).all()
    assert [article.parts for article in article_texts(articles)] == [[], []]


def test_no_documents_give_no_articles():
    articles = parse_articles(frame("documents"))
    assert len(articles) == 0 and list(articles.columns) == list(TABLES["articles"])
    assert articles.dtypes.equals(frame("articles").dtypes)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Hanoï (VNA) – Le riz", ("Hanoï", "VNA")),
        ("Hanoi(AVI)-Le riz", ("Hanoi", "AVI")),
        ("New York (VNA) - Le riz", ("New York", "VNA")),
        ("Hanoï, 27 juillet (VNA) - Le riz", ("Hanoï", "VNA")),
        ("Hanoi, le 1er mai 2015 (CPV/VNA) : Le riz", ("Hanoi", "CPV/VNA")),
        ("Hô Chi Minh-Ville (VNA), 3 juin – Le riz", ("Hô Chi Minh-Ville", "VNA")),
        ("Rio de Janeiro (VNA) Le riz", ("Rio de Janeiro", "VNA")),
        ("Nanning (Chine) (VNA) - Le riz", ("Nanning (Chine)", "VNA")),
        ("(VNA) - Le riz", ("", "VNA")),
        ("L'Agence vietnamienne d'information (VNA) a signé", None),
        ("Le directeur de l'Agence vietnamienne (VNA) - un ancien reporter - a signé", None),
        ("La Banque asiatique (BAD) - Le riz", None),
        ("Selon la VNA, le riz", None),
        ("", None),
    ],
)
def test_datelines(line, expected):
    assert dateline(line) == expected


MARKERS = "-VNA|- VNA|–VNA|- CPV/VNA|CPV/VNA|-NDEL/VNA|VOV/VNA|-AVI|./.|-VNA -|— VNA/VNP|-CPV / VNA|- Nhan Dan/VNA"


@pytest.mark.parametrize("marker", MARKERS.split("|"))
@pytest.mark.parametrize("before", [". ", ".", "... ", " »", ".\n"])
def test_end_markers(marker, before):
    row = parse(f"Le port a rouvert.\n\nLe trafic reprend{before}{marker}").iloc[0]
    assert row.end_marker == marker
    assert marker == "./." if pd.isna(row.agency) else row.agency == marker.strip(" -–—").split("/")[-1].strip()
    assert row.body == "Le port a rouvert.\n\nLe trafic reprend" + before.rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "La VNA et l'AVI ont fusionné.\n\nLe siège est à Hanoi",
        "Selon l'agence (VNA), le riz part.\n\nIl arrive",
        "L'accord CPV/VNA court jusqu'en mai.\n\nIl sera revu",
        "Une ligne - VNA en tête - relie les rédactions.\n\nElle est neuve",
        "Sur la photo : le port de Sa Ky au petit matin, avant la tempête qui a détruit la digue et la criée.\n\nFin",
    ],
)
def test_what_only_looks_like_a_marker_or_a_credit_stays_in_the_body(text):
    row = parse(text).iloc[0]
    assert row.body == text and pd.isna(row.end_marker) and pd.isna(row.credit) and pd.isna(row.caption)


def test_wrapped_lines_are_joined_and_others_are_not():
    text = "Le riz de la\nprovince part.\nLe café\nreste."
    assert apply_edits(text, unwrap_edits(text)) == "Le riz de la province part.\nLe café reste."
    full = (
        "Les planteurs de thé de la province de Thai\nNguyên ont vendu cette année toutes leurs\n"
        "feuilles à très bon prix, mais avec de gros\nretards."
    )
    assert "\n" not in apply_edits(full, unwrap_edits(full))
    for text in ("Un titre\nUne phrase.", "Fin.\n\nsuite", "Un titre\n\nsuite", "a\nVoir plus\nb"):
        assert unwrap_edits(text) == []


def test_composed_letters():
    text = unicodedata.normalize("NFD", "Đắk Lắk, Huế : à l’été")
    assert apply_edits(text, character_edits(text)) == "Đắk Lắk, Huế : à l’été"
    assert character_edits("Huế") == []


def test_what_markup_left_in_the_characters():
    source = "Le\u00adgume : 3\u200b millions&nbsp;d&#39;euros,  soit  １３ % &amp; plus. &inconnu; &#10; R&D\n\n   Fin"
    row = parse(f"Titre\n\nHanoï (VNA) - {source}").iloc[0]
    assert row.body.endswith("Legume : 3 millions\xa0d'euros, soit 13 % & plus. &inconnu; &#10; R&D\n\nFin")
    assert row.source.endswith(source) and row.n_repairs == 0
    article = next(article_texts(parse(f"Titre\n\nHanoï (VNA) - {source}")))
    start = article.text.index("millions")
    assert article.place(start, start + 16)["surface"] == "millions&nbsp;d&#39;euros"


TOKENS = [
    "Le riz part. ",
    "Un titre",
    "\n",
    "\n\n",
    "Voir plus",
    "-VNA",
    "CPV/VNA",
    "./.",
    " ảnh 1",
    "hinh anh 2",
    "Photo: VNA\n",
    "(Photo : Xuân)\n",
    "Hanoi (VNA) - ",
    "date 2019-10 ",
    "Nhập mô tả cho ảnh",
    "\xa0",
    "\r\n",
    "\u200b",
    "é",
    ".",
    "(",
    "12",
]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.sampled_from(TOKENS), max_size=30))
def test_any_page_gives_parts_in_order_and_loses_no_word(tokens):
    text = "".join(tokens)
    articles = parse(text)
    found = [span for article in article_texts(articles) for span in spans(article)]
    assert all(one[2] <= other[1] for one, other in pairwise(found))
    said = sum(text[a:b].count("riz") for _, a, b in found)
    assert said == text.count("riz")


UNITS = [
    "\n",
    "Voir plus\n\n",
    "Titre ảnh 1Le port. Photo: VNA ",
    "Titre ảnh 1\n",
    "Le riz. -VNA\n",
    " -VNA",
    "Photo: ",
    "(VNA)",
    "é",
    "AB/",
    "- ",
    "le riz de\n",
    "Un titre\nUne phrase de résumé.\n",
    "Hanoi (VNA) - ",
    "\xa0",
    "Le.Mot.Est.Long ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_of_the_page(unit):
    def seconds(length):
        text = unit * (length // len(unit))
        begun = time.process_time()
        pieces = _pieces(text)
        own = _own_end(text, pieces)
        _name_article(text, pieces[:own])
        _name_teasers(text, pieces[own:])
        unwrap_edits(text), character_edits(text)
        return time.process_time() - begun

    seconds(1000)
    # four times the length: about four times as long, sixteen if it were quadratic
    assert min(seconds(80_000) for _ in range(2)) < 9 * max(min(seconds(20_000) for _ in range(2)), 0.004)


DIRT = ["ảnh 12020", "hinh anh 2Le", "– CPV/VNA", "(VNA) –", "Voir plus", "Photo : ", "\r\n", "\u200b", "date 2020-11 "]
DIRT += ["e\u0301", "40 e ", "L eministère", '"', "./.", "İ", "\x00", "\u2028", "\ufeff", "le 31 février", "(" * 30]


def mutated(text, chance):
    """Return a page cut, doubled, shuffled, mixed up or dirtied in a few places."""
    for _ in range(chance.randint(1, 6)):
        i, j = sorted(chance.choices(range(len(text) + 1), k=2))
        lines = text.split("\n")
        chance.shuffle(lines)
        changes = [
            text[:j],
            text[i:],
            text[:i] + text[j:],
            text[: i + 300] + text[i:],
            "\n".join(lines),
            text[:i] + text,
        ]
        changes += [text[:i] + chance.choice(DIRT) + text[i:], text.replace(" ", "", chance.randrange(30))]
        text = chance.choice(changes)[:6000]
    return text


def test_mutated_seeds_keep_their_offsets_exact():
    chance = random.Random(0)
    pages = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    texts = {f"m{n}": mutated(chance.choice(pages), chance) for n in range(60)}
    articles = parse_articles(frame("documents", [{"doc_id": name, "text": text} for name, text in texts.items()]))
    assert articles.doc_id.drop_duplicates().tolist() == list(texts)
    for article in article_texts(articles):
        text, position = texts[article.doc_id], 0
        for part in article.parts:
            place = article.place(part.start, part.end)
            assert text[place["start"] : place["end"]] == place["surface"]
            assert position <= part.start < part.end <= len(article.text)
            position = part.end


@pytest.mark.parametrize(
    ("lead", "published"),
    [
        ("Le maire a reçu le 4 décembre 2019 une délégation de Kobe.", "2019-12-04"),
        ("L'aide continuera, a affirmé vendredi 22 mars 2019 l'ambassadeur du Japon.", "2019-03-22"),
        ("L'accord signé le 8 mai 2018 a porté ses fruits.", None),
        ("Le sommet se tiendra vendredi 22 mars 2019.", None),
        ("Le 22 décembre 1992, les deux pays ont établi leurs relations.", None),
    ],
)
def test_a_whole_date_in_the_lead_is_the_day_where_it_is_news(lead, published):
    text = f"Titre\n\nHanoï (VNA) - {lead} -VNA"
    row = parse_articles(frame("documents", [{"doc_id": "a", "text": text}])).iloc[0]
    assert (None if pd.isna(row.published) else row.published) == published
