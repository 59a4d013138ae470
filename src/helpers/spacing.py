"""Put back the spaces that a page lost at its line wraps and paragraph breaks, take out those that it gained.

The score of a lost space is log10 P(left) P(right) / P(whole): word segmentation by word frequencies in which the whole
token competes (Norvig, Natural Language Corpus Data, 2009). What a token may hold depends on it alone, so that it is
worked out once. A document is judged first. Without evidence of lost wraps only near-certain repairs are made. With it,
the names and terms that the document itself holds count as words, and a dynamic program weighs the scores of each
paragraph against the width of the lines that its source had: a line was broken where the next word would pass it.
"""

import csv
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import log10
from typing import NamedTuple

import numpy as np

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
NARROWEST, WIDEST = 40, 140  # columns of a source line
RARE, DOCUMENT = -5.0, 4000  # a word is a document's own below this share; words of a document
LONGEST = 60  # characters of a token that is looked at; what is longer is an address or no text
ROUNDS = 40  # a token may have lost several spaces, found one after the other
ALONE = "aàyô"  # letters that are words

WORDS = {path.stem: frozenset(path.read_text("utf-8").split()) for path in (DATA / "spacing").glob("*.txt")}
_is_function = WORDS["function_words"].__contains__


class Joint(NamedTuple):
    """A place where a space may be lost; ``proof``: 1 shows a glued document, 2 is repaired in any document."""

    position: int
    score: float
    in_word: bool  # between letters, as lost wraps leave it; else beside a mark or figure
    proof: int = 0


class Token(NamedTuple):
    """The places of a token; those of ``cuts`` part it in any document."""

    places: tuple[tuple[int, float, int], ...] = ()  # position, score and the part that it is in
    best: tuple[tuple[int, float], ...] = ()  # the best likely place of each part
    sure: tuple[int, ...] = ()  # what is repaired in any document
    cuts: tuple[int, ...] = ()
    proofs: tuple[tuple[str, float], ...] = ()  # the parts whose best place shows a glued document, and its score
    proof: bool = False  # whether any place does


class Look(NamedTuple):
    """What a token shows by itself."""

    best: float  # the score of its best joint, `NO_WORD` without any
    lost: bool  # it has a joint that is to be repaired, or proves others
    stray: bool  # a stray space may stand beside it
    rare: tuple[str, ...]  # its words that French has seldom or never


class Paragraph(NamedTuple):
    """A line of the document that may have lost spaces; all positions are counted in it."""

    start: int
    ends: list[int]  # of its tokens, cut where they surely are two
    places: list[tuple[int, float, int]]  # position, score and the number of the token
    best: list[tuple[int, float]]
    sure: list[int]


@cache
def _contacts() -> tuple[re.Pattern, list[tuple[re.Pattern, float, str, bool]]]:
    """Return a pattern of all contacts, and each with score, kind and whether it is repaired in any document."""
    with (DATA / "spacing" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    contacts = [
        (re.compile(row["pattern"]), float(row["score"]), row["kind"], row["anywhere"] == "yes") for row in rows
    ]
    return re.compile("|".join(row["pattern"] for row in rows)), contacts


@cache
def _shares() -> dict[str, float]:
    """Return log10 of the share of each word in French text; an elided word, ``l'``, is a word of its own."""
    from wordfreq import get_frequency_list  # not at the top: slow to import

    shares = {word: -i / 100 for i, words in enumerate(get_frequency_list("fr", "large")) for word in words}
    elided = {f"{word}'": max(shares.get(word, NO_WORD), -2.2 if len(word) < 3 else -3.5) for word in WORDS["elisions"]}
    ligatures = {word.replace("oe", "œ"): share for word, share in shares.items() if "oe" in word}
    letters = {word for word in shares if len(word) == 1 and word not in ALONE}
    names = {word: max(shares.get(word, NO_WORD), -5.5) for word in WORDS["names"]}
    return {word: share for word, share in shares.items() if word not in letters} | ligatures | elided | names


def log_share(word: str) -> float:
    """Return log10 P(word), `NO_WORD` for no word."""
    return _shares().get(word, NO_WORD)


def _is_syllable(word: str) -> bool:
    """Tell whether a word is a Vietnamese syllable, its marks left out."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c)) in WORDS["vietnamese_syllables"]


def _fold(text: str) -> str:
    """Return the text in lower case, as long as it is: only the dotted capital I would become two characters."""
    return text.replace("İ", "I").lower().replace("’", "'")


def _case(letters: str) -> str:
    """Return l for lower case, T for a capital first, U for capitals, M for a mixture."""
    if letters.islower():
        return "l"
    letters = letters.rstrip("'’")
    if letters[:1].isupper() and (len(letters) == 1 or letters[1:].islower()):
        return "T"
    return "U" if letters.isupper() else "M"


# Lost spaces between letters

_LONG_PREFIXES = tuple(prefix for prefix in WORDS["prefixes"] if len(prefix) > 3)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’](?=[^\W\d_]))?")  # with the apostrophe of an elision
_HUMPS = re.compile(r"(?:[A-ZÀ-Ý][a-zà-ÿ]+){2,}$")
_ROMAN_RANK = re.compile(r"[IVXLC]+(?:e|er|ème|ᵉ)$")
_UNKNOWN = [UNKNOWN + UNKNOWN_LETTER * length for length in range(LONGEST + 1)]


@lru_cache(1 << 16)
def _piece(raw: str, starts: bool, own: tuple) -> tuple[float, bool]:
    """Return log10 P(letters) and whether they are a word; ``starts`` at the start of a sentence."""
    word, case = _fold(raw), _case(raw)
    share = max(log_share(word), dict(own).get(word, NO_WORD))
    named = word in WORDS["names"]
    if case == "M" and _ROMAN_RANK.match(raw):
        share, named = max(share, -5.5), True
    if share <= NO_WORD:
        share = UNKNOWN + UNKNOWN_LETTER * len(word.rstrip("'")) - (2.5 if word.endswith("'") and case == "l" else 0)
        return share + {"l": -0.5, "T": 0.9, "U": -0.9}.get(case, -2.6 if _HUMPS.match(raw) else -3.6), False
    if case == "T":
        return share - (0.1 if starts else 2.6 if _is_function(word) else 1.2), True
    return share - {"l": 0.05, "U": 0.9 if starts else 1.8}.get(case, 0.5 if named else 3.6), named or case != "M"


def _letter_joints(raw: str, starts: bool, own: tuple) -> Iterator[tuple[int, float]]:
    """Yield where a run of letters may be cut, with the score."""
    word, case = _fold(raw), _case(raw)
    shares, mine = _shares(), dict(own)
    whole, whole_known = _piece(raw, starts, own)
    plain, least = case == "l" or (case == "T" and whole_known), whole + FLOOR - 0.9 * (case == "T")
    end = len(word.rstrip("'")) - (word[-1] not in ALONE + "'")
    for i in range(1 if word[0] in ALONE else 2, end):
        left, right, hump = word[:i], word[i:], case == "M" and raw[i - 1].islower() and raw[i].isupper()
        a, b = mine.get(left) or shares.get(left), mine.get(right) or shares.get(right)
        if not (a or b or hump) or (plain and (a or _UNKNOWN[i]) + (b or _UNKNOWN[len(right)]) <= least):
            continue  # most places
        (a, left_known), (b, right_known) = _piece(raw[:i], starts, own), _piece(raw[i:], False, own)
        score = a + b - whole
        if len(right) == 1 and re.match("[IVX]+$", raw[:i]):
            continue  # IIIa
        if (_case(raw[:i]) == "M" or _case(raw[i:]) == "M" or right[-1] == "'") and not (left_known and right_known):
            continue
        if not hump and not (left_known and right_known):
            other, known = (right, left) if left_known else (left, right)
            if not (left_known or right_known) or (len(other) < 4 and _case(raw[:i]) != "U"):
                continue
            affix = known in WORDS["prefixes"] or known in WORDS["suffixes"]
            if not _is_function(known) and (len(known) < 6 or log_share(known) < -6 or affix):
                continue
            score -= 0.3  # both known is likelier
        if not whole_known and (left in WORDS["prefixes"] or (not left_known and left.endswith(_LONG_PREFIXES))):
            score -= 8  # rather a derived word that no list holds
        elif not whole_known and right in WORDS["suffixes"]:
            score -= 4
        elif case == "l" and not whole_known and i > 3 and left[-1] in "oiy" and log_share(left) < -5.3:
            score -= 4  # nor socio|professionnel
        if right == "sont" and left_known and left[-1] not in "sxz":
            score -= 1  # les pays|ont rather than les pay|sont
        elif right == "ont" and left[-1] == "s" and (not left_known or left in ("ces", "des", "les", "ses")):
            score -= 2  # Hanwha|sont, se|sont
        if hump and log_share(word) < -6 and word not in WORDS["names"]:
            if raw[0].islower():
                score = max(score, 4.0 if i > 1 else 2.5) if left_known else score  # auxÉtats
            elif _is_syllable(left) and _is_syllable(right):
                score = 3.0  # DinhDung
            elif left in WORDS["brand_heads"] or right in WORDS["brand_tails"]:
                score = -3.0  # VinFast
            elif starts and _is_function(left) and log_share(right) > -5.5:
                score = 3.0  # LeVietnam
            else:
                score = 1.5 if left_known and right_known else 0.8
        elif case == "T" and not whole_known and _is_syllable(left) and not _is_syllable(word):
            usual = _is_function(right) or (len(right) > 4 and log_share(right) > -6)
            score = max(score, (2.0 if len(right) > 1 else 0.6) if usual else FLOOR)  # Phuclors
        if score > FLOOR:
            yield i, score


def _proof(raw: str, i: int, score: float, first: bool, starts: bool) -> int:
    """Return the ``proof`` of a cut between letters; ``first`` where they begin their token."""
    word, capital = _fold(raw), raw[0].isupper()
    left, right, rarer = word[:i], word[i:], min(log_share(word[:i]), log_share(word[i:]))
    if score < 2 or word in WORDS["names"] or left in WORDS["prefixes"] or right in WORDS["suffixes"]:
        return 0
    if right in WORDS["weak_right"] or (capital and not first and not (_is_function(left) and starts)):
        return 0
    if score > 4.5 and rarer > -5.3 and log_share(word) <= NO_WORD and raw[1:].islower() and max(i, len(right)) > 3:
        return 2 if (i > 1 and _is_function(left)) or (len(right) > 1 and _is_function(right) and not capital) else 1
    return int(rarer > (-5.0 if capital else -5.8))


# Lost spaces at marks and figures

_WORD = re.compile(r"[^\W\d_]+['’]?")
_SENTENCE_END = re.compile(r"(?:[a-zà-ÿœ]{3}|[A-ZÀ-Ý]{2}|\d|[)»%])\.$")
_RANK = re.compile(r"(?:\d(?:ères?|èmes?|eme|er|re|nde?|e|ᵉ)|\b[IVX]{1,6}(?:er|ème|e|ᵉ))(?=[^\W\d_]{2})")
_FIGURE = re.compile(r"\d[^\W\d_]|[^\W\d_]\d|\b[IVX]")  # what `_figure_joints` looks for
_QUOTE = re.compile('"(?=[^\\W_])')
_INTEGER_LIST = re.compile(r"\d(?<![\d.,].)\d{0,2},(?=\d{3} et \d{2,3} (?:mill|bill|dollars))")


def _opens_sentence(token: str, i: int) -> bool:
    """Tell whether a sentence surely begins at i, as it does not in `J.Kritenbrink`, `U.S.A` or an address."""
    match = _WORD.match(token, i)
    if not match or _case(match.group()) != "T" or not _SENTENCE_END.search(token[:i]):
        return False
    word = _fold(match.group())
    usual = _is_function(word) or word[-1] == "'" or _is_syllable(word) or (len(word) > 2 and log_share(word) > -5.5)
    return usual and log_share(word) > NO_WORD and not re.match(r"\.\w", token[match.end() :])


def _figure_joints(token: str) -> Iterator[Joint]:
    for match in re.finditer(r"(?:[^\W\d_]{2,}|(?<!\w)à)(?=\d)", token):  # de13%
        word, case = _fold(match.group()), _case(match.group())
        if case in "lT" and log_share(word) > NO_WORD and word not in WORDS["before_digits"] | WORDS["units"]:
            sure = case == "l" and (_is_function(word) or (len(word) > 3 and log_share(word) > -5.5))
            score = 3.0 if case == "l" else 2.0 if _is_function(word) else 0.3
            yield Joint(match.end(), score, False, 2 * sure)
    for match in re.finditer(r"(?<=\d)[^\W\d_]+['’]?", token):  # 2020malgré
        word, case = _fold(match.group()), _case(match.group())
        known = _is_function(word) or (len(word) > 2 and log_share(word) > NO_WORD)
        if word in WORDS["units"]:
            yield Joint(match.start(), 1.5, False)
        elif case in "lT" and word not in WORDS["ranks"] and known:
            score = 0.3 if len(word) == 1 else 3.2 if _is_function(word) else 2.6
            yield Joint(match.start(), score, False, 2 * (len(word) > 2 and case == "l" and log_share(word) > -5.5))
    for match in _RANK.finditer(token):  # 14eCongrès
        rest = _fold(_WORD.match(token, match.end()).group())
        whole = _fold(_LETTERS.match(token, match.start() + token[match.start()].isdigit()).group())
        if log_share(rest) > NO_WORD and (log_share(whole) <= NO_WORD or token[match.end()].isupper()):
            yield Joint(match.end(), 3.4 if _is_function(rest) else 2.8 if log_share(rest) > -6 else 1.5, False)


def _mark_joints(token: str, odd: bool) -> Iterator[Joint]:
    """Yield the candidates beside marks and figures; ``odd``: the token stands in straight quotation marks."""
    if _FIGURE.search(token):
        yield from _figure_joints(token)
    touching, contacts = _contacts()
    for pattern, score, kind, anywhere in contacts if touching.search(token) else ():
        for match in pattern.finditer(token):
            sure = anywhere or (kind == "sentence" and _opens_sentence(token, match.start()))
            yield Joint(match.start(), score, False, 2 * sure)
    for match in _QUOTE.finditer(token):
        at = match.start() + (odd + token.count('"', 0, match.start())) % 2
        if at and (at > match.start() or token[at - 1] not in "'’(-/["):
            yield Joint(at, 2.4, False)


# The document

_CONTACT = re.compile(r"[^\W_][^\w'’-]+[^\W_-]|\d[^\W\d_]|[^\W\d_]\d|[^\w'’-][-–][A-Z]|[^\W_]\(")
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DOMAIN = re.compile(r"\.[a-z]{2,3}\b")  # bnews.vn
_CAPTION = re.compile(r"nh (?:(?<=ảnh )|(?<=\b[Hh]inh anh ))\d{1,2}(?=[^\W\d]|[\"«“(])")
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*%?[.,;:]?")  # nothing is lost in it
_STRAY = re.compile(r"(?:[b-xzé]|es?|er|[eè]mes?|ères?)(?=[.,;:!?)]|$)|[B-XZ]$")
_CLOSING, _DASHES = frozenset('.!?:…»"”)'), frozenset("-–—•*«")  # the next token begins a sentence


def _joints(token: str, starts: bool, odd: bool, own: tuple) -> list[Joint]:
    if len(token) > LONGEST or _ADDRESS.search(token):
        return []
    joints = list(_mark_joints(token, odd)) if _CONTACT.search(token) else []
    for match in _LETTERS.finditer(token):
        begin, raw = match.start(), match.group()
        if not _DOMAIN.match(token, match.end()):
            opens = token[begin - 1] in '«"“(' if begin else starts
            for i, score in _letter_joints(raw, opens, own):
                joints.append(Joint(begin + i, score, True, _proof(raw, i, score, begin == 0, opens)))
    return sorted(joints)


@lru_cache(1 << 13)  # most of those that are asked for once are never seen again
def _token(token: str, starts: bool, odd: bool, own: tuple) -> Token:
    """Return the places of a token; ``starts`` at the start of a sentence (lower case: always), ``odd`` in quotes."""
    if not (joints := _joints(token, starts, odd, own)):
        return Token()
    cuts = [joint.position for joint in joints if joint.proof == 2 and not joint.in_word]
    parts = [bisect_right(cuts, joint.position) for joint in joints]
    best: dict[int, Joint] = {}
    for part, joint in zip(parts, joints, strict=True):
        if joint.score + LOST > 0 and (part not in best or joint.score > best[part].score):
            best[part] = joint
    edges = [0, *cuts, len(token)]
    proofs = [
        (token[edges[part] : edges[part + 1]].strip(".,;:!?()«»").lower(), joint.score)
        for part, joint in best.items()
        if joint.in_word and joint.proof
    ]
    return Token(
        tuple((joint.position, joint.score, part) for part, joint in zip(parts, joints, strict=True)),
        tuple((joint.position, joint.score) for joint in best.values()),
        (*cuts, *(joint.position for joint in best.values() if joint.proof == 2)),
        tuple(cuts),
        tuple(proofs),
        any(joint.proof for joint in joints),
    )


@lru_cache(1 << 16)
def _look(token: str) -> Look | None:
    """Return what a token shows, None if nothing, as most do."""
    if _AMOUNT.fullmatch(token):
        return None
    read = [_token(token, starts, False, ()) for starts in ((True,) if token == token.lower() else (True, False))]
    words = [_fold(raw) for raw in _LETTERS.findall(token) if 1 < len(raw) <= LONGEST]
    rare = tuple(word for word in words if log_share(word) < RARE)
    best = max((score for found in read for _, score, _ in found.places), default=1.0 if '"' in token else NO_WORD)
    stray = bool(_STRAY.match(token))
    return Look(best, any(found.proof for found in read), stray, rare) if stray or rare or best > NO_WORD else None


def _own_share(word: str, count: int) -> float:
    """Return log10 P(word) in a document that has it so many times."""
    share = log_share(word)
    least = share + 2 if share > NO_WORD else 0
    return max(share, min(log10(0.3 * count / DOCUMENT), log10(1.5 / DOCUMENT), least))


def _own_parts(tokens: Counter, looks: dict[str, Look]) -> dict[str, tuple]:
    """Return for each token the document's own words that it begins or ends with, and their shares.

    Own is what French has seldom or never (names, terms). Another token that repeats is likelier a word than glued.
    """
    own, found = Counter(), {}
    rare = [(token, look) for token, look in looks.items() if look.rare]
    for token, look in rare:
        for word in look.rare:
            own[word] += tokens[token]
    for token, look in rare:
        halves = (half for word in look.rare for i in range(2, len(word) - 1) for half in (word[:i], word[i:]))
        shares = [(half, _own_share(half, own[half])) for half in halves if half in own]
        if not shares and NO_WORD < look.best <= STRONG:
            shares = [(word, _own_share(word, own[word] - 1)) for word in look.rare if own[word] > 1]
        if shares:
            found[token] = tuple(shares)
    return found


def _live_tokens(words: list[str], live: Collection[str]) -> Iterator[tuple[int, str, bool, bool]]:
    """Yield number and token of those of a line that may hold lost spaces, and how `_token` is to read them."""
    found = [(number, token) for number, token in enumerate(words) if token in live]
    quoted = any('"' in token for _, token in found)
    quotes = list(accumulate((word.count('"') for word in words), initial=0)) if quoted else []
    for number, token in found:
        before = words[number - 1] if number else "."
        opens = token == token.lower() or before[-1] in _CLOSING or before in _DASHES
        yield number, token, opens, '"' in token and quotes[number] % 2 == 1


def _paragraph(start: int, line: str, words: list[str], live: Collection[str], own: dict[str, tuple]) -> Paragraph:
    places, best, sure, cuts, at = [], [], [], [], 0
    ends = [at := line.find(word, at) + len(word) for word in words]
    for number, token, opens, odd in _live_tokens(words, live):
        begin, found, first = ends[number] - len(token), _token(token, opens, odd, own.get(token, ())), len(cuts)
        places += [(begin + at, score, number + first + part) for at, score, part in found.places]
        best += [(begin + at, score) for at, score in found.best]
        sure += [begin + at for at in found.sure]
        cuts += [begin + at for at in found.cuts]
    return Paragraph(start, sorted([*cuts, *ends]) if cuts else ends, places, best, sure)


def _is_glued(found: list[Token], words: int) -> bool:
    """Tell whether two different tokens, or one and another strong candidate, show lost line wraps."""
    strong = sum(score > STRONG for token in found for _, score in token.best)
    proofs: dict[str, float] = {}
    for part, score in (proof for token in found for proof in token.proofs):
        proofs[part] = max(score, proofs.get(part, 0))
    return len(proofs) > 1 + words / 2000 or (len(proofs) == 1 and strong > 1 and max(proofs.values()) >= 5)


def _width(paragraphs: list[Paragraph]) -> int | None:
    """Return the width that fits the lines between strong joints, None where it fits fewer than 60 % of them."""
    lines = []  # the length of each and that of the word that begins the next
    for _, ends, _, best, _ in paragraphs:
        strong = [position for position, score in best if score > STRONG]
        lines += [(b - a, ends[bisect_right(ends, b)] - b) for a, b in pairwise(strong) if 35 <= b - a <= WIDEST]
    if len(lines) < 3:
        return None
    lengths, words = np.array(lines).T
    widths = np.arange(NARROWEST, WIDEST + 1)[:, None]

    def fits(before: int, behind: int) -> np.ndarray:
        """Return how many lines fit each width: no longer, and not with the next word on them."""
        return ((lengths - before <= widths) & (widths < lengths + behind + words)).sum(axis=1)

    both = fits(0, 1) + fits(4, 5)
    likeliest = np.flatnonzero(both == both.max())
    middle = likeliest[len(likeliest) // 2]
    return NARROWEST + int(middle) if fits(2, 3)[middle] >= 0.6 * len(lines) else None


def _source_lines(paragraph: Paragraph, width: int) -> list[int]:
    """Return the places in the likeliest division of a paragraph into source lines, none where none is likely."""
    _, ends, places, _, _ = paragraph
    last = len(ends) - 1

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
    for j, (b, score, to) in enumerate(places):
        value, before = log10(0.5) + line(0, 0, b, to), None
        if b <= width:  # or the line began with a tag of any length
            value = max(value, log10(0.5) + log10(min(ends[to] - b + 1, width) / width) + OVER)
        while places[near][0] < b - 2.2 * width:  # out of sight: a line end between them was not seen
            far = near if far is None or best[near] > best[far] else far
            near += 1
        if far is not None and best[far] + UNSEEN > value:
            value, before = best[far] + UNSEEN, far
        for i in range(near, j):
            a, _, first = places[i]
            if first != to and (longer := best[i] + line(a, first, b, to)) > value:
                value, before = longer, i
        best.append(value + score)
        back.append(before)
    value, at = 0.3, None
    for j, (a, _, first) in enumerate(places):
        tail = unbroken(a, first, ends[-1], last)
        if (total := best[j] + (max(tail, UNSEEN) if ends[-1] - a > width else tail)) > value:
            value, at = total, j
    path = []
    while at is not None:
        path.append(places[at][0])
        at = back[at]
    return path


def _lost_spaces(text: str, words: list[str], looks: dict[str, Look]) -> list[Edit]:
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((start, line, line.split()))
        start += len(line) + 1
    live, own = {token for token, look in looks.items() if look.best > NO_WORD}, {}
    hopeful = (words for _, _, words in lines if not live.isdisjoint(words))
    glued = _is_glued([_token(*how, ()) for line in hopeful for _, *how in _live_tokens(line, live)], len(words))
    if glued:
        own = _own_parts(Counter(words), looks)
        live |= own.keys()
    paragraphs = [_paragraph(*line, live, own) for line in lines if not live.isdisjoint(line[2])]
    width = _width(paragraphs) if glued else None
    found = {match.end() for match in _INTEGER_LIST.finditer(text)} if glued else set()
    for paragraph in paragraphs:
        chosen = paragraph.sure
        if width:
            chosen += _source_lines(paragraph, width)
        elif glued and any(score > STRONG for _, score in paragraph.best):
            chosen += [position for position, _ in paragraph.best]
        found.update(paragraph.start + position for position in chosen)
    return [Edit(position, position, " ") for position in sorted(found)]


# Stray spaces

_RANK_APART = re.compile(r"(?<=\d)(?<!nh \d)(?<!nh \d\d) (?=(?:es?|er|[eè]mes?|ères?)(?:[\s.,;:)]|$))")  # 40 e Jeux
_LETTER = re.compile(r"(?<!\S)(?:[b-xzé](?=[\s.,;:!?)]|$)|[B-XZ](?= [a-zà-ÿ]))")
_BEFORE, _BEHIND = re.compile(r"(?<![\w'’-])[^\W\d_]{1,25} $"), re.compile(r" ([a-zà-ÿœ]{4,25})(?![\w'’])")
_ELIDED = re.compile(r"(?!s \w{3,30}[sx]\b)[cdjlmnst] [aeiouyhàâéèêîô]", re.IGNORECASE)  # l avion; not s étrangers


def _stray_spaces(text: str) -> list[Edit]:
    """Return what joins a stray letter to the word that it belongs to: far likelier, and the letter is no word."""
    found = {match.start(): "" for match in _RANK_APART.finditer(text)}
    for match in _LETTER.finditer(text):
        at, letter = match.start(), _fold(match.group())
        before, behind = _BEFORE.search(text, max(at - 27, 0), at), _BEHIND.match(text, match.end())
        left = _fold(before.group()[:-1]) if before and match.group().islower() else ""
        score = log_share(left + letter) - log_share(left) - UNKNOWN - UNKNOWN_LETTER
        if left and score > 2 and (len(left) > 1 or _is_function(left + letter)):
            if not _ELIDED.match(text, at):
                found[at - 1] = ""  # touriste s, a u mois
        elif behind and log_share(behind[1]) <= NO_WORD:
            word = letter + behind[1]
            if log_share(word) > -5.5:
                found[at + 1] = ""  # d éveloppement
            elif i := next((i for i in (2, 3) if _is_function(word[:i]) and log_share(word[i:]) > -5.5), 0):
                found |= {at + 1: "", at + i + 1: " "}  # L eministère
    return [Edit(at, at + (not new), new) for at, new in sorted(found.items())]


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
    edits: list[Edit] = []
    found = [Edit(match.end(), match.end(), " ") for match in _CAPTION.finditer(text)]
    for _ in range(ROUNDS):
        if found:
            edits, text = compose(edits, found), apply_edits(text, found)
        words = text.split()
        looks = {token: look for token in set(words) if (look := _look(token))}
        found = _stray_spaces(text) if any(look.stray for look in looks.values()) else []
        if not found and any(look.lost for look in looks.values()):
            found = _lost_spaces(text, words, looks)
        if not found:
            break
    return edits
