"""What a notebook shows: safe, described, and the same bytes each time."""

import base64
import re
import string

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from helpers import display, markup
from helpers.tables import frame
from tests.samples import HOSTILE

TRICKY = st.text(st.sampled_from([*"<>&\"'$\\`*_[]()#|~-.: \n{}%", *string.ascii_letters, "é", "\u202e", "\x07"]))


def seen(html: str) -> str:
    soup = BeautifulSoup(html, "lxml")
    for mark in soup.find_all(class_="repair"):
        mark.decompose()
    return soup.get_text()


@given(TRICKY)
def test_any_text_appears_as_it_is(text):
    assert seen(f"<p>{markup.plain(text)}</p>") == markup.visible(text)
    for escaped in (markup.plain(text), markup.plain(text, markdown=True)):
        assert not re.search(r"<(?!/?span>)|\$|\\|[\u202e\x07]", escaped)
    assert not re.search("[<>\"'\u202e\x07]", markup.attribute(text))


@given(TRICKY)
def test_markdown_shows_any_value_as_it_is(text):
    from nbconvert.filters import markdown2html

    rendered = seen(markdown2html(f"x {markup.plain(text, markdown=True)} y"))
    assert " ".join(rendered.split()) == " ".join(f"x {markup.visible(text)} y".split())


@given(TRICKY, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 2))), st.integers(0, 50))
def test_marks_never_change_the_text_whatever_overlaps(text, spans, origin):
    kinds = ["links", "figures", "mentions"]
    rows = {kind: [] for kind in kinds}
    for number, (start, length, kind) in enumerate(spans):
        key = markup.MARKS[kinds[kind]][1]
        rows[kinds[kind]].append({key: f"a#0:{number}", "start": origin + start, "end": origin + start + length})
    html = markup.marked_text(text, {kind: pd.DataFrame(own) for kind, own in rows.items() if own}, origin)
    assert seen(html) == markup.visible(text)
    inside = {f"a-0-{n}" for n, (start, length, _) in enumerate(spans) if length and start + length <= len(text)}
    anchors = [element["id"] for element in BeautifulSoup(html, "lxml").find_all(id=True)]
    assert len(anchors) == len(set(anchors)) and set(anchors) == inside


def test_crossing_marks_are_cut_and_a_repair_is_shown():
    article = {"article_id": "a#0", "source": "deux millionsde dollars", "offsets": [5, 18, 18, 1]}
    figure = pd.DataFrame([{"figure_id": "a#0:f", "start": 5, "end": 20}])
    link = pd.DataFrame([{"link_id": "a#0:l", "start": 10, "end": 28}])
    tables = {"articles": pd.DataFrame([article]), "figures": figure, "links": link}
    html = markup.marked_text(article["source"], tables, 5)
    assert html == (
        '<div class="article" lang="fr"><span id="a-0"><mark id="a-0-f">deux <em id="a-0-l">millions'
        '<small class="repair">\u2423</small>de</em></mark><em> dollars</em></span></div>'
    )


def test_dates_are_marked_where_they_stand_and_a_mark_leads_back_when_something_cites_it():
    text = "Du 3 au 5 mai 2019, rien. En 2020 non plus."
    article = {"article_id": "a#0", "source": text, "text": text, "offsets": [7], "sections": [3, 0, len(text)]}
    dates = markup.dated_places(frame("articles", [article]))
    assert dates[["surface", "start", "value"]].values.tolist() == [
        ["Du 3 au 5 mai 2019", 7, "2019-05-03/2019-05-05"],
        ["2020", 36, "2020"],
    ]
    shown = markup.marked_text(text, {"dates": dates}, 7, {"a-0-d2": ("02.html#from-3", 'Cited in "02"')})
    soup = BeautifulSoup(shown, "lxml")
    assert [mark.get_text() for mark in soup.find_all("b")] == dates["surface"].tolist()
    (link,) = soup.find_all("a")
    assert link.parent["id"] == "a-0-d2" and link["href"] == "02.html#from-3" and link["aria-label"] == 'Cited in "02"'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (1234567, "1 234 567"),
        (-1234.5, "−1 234.5"),
        (17.90, "17.9"),
        (-0.001, "0"),
        (1e9, "1 000 000 000"),
        (pd.NA, "–"),
    ],
)
def test_numbers(value, expected):
    assert display.number(value).replace("\u202f", " ") == expected


def test_prose_is_computed_formatted_and_safe(capsys):
    display.say(
        "**{n}** of {whole:.0f} ({share:.1%}): {text}, {none}",
        n=1500,
        whole=2000.4,
        share=0.7496,
        text="*a*",
        none=None,
    )
    assert capsys.readouterr().out.replace("\u202f", " ") == "**1 500** of 2 000 (75.0%): *a*, –\n"


FRAME = pd.DataFrame(
    {
        "said": ["deux <b>", "trois", "quatre"],
        "value": [2.0, 1234.567, None],
        "count": pd.array([1, None, 12000], dtype="Int64"),
        "terms": [["a", "b"], [], ["c"]],
        "sure": [True, False, True],
        "when": pd.to_datetime(["2020-11-11", None, "2021-01-02"]),
        "figure_id": ["a#0:f1", "a#1:f2", None],
    }
)


def test_a_table_is_captioned_headed_aligned_linked_and_safe():
    html, text = display.table_html(
        FRAME, caption="Table 1. <i>", french=["said"], links={"said": "figure_id"}, digits=1, rows=2
    )
    soup = BeautifulSoup(html, "lxml")
    assert soup.caption.get_text() == "Table 1. <i> (The first 2 of 3 rows.)"
    assert [th["scope"] for th in soup.thead.find_all("th")] == ["col"] * 6
    first, second = (row.find_all(["th", "td"]) for row in soup.tbody.find_all("tr"))
    assert first[0].name == "th" and first[0]["scope"] == "row" and first[0]["lang"] == "fr"
    assert first[0].a["href"] == "../report/articles/a.html#a-0-f1" and first[0].get_text() == "deux <b>"
    cells = [cell.get_text().replace("\u202f", " ") for cell in [*first[1:], *second[1:]]]
    assert cells == ["2.0", "1", "a, b", "yes", "2020-11-11", "1 234.6", "–", "–", "no", "–"]
    assert [cell.get("class") for cell in first] == [["short"], ["num"], ["num"], ["short"], ["short"], ["short"]]
    assert soup.div["tabindex"] == "0" and text["said"] == ["deux <b>", "trois"]


def test_a_sentence_stands_once_below_its_rows():
    rows = FRAME.assign(sentence=["Ils ont dit <b>.", "Ils ont dit <b>.", "Non."])
    html, text = display.table_html(rows, caption="Table 1.", french=["sentence"], links={"said": "figure_id"})
    groups = [body.find_all("tr") for body in BeautifulSoup(html, "lxml").find_all("tbody")]
    assert [len(group) for group in groups] == [3, 2] and "sentence" not in html.partition("</thead>")[0]
    below = groups[0][-1]
    assert below["class"] == ["said"] and below.td["colspan"] == "6" and below.div["lang"] == "fr"
    assert below.get_text() == "Ils ont dit <b>." and len(text["sentence"]) == 3


def test_an_empty_table_still_has_its_head():
    html, _ = display.table_html(FRAME.head(0), caption="Table 1. None.", links={"said": "figure_id"})
    soup = BeautifulSoup(html, "lxml")
    assert len(soup.find_all("th")) == 6 and soup.tbody.get_text() == "None found."


def drawn(monkeypatch) -> str:
    shown = []
    monkeypatch.setattr(display, "_display", lambda text, kind, content: shown.append(content))
    fig, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="5 $ à 6 $")
    ax.legend()
    display.show(fig, alt='A line "from" 3 to 4.', caption="Figure 1. Does it rise?")
    assert not plt.get_fignums(), "the figure is closed"
    return shown[0]


def test_a_figure_is_described_and_the_same_bytes_each_time(monkeypatch):
    with plt.rc_context():
        display.setup()
        first, second = drawn(monkeypatch), drawn(monkeypatch)
    assert first == second
    soup = BeautifulSoup(first, "lxml")
    assert soup.img["alt"] == 'A line "from" 3 to 4.' and soup.figcaption.get_text() == "Figure 1. Does it rise?"
    svg = base64.b64decode(soup.img["src"].removeprefix("data:image/svg+xml;base64,"))
    assert b"<svg" in svg and b"<text" not in svg and b"dc:date" not in svg


def test_highlight_marks_only_its_own_rows(monkeypatch):
    shown = []
    monkeypatch.setattr(display, "_display", lambda text, kind, content: shown.append(content))
    figures = pd.DataFrame(
        {"figure_id": ["a#0:f", "a#1:f"], "article_id": ["a#0", "a#1"], "start": [0, 5], "end": [2, 7]}
    )
    article = {"article_id": "a#1", "source": HOSTILE, "text": HOSTILE, "offsets": [5], "sections": []}
    display.highlight(frame("articles", [article]).iloc[0], figures)
    display.highlight(pd.Series({"doc_id": "a", "text": HOSTILE}), figures)
    assert 'id="a-1-f"' in shown[0] and 'id="a-0-f"' not in shown[0]
    assert 'id="a-1-f"' in shown[1] and 'id="a-0-f"' in shown[1]
    assert all('lang="fr"' in html and "<script" not in html for html in shown)


def test_file_names_are_safe_and_different():
    ids = ["a", "A b", "A-b", "../a", "", "é", "x" * 300, "con/../..", "a.html"]
    names = [markup.page_name(doc_id) for doc_id in ids]
    assert len(set(names)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,89}\.html", name, re.ASCII) for name in names)
