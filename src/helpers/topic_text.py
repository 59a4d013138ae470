"""From French text to what the topics are made of: content lemmas, proper names, phrases and their printed forms."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

import simplemma

from helpers.paths import DATA
from helpers.sentences import sentence_spans

# An elision (l', qu', jusqu') is a word of its own, so that the noun behind it is found and its determiner is known.
_WORD = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=[^\W\d_])|[^\W\d_]+(?:-[^\W\d_]+)*", re.IGNORECASE
)
_PRONOUN = re.compile(r"-(?:t-)?(?:ils?|elles?|on|ce|je|tu|nous|vous|là|ci)$")


def _listed(name: str) -> frozenset[str]:
    lines = (DATA / "topics" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


STOP_WORDS, BOILERPLATE = _listed("stopwords_fr.txt"), _listed("boilerplate_fr.txt")
_PHRASE_WORDS = _listed("phrase_words_fr.csv")


class _Lemmas(dict):
    """Lower-case word → its lemma, or "" where the word carries no subject; each form is looked up once."""

    def __missing__(self, form: str) -> str:
        word = _PRONOUN.sub("", form)
        lemma = "" if len(word) < 2 or word.endswith("'") or word in STOP_WORDS else simplemma.lemmatize(word, "fr")
        lemma = lemma.lower()
        if len(lemma) < 2 or lemma in STOP_WORDS or lemma in BOILERPLATE or word in BOILERPLATE:
            lemma = ""
        self[form] = lemma
        return lemma


LEMMA = _Lemmas()


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
    return [lemma for word in _WORD.findall(clean(text).lower()) if (lemma := LEMMA[word])]


def _words(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the words of a cleaned text with what stands between each and the word before."""
    position = 0
    for match in _WORD.finditer(text):
        yield text[position : match.start()], match.group(), match.group().lower()
        position = match.end()


def printed_forms(texts: Iterable[str], name_share: float = 0.6) -> tuple[dict[str, str], frozenset[str]]:
    """Return how each lemma is printed most often, and which lemmas are proper names.

    A name is a word that is capitalised in more than ``name_share`` of the places where grammar does not ask for a
    capital: inside a sentence. No list of names is needed, and a name never seen before is found.

    Examples
    --------
    >>> forms, names = printed_forms(["La ville de Toluca exporte.", "Il voit Toluca et ses exportations."])
    >>> sorted(names), forms["exportation"]
    (['toluca'], 'exportations')
    """
    forms: dict[str, Counter] = {}
    inside, capital = Counter(), Counter()
    for text in map(clean, texts):
        first = True
        for gap, word, lower in _words(text):
            starts, first = first or any(mark in gap for mark in '.!?:;"«“\n'), lower.endswith("'") and first
            if lemma := LEMMA[lower]:
                forms.setdefault(lemma, Counter())[lower if starts else word] += 1
                if not starts:
                    inside[lemma] += 1
                    capital[lemma] += word[0].isupper()
    names = frozenset(lemma for lemma, n in inside.items() if capital[lemma] > name_share * n)
    printed = {}
    for lemma, counts in forms.items():
        kept = {f: n for f, n in counts.items() if f[0].isupper() == (lemma in names)} or counts
        printed[lemma] = min(kept, key=lambda form: (-kept[form], form))
    return printed, names


def phrases(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the noun phrases of one to three words: their lemmas and how they are printed here.

    A phrase begins behind a determiner or where a sentence begins, ends on a content word, and holds no
    other words than content words, ``de`` and ``à``.

    Examples
    --------
    >>> [printed for _, printed in phrases("Il voit les produits agricoles du Guangxi.")]
    ['produits', 'produits agricoles', 'Guangxi']
    """
    words = list(_words(clean(text)))
    for i, (gap, word, lower) in enumerate(words):
        if not LEMMA[lower] or not (i == 0 or f"{words[i - 1][2]},opens" in _PHRASE_WORDS or "." in gap or "\n" in gap):
            continue
        printed, key, n_words = word, [LEMMA[lower]], 1
        yield tuple(key), printed
        for gap, word, lower in words[i + 1 : i + 5]:
            elided = printed.endswith("'")
            if gap != ("" if elided else " ") or not (LEMMA[lower] or f"{lower},joins" in _PHRASE_WORDS):
                break
            n_words += not elided
            if n_words > 3:
                break
            printed += gap + word
            if LEMMA[lower]:
                key.append(LEMMA[lower])
                yield tuple(key), printed


def best_sentence(text: str, weights: dict[str, float]) -> str:
    """Return the sentence that says most of a topic in the fewest words: the first one among equals."""

    def worth(sentence: str) -> float:
        found = lemmas(sentence)
        return round(sum(weights.get(lemma, 0.0) for lemma in set(found)) / max(len(found), 4) ** 0.5, 9)

    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return max(sentences, key=worth, default="")
