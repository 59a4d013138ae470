"""From French text to what the topics are made of: content lemmas, proper names, phrases and their printed forms."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

import simplemma

from helpers.paths import DATA
from helpers.sentences import sentence_spans

# An elision (l', qu', jusqu') is a word of its own, so that the noun behind it is found and its determiner is known.
_WORD = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=[^\W\d_])|[^\W\d_]+(?:-[^\W\d_]+)*", re.IGNORECASE
)
_FULL_NAME = re.compile(r"\b[A-ZÀ-ÝĐ][^\W\d_]+(?: [A-ZÀ-ÝĐ][^\W\d_]+){1,3}\b")
_MOST = 0.6  # the share of a word's places that makes a rule of what is printed there
_PRONOUN = re.compile(r"-(?:t-)?(?:ils?|elles?|on|ce|je|tu|nous|vous|là|ci)$")


def _listed(name: str) -> frozenset[str]:
    lines = (DATA / "topics" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


STOP_WORDS = _listed("stopwords_fr.txt")
_SILENT = STOP_WORDS | _listed("boilerplate_fr.txt")
_PHRASE_WORDS = [line.split(",") for line in _listed("phrase_words_fr.csv")]
_OPENS, _JOINS, BARRED = (frozenset(w for w, role in _PHRASE_WORDS if role == r) for r in ("opens", "joins", "bars"))
# How an infinitive ends, the longer ends first, and how a form of it ends that no noun has.
_VERB_FORMS = {"enir": "iendront", "cevoir": "cevront", "ouvoir": "ouvront", "er": "é", "ir": "iront", "re": "ront"}
_PARTICIPLE = re.compile(r"(?:[iu]e?|ise?)s?$"), re.compile("ée?s?$")  # of the other verbs, of those in -er


@cache
def _lemma(form: str) -> str:
    """Return the lemma of a lower-case word, "" where the word carries no subject."""
    word = _PRONOUN.sub("", form)
    lemma = "" if len(word) < 2 or word.endswith("'") else simplemma.lemmatize(word, "fr").lower()
    return "" if len(lemma) < 2 or {word, lemma} & _SILENT else lemma


def clean(text: str) -> str:
    """Return the text with composed accents, straight apostrophes and no soft hyphens."""
    return unicodedata.normalize("NFC", text).replace("’", "'").replace("\xad", "")


def lemmas(text: str) -> list[str]:
    """Return the content words of a text as lemmas, in order: no stop words, no agency boilerplate, no numbers.

    Examples
    --------
    >>> lemmas("Les exportations d’acier ont atteint 3 millions de tonnes, a déclaré le ministre.")
    ['exportation', 'acier', 'tonne', 'ministre']
    """
    return [lemma for word in _WORD.findall(clean(text).lower()) if (lemma := _lemma(word))]


def _words(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the words of a cleaned text, with what stands before each and in lower case."""
    position = 0
    for match in _WORD.finditer(text):
        yield text[position : match.start()], match.group(), match.group().lower()
        position = match.end()


def printed_forms(texts: Iterable[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return how each lemma is printed most often, and which lemmas are proper names, without a list of names.

    A name is a word that is capitalised in most of its places inside a sentence (more than 60 %). It is printed with
    the capitalised words beside it where most of its places have the same ones.

    Examples
    --------
    >>> forms, names = printed_forms(["La ville de Nova Toluca exporte.", "Il voit Nova Toluca et ses exportations."])
    >>> sorted(names), forms["exportation"], forms["toluca"]
    (['nova', 'toluca'], 'exportations', 'Nova Toluca')
    """
    forms, whole, inside, capital = defaultdict(Counter), defaultdict(Counter), Counter(), Counter()
    for text in map(clean, texts):
        first = True
        for gap, word, lower in _words(text):
            starts, first = first or any(mark in gap for mark in '.!?:;"«“\n'), lower.endswith("'") and first
            if lemma := _lemma(lower):
                forms[lemma][lower if starts else word] += 1
                inside[lemma] += not starts
                capital[lemma] += not starts and word[0].isupper()
        for name in _FULL_NAME.findall(text):
            for word in name.split():
                whole[_lemma(word.lower())][name] += 1
    names = frozenset(lemma for lemma, n in inside.items() if capital[lemma] > _MOST * n)
    printed = {}
    for lemma, counts in forms.items():
        kept = {f: n for f, n in counts.items() if f[0].isupper() == (lemma in names)} or counts
        full = {f: n for f, n in whole[lemma].items() if lemma in names and n > _MOST * counts.total()}
        printed[lemma] = commonest(full or kept)
    return printed, names


def commonest(counts: dict[str, int]) -> str:
    """Return the form counted most often, the first by the alphabet among equals."""
    return min(counts, key=lambda form: (-counts[form], form))


@cache
def _is_verb(lemma: str) -> bool:
    """Return whether a form that only a verb has is one of the lemma's: renforcé of renforcer, but no dossié."""
    proofs = [lemma.removesuffix(end) + form for end, form in _VERB_FORMS.items() if lemma.endswith(end)]
    return bool(proofs) and simplemma.lemmatize(proofs[0], "fr") == lemma


def _fits(word: str, as_noun: bool) -> bool:
    """Return whether a word may stand in a noun phrase: where a noun is due no infinitive, behind it no finite verb."""
    lemma = _lemma(word)
    if not lemma or word in BARRED:
        return False
    if not _is_verb(lemma):
        return True
    return word != lemma if as_noun else bool(_PARTICIPLE[lemma.endswith("er")].search(word))


def tells(form: str) -> bool:
    """Return whether a printed form may stand among the terms of a topic: no word of a turn of phrase, no bare verb."""
    word = form.split()[0].lower()
    return _fits(word, as_noun=False) or (word.endswith("e") and _fits(word, as_noun=True))  # e: la visite, il visite


def phrases(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the noun phrases of one to three words: their lemmas and how they are printed here.

    A phrase begins behind a determiner, with a name or where a sentence begins, ends on a content word, and holds no
    other words than content words, ``de``, ``du`` and ``des``. No name is cut; the only verbs in it are participles.

    Examples
    --------
    >>> [printed for _, printed in phrases("Il voit les produits agricoles du Guangxi, que vante Ana Ruiz.")]
    ['produits', 'produits agricoles', 'Guangxi', 'Ana Ruiz']
    """
    words = [("\n", "", ""), *_words(clean(text)), ("\n", ".", ".")]
    for start in range(1, len(words) - 1):
        (_, before, _), (gap, word, _) = words[start - 1 : start + 1]
        name = word[0].isupper() and not before[:1].isupper()
        if not (name or words[start - 1][2] in _OPENS or start == 1 or "." in gap or "\n" in gap):
            continue
        printed, key, n_words, as_noun = "", [], 0, True
        for (gap, word, lower), (next_gap, follower, _) in pairwise(words[start : start + 6]):
            joins, elided = bool(key) and lower in _JOINS, printed.endswith("'")
            n_words += not elided
            fits = joins or _fits(lower, as_noun)
            if n_words > 3 or not fits or (key and gap != ("" if elided else " ")):
                break
            printed, as_noun = printed + gap * bool(key) + word, joins
            if joins:
                continue
            key.append(_lemma(lower))
            if not (word[0].isupper() and next_gap == " " and follower[0].isupper()):
                yield tuple(key), printed


def best_sentence(text: str, weights: dict[str, float]) -> str:
    """Return the sentence that says most of a topic in the fewest words: the first one among equals."""

    def worth(sentence: str) -> float:
        found = lemmas(sentence)
        return round(sum(weights.get(lemma, 0.0) for lemma in set(found)) / max(len(found), 4) ** 0.5, 9)

    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return max(sentences, key=worth, default="")
