"""Measure partner matching beside its peers, in one run: `python benchmarks/partners.py [--megabytes 4]`.

Speed: the seeds' articles repeated, processor time, megabytes of UTF-8 a second. The engines search the gazetteer's own
surfaces, folded alike; what an engine cannot do (accents, the ends of words) it is spared. Accuracy: which countries an
article or a teaser of the seeds names (currencies left out), for the peers that come with their own names. A peer that
is not installed is left out: flashtext, pyahocorasick, spacy, country-named-entity-recognition, flashgeotext.
"""

import argparse
import re
import time
from collections.abc import Callable, Iterator

import pandas as pd

from helpers import SEEDS, entities, find_links, find_partners, matching, parse_articles, partners, read_documents
from helpers.accuracy import read_gold
from helpers.entities import names
from helpers.offsets import article_texts

Found = Callable[[str], object]


def own_steps() -> Iterator[tuple[str, Found]]:
    """Yield our own steps, each with all before it."""
    find, _ = matching.matcher()
    yield "fold", matching.fold
    yield "fold + match", lambda text: find(matching.key_of(text), overlapping=True)

    def guarded(text: str) -> list:
        folded = matching.key_of(text)
        return list(partners._mentioned(text, folded, matching.find_hits(text, folded)))

    yield "fold + match + guards", guarded


def engines() -> Iterator[tuple[str, Found, float]]:
    """Yield the other engines on the same folded surfaces, with the share of the text they are given."""
    keys = sorted({matching.fold(name.surface).decode() for name in names()}, key=len, reverse=True)

    def fold(text: str) -> str:
        return matching.fold(text).decode("latin-1")

    flat = re.compile(r"\b(?:" + "|".join(map(re.escape, keys)) + r")\b")
    yield "re, flat alternation", lambda text: flat.findall(fold(text)), 0.02
    try:
        from flashtext import KeywordProcessor

        processor = KeywordProcessor()
        processor.add_keywords_from_list(keys)
        yield "flashtext", lambda text: processor.extract_keywords(fold(text), span_info=True), 0.5
    except ImportError:
        pass
    try:
        import ahocorasick

        automaton = ahocorasick.Automaton()
        for key in keys:
            automaton.add_word(key, key)
        automaton.make_automaton()
        yield "pyahocorasick, longest", lambda text: list(automaton.iter_long(fold(text))), 1
    except ImportError:
        pass
    try:
        import spacy
        from spacy.matcher import PhraseMatcher

        language = spacy.blank("fr")
        matcher = PhraseMatcher(language.vocab, attr="LOWER")
        matcher.add("NAME", list(language.pipe(name.surface for name in names())))
        yield "spaCy PhraseMatcher", lambda text: matcher(language(text)), 0.1
    except ImportError:
        pass


def whole_peers() -> Iterator[tuple[str, Callable[[str], set[str]]]]:
    """Yield the peers that find countries by names of their own, as functions from a text to ISO alpha-3 codes."""
    try:
        from country_named_entity_recognition import find_countries

        yield "country-named-entity-recognition", lambda text: {hit[0].alpha_3 for hit in find_countries(text)}
    except ImportError:
        pass
    try:
        import pycountry
        from flashgeotext.geotext import GeoText

        geotext = GeoText()

        def countries(text: str) -> set[str]:
            found = [pycountry.countries.get(name=name) for name in geotext.extract(text)["countries"]]
            return {country.alpha_3 for country in found if country}

        yield "flashgeotext", countries
    except ImportError:
        pass


def speed(find: Found, texts: list[str]) -> float:
    """Return megabytes a second: the best of all runs in two seconds, of three at least."""
    size, best, ended = sum(len(text.encode()) for text in texts) / 1e6, [], time.monotonic() + 2
    while len(best) < 3 or time.monotonic() < ended:
        begun = time.process_time()
        for text in texts:
            find(text)
        best.append(time.process_time() - begun)
    return size / min(best)


def accuracy(articles: pd.DataFrame) -> pd.DataFrame:
    """Return precision and recall of the pairs of an article and a country in it."""
    gold = read_gold("seeds_mentions").query("scored and role != 'currency'")
    mentions = find_partners(articles)
    place = mentions["article_id"].str.split("#").str[0]
    known = set(zip(gold["doc_id"], gold["start"], strict=True))
    true = mentions[[pair in known for pair in zip(place, mentions["start"], strict=True)]]

    def pairs(frame: pd.DataFrame) -> set[tuple]:
        rows = frame[(frame["type"] == "country") & (frame["role"] != "currency").fillna(True)]
        return set(zip(rows["article_id"], rows["entity_id"], strict=True))

    wanted, results = pairs(true), {"find_partners": pairs(mentions)}
    for name, find in whole_peers():
        found = {(text.article_id, code) for text in article_texts(articles) for code in find(text.text)}
        results[name] = {pair for pair in found if pair[1] != "VNM"}
    rows = [
        (name, len(found), len(found & wanted) / max(len(found), 1), len(found & wanted) / len(wanted))
        for name, found in results.items()
    ]
    return pd.DataFrame(rows, columns=["method", "pairs", "precision", "recall"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=4)
    size = parser.parse_args().megabytes
    begun = time.process_time()
    matching.fold("")
    matching.matcher()
    entities.about("USA")
    print(f"set-up {time.process_time() - begun:.3f} s")
    articles = parse_articles(read_documents(SEEDS))
    texts = [text.text for text in article_texts(articles)]
    times = max(1, round(size * 1e6 / sum(len(text.encode()) for text in texts)))
    texts *= times
    rows = [(name, speed(find, texts)) for name, find in own_steps()]
    many = pd.concat([articles] * max(1, times // 10), ignore_index=True)
    share = texts[: len(many)]
    rows.append(("find_partners, table and all", speed(lambda _: find_partners(many), ["".join(share)])))
    mentions = find_partners(articles)
    rows.append(("find_links", speed(lambda _: find_links(articles, mentions), ["".join(texts[: len(articles)])])))
    rows += [(name, speed(find, texts[: max(39, int(len(texts) * part))])) for name, find, part in engines()]
    table = pd.DataFrame(rows, columns=["step", "MB/s"])
    table["to fold + match"] = table["MB/s"] / table["MB/s"][1]
    print(table.round(3).to_string(index=False))
    print(accuracy(articles).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
