"""The number grammar: numerals in digits and words, scales, signs, ordinals, what is part of a name, linear cost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.numbers import find_numbers, table

VALUES = {
    "253.400": [253400],
    "4,1 milliards": [4.1e9],
    "1.350 milliards": [1350e9],
    "1.112.000 milliards": [1112000e9],
    "3,519 milliards": [3.519e9],
    "392 000": [392000],
    "392\u202f000": [392000],
    "1.234,56": [1234.56],
    "278,43 millions": [278430000],
    "trois milliards": [3e9],
    "un milliard": [1e9],
    "1,3 billion": [1.3e12],
    "un million et demi": [1500000],
    "un demi-million": [500000],
    "2 millions 500 mille": [2500000],
    "trois millions deux cent mille": [3200000],
    "une centaine": [100],
    "deux dizaines": [20],
    "quatre-vingt-dix-neuf": [99],
    "septante-deux": [72],
    "Vingt et un": [21],
    "deux mille cinq cents": [2500],
    "3 mililards": [3e9],
    "2,75milliards": [2.75e9],
    "de13%": [13],
    "+33,12 %": [33.12],
    "(-67%)": [-67],
    "( − 4,5%)": [-4.5],
    "17-18%": [17, 18],
    "904,741 et 51 millions": [904.741, 51e6],
    "1,234,567": [1234567],
    "trente pour cent": [30],
    "1 234,5": [1234.5],
    "1'250'000": [1250000],
    "1,234.56": [1234.56],
    "deux virgule zéro six": [2.06],
    "trois virgule quatorze": [3.14],
    "cinq virgule sept deux millions": [5.72e6],
    "neuf milliards cinq cent trente et un millions huit cent onze mille cent quarante-six": [9531811146],
    "quatre-billions-neuf-cent-soixante-milliards": [4960e9],
    "quatre cent quatre vingts": [480],
    "huit cents huitante-trois mille": [883000],
    "NONANTE-NEUF MILLE": [99000],
    "deux et demi": [2.5],
    "un demi pour cent": [0.5],
    "une dizaine de millions": [10e6],
    "2 mille milliards": [2e12],
    "un à deux millions": [1, 2e6],
    "5 M€ et 3 Md$": [5e6, 3e9],
    "USD5": [5],
    "40kg-50kg": [40, 50],
    "12,000 personnes, vingt et un virgule sept cinq": [12000, 21.75],
    "–3%, moins 5 degrés, au moins 4": [-3, -5, 4],
    "12 milles marins": [12],
    "1'234.50 et 1’234’567,5": [1234.5, 1234567.5],
    "de .5 à 2,5": [0.5, 2.5],
    "3½, 3 ½, ½ et 3 1/2": [3.5, 3.5, 0.5, 3.5],
    "2 millions 300.000, 2 millions 300": [2.3e6, 2e6, 300],
    "3 milliosn, 2 millirads": [3e6, 2e9],
    "$-5 et -5": [-5, -5],
    "vers 2020 1/4": [2020],
    "une tonne et demie, une demi-tonne": [1, 0.5],  # the half behind the unit is read with it
    # not numbers: articles, names, dates and scores in digits
    "un pays, une ville": [],
    "COVID-19, G20, A320, CO2": [],
    "le 11/11, le 12.10.2020, à 14:30": [],
    "1.1.1.1.1": [],
}


@pytest.mark.parametrize(("text", "values"), VALUES.items())
def test_values(text, values):
    assert [number.value for number in find_numbers(text)] == values


ORDINALS = {"4e": 4, "1er": 1, "1re": 1, "2nd": 2, "30ᵉ": 30, "124ème": 124, "Ier": 1, "IIe": 2, "troisième": 3}
ORDINALS |= {"Premières": 1, "vingt et unième": 21, "quatre-vingt-dix-neuvième": 99, "deux-centième": 200}


@pytest.mark.parametrize(("text", "value"), ORDINALS.items())
def test_ordinals(text, value):
    (number,) = find_numbers(text + " rang")
    assert (number.form, number.value, number.end) == ("ordinal", value, len(text))


def test_forms():
    forms = [number.form for number in find_numbers("2020, 253.400, douze, 3e")]
    assert forms == ["plain", "digits", "words", "ordinal"]


def test_positions_count_in_the_whole_text():
    text = "12 pays, trois villes"
    assert [text[n.start : n.end] for n in find_numbers(text, 4)] == ["trois"]


def test_number_words_of_a_generator():
    """Every cardinal up to 1000 and some above, spelled by the rules of 1990 and before."""
    words = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
    units = [*words.split(), "dix-huit", "dix-neuf"]
    tens = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}

    def spell(n):
        if n < 20:
            return units[n]
        if n < 100:
            ten = n // 10 if n // 10 in tens else n // 10 - 1
            rest = n - 10 * ten
            if not rest:
                return tens[ten] + ("s" if ten == 8 else "")
            return tens[ten] + (" et " if rest in (1, 11) and ten != 8 else "-") + units[rest]
        if n < 1000:
            hundreds, rest = divmod(n, 100)
            head = "cent" if hundreds == 1 else f"{units[hundreds]} cent{'s' if not rest else ''}"
            return head + (f" {spell(rest)}" if rest else "")
        thousands, rest = divmod(n, 1000)
        return ("mille" if thousands == 1 else f"{spell(thousands)} mille") + (f" {spell(rest)}" if rest else "")

    wrong = []
    for n in [*range(2, 1000), 1001, 1515, 2000, 3999, 10000, 99999]:
        for form in (spell(n), spell(n).replace(" ", "-")):
            found = find_numbers(form + " personnes")
            if [number.value for number in found] != [n]:
                wrong.append((form, [number.value for number in found]))
    assert not wrong


@given(st.floats(0.001, 999999, allow_nan=False), st.sampled_from(["", "million", "milliards"]))
@settings(max_examples=200, deadline=None)
def test_printed_and_read_again(value, scale):
    printed = f"{value:.3f}".rstrip("0").rstrip(".")
    french = printed.replace(".", ",") + (f" {scale}" if scale else "")
    factor = {"": 1, "million": 1e6, "milliards": 1e9}[scale]
    (number,) = find_numbers(french)
    assert number.value == pytest.approx(float(printed) * factor, rel=1e-9)


@pytest.mark.parametrize(
    "unit", ["1.", "1", "et ", "trois ", "1 000 ", "2 millions 3 ", "(+", "un demi-", "cent ", "1/", "-", "\xa0", "4e "]
)
def test_cost_is_linear(unit):
    def cost(times):
        text = unit * times
        return min(timed(text) for _ in range(3))

    def timed(text):
        start = time.process_time()
        find_numbers(text)
        return time.process_time() - start

    assert cost(8000) < 12 * cost(2000) + 0.05


@pytest.mark.parametrize("name", ["scales", "number_words", "currencies", "units", "nouns", "approximators", "cues"])
def test_every_row_has_a_source(name):
    assert all(row["source"] for row in table(name))
