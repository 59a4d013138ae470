"""Dates and periods: the annotated sentences, honesty about what is open, typography, speed in proportion to length."""

import json
import math
import time
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.dates import bounds, find_periods
from helpers.timewords import _PHRASES, _WORDS, alternation

FIXTURE = Path(__file__).parent / "fixtures" / "dates.jsonl"
ROWS = [json.loads(line) for line in FIXTURE.read_text(encoding="utf-8").splitlines()]


def day(text):
    return text and date.fromisoformat(text)


def found_in(row):
    return find_periods(row["text"], day(row["earliest"]), day(row["latest"]))


def scores(split):
    """Return F1 of spans, of spans with the value, of spans with the kind, and the number of expressions."""
    gold, found = set(), set()
    for number, row in enumerate(row for row in ROWS if row["split"] == split):
        gold |= {(number, p["start"], p["end"], p["value"], p["kind"]) for p in row["periods"]}
        found |= {(number, p.start, p.end, p.value, p.kind) for p in found_in(row)}

    def f1(*columns):
        a, b = ({tuple(item[column] for column in (0, 1, 2, *columns)) for item in side} for side in (gold, found))
        return 2 * len(a & b) / (len(a) + len(b))

    return f1(), f1(3), f1(4), len(gold)


def wilson(share, n, z=1.96):
    """Return the 95 % interval of a share of n."""
    middle, half = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def test_fixture_is_large_enough_and_its_offsets_are_right():
    periods = [(row["text"], p) for row in ROWS for p in row["periods"]]
    assert len(periods) >= 250
    assert all(text[p["start"] : p["end"]] == p["surface"] for text, p in periods)
    assert sum(len(row["periods"]) for row in ROWS if row["split"] == "unseen") >= len(periods) / 3


@pytest.mark.parametrize("split", ["seen", "unseen"])
def test_annotated_sentences(split):
    spans, values, kinds, n = scores(split)
    print(f"{split}: n={n} spans {spans:.3f} value {values:.3f} {wilson(values, n)} kind {kinds:.3f}")
    assert spans >= 0.97
    assert values >= 0.95
    assert kinds >= 0.95


@pytest.mark.parametrize(
    "row",
    csv_rows := pd.read_csv(
        Path(__file__).parents[1] / "data" / "dates" / "grammar.csv", dtype=str, keep_default_na=False
    )
    .query("role == 'branch'")
    .to_dict("records"),
    ids=[row["name"] for row in csv_rows],
)
def test_each_branch_of_the_grammar_finds_its_example(row):
    match = alternation(frozenset(row["begins"].split())).search(f"dit le {row['example']} ici")
    assert match and match.lastgroup == row["name"]
    assert match[0] in row["example"]


@pytest.mark.parametrize(
    "text",
    [
        "une hausse de 3,3%, soit 4,1 milliards pour 253.400 visiteurs",
        "2.025 entreprises et 2 000 dollars, 1.950.000 tonnes, 2000 hectares",
        "le 40e anniversaire, la 23e réunion, le 14e Congrès, le XIVᵉ Congrès",
        "le COVID-19, le G20, la classe 8A, le Km 3+4, ảnh 1Panorama",
        "plus de 2000 familles, quelque 1950 ouvriers et 1900 MW",
        "une année charnière, un bureau tout neuf, la seconde place, Mme Mai, l'hôpital Bach Mai",
        "la résolution 10/2020 et le décret n° 11/2021",
        "pour le troisième trimestre consécutif",
    ],
)
def test_amounts_ordinals_and_names_are_no_dates(text):
    assert find_periods(text) == []


def test_a_yearless_date_is_settled_only_where_both_bounds_agree():
    text = "le 6 juillet, au premier semestre et l'an dernier"
    both = [p.value for p in find_periods(text, date(2020, 11, 1), date(2020, 11, 30))]
    assert both == ["2020-07-06", "2020-01/2020-06", "2019"]
    for limits in [
        (None, None),
        (date(2020, 11, 1), None),
        (None, date(2020, 11, 1)),
        (date(2019, 11, 1), date(2020, 11, 1)),
    ]:
        assert [p.value for p in find_periods(text, *limits)] == ["XXXX-07-06", "XXXX-01/XXXX-06", None]


def test_what_is_kept_of_a_text_depends_on_no_bounds():
    text = "jeudi, l'an dernier, en mars de l'année dernière et en neuf mois de l'an dernier"
    alone = [p.value for p in find_periods(text)]
    settled = [p.value for p in find_periods(text, date(2020, 11, 11), date(2020, 11, 11))]
    assert settled == ["2020-11-05", "2019", "2019-03", "2019-01/2019-09"]
    assert [p.value for p in find_periods(text)] == alone == [None, None, "XXXX-03", "XXXX-01/XXXX-09"]


def test_a_month_glued_to_its_first_day():
    assert [p.value for p in find_periods("du 1erjanvier au 3 mai 2019, puis le 1ᵉʳmars")] == [
        "2019-01-01/2019-05-03",
        "XXXX-03-01",
    ]


def test_the_part_of_a_period_is_a_word():
    assert [(p.start, p.value, p.part) for p in find_periods("enfin 2019")] == [(6, "2019", None)]


@pytest.mark.parametrize(
    ("text", "day", "value"),
    [
        ("Depuis janvier, les ventes ont crû.", date(2021, 12, 15), "2021-01/.."),
        ("Depuis le début de l'année jusqu'à fin novembre, tout va.", date(2019, 12, 5), "2019-01/2019-11"),
        ("depuis 2015 jusqu'en 2019", date(2022, 1, 1), "2015/2019"),
        ("Ces sept premiers mois", date(2018, 8, 9), "2018-01/2018-07"),
    ],
)
def test_what_has_begun_and_where_it_ends(text, day, value):
    assert [period.value for period in find_periods(text, day, day)] == [value]


def test_missing_bounds_may_be_na_or_timestamps():
    assert find_periods("le 6 juillet", pd.NaT, pd.NaT) == find_periods("le 6 juillet")
    stamp = pd.Timestamp("2020-11-11")
    assert find_periods("le 6 juillet", stamp, stamp) == find_periods("le 6 juillet", stamp.date(), stamp.date())


def test_29_february_falls_in_a_leap_year():
    assert find_periods("le 29 février", date(2022, 5, 1), date(2022, 5, 1))[0].value == "2020-02-29"


def test_a_weekday_settles_the_year_that_bounds_leave_open():
    text = "jeudi 29 février"
    assert find_periods(text, date(2021, 1, 1), date(2026, 1, 1))[0].value == "2024-02-29"
    assert find_periods(text, date(1990, 1, 1), date(2026, 1, 1))[0].value == "XXXX-02-29"
    assert find_periods("vendredi 11 novembre", date(2020, 12, 1), date(2020, 12, 1))[0].value == "XXXX-11-11"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020", (date(2020, 1, 1), date(2020, 12, 31))),
        ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2020-W45", (date(2020, 11, 2), date(2020, 11, 8))),
        ("{2020-05-05,2020-05-07}", (date(2020, 5, 5), date(2020, 5, 7))),
        ("../2035", (None, date(2035, 12, 31))),
        ("XXXX-01/XXXX-06", (None, None)),
        ("T14:30", (None, None)),
        (None, (None, None)),
        (pd.NA, (None, None)),
    ],
)
def test_bounds(value, expected):
    assert bounds(value) == expected


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "'" in row["text"] or " " in row["text"]][::3], ids=lambda r: r["text"][:30]
)
def test_typography_does_not_matter(row):
    odd = row["text"].replace("'", "’").replace(" ", "\u00a0")
    there = [(p.start, p.end, p.value) for p in find_periods(odd, day(row["earliest"]), day(row["latest"]))]
    assert there == [(p.start, p.end, p.value) for p in found_in(row)]


WORDS = sorted({*_PHRASES, *(form for kind in _WORDS for form in _WORDS[kind])})
WORDS += [*"du au de à d'ici entre et jusqu'au depuis fin mi- le les l' , - – / . % h siècle mois".split()]  # noqa: SIM905
WORDS += ["1", "5", "12", "31", "00", "2019", "2020", "1er", "3e"]
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


@settings(deadline=None, max_examples=150)
@example(["l'année dernière", "aux", "l'année dernière"], " ", date(2000, 1, 1), 366)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from([" ", "", "\u00a0"]), DAYS, st.integers(0, 900))
def test_any_words_give_ordered_spans_and_honest_values(words, glue, earliest, width):
    text, latest = glue.join(words), earliest + timedelta(width)
    found = find_periods(text, earliest, latest)
    ends = [0, *(end for p in found for end in (p.start, p.end))]
    assert ends == sorted(ends) and ends[-1] <= len(text)
    # What both bounds settle, each settles alone, to the same value.
    first, last = (find_periods(text, limit, limit) for limit in (earliest, latest))
    for one, low, high in zip(found, first, last, strict=True):
        settled = one.value and "X" not in one.value and one.weekday is None
        assert not settled or low.value == one.value == high.value
        assert one.value is None or bounds(one.value) is not None


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    assert all(text[p.start : p.end].strip() for p in find_periods(text))


@pytest.mark.parametrize(
    "piece",
    [
        "1, ",
        "2 et ",
        "vingt et ",
        "le ",
        "2020-",
        "lundi 3, ",
        "12.",
        "de l'année ",
        "du 3 mars au ",
        "2019 et ",
        "1/2/",
        "\u00a0",
        "a",
    ],
)
def test_time_grows_with_the_length(piece):
    def cost(length):
        text, best = piece * (length // len(piece)), math.inf
        for end in "tuvwxyz":  # another text each time: those read last are kept
            begin = time.process_time()
            find_periods(f"{text} {end}")
            best = min(best, time.process_time() - begin)
        return best

    # eight times the length: about eight times as long, sixty-four if it were quadratic
    assert cost(32_000) < 24 * max(cost(4_000), 0.001)


def test_an_article_behind_a_year_is_no_litre():
    text = "Le 22 mars 2019 l'usine a ouvert."
    assert [period.value for period in find_periods(text)] == ["2019-03-22"]
