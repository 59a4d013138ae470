"""What is printed twice counts once: articles under two addresses, republications, teasers under several articles."""

import random
import time

import pandas as pd
import pytest

from helpers.articles import parse_articles
from helpers.duplicates import mark_duplicates
from helpers.tables import frame

BODY = """\
Hanoi (VNA) – La filature de Nam Dinh a rallumé ses métiers après deux ans de silence. Trois cents ouvrières y ont
repris leur poste lundi matin.

Le nouveau propriétaire, un tisserand de Biella, promet dix millions d'euros et une teinturerie neuve. Les premières
pièces de soie partiront pour Côme avant la fin de l'été, si la rivière reste assez haute pour les bains.

La ville rachète de son côté les logements ouvriers, qu'elle louera aux familles. -VNA"""
OTHER = """\
Hanoi (VNA) – La filature de Nam Dinh ferme ses portes. Les trois cents ouvrières seront reclassées dans les ateliers
de Thai Binh, selon la mairie, qui cherche un repreneur pour les murs et pour les métiers.

Le stock est vendu. -VNA"""
TEASER = """

Voir plus

Un marché aux soies.

La soie retrouve des couleurs

Les commandes ont doublé en un an, dit la fédération."""
A, B = "https://fr.vietnamplus.vn/la-soie-post136460.vnp", "http://fr.vietnamplus.vn/soie-et-fil/136460.vnp"


def duplicates(*pages):
    """Return what each row of the pages (text, address) is the duplicate of."""
    rows = [{"doc_id": "abcdef"[i], "text": text, "url": url} for i, (text, url) in enumerate(pages)]
    articles = parse_articles(frame("documents", rows))
    marked = articles.set_index("article_id").duplicate_of
    return marked[marked.notna()].to_dict()


def test_the_same_number_in_two_addresses():
    assert duplicates((BODY, A), (OTHER, B)) == {"b#0": "a#0"}
    assert duplicates((BODY, A), (OTHER, B.replace("136460", "136461"))) == {}
    assert duplicates((BODY, A), (OTHER, B.replace("fr.", "en."))) == {}


def test_a_republication_with_small_changes():
    changed = BODY.replace("Trois cents", "Quelque 300").replace("lundi matin", "lundi")
    assert duplicates((BODY, None), (OTHER, None), (changed, None), (BODY, None)) == {"c#0": "a#0", "d#0": "a#0"}


def test_glued_and_clean_text_are_the_same_article():
    glued = BODY.replace("après deux", "aprèsdeux").replace("le poste", "leposte").replace("pièces de", "piècesde")
    assert duplicates((BODY, None), (glued, None)) == {"b#0": "a#0"}


def test_another_article_on_the_same_matter_is_none():
    assert duplicates((BODY, None), (OTHER, None)) == {}


def test_the_same_teaser_under_several_articles():
    assert duplicates((BODY + TEASER, None), (OTHER + TEASER, None), (BODY + TEASER, None)) == {
        "b#1": "a#1",
        "c#0": "a#0",
        "c#1": "a#1",
    }
    changed = TEASER.replace("doublé", "triplé")
    assert duplicates((BODY + TEASER, None), (OTHER + changed, None)) == {}


def test_a_teaser_of_an_article_of_the_corpus_wherever_it_stands():
    article = (
        "La soie retrouve des couleurs\n\nLes commandes ont doublé en un an, dit la fédération.\n\n"
        "Lyon (VNA) – Les soyeux reçoivent deux fois plus de commandes.\n\nIls embauchent. -VNA"
    )
    assert duplicates((BODY + TEASER, None), (article, None)) == {"a#1": "b#0"}


def test_rows_without_text_are_no_duplicates():
    assert duplicates(("", None), ("", None), ("Voir plus", None)) == {}
    articles = mark_duplicates(frame("articles"), frame("documents"))
    assert len(articles) == 0 and articles.duplicate_of.dtype == frame("articles").duplicate_of.dtype


def test_a_duplicate_points_to_a_row_that_is_none():
    pages = [(BODY + TEASER, A), (BODY, None), (OTHER, B), (OTHER, None), (BODY.replace("lundi", "mardi") + TEASER, B)]
    found = duplicates(*pages)
    assert found and not set(found) & set(found.values())


def corpus(size):
    draw = random.Random(0)
    words = [f"mot{i}" for i in range(3000)]
    bodies = [" ".join(draw.choices(words, k=120)) for _ in range(size)]
    rows = [
        {"article_id": f"{i}#0", "doc_id": str(i), "role": "article", "title": "Titre", "body": bodies[i - i % 10 % 2]}
        for i in range(size)
    ]
    return frame("articles", rows)


def test_every_second_body_of_a_large_corpus_is_found():
    articles = mark_duplicates(corpus(400), frame("documents"))
    expected = [f"{i - 1}#0" if i % 10 % 2 else pd.NA for i in range(400)]
    assert articles.duplicate_of.fillna("").tolist() == pd.array(expected, dtype="string").fillna("").tolist()


@pytest.mark.parametrize("same", [False, True], ids=["different bodies", "one body"])
def test_time_grows_with_the_number_of_articles(same):
    def seconds(size):
        articles = corpus(size)
        articles = articles.assign(body=articles.body[0]) if same else articles
        begun = time.process_time()
        mark_duplicates(articles, frame("documents"))
        return time.process_time() - begun

    seconds(50)
    assert min(seconds(2000) for _ in range(2)) < 9 * min(seconds(500) for _ in range(2))
