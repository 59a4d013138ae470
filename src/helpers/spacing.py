"""Put back the spaces that a page lost at its line wraps and paragraph breaks, and take out those that it gained.

The score of a lost space is log10 P(left) P(right) / P(whole): word segmentation by word frequencies, in which the whole
token competes. A document is judged first. Without evidence of lost line wraps only near-certain repairs are made; with
it, a dynamic program weighs the scores of each paragraph against the width of the lines that its source must have had:
a line was broken where the next word would have passed the width.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from math import log10
from typing import NamedTuple

import pandas as pd

from helpers.offsets import Alignment, Edit, apply_edits, compose
from helpers.paths import DATA

# All log10. Tuned on one public corpus only; benchmarks/spacing.py measures them on others.
LOST = -1.1  # P(a space was lost between two words), in a glued document
FLOOR = -1.0  # below this a place is no candidate
STRONG = 2.2  # above this one shows where a source line ended
UNKNOWN, UNKNOWN_LETTER = -2.6, -1.05  # P(a word of no list), and the cost of each of its letters
OVER, NEAR, EARLY = log10(0.93), log10(0.06), log10(0.005)  # P(line ends) past the width, just before, well before
NOT_OVER, NOT_NEAR = log10(0.07), log10(0.94)
UNSEEN = -2.5  # P(a line end that is no candidate)
LONGEST = 60  # characters of a token that is looked at: no French word is longer, an address or a hash may be
ROUNDS = 40  # a token may hold several lost spaces


class Joint(NamedTuple):
    """A place where a space may be lost; ``proof`` is 1 where it shows a glued document, 2 where it is repaired in any."""

    position: int
    score: float
    kind: str
    proof: int = 0


class Vocabulary(NamedTuple):
    """How often a document holds each word and each pair of neighbours."""

    words: dict[str, int]
    pairs: dict[tuple[str, str], int]


NOTHING = Vocabulary({}, {})


@lru_cache
def _words(name: str) -> frozenset[str]:
    return frozenset((DATA / "spacing" / f"{name}.txt").read_text(encoding="utf-8").split())


@lru_cache
def _shares() -> dict[str, float]:
    """Return log10 of the share of each word in French text."""
    from wordfreq import get_frequency_list  # not at the top: slow to import

    return {word: -i / 100 for i, words in enumerate(get_frequency_list("fr", "large")) for word in words}


def _share(word: str) -> float | None:
    """Return log10 P(word), None for no word; an elided article is a word of its own, ``l'``."""
    if word.endswith("'"):
        return max(_shares().get(word[:-1], -9.0), -2.2 if len(word) < 4 else -3.5) if _elides(word) else None
    if len(word) == 1 and word not in "aàyô":
        return None
    share = _shares().get(word)
    return _shares().get(word.replace("œ", "oe")) if share is None and "œ" in word else share


def _elides(word: str) -> bool:
    return word.endswith("'") and word[:-1] in _words("elisions")


def _fold(text: str) -> str:
    return text.lower().replace("’", "'")


def _is_syllable(word: str) -> bool:
    """Tell whether a word is a Vietnamese syllable, its marks left out."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c)) in _words("vietnamese_syllables")


def _case(letters: str) -> str:
    """Return l for lower case, T for a capital first, U for capitals, M for any mixture."""
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


def _piece(raw: str, starts: bool, seen: Vocabulary, itself: int = 0) -> tuple[float, bool]:
    """Return log10 P(letters) and whether they are a word; ``starts`` at a sentence's start, seen ``itself`` times."""
    word, case = _fold(raw), _case(raw)
    share = _share(word)
    if (count := seen.words.get(word, 0) - itself) > 0:
        here = log10(0.3 * min(count, 5) / 4000)
        share = here if share is None else max(share, min(here, share + 2))
    brand = word in _words("domain_words")
    if brand:
        share = max(share or -9.0, -5.5)
    known = share is not None
    if not known:
        share = UNKNOWN + UNKNOWN_LETTER * len(word.rstrip("'"))
        if word.endswith("'") and case != "M":
            share -= 2.5 if case == "l" or starts else 0.5
    if case == "l":
        return share - (0.05 if known else 0.5), known
    if case == "T":
        usual = -0.1 if starts else -2.6 if word in _words("function_words") else -1.2
        return share + (usual if known else 0.9), known
    if case == "U":
        return share - (1.8 if known and not starts else 0.9), known
    return share - (0.5 if brand else 2.6 if _HUMPS.match(raw) else 3.6), known


def _letter_joints(raw: str, starts: bool, seen: Vocabulary = NOTHING) -> Iterator[tuple[int, float]]:
    """Yield where a run of letters may be cut, and the scores."""
    function = _words("function_words")
    affixes, brands = _words("prefixes") | _words("suffixes"), _words("domain_words")
    word, case = _fold(raw), _case(raw)
    whole, whole_known = _piece(raw, starts, seen, 1)
    for i in range(1, len(raw.rstrip("'’"))):
        left, right, raw_left, raw_right = word[:i], word[i:], raw[:i], raw[i:]
        if (i == 1 and left not in "aàyô") or (len(right) == 1 and right not in "aàyô"):
            continue
        if right.endswith("'") and not _elides(right) or (len(right) == 1 and re.fullmatch("[IVX]+", raw_left)):
            continue
        if _ROMAN_RANK.match(raw_right) and _case(raw_left) == "l" and _share(left) is not None:
            yield i, 4.0  # auXIXe
            continue
        if ("M" == _case(raw_left) and left not in brands) or ("M" == _case(raw_right) and right not in brands):
            continue
        hump = raw_left[-1].islower() and raw_right[0].isupper()
        if not hump and all(_share(part) is None and part not in seen.words for part in (left, right)):
            continue
        (a, left_known), (b, right_known) = _piece(raw_left, starts, seen), _piece(raw_right, False, seen)
        if not hump and not (left_known and right_known):
            other, neighbour = (right, left) if left_known else (left, right)
            if not (left_known or right_known) or (len(other) < 4 and _case(raw_left) != "U"):
                continue
            if neighbour not in function and (len(neighbour) < 4 or (_share(neighbour) or -9) < -6 or neighbour in affixes):
                continue
        score = a + b - whole
        if not whole_known and (
            right in _words("suffixes")
            or (case == "l" and i > 3 and left[-1] in "oiy" and (_share(left) or -9) < -5.3)
        ):
            score -= 4  # rather a derived word that no list holds
        elif not whole_known and left in _words("prefixes"):
            score -= 8
        if right == "sont" and left_known and left[-1] not in "sxz":
            score -= 1  # les pays|ont rather than les pay|sont
        elif right == "ont" and left[-1] == "s" and not left_known:
            score -= 2  # Hanwha|sont rather than Hanwhas|ont
        if hump and (_share(word) or -9) < -6 and word not in _words("domain_words"):
            if _case(raw_left) == "l":
                score = max(score, 4.0 if i > 1 else 2.5) if left_known else score  # auxÉtats
            elif _is_syllable(left) and _is_syllable(right):
                score = 3.0  # DinhDung
            elif left in _words("brand_heads") or right in _words("brand_tails"):
                score = -3.0  # VinFast
            elif starts and left in function and (_share(right) or -9) > -5.5:
                score = 3.0  # LeVietnam
            else:
                score = 1.5 if left_known and right_known else 0.8
        elif case == "T" and not whole_known and _is_syllable(left) and not _is_syllable(word):
            if right in function or (len(right) > 4 and (_share(right) or -9) > -6):
                score = max(score, 2.0 if len(right) > 1 else 0.6)  # Phuclors
        if count := seen.pairs.get((left, right), 0):
            score = max(score, log10(0.3 * min(count, 10) / 4000) - 0.3 - whole)
        if score > FLOOR:
            yield i, score


def _proof(raw: str, i: int, score: float, first: bool, starts: bool) -> int:
    """Return the ``proof`` of a cut between letters; ``first`` where the letters begin their token."""
    word, function = _fold(raw), _words("function_words")
    left, right = word[:i], word[i:]
    rarer = min(_share(left) or -9.0, _share(right) or -9.0)
    capital = raw[0].isupper()
    if score < 2 or word in _words("domain_words") or left in _words("prefixes") or right in _words("suffixes"):
        return 0
    if right in _words("weak_right") or (capital and not first and not (left in function and starts)):
        return 0
    if score > 4.5 and rarer > -5.3 and _share(word) is None and raw[1:].islower() and max(i, len(right)) > 3:
        if left in function if capital or i > 1 and left in function else right in function and len(right) > 1:
            return 2
    return int(rarer > (-5.0 if capital else -5.8))


# Lost spaces at marks and figures

_WORD = re.compile(r"[^\W\d_]+['’]?")
_SENTENCE_BEFORE = re.compile(r"(?:[a-zà-ÿœ]{3}|[A-ZÀ-Ý]{2}|\d|[)»%])\.$")
_RANK = re.compile(r"(\d(?:ères?|èmes?|eme|er|re|nde?|e|ᵉ)|\b[IVX]{1,6}(?:er|ème|e|ᵉ))(?=[^\W\d_]{2})")


@lru_cache
def _contacts() -> list[tuple[re.Pattern, float, str, bool]]:
    table = pd.read_csv(DATA / "spacing" / "contacts.csv", keep_default_na=False)
    return [(re.compile(row.pattern), row.score, row.kind, row.anywhere == "yes") for row in table.itertuples()]


def _opens_sentence(token: str, i: int) -> bool:
    """Tell whether a sentence surely begins at i: not in `J.Kritenbrink`, `U.S.A` or an address."""
    match = _WORD.match(token, i)
    if not match or _case(match.group()) != "T" or not _SENTENCE_BEFORE.search(token[:i]):
        return False
    word = _fold(match.group())
    usual = word in _words("function_words") or _elides(word) or _is_syllable(word)
    return not re.match(r"\.\w", token[match.end() :]) and (usual or (len(word) > 2 and (_share(word) or -9) > -5.5))


@lru_cache(1 << 16)
def _mark_joints(token: str) -> tuple[Joint, ...]:
    """Return the candidates beside marks and figures."""
    joints = []
    for pattern, score, kind, anywhere in _contacts():
        for match in pattern.finditer(token):
            sure = anywhere or (kind == "sentence" and _opens_sentence(token, match.start()))
            joints.append(Joint(match.start(), score, kind, 2 * sure))
    figures = []
    for match in re.finditer(r"[^\W\d_]+(?=\d)", token):  # de13%
        word, case, share = _fold(match.group()), _case(match.group()), _share(_fold(match.group()))
        if share is None or word in _words("before_digits") | _words("units"):
            continue
        if case == "l":
            sure = len(word) > 1 and (word in _words("function_words") or (len(word) > 3 and share > -5.5))
            figures.append((match.end(), 3.0 if len(word) > 1 else 0.5, sure))
        elif case == "T" and len(word) > 1 and word in _words("function_words"):
            figures.append((match.end(), 2.5 if match.start() == 0 else 0.5, False))
    for match in re.finditer(r"(?<=\d)[^\W\d_]+['’]?", token):  # 2020malgré
        word, share = _fold(match.group()), _share(_fold(match.group()))
        if word in _words("units"):
            figures.append((match.start(), 1.5, False))
        elif share is not None and word not in _words("ranks") and match.group()[1:].islower() | (len(word) == 1):
            score = 0.3 if len(word) == 1 else 3.2 if word in _words("function_words") else 2.6
            if len(word) != 2 or score > 3:
                figures.append((match.start(), score, len(word) > 2 and share > -5.5 and match.group().islower()))
    for match in _RANK.finditer(token):  # 14eCongrès
        rest = _fold(_WORD.match(token, match.end()).group())
        whole = _fold(_LETTERS.match(token, match.start() + token[match.start()].isdigit()).group())
        if _share(rest) is not None and (_share(whole) is None or token[match.end()].isupper()):
            figures.append((match.end(), 3.4 if rest in _words("function_words") else 2.8 if _share(rest) > -6 else 1.5, False))
    return (*joints, *(Joint(i, score, "number", 2 * sure) for i, score, sure in figures))


# The document

_TOKEN = re.compile(r"\S+")
_JOINED = re.compile("['’-]")
_OUTER = '.,;:!?…()«»“”"\'’'
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DOMAIN = re.compile(r"\.[a-z]{2,3}\b")  # bnews.vn
_ENDS_SENTENCE = re.compile(r"[.!?:…»\"”)]$|^[-–—•*«\"]$")
_CAPTION = re.compile(r"(?:ảnh|\b[Hh]inh anh) \d{1,2}(?=[^\W\d]|[\"«“(])")
_INTEGER_LIST = re.compile(r"(?<![\d.,])\d{1,3},(?=\d{3} et \d{2,3} (?:mill|bill|dollars))")


class Paragraph(NamedTuple):
    start: int
    text: str
    tokens: list[tuple[int, int]]
    joints: list[Joint]  # sorted, like the tokens counted in the paragraph


def _token_joints(token: str, starts: bool, seen: Vocabulary = NOTHING, quotes: int = 0) -> list[Joint]:
    """Return the candidates of a token, after as many straight quotation marks in its paragraph."""
    if len(token) > LONGEST or _ADDRESS.search(token):
        return []
    joints = [] if token.strip(_OUTER).isalpha() else list(_mark_joints(token))
    for match in _LETTERS.finditer(token):
        begin, raw = match.start(), match.group()
        if _DOMAIN.match(token, match.end()):
            continue
        opens = token[begin - 1] in '«"“(' if begin else starts
        for i, score in _letter_joints(raw, opens, seen):
            joints.append(Joint(begin + i, score, "wrap", _proof(raw, i, score, begin == 0, opens)))
    for i, mark in enumerate(token):
        if mark == '"':
            at, quotes = i + quotes % 2, quotes + 1
            if 0 < at < len(token) and token[i + 1 : i + 2].isalnum() and (at > i or token[i - 1] not in "'’(-/["):
                joints.append(Joint(at, 2.4, "punctuation"))
    return sorted(joints)


@lru_cache(1 << 17)
def _level(token: str) -> int:
    """Return what a token may hold: 0 nothing, 1 a lost space in a glued document, 2 a repair or a proof in any."""
    if len(token) > LONGEST or all(map(_is_plain, _JOINED.split(token.strip(_OUTER)))):
        return 0
    joints = _token_joints(token, True) + ([] if token.islower() else _token_joints(token, False))
    if any(joint.proof for joint in joints):
        return 2
    return int(bool(joints) or any(_share(_fold(match.group())) is None for match in _LETTERS.finditer(token)))


def _is_plain(raw: str) -> bool:
    """Tell at a glance that letters are a word likelier than any two (a capital changes the score by 1.5 at most)."""
    shares, word = _shares(), raw.lower()
    if word in _words("elisions"):
        return True
    if word not in shares or not word.isalpha() or raw not in (word, word.capitalize()):
        return False
    floor = shares[word] + FLOOR - (0 if raw == word else 1.5)
    return all(shares.get(word[:i], -99.0) + shares.get(word[i:], -99.0) < floor for i in range(1, len(word)))


def _paragraphs(text: str, seen: Vocabulary = NOTHING) -> list[Paragraph]:
    paragraphs, position = [], 0
    for line in text.split("\n"):
        tokens, joints, starts, quotes = [], [], True, 0
        for match in _TOKEN.finditer(line):
            begin, token = match.start(), match.group()
            cuts = [begin]
            if _level(token):
                found = [j._replace(position=begin + j.position) for j in _token_joints(token, starts, seen, quotes)]
                joints += found
                cuts += [j.position for j in found if j.proof == 2 and j.kind != "wrap"]
            tokens += zip(cuts, [*cuts[1:], match.end()], strict=True)
            starts = bool(_ENDS_SENTENCE.search(token))
            quotes += token.count('"')
        if tokens:
            paragraphs.append(Paragraph(position, line, tokens, joints))
        position += len(line) + 1
    return paragraphs


def _best_joints(paragraph: Paragraph) -> dict[int, Joint]:
    """Return the best likely joint of each token that has one, by the token's number."""
    starts, best = [start for start, _ in paragraph.tokens], {}
    for joint in paragraph.joints:
        number = bisect_right(starts, joint.position) - 1
        if joint.kind and joint.score + LOST > 0 and (number not in best or joint.score > best[number].score):
            best[number] = joint
    return best


def _is_glued(paragraphs: list[Paragraph]) -> bool:
    """Tell whether two different tokens, or one beside other strong candidates, show lost line wraps."""
    strong, proofs = 0, {}
    for paragraph in paragraphs:
        for number, joint in _best_joints(paragraph).items():
            strong += joint.score > STRONG
            if joint.kind == "wrap" and joint.proof:
                start, end = paragraph.tokens[number]
                token = paragraph.text[start:end].strip(".,;:!?()«»").lower()
                proofs[token] = max(joint.score, proofs.get(token, 0))
    return len(proofs) > 1 or (len(proofs) == 1 and strong > 1 and max(proofs.values()) >= 5)


def _width(paragraphs: list[Paragraph]) -> int | None:
    """Return the width that fits most of the lines between strong joints, None where it does not fit 60 % of them."""
    lines = []  # length of each, and of the word that begins the next
    for paragraph in paragraphs:
        ends = [end for _, end in paragraph.tokens]
        at = [joint.position for joint in _best_joints(paragraph).values() if joint.score > STRONG]
        at.sort()
        lines += [
            (b - a, ends[bisect_right(ends, b)] - b) for a, b in zip(at, at[1:], strict=False) if 35 <= b - a <= 140
        ]
    if len(lines) < 3:
        return None

    def fit(width: int) -> float:
        return sum(
            1 if n <= width < n + 1 + word else 0.3 if n - 4 <= width < n + 5 + word else -0.4 for n, word in lines
        )

    fits = {width: fit(width) for width in range(40, 141)}
    widths = [width for width in fits if fits[width] > max(fits.values()) - 1e-9]
    width = widths[len(widths) // 2]
    return width if sum(n - 2 <= width < n + 3 + word for n, word in lines) >= 0.6 * len(lines) else None


def _source_lines(paragraph: Paragraph, width: int) -> list[Joint]:
    """Return the joints of the likeliest division of a paragraph into source lines, none where no division is likely."""
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

    best, back = [], []
    for j, joint in enumerate(joints):
        b, to = joint.position, token[j]
        value, before = log10(0.5) + line(0, 0, b, to), None
        if b <= width:  # or the line began with a tag of any length
            value = max(value, log10(0.5) + log10(min(ends[to] - b + 1, width) / width) + OVER)
        for i in range(j - 1, -1, -1):
            if b - joints[i].position > 2.2 * width:
                break
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


def _vocabulary(text: str) -> Vocabulary:
    words = Counter(_fold(match.group()) for match in _LETTERS.finditer(text) if len(match.group()) <= LONGEST)
    for word, count in words.items():
        if count > 1 and _share(word) is None and any(score > STRONG for _, score in _letter_joints(word, False)):
            words[word] = 0  # a glued token that is there twice is no word
    pairs: Counter = Counter()
    for line in text.split("\n"):
        row = [_fold(token.strip('.,;:!?()«»"')) for token in line.split()]
        pairs.update(zip(row, row[1:], strict=False))
    return Vocabulary(words, pairs)


def _lost_spaces(text: str) -> list[Joint]:
    found = {match.end(): Joint(match.end(), 9.0, "caption") for match in _CAPTION.finditer(text)}
    if max(map(_level, text.split()), default=0) < 2:
        return sorted(found.values())
    paragraphs, width = _paragraphs(text), None
    if glued := _is_glued(paragraphs):
        paragraphs = _paragraphs(text, _vocabulary(text))
        width = _width(paragraphs)
    for paragraph in paragraphs:
        likely = list(_best_joints(paragraph).values())
        chosen = [joint for joint in likely if joint.proof == 2]
        chosen += [joint for joint in paragraph.joints if joint.proof == 2 and joint.kind != "wrap"]
        if width:
            chosen += _source_lines(paragraph, width)
        elif glued and any(joint.score > STRONG for joint in likely):
            chosen += likely
        for joint in chosen:
            if joint.kind:
                position = joint.position + paragraph.start
                found.setdefault(position, joint._replace(position=position))
    return sorted(found.values())


def repair_spacing(text: str) -> list[Edit]:
    """Return the edits that put back lost spaces and take out stray ones."""
    edits: list[Edit] = []
    for _ in range(ROUNDS):
        joints = _lost_spaces(text)
        if not joints:
            break
        new = [Edit(j.position, j.position, " ") for j in joints]
        edits = compose(edits, new)
        text = apply_edits(text, new)
    return edits
