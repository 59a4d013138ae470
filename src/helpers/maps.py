"""Maps drawn without a network: partner countries over the world, and Vietnam's provinces before and after July 2025.

The shapes and their licences: ``data/maps/README.md``. Borders are as the sources draw them, which settles nothing.
"""

import json
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from helpers.charts import FONT, write_names, write_title
from helpers.display import number
from helpers.entities import gazetteer
from helpers.paths import DATA

NAMED = 25  # countries named on the world map; more would cover it
SMALL = 4  # points: a shape smaller than that becomes a circle
# Of the palette of `charts.heat_map`, what in grey is darker than land without a value.
COLOURS = ListedColormap(plt.get_cmap("Blues")(np.linspace(0.35, 1, 256)))
CENTRE = 11.0  # the meridian in the middle, so that the map's edge cuts no large country


@cache
def outlines(file: str, tolerance: float, merged: bool = False) -> dict[str, list[np.ndarray]]:
    """Return the rings (degrees of longitude and latitude) of each shape of a file of ``data/maps``, the largest first.

    Shapes with the same id become one, and if ``merged`` provinces with the same successor: the arcs that two of them
    share are left out. Details below ``tolerance`` (degrees) go, and islands below three times that; no shape goes.

    Examples
    --------
    >>> [len(outlines("vietnam_provinces.topo.json", 0.01, merged=merged)) for merged in (False, True)]
    [63, 34]
    """
    topology = json.loads((DATA / "maps" / file).read_text(encoding="utf-8"))
    scale, origin = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    ends, lines = {}, {}  # by arc, and by its complement for the arc read backwards, as TopoJSON numbers them
    for i, steps in enumerate(topology["arcs"]):
        grid = np.cumsum(steps, axis=0)
        line = _simplified(np.unwrap(grid * scale + origin, period=360, axis=0), tolerance)
        first, last = tuple(grid[0]), tuple(grid[-1])
        ends[i], ends[~i], lines[i], lines[~i] = (first, last), (last, first), line, line[::-1]
    unit_of = gazetteer().set_index("entity_id")["successor"] if merged else {}
    arcs_of: dict[str, set[int]] = {}
    for shape in topology["objects"]["shapes"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        arcs = {arc for polygon in polygons for ring in polygon for arc in ring}
        arcs_of.setdefault(unit_of.get(shape["id"], shape["id"]), set()).update(arcs)
    return {unit: _rings(arcs, ends, lines, 3 * tolerance) for unit, arcs in arcs_of.items()}


def _simplified(line: np.ndarray, tolerance: float) -> np.ndarray:
    """Leave out points nearer than ``tolerance`` to the line without them (Douglas & Peucker 1973)."""
    flat = (line - line[0]) * [np.cos(np.radians(line[:, 1].mean())), 1]
    tolerance = min(tolerance, np.ptp(flat, axis=0).max() / 20)  # so that a small country keeps its form

    def kept(first: int, last: int) -> list[int]:
        across, points = flat[last] - flat[first], flat[first:last] - flat[first]
        length = np.hypot(*across)
        far = np.abs(points @ [-across[1], across[0]]) / length if length else np.hypot(*points.T)
        split = first + int(far.argmax())
        return kept(first, split) + kept(split, last) if far.max() > tolerance else [first]

    return line[[*kept(0, len(line) - 1), -1]]


def _rings(arcs: set[int], ends: dict, lines: dict, least: float) -> list[np.ndarray]:
    """Join arcs end to end, without those that are there in both directions, and drop small rings."""
    starting: dict[tuple, list[int]] = {}
    for arc in sorted(arcs):
        if ~arc not in arcs:
            starting.setdefault(ends[arc][0], []).append(arc)
    rings = []
    for first, waiting in starting.items():
        while waiting:
            ring = [waiting.pop()]
            while ends[ring[-1]][1] != first:
                ring.append(starting[ends[ring[-1]][1]].pop())
            rings.append(np.unwrap(np.concatenate([lines[arc] for arc in ring]), period=360, axis=0))
    rings.sort(key=lambda ring: -np.ptp(ring, axis=0).max())
    return rings[:1] + [ring for ring in rings[1:] if np.ptp(ring, axis=0).max() > least]


def _equal_earth(points: np.ndarray) -> np.ndarray:
    """Project degrees so that areas keep their proportion (Equal Earth: Šavrič, Patterson & Jenny, 2019)."""
    a, b, c, d = 1.340264, -0.081106, 0.000893, 0.003796
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(points[:, 1])))
    east = points[:, 0] - CENTRE - 360 * np.round((points[:, 0].mean() - CENTRE) / 360)
    slope = 9 * d * theta**8 + 7 * c * theta**6 + 3 * b * theta**2 + a
    x = 2 * np.radians(east) * np.cos(theta) / (np.sqrt(3) * slope)
    return np.column_stack([x, d * theta**9 + c * theta**7 + b * theta**3 + a * theta])


def world_map(values: pd.Series, *, title: str, label: str) -> Figure:
    """Colour each partner country by its value, name the `NAMED` highest and outline Vietnam.

    ``values`` has ``entity_id`` as its index; missing ones are not drawn. What is too small to see, or has a place but
    no shape, is a circle; ids with neither are listed under the map. ``title`` is the question that the map answers,
    ``label`` what the colours measure. Each patch has its shape's id as its ``gid``.
    """
    shapes = outlines("world_50m.topo.json", 0.25)
    return _map(values, shapes, _equal_earth, title, label, width=530, bar=(12, 38), named=NAMED, outlined="VNM")


def vietnam_map(values: pd.Series, *, title: str, label: str, provinces: int = 63) -> Figure:
    """Colour Vietnam's provinces by their value and name those that have one; as for `world_map`.

    ``provinces``: 63, as they were before 1 July 2025, or 34, as after; for these the caller groups the values of the
    old ones, as in ``values.groupby(gazetteer().set_index("entity_id")["successor"]).sum()``.
    """
    shapes = outlines("vietnam_provinces.topo.json", 0.01, merged=provinces == 34)
    scale = np.cos(np.radians(16)), 1  # true at Vietnam's middle latitude
    return _map(values, shapes, lambda points: points * scale, title, label, width=230, margin=95, bar=(-80, 140))


def _map(values, shapes, project, title, label, *, width, bar, margin=0, named=None, outlined=None) -> Figure:
    known = values.dropna().astype("float").sort_values(ascending=False, kind="stable").to_dict()
    projected = {unit: [project(ring) for ring in rings] for unit, rings in shapes.items()}
    corners = np.concatenate([ring for rings in projected.values() for ring in rings])
    low, scale = corners.min(axis=0), width / np.ptp(corners[:, 0])  # one unit of the axes is one point of the page
    paths = {unit: [Path(np.round((ring - low) * scale, 1)) for ring in rings] for unit, rings in projected.items()}
    size = np.array([width + 2 * margin, np.ptp(corners[:, 1]) * scale])
    page = size + np.array([10, 50])
    fig = plt.figure(figsize=page / 72)
    ax = fig.add_axes((5 / page[0], 15 / page[1], *size / page), xlim=(-margin, width + margin), ylim=(0, size[1]))
    ax.axis("off")
    write_title(fig, title)
    norm = Normalize(0, max(known.values(), default=0) or 1)
    shade = {unit: COLOURS(norm(value)) for unit, value in known.items()}
    for unit in sorted(paths, key=lambda unit: (unit == outlined, unit in known)):
        edge, line = ("black", 1) if unit == outlined else ("0.3", 0.3) if unit in known else ("white", 0.4)
        look = {"facecolor": shade.get(unit, "0.92"), "edgecolor": edge, "linewidth": line, "joinstyle": "round"}
        ax.add_patch(PathPatch(Path.make_compound_path(*paths[unit]), gid=unit, **look))
    entities = gazetteer().set_index("entity_id")
    degrees = entities[["longitude", "latitude"]].dropna().astype("float")
    places = {unit: _middle(paths[unit][0]) for unit in paths if unit in known or unit == outlined}
    for unit in degrees.index.intersection([unit for unit in known if unit not in paths]):
        places[unit] = (project(degrees.loc[[unit]].to_numpy())[0] - low) * scale
    placed = [unit for unit in known if unit in places and ax.viewLim.contains(*places[unit])]
    for unit in placed:
        if unit not in paths or np.ptp(paths[unit][0].vertices, axis=0).max() < SMALL:
            ax.plot(*places[unit], "o", markersize=5, color=shade[unit], markeredgecolor="0.3", gid=unit)
    names = dict.fromkeys([outlined, *placed[:named]] if outlined else placed)
    land = {unit: paths[unit] for unit in known if unit in paths}
    keep = [np.add([*bar, *bar], [-12, -12, 120, 22])]
    write_names(ax, {unit: (entities.at[unit, "name_en"].strip(), places[unit]) for unit in names}, land, keep)
    if known:
        cax = ax.inset_axes([*bar, 105, 7], transform=ax.transData)
        shades = fig.colorbar(ScalarMappable(norm, COLOURS), cax=cax, orientation="horizontal")
        shades.outline.set_visible(False)
        cax.tick_params(labelsize=FONT, length=2, pad=1)
        cax.xaxis.set_major_formatter(lambda x, _: number(x))
        cax.xaxis.set_major_locator(MaxNLocator(4, integer=all(value % 1 == 0 for value in known.values())))
        ax.text(bar[0], bar[1] + 11, label, fontsize=FONT + 1)
    left = sorted(set(known) - set(placed))
    note = f"Not on the map: {', '.join(left)}." if left else "" if known else "No value to show."
    fig.text(0.01, 0.005, note, fontsize=FONT)
    return fig


def _middle(ring: Path) -> np.ndarray:
    """Return a point inside a ring, as near as can be to the middle of what it encloses."""
    low, high = ring.vertices.min(axis=0), ring.vertices.max(axis=0)
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 25).T), axis=-1).reshape(-1, 2)
    inside = grid[ring.contains_points(grid)]
    return inside[np.hypot(*(inside - inside.mean(axis=0)).T).argmin()] if len(inside) else (low + high) / 2
