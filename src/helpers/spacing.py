"""Put back the spaces that a page lost at its line wraps and paragraph breaks, take out those that it gained.

The score of a lost space is log10 P(left) P(right) / P(whole): word segmentation by word frequencies in which the whole
token competes (Norvig, Natural Language Corpus Data, 2009). A document is judged first. Without evidence of lost wraps
only near-certain repairs are made; with it, a dynamic program weighs the scores of each paragraph against the width of
the lines that its source had: a line was broken where the next word would have passed the width.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import log10
from typing import NamedTuple

import pandas as pd

from helpers.offsets import Edit, apply_edits, compose
from helpers.paths import DATA

# Logarithms to base 10, tuned on one public corpus; benchmarks/spacing.py measures them on any other.
LOST = -1.1  # P(a space was lost between two given words) in a glued document
FLOOR = -1.0  # below it a place is no candidate
STRONG = 2.2  # above it a place shows where a source line ended
NO_WORD = -9.0  # the rarest word has -8
UNKNOWN, UNKNOWN_LETTER = -2.6, -1.05  # P(a word of no list), and what each of its letters costs
OVER, NEAR, EARLY = log10(0.93), log10(0.06), log10(0.005)  # P(line ends) past the width, just before it, well before
NOT_OVER, NOT_NEAR = log10(0.07), log10(0.94)
UNSEEN = -2.5  # P(a line end that is no candidate)
LONGEST = 60  # characters of a token that is looked at; what is longer is an address or no text
ROUNDS = 40  # a token may have lost several spaces, found one after the other


class Joint(NamedTuple):
    """A place where a space may be lost; ``proof``: 1 shows a glued document, 2 is repaired in any document."""

    position: int
    score: float
    kind: str
    proof: int = 0


class Paragraph(NamedTuple):
    """A line of the document; its tokens and joints are sorted and counted in it."""

    start: int
    text: str
    tokens: list[tuple[int, int]]
    joints: list[Joint]


@lru_cache
def _words(name: str) -> frozenset[str]:
    return frozenset((DATA / "spacing" / f"{name}.txt").read_text(encoding="utf-8").split())


@lru_cache
def _contacts() -> list[tuple[re.Pattern, float, str, bool]]:
    table = pd.read_csv(DATA / "spacing" / "contacts.csv", keep_default_na=False)
    return [(re.compile(row.pattern), row.score, row.kind, row.anywhere == "yes") for row in table.itertuples()]


@lru_cache
def _shares() -> dict[str, float]:
    """Return log10 of the share of each word in French text."""
    from wordfreq import get_frequency_list  # not at the top: slow to import

    return {word: -i / 100 for i, words in enumerate(get_frequency_list("fr", "large")) for word in words}


@lru_cache(1 << 17)
def _share(word: str) -> float:
    """Return log10 P(word), `NO_WORD` for no word; an elided word, ``l'``, is a word of its own."""
    if word.endswith("'"):
        least = -2.2 if len(word) < 4 else -3.5
        return max(_shares().get(word[:-1], NO_WORD), least) if word[:-1] in _words("elisions") else NO_WORD
    if len(word) == 1 and word not in "aàyô":
        return NO_WORD
    return _shares().get(word) or _shares().get(word.replace("œ", "oe"), NO_WORD)


def _is_function(word: str) -> bool:
    return word in _words("function_words")


def _is_syllable(word: str) -> bool:
    """Tell whether a word is a Vietnamese syllable, its marks left out."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c)) in _words("vietnamese_syllables")


def _fold(text: str) -> str:
    return text.lower().replace("’", "'")


def _case(letters: str) -> str:
    """Return l for lower case, T for a capital first, U for capitals, M for a mixture."""
    letters = letters.rstrip("'’")
    if letters.islower():
        return "l"
    if letters[:1].isupper() and (len(letters) == 1 or letters[1:].islower()):
        return "T"
    return "U" if letters.isupper() else "M"


# Lost spaces between letters

_LETTERS = re.compile(r"[^\W\d_]+(?:['’](?=[^\W\d_]))?")  # with the apostrophe of an elision
_HUMPS = re.compile(r"(?:[A-ZÀ-Ý][a-zà-ÿ]+){2,}$")
_ROMAN_RANK = re.compile(r"[IVXLC]+(?:e|er|ème|ᵉ)$")


def _piece(raw: str, starts: bool, seen: dict, itself: int = 0) -> tuple[float, bool]:
    """Return log10 P(letters) and whether they are a word; ``starts`` at the start of a sentence."""
    word, case = _fold(raw), _case(raw)
    share = _share(word)
    if (count := seen.get(word, 0) - itself) > 0:
        share = max(share, min(log10(count * 0.3 / 4000), log10(1.5 / 4000), share + 2 if share > NO_WORD else 0))
    if named := word in _words("names") or (case == "M" and bool(_ROMAN_RANK.match(raw))):
        share = max(share, -5.5)
    if share <= NO_WORD:
        share = UNKNOWN + UNKNOWN_LETTER * len(word.rstrip("'")) - (2.5 if word.endswith("'") and case == "l" else 0)
        return share + {"l": -0.5, "T": 0.9, "U": -0.9}.get(case, -2.6 if _HUMPS.match(raw) else -3.6), False
    if case == "T":
        return share - (0.1 if starts else 2.6 if _is_function(word) else 1.2), True
    return share - {"l": 0.05, "U": 0.9 if starts else 1.8}.get(case, 0.5 if named else 3.6), named or case != "M"


def _letter_joints(raw: str, starts: bool, seen: dict) -> Iterator[tuple[int, float]]:
    """Yield where a run of letters may be cut, with the score."""
    word, case = _fold(raw), _case(raw)
    whole, whole_known = _piece(raw, starts, seen, 1)
    for i in range(1, len(raw.rstrip("'’"))):
        left, right, hump = word[:i], word[i:], raw[i - 1].islower() and raw[i].isupper()
        if any(len(part) == 1 and part not in "aàyô" for part in (left, right)):
            continue
        if len(right) == 1 and re.match("[IVX]+$", raw[:i]):
            continue  # IIIa
        if not hump and all(_share(part) <= NO_WORD and part not in seen for part in (left, right)):
            continue
        (a, left_known), (b, right_known) = _piece(raw[:i], starts, seen), _piece(raw[i:], False, seen)
        if (_case(raw[:i]) == "M" or _case(raw[i:]) == "M" or right[-1] == "'") and not (left_known and right_known):
            continue
        if not hump and not (left_known and right_known):
            other, known = (right, left) if left_known else (left, right)
            if not (left_known or right_known) or (len(other) < 4 and _case(raw[:i]) != "U"):
                continue
            affix = known in _words("prefixes") or known in _words("suffixes")
            if not _is_function(known) and (len(known) < 4 or _share(known) < -6 or affix):
                continue
        score = a + b - whole
        if not whole_known and left in _words("prefixes"):
            score -= 8  # rather a derived word that no list holds
        elif not whole_known and right in _words("suffixes"):
            score -= 4
        elif case == "l" and not whole_known and i > 3 and left[-1] in "oiy" and _share(left) < -5.3:
            score -= 4  # nor socio|professionnel
        if right == "sont" and left_known and left[-1] not in "sxz":
            score -= 1  # les pays|ont rather than les pay|sont
        elif right == "ont" and left[-1] == "s" and (not left_known or left in ("ces", "des", "les", "ses")):
            score -= 2  # Hanwha|sont, se|sont
        if hump and _share(word) < -6 and word not in _words("names"):
            if case == "M" and raw[0].islower():
                score = max(score, 4.0 if i > 1 else 2.5) if left_known else score  # auxÉtats
            elif _is_syllable(left) and _is_syllable(right):
                score = 3.0  # DinhDung
            elif left in _words("brand_heads") or right in _words("brand_tails"):
                score = -3.0  # VinFast
            elif starts and _is_function(left) and _share(right) > -5.5:
                score = 3.0  # LeVietnam
            else:
                score = 1.5 if left_known and right_known else 0.8
        elif case == "T" and not whole_known and _is_syllable(left) and not _is_syllable(word):
            usual = _is_function(right) or (len(right) > 4 and _share(right) > -6)
            score = max(score, (2.0 if len(right) > 1 else 0.6) if usual else FLOOR)  # Phuclors
        if count := seen.get((left, right), 0):
            score = max(score, log10(0.3 * min(count, 10) / 4000) - 0.3 - whole)
        if score > FLOOR:
            yield i, score


def _proof(raw: str, i: int, score: float, first: bool, starts: bool) -> int:
    """Return the ``proof`` of a cut between letters; ``first`` where they begin their token."""
    word, capital = _fold(raw), raw[0].isupper()
    left, right, rarer = word[:i], word[i:], min(_share(word[:i]), _share(word[i:]))
    if score < 2 or word in _words("names") or left in _words("prefixes") or right in _words("suffixes"):
        return 0
    if right in _words("weak_right") or (capital and not first and not (_is_function(left) and starts)):
        return 0
    if score > 4.5 and rarer > -5.3 and _share(word) <= NO_WORD and raw[1:].islower() and max(i, len(right)) > 3:
        return 2 if (i > 1 and _is_function(left)) or (len(right) > 1 and _is_function(right) and not capital) else 1
    return int(rarer > (-5.0 if capital else -5.8))


# Lost spaces at marks and figures

_WORD = re.compile(r"[^\W\d_]+['’]?")
_SENTENCE_END = re.compile(r"(?:[a-zà-ÿœ]{3}|[A-ZÀ-Ý]{2}|\d|[)»%])\.$")
_RANK = re.compile(r"(?:\d(?:ères?|èmes?|eme|er|re|nde?|e|ᵉ)|\b[IVX]{1,6}(?:er|ème|e|ᵉ))(?=[^\W\d_]{2})")
_INTEGER_LIST = re.compile(r"(?<![\d.,])\d{1,3},(?=\d{3} et \d{2,3} (?:mill|bill|dollars))")


def _opens_sentence(token: str, i: int) -> bool:
    """Tell whether a sentence surely begins at i, as it does not in `J.Kritenbrink`, `U.S.A` or an address."""
    match = _WORD.match(token, i)
    if not match or _case(match.group()) != "T" or not _SENTENCE_END.search(token[:i]):
        return False
    word = _fold(match.group())
    usual = _is_function(word) or word[-1] == "'" or _is_syllable(word) or (len(word) > 2 and _share(word) > -5.5)
    return usual and _share(word) > NO_WORD and not re.match(r"\.\w", token[match.end() :])


def _figure_joints(token: str) -> Iterator[Joint]:
    for match in re.finditer(r"[^\W\d_]{2,}(?=\d)", token):  # de13%
        word, case = _fold(match.group()), _case(match.group())
        if _share(word) > NO_WORD and word not in _words("before_digits") | _words("units"):
            sure = case == "l" and (_is_function(word) or (len(word) > 3 and _share(word) > -5.5))
            score = 3.0 if case == "l" else 2.0 if _is_function(word) else 0.3
            if case in "lT":
                yield Joint(match.end(), score, "number", 2 * sure)
    for match in re.finditer(r"(?<=\d)[^\W\d_]+['’]?", token):  # 2020malgré
        word, case = _fold(match.group()), _case(match.group())
        if word in _words("units"):
            yield Joint(match.start(), 1.5, "number")
        elif (
            case in "lT" and word not in _words("ranks") and (_is_function(word) or (len(word) > 2 < _share(word) + 11))
        ):
            score = 0.3 if len(word) == 1 else 3.2 if _is_function(word) else 2.6
            yield Joint(match.start(), score, "number", 2 * (len(word) > 2 and case == "l" and _share(word) > -5.5))
    for match in _RANK.finditer(token):  # 14eCongrès
        rest = _fold(_WORD.match(token, match.end()).group())
        whole = _fold(_LETTERS.match(token, match.start() + token[match.start()].isdigit()).group())
        if _share(rest) > NO_WORD and (_share(whole) <= NO_WORD or token[match.end()].isupper()):
            yield Joint(match.end(), 3.4 if _is_function(rest) else 2.8 if _share(rest) > -6 else 1.5, "number")


@lru_cache(1 << 16)
def _mark_joints(token: str) -> tuple[Joint, ...]:
    """Return the candidates beside marks and figures."""
    joints = list(_figure_joints(token))
    for pattern, score, kind, anywhere in _contacts():
        for match in pattern.finditer(token):
            sure = anywhere or (kind == "sentence" and _opens_sentence(token, match.start()))
            joints.append(Joint(match.start(), score, kind, 2 * sure))
    return tuple(joints)


# The document

_TOKEN = re.compile(r"\S+")
_CONTACT = re.compile(r"[^\W_][^\w'’-]+[^\W_-]|\d[^\W\d_]|[^\W\d_]\d|[^\w'’-][-–][A-Z]|[^\W_]\(")
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DOMAIN = re.compile(r"\.[a-z]{2,3}\b")  # bnews.vn
_STARTS_NEXT = re.compile(r"[.!?:…»\"”)]$|^[-–—•*«\"]$")
_CAPTION = re.compile(r"(?:ảnh|\b[Hh]inh anh) \d{1,2}(?=[^\W\d]|[\"«“(])")


def _token_joints(token: str, starts: bool, seen: dict, quotes: int = 0) -> list[Joint]:
    """Return the candidates of a token that comes after as many straight quotation marks."""
    if len(token) > LONGEST or _ADDRESS.search(token):
        return []
    joints = list(_mark_joints(token)) if _CONTACT.search(token) else []
    for match in _LETTERS.finditer(token):
        begin, raw = match.start(), match.group()
        if not _DOMAIN.match(token, match.end()):
            opens = token[begin - 1] in '«"“(' if begin else starts
            for i, score in _letter_joints(raw, opens, seen):
                joints.append(Joint(begin + i, score, "wrap", _proof(raw, i, score, begin == 0, opens)))
    for match in re.finditer('"(?=[^\\W_])', token):
        at = match.start() + (quotes + token.count('"', 0, match.start())) % 2
        if at and (at > match.start() or token[at - 1] not in "'’(-/["):
            joints.append(Joint(at, 2.4, "punctuation"))
    return sorted(joints)


def _glance(raw: str) -> int:
    """Return 0 for a word likelier than any two, 1 for letters that prove nothing, 2 where the scores must tell."""
    shares, word = _shares(), _fold(raw)
    if word[-1] == "'":
        return 0 if _share(word) > NO_WORD else 2
    known = word in shares and raw in (word, word.capitalize())
    floor = shares[word] + FLOOR - 1.5 * (raw != word) if known else NO_WORD  # a capital changes a score by that
    for i in range(1 if word[0] in "aàyô" else 2, len(word)):
        left = shares.get(word[:i])
        if left and (right := shares.get(word[i:])) and (left + right > floor if known else min(left, right) > -5.8):
            return 2
    return int(not known)


@lru_cache(1 << 17)
def _level(token: str) -> int:
    """Return what a token may hold: 0 nothing, 1 a lost space in a glued document, 2 a repair or a proof in any."""
    if len(token) > LONGEST:
        return 0
    level = max(map(_glance, _LETTERS.findall(token)), default=0)
    if level < 2 and not _CONTACT.search(token):
        return level
    joints = _token_joints(token, True, {}) + ([] if token.islower() else _token_joints(token, False, {}))
    return 2 if any(joint.proof for joint in joints) else int(bool(joints) or level > 0)


def _paragraphs(text: str, seen: dict) -> list[Paragraph]:
    paragraphs, position = [], 0
    for line in text.split("\n"):
        tokens, joints, starts, quotes = [], [], True, 0
        for match in _TOKEN.finditer(line):
            begin, token, cuts = match.start(), match.group(), [match.start()]
            if _level(token):
                found = [j._replace(position=begin + j.position) for j in _token_joints(token, starts, seen, quotes)]
                joints += found
                cuts += [joint.position for joint in found if joint.proof == 2 and joint.kind != "wrap"]
            tokens += pairwise([*cuts, match.end()])
            starts, quotes = bool(_STARTS_NEXT.search(token)), quotes + token.count('"')
        if seen:
            joints += [Joint(match.end(), 1.5, "number") for match in _INTEGER_LIST.finditer(line)]
        if tokens:
            paragraphs.append(Paragraph(position, line, tokens, sorted(joints)))
        position += len(line) + 1
    return paragraphs


def _likeliest(paragraph: Paragraph) -> dict[int, Joint]:
    """Return the best likely joint of each token that has one, by the number of the token."""
    starts, best = [start for start, _ in paragraph.tokens], {}
    for joint in paragraph.joints:
        number = bisect_right(starts, joint.position) - 1
        if joint.score + LOST > 0 and (number not in best or joint.score > best[number].score):
            best[number] = joint
    return best


def _is_glued(paragraphs: list[Paragraph]) -> bool:
    """Tell whether two different tokens, or one and another strong candidate, show lost line wraps."""
    strong, proofs = 0, {}
    for paragraph in paragraphs:
        for number, joint in _likeliest(paragraph).items():
            strong += joint.score > STRONG
            if joint.kind == "wrap" and joint.proof:
                token = paragraph.text[slice(*paragraph.tokens[number])].strip(".,;:!?()«»").lower()
                proofs[token] = max(joint.score, proofs.get(token, 0))
    words = sum(len(paragraph.tokens) for paragraph in paragraphs)
    return len(proofs) > 1 + words / 2000 or (len(proofs) == 1 and strong > 1 and max(proofs.values()) >= 5)


def _width(paragraphs: list[Paragraph]) -> int | None:
    """Return the width that fits the lines between strong joints, None where it fits fewer than 60 % of them."""
    lines = []  # the length of each and that of the word that begins the next
    for paragraph in paragraphs:
        ends = [end for _, end in paragraph.tokens]
        strong = sorted(joint.position for joint in _likeliest(paragraph).values() if joint.score > STRONG)
        lines += [(b - a, ends[bisect_right(ends, b)] - b) for a, b in pairwise(strong) if 35 <= b - a <= 140]

    def fit(width: int, before: int, behind: int) -> int:
        return sum(length - before <= width < length + behind + word for length, word in lines)

    fits = {width: 7 * fit(width, 0, 1) + 7 * fit(width, 4, 5) - 4 * len(lines) for width in range(40, 141)}
    widths = [width for width in fits if fits[width] == max(fits.values())]
    width = widths[len(widths) // 2]
    return width if len(lines) > 2 and fit(width, 2, 3) >= 0.6 * len(lines) else None


def _source_lines(paragraph: Paragraph, width: int) -> list[Joint]:
    """Return the joints of the likeliest division of a paragraph into source lines, none where none is likely."""
    starts, ends = zip(*paragraph.tokens, strict=True)
    joints, last = paragraph.joints, len(ends) - 1
    token = [bisect_right(starts, joint.position) - 1 for joint in joints]

    def unbroken(a: int, first: int, b: int, to: int) -> float:
        """Return log10 P(no line end between the tokens of a line from a to b)."""
        if to <= first:
            return 0.0
        over = to - bisect_right(ends, a + width, first + 1, to)
        near = to - bisect_right(ends, a + width - 4, first + 1, to) - over
        column = min(b, ends[to]) - a
        return (over + (column > width)) * NOT_OVER + (near + (width - 4 < column <= width)) * NOT_NEAR

    def line(a: int, first: int, b: int, to: int) -> float:
        """Return log10 P(a line from a to b), inside the token ``to``; one too long may hide a line end."""
        column = ends[to] + 1 - a
        ended = unbroken(a, first, b, to) + (OVER if column > width else NEAR if column > width - 4 else EARLY)
        return max(ended, UNSEEN) if b - a > width else ended

    best, back, near, far = [], [], 0, None
    for j, joint in enumerate(joints):
        b, to = joint.position, token[j]
        value, before = log10(0.5) + line(0, 0, b, to), None
        if b <= width:  # or the line began with a tag of any length
            value = max(value, log10(0.5) + log10(min(ends[to] - b + 1, width) / width) + OVER)
        while joints[near].position < b - 2.2 * width:  # out of sight: a line end between them was not seen
            far = near if far is None or best[near] > best[far] else far
            near += 1
        if far is not None and best[far] + UNSEEN > value:
            value, before = best[far] + UNSEEN, far
        for i in range(near, j):
            if token[i] != to and (longer := best[i] + line(joints[i].position, token[i], b, to)) > value:
                value, before = longer, i
        best.append(value + joint.score)
        back.append(before)
    value, at = 0.3, None
    for j, joint in enumerate(joints):
        tail = unbroken(joint.position, token[j], ends[-1], last)
        if (total := best[j] + (max(tail, UNSEEN) if ends[-1] - joint.position > width else tail)) > value:
            value, at = total, j
    path = []
    while at is not None:
        path.append(joints[at])
        at = back[at]
    return path


def _vocabulary(text: str) -> Counter:
    """Return how often the document holds each word and each pair of neighbours."""
    seen = Counter(_fold(raw) for raw in _LETTERS.findall(text) if len(raw) <= LONGEST)
    for word, count in seen.items():
        strong = (score > STRONG for _, score in _letter_joints(word, False, {}))
        if count > 1 and _share(word) <= NO_WORD and any(strong):
            seen[word] = 0  # a glued token that is there twice is no word
    for line in text.split("\n"):
        seen.update(pairwise(_fold(token.strip('.,;:!?()«»"')) for token in line.split()))
    return seen


def _lost_spaces(text: str) -> list[Joint]:
    found = {match.end(): Joint(match.end(), 9.0, "caption") for match in _CAPTION.finditer(text)}
    if max(map(_level, text.split()), default=0) == 2:
        paragraphs, width = _paragraphs(text, {}), None
        if glued := _is_glued(paragraphs):
            paragraphs = _paragraphs(text, _vocabulary(text))
            width = _width(paragraphs)
        for paragraph in paragraphs:
            likely = list(_likeliest(paragraph).values())
            chosen = [joint for joint in likely if joint.proof == 2]
            chosen += [joint for joint in paragraph.joints if joint.proof == 2 and joint.kind != "wrap"]
            if width:
                chosen += _source_lines(paragraph, width)
            elif glued and any(joint.score > STRONG for joint in likely):
                chosen += likely
            for joint in chosen:
                at = joint.position + paragraph.start
                found.setdefault(at, joint._replace(position=at))
    return sorted(found.values())


# Stray spaces

_RANK_APART = re.compile(r"(?<=\d) (?=(?:es?|er|[eè]mes?|ères?)(?:[\s.,;:)]|$))")  # 40 e anniversaire
_LETTER = re.compile(r"(?<!\S)(?:[b-xzé](?=[\s.,;:!?)]|$)|[B-XZ](?= [a-zà-ÿ]))")
_BEFORE, _BEHIND = re.compile(r"(?<![\w'’-])[^\W\d_]{1,25} $"), re.compile(r" ([a-zà-ÿœ]{4,25})(?![\w'’])")
_ELIDED = re.compile(r"(?!s \w{3,30}[sx]\b)[cdjlmnst] [aeiouyhàâéèêîô]", re.IGNORECASE)  # l avion; not s étrangers


def _stray_spaces(text: str) -> list[tuple[Edit, str, float]]:
    """Return what joins a stray letter to the word that it belongs to: far likelier, and the letter is no word."""
    found = [(match.start(), "", 9.0) for match in _RANK_APART.finditer(text)]
    for match in _LETTER.finditer(text):
        at, letter = match.start(), _fold(match.group())
        before, behind = _BEFORE.search(text, max(at - 27, 0), at), _BEHIND.match(text, match.end())
        left = _fold(before.group()[:-1]) if before and match.group().islower() else ""
        score = _share(left + letter) - _share(left) - UNKNOWN - UNKNOWN_LETTER
        if left and score > 2 and (len(left) > 1 or _is_function(left + letter)):
            found += [] if _ELIDED.match(text, at) else [(at - 1, "", score)]  # touriste s, a u mois
        elif behind and _share(behind[1]) <= NO_WORD:
            word = letter + behind[1]
            if _share(word) > -5.5:
                found.append((at + 1, "", _share(word) - NO_WORD))  # d éveloppement
            elif i := next((i for i in (2, 3) if _is_function(word[:i]) and _share(word[i:]) > -5.5), 0):
                score = _share(word[:i]) + _share(word[i:]) - NO_WORD
                found += [(at + 1, "", score), (at + i + 1, " ", score)]  # L eministère
    repairs = {at: (Edit(at, at + (not new), new), "split", score) for at, new, score in found}
    return [repairs[at] for at in sorted(repairs)]


# What the notebooks use


def find_repairs(text: str) -> pd.DataFrame:
    """Return the lost and stray spaces of a text, to be looked at.

    Parameters
    ----------
    text : str
        A whole document, its paragraphs parted by newlines: what is glued shows only in the whole.

    Returns
    -------
    pandas.DataFrame
        One row a repair, in order: ``position`` (in the text, characters), ``kind`` (``wrap``, ``sentence``,
        ``caption``, ``signature``, ``number``, ``punctuation`` or ``split``), ``before`` and ``after`` (the words
        around it) and ``score`` (log10 of how much likelier the repaired text is; 9 where a rule knows).

    Examples
    --------
    >>> find_repairs("Photo ảnh 1Le port. Le 40 e anniversaire.")[["position", "kind", "before", "after"]]
       position     kind  before  after
    0        11  caption     1Le   1 Le
    1        25    split    40 e    40e
    """
    rows = []
    for edit, (kind, score) in _repairs(text).items():
        start = max(text.rfind(" ", 0, edit.start), text.rfind("\n", 0, edit.start)) + 1
        end = re.compile(r"\s|$").search(text, edit.end).start()
        after = text[start : edit.start] + edit.new + text[edit.end : end]
        rows.append((edit.start, kind, text[start:end], after, score))
    columns = {"position": "int64", "kind": "str", "before": "str", "after": "str", "score": "float64"}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _repairs(text: str) -> dict[Edit, tuple[str, float]]:
    """Return each edit of the text, in order, with its kind and score."""
    repairs: dict[Edit, tuple[str, float]] = {}
    for _ in range(ROUNDS):
        found = _stray_spaces(text) or [
            (Edit(joint.position, joint.position, " "), joint.kind, joint.score) for joint in _lost_spaces(text)
        ]
        if not found:
            break
        edits = compose(list(repairs), [edit for edit, _, _ in found])
        new = iter(found)
        repairs = {edit: repairs.get(edit) or next(new)[1:] for edit in edits}
        text = apply_edits(text, [edit for edit, _, _ in found])
    return repairs


def repair_spacing(text: str) -> list[Edit]:
    """Return the edits that put back the lost spaces of a text and take out the stray ones.

    Parameters
    ----------
    text : str
        A whole document in NFC, its paragraphs parted by newlines. Any length: time is linear in it.

    Returns
    -------
    list of Edit
        Sorted, not overlapping; a repaired text has none.

    Notes
    -----
    Captions (``ảnh 1Le``), signatures (``.-VNA``), glued sentences, commas and figures are repaired anywhere, words
    glued at line wraps where the document shows more than one. Addresses, initials and names stay as they are.

    Examples
    --------
    >>> apply_edits(text := "Selonle ministre, lacoopération atteint13,65 millions.", repair_spacing(text))
    'Selon le ministre, la coopération atteint 13,65 millions.'
    """
    return list(_repairs(text))
