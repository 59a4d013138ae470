"""A corpus of any size from own sentences, laid out as the agency's pages are, for measuring speed.

About 3 kB a document: title, standfirst, caption, dateline, body with its marker, two or three teasers. One document in
three has lost the spaces at its line ends; one teaser in four is repeated, as teasers are. Names, figures and dates are
about as frequent as in the seeds. The vocabulary is small: no accuracy may be read from these texts.
"""

import random
import re

import pandas as pd

from benchmarks.spacing import glue
from helpers.tables import frame

# name with its article | of it | adjective in the feminine
COUNTRIES = """le Japon|du Japon|japonaise;la Chine|de Chine|chinoise;les États-Unis|des États-Unis|américaine
la République de Corée|de la République de Corée|sud-coréenne;le Laos|du Laos|laotienne;l'Inde|d'Inde|indienne
le Cambodge|du Cambodge|cambodgienne;la France|de France|française;l'Allemagne|d'Allemagne|allemande
la Thaïlande|de Thaïlande|thaïlandaise;l'Australie|d'Australie|australienne;la Russie|de Russie|russe
Cuba|de Cuba|cubaine;le Canada|du Canada|canadienne;l'Indonésie|d'Indonésie|indonésienne;l'Italie|d'Italie|italienne
les Pays-Bas|des Pays-Bas|néerlandaise;le Mexique|du Mexique|mexicaine;l'Égypte|d'Égypte|égyptienne"""
COUNTRIES = [entry.split("|") for entry in COUNTRIES.replace("\n", ";").split(";")]
WORDS = """province,Lang Son,Quang Ninh,Bac Giang,Dong Nai,Binh Duong,Thanh Hoa,Can Tho,Da Nang,Hai Phong,Lao Cai,An Giang
city,Tokyo,Vientiane,Séoul,Pékin,Moscou,Paris,Canberra,Bangkok,Phnom Penh,Berlin,New York,Nankin,Lyon,Osaka
group,l'ASEAN,l'Union européenne,la Banque mondiale,l'ONU,l'OMC,la FAO,la Banque asiatique de développement
agreement,l'EVFTA,le CPTPP,le RCEP,l'accord de libre-échange,la convention fiscale,l'UKVFTA
product,riz,café,thé,poivre,caoutchouc,charbon,ciment,bois,miel,maïs,manioc,soja,coton
goods,fruits et légumes,appareils électroniques,noix de cajou,produits chimiques,matériaux de construction,chaussures
person,Tran Van Binh,Nguyen Thi Lan,Pham Minh Duc,Le Hoang Nam,Vo Thi Sau Mai,Do Quang Vinh,Bui Thanh Tung
office,ministre de l'Industrie,président du Comité populaire,vice-ministre des Finances,consul général,directeur du port
field,l'agriculture,la santé,l'éducation,le tourisme,les énergies renouvelables,la culture,la formation des ingénieurs
month,janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre
few,deux,trois,quatre,cinq,six,sept,huit,neuf
more,en hausse de,soit une progression de,en baisse de,soit un recul de
then,au premier semestre,au troisième trimestre,l'an dernier,en glissement annuel,depuis 2015,d'ici 2030
said,a souligné,a déclaré,a estimé,a rappelé,a fait savoir
scale,milliards de dollars,milliards de dollars,millions de dollars,millions de dollars,millions d'euros,milliards de yuans"""
WORDS = {name: words for name, *words in (line.split(",") for line in WORDS.splitlines())}
TITLES = """Le Vietnam et {country} renforcent leur coopération dans {field}
{province} : les exportations de {product} vers {country} progressent de {percent}%
{province} invite les entreprises {of} à investir dans {field}
Une délégation {adjective} découvre les atouts de {province}
Les échanges avec {country} visent {amount}
{group} accompagne la province de {province} dans {field}""".splitlines()
SENTENCES = """Les exportations vers {country} ont atteint {amount}, {more} {percent}% par rapport à {year}.
Au cours des {few} premiers mois de {year}, les importations en provenance {of} se sont chiffrées à {amount}.
Le commerce avec {country} s'est établi à {amount} {then}, dont {amount} pour les {goods}.
Le {office} {person} {said} que {field} et {field} restaient des priorités pour les deux parties.
{person}, {office}, {said} que la province de {province} souhaitait accueillir davantage de visiteurs.
Lors d'une rencontre à {city}, le {day} {month}, les deux parties ont signé {few} protocoles d'accord.
La province compte {count} entreprises, dont {count} à capitaux étrangers, et {few} zones industrielles.
Les entreprises {of} sont au {rank}e rang des investisseurs, avec {count} projets cumulant {amount}.
L'aide {adjective} a permis de construire {few} écoles et {count} logements dans les communes de montagne.
Selon {group}, la croissance devrait se situer entre {range}% en {year}.
Avec {agreement}, les droits de douane sur le {product} ont été ramenés à {percent}%.
La production de {product} a dépassé {count} tonnes en {month} {year}, {more} {percent}%.
Les habitants attendent beaucoup de ce chantier, qui avance malgré les pluies et le manque de main-d'œuvre.
Il a remercié les autorités locales de leur accueil et formé le vœu que cette amitié dure longtemps.
Une cérémonie a réuni à {city} des artistes, des étudiants et des représentants de la diaspora vietnamienne.
Les participants ont échangé leurs expériences sur {field} et visité une exposition consacrée à {province}.
{province} et {city} sont jumelées depuis {year} et organisent chaque année une semaine de la culture.
Le prix moyen du {product} est monté à {count} dollars la tonne, contre {count} dollars un an plus tôt.
Ces résultats sont encourageants, mais la concurrence reste vive et les normes deviennent plus strictes.
Environ {percent}% des {goods} vendus dans le pays viennent {of}, {said} le {office}.
De leur côté, les experts recommandent de mieux former les jeunes et de soigner la qualité des produits.
La ville de {province} a reçu {count} touristes en {month}, dont {percent}% venus {of}.
Le projet, d'un coût de {amount}, sera achevé en {month} {year} et desservira {few} districts.
Au sein de {group}, {country} et le Vietnam soutiennent la liberté de navigation.""".splitlines()
GAP = re.compile(r"\{(\w+)\}")


def _number(gap: str, chance: random.Random) -> str:
    decimal = f"{chance.uniform(1, 90):.{chance.randint(1, 2)}f}".replace(".", ",")
    low = chance.randint(2, 40)
    return {
        "amount": f"{decimal} {chance.choice(WORDS['scale'])}",
        "percent": decimal,
        "range": f"{low} et {low + chance.randint(1, 9)}",
        "count": f"{chance.randint(12, 250_000):,}".replace(",", "."),
        "year": str(chance.randint(2012, 2023)),
        "day": str(chance.randint(2, 28)),
        "rank": str(chance.randint(2, 12)),
    }[gap]


def _write(template: str, chance: random.Random, partner: list[str]) -> str:
    """Return the template with something drawn for each of its gaps."""
    gaps = dict(zip(("country", "of", "adjective"), partner, strict=True))

    def fill(match: re.Match) -> str:
        gap = match[1]
        return gaps.get(gap) or (chance.choice(WORDS[gap]) if gap in WORDS else _number(gap, chance))

    text = GAP.sub(fill, template)
    return text[0].upper() + text[1:]


def _paragraph(n: int, chance: random.Random, partner: list[str]) -> str:
    return " ".join(_write(template, chance, partner) for template in chance.sample(SENTENCES, n))


def _teaser(chance: random.Random) -> str:
    partner, title = chance.choice(COUNTRIES), chance.choice(TITLES)
    caption = _write("Vue de la province de {province}, en {month}. Photo: VNA", chance, partner)
    return f"{caption}\n\n{_write(title, chance, partner)}\n\n{_paragraph(2, chance, partner)}"


def document(number: int, seed: int = 0) -> str:
    """Return a document; it depends on its number and the seed alone, so that a small corpus begins a large one."""
    chance = random.Random(f"{seed}-{number}")
    partner = chance.choice(COUNTRIES)
    title = _write(chance.choice(TITLES), chance, partner)
    body = [_paragraph(chance.randint(2, 4), chance, partner) for _ in range(5)]
    body[0] = f"{chance.choice(['Hanoï', *WORDS['province']])} (VNA) – {body[0]}"
    if chance.random() < 1 / 3:
        body = [glue(text, chance.randint(70, 80), chance)[0] for text in body]
    caption = f"{title} ảnh 1{_write('Une séance de travail à {city}. Photo: VNA', chance, partner)}"
    repeated = [random.Random(f"{seed}-{chance.randrange(number + 9)}-teaser") for _ in range(3)]
    teasers = [_teaser(other if chance.random() < 0.25 else chance) for other in repeated[: chance.randint(2, 3)]]
    standfirst = _paragraph(1, chance, partner)
    return "\n\n".join([title, f"{standfirst}\n{caption}", *body]) + " -VNA\n\nVoir plus\n\n" + "\n\n".join(teasers)


def documents(n: int, seed: int = 0) -> pd.DataFrame:
    """Return n documents as a table of the contract."""
    return frame("documents", [{"doc_id": f"own-{k:06}", "text": document(k, seed)} for k in range(n)])
