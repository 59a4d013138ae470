"""Measure the repair of lost spaces on any folder of plain French text: `python benchmarks/spacing.py FOLDER`.

Every non-empty line of the folder's .txt files is read as a sentence in good order. Documents of six paragraphs are
built from them; four are wrapped at 70 to 80 columns and their newlines deleted, as in the agency's older pages, two
are left clean, as the teasers are. One line in sixteen is wrapped a little too early or too late, and every second
paragraph begins after a tag of unknown length. A joint beside a lone mark (`pays :`) is not counted. The clean
documents are measured first, so that their speed is that of a cold start (processor time, word list loaded).
"""

import argparse
import importlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.spacing import repair_spacing

Method = Callable[[str], set[int]]


def read_sentences(folder: Path) -> list[str]:
    """Return the non-empty lines of the folder's .txt files, in the order of the files' names."""
    lines = (line for path in sorted(folder.rglob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines())
    return [" ".join(line.split()) for line in lines if line.strip()]


def paragraphs(sentences: list[str], chance: random.Random) -> Iterator[str]:
    """Yield paragraphs of two to five sentences."""
    i = 0
    while i < len(sentences):
        n = chance.randint(2, 5)
        yield " ".join(sentences[i : i + n])
        i += n


def glue(paragraph: str, width: int, chance: random.Random) -> tuple[str, list[int], list[int]]:
    """Return the paragraph without its line breaks, where they stood, and which of them are not counted."""
    column = chance.randrange(width) if chance.random() < 0.5 else 0
    pieces, joints, uncounted, position, previous = [], [], [], 0, ""
    limit = width
    for word in paragraph.split(" "):
        if previous and column + 1 + len(word) > limit:
            lone = not any(map(str.isalnum, word)) or not any(map(str.isalnum, previous))
            (uncounted if lone else joints).append(position)
            column, limit = 0, width + (chance.randint(-12, 6) if chance.random() < 0.06 else 0)
        elif previous:
            pieces.append(" ")
            position, column = position + 1, column + 1
        pieces.append(word)
        position, column, previous = position + len(word), column + len(word), word
    return "".join(pieces), joints, uncounted


def glued_documents(sentences: list[str], seed: int) -> Iterator[tuple[str, set[int], set[int]]]:
    """Yield documents with the positions of their lost spaces, and of those that are not counted."""
    chance = random.Random(seed)
    queue = list(paragraphs(sentences, chance))
    for i in range(0, len(queue), 6):
        width, text, joints, uncounted = chance.randint(70, 80), "", set(), set()
        for k, paragraph in enumerate(queue[i : i + 6]):
            if k < 4:
                paragraph, at, not_counted = glue(paragraph, width, chance)
                joints |= {len(text) + p for p in at}
                uncounted |= {len(text) + p for p in not_counted}
            text += paragraph + "\n\n"
        yield text, joints, uncounted


def clean_documents(sentences: list[str], seed: int) -> list[str]:
    """Return documents of six paragraphs as they are."""
    queue = list(paragraphs(sentences, random.Random(seed)))
    return ["\n\n".join(queue[i : i + 6]) for i in range(0, len(queue), 6)]


def measure(method: Method, sentences: list[str], seeds: range, show: bool = False) -> dict[str, float]:
    """Return precision and recall on glued documents; false repairs and speed on clean ones."""
    documents = clean_documents(sentences, seeds[0])
    started = time.process_time()
    repairs = [method(text) for text in documents]
    seconds = time.process_time() - started
    if show:
        for text, got in zip(documents, repairs, strict=True):
            for p in sorted(got):
                print("clean ", repr(text[max(p - 25, 0) : p] + "|" + text[p : p + 25]))
    hits = found = wanted = 0
    for seed in seeds:
        for text, joints, uncounted in glued_documents(sentences, seed):
            got = method(text) - uncounted
            hits, found, wanted = hits + len(got & joints), found + len(got), wanted + len(joints)
            if show:
                for p in sorted(got ^ joints):
                    print("false " if p in got else "missed", repr(text[max(p - 25, 0) : p] + "|" + text[p : p + 25]))
    words = sum(len(text.split()) for text in documents)
    return {
        "precision": hits / max(found, 1),
        "recall": hits / max(wanted, 1),
        "joints": wanted,
        "clean words": words,
        "false / 10k": 1e4 * sum(map(len, repairs)) / max(words, 1),
        "MB/s": sum(len(text.encode()) for text in documents) / 1e6 / seconds,
    }


def segmenter(split: Callable[[str], list[str]]) -> Method:
    """Return a method that cuts every word of letters alone as a word-segmenting library would."""

    def method(text: str) -> set[int]:
        found, position = set(), 0
        for word in text.split(" "):
            if word.isalpha() and len(pieces := list(split(word))) > 1 and "".join(pieces) == word:
                cut = position
                for piece in pieces[:-1]:
                    cut += len(piece)
                    found.add(cut)
            position += len(word) + 1
        return found

    return method


def peers() -> dict[str, Method]:
    """Return the libraries that do a part of this and are installed, each with the same French word list."""
    from wordfreq import get_frequency_dict

    words, found = get_frequency_dict("fr", "large"), {}
    try:
        symspell = importlib.import_module("symspellpy").SymSpell(0, 7)
        for word, share in words.items():
            symspell.create_dictionary_entry(word, int(share * 1e9))
        found["symspellpy"] = segmenter(
            lambda word: symspell.word_segmentation(word, max_edit_distance=0).segmented_string.split()
        )
    except ImportError:
        pass
    try:
        model = importlib.import_module("wordninja").LanguageModel
        ninja = model.__new__(model)
        ranked = sorted(words, key=words.get, reverse=True)
        from math import log

        ninja._wordcost = {word: log((k + 1) * log(len(ranked))) for k, word in enumerate(ranked)}
        ninja._maxword = max(map(len, ranked))
        found["wordninja"] = segmenter(ninja._split)
    except ImportError:
        pass
    return found


def main() -> None:
    """Print one line a method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3, help="how often the text is wrapped anew")
    parser.add_argument("--show", action="store_true", help="print every error")
    options = parser.parse_args()
    sentences = read_sentences(options.folder)
    methods = {"helpers.spacing": lambda text: {edit.start for edit in repair_spacing(text)}, **peers()}
    repair_spacing("Selon lui.")
    print(f"{'method':18}{'precision':>12}{'recall':>10}{'joints':>8}{'clean words':>13}{'false / 10k':>13}{'MB/s':>8}")
    for name, method in methods.items():
        row = measure(method, sentences, range(options.seeds), options.show and name == "helpers.spacing")
        print(
            f"{name:18}{row['precision']:12.4f}{row['recall']:10.4f}{row['joints']:8}{row['clean words']:13}"
            f"{row['false / 10k']:13.2f}{row['MB/s']:8.2f}"
        )


if __name__ == "__main__":
    main()
