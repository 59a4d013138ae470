import io
import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import maps
from helpers.display import setup
from helpers.entities import gazetteer
from helpers.maps import COLOURS, NAMED, outlines, vietnam_map, world_map
from helpers.paths import DATA

TITLE = {"title": "Who is named?", "label": "Articles"}
WORLD = ("world_50m.topo.json", 0.25)
PROVINCES = ("vietnam_provinces.topo.json", 0.01)


@pytest.fixture(autouse=True)
def closed():
    setup()
    yield
    plt.close("all")


def shape_ids(file):
    topology = json.loads((DATA / "maps" / file).read_text(encoding="utf-8"))
    return {shape["id"] for shape in topology["objects"]["shapes"]["geometries"]}


def patches(fig):
    return {patch.get_gid(): patch for patch in fig.axes[0].patches if patch.get_gid()}


def circles(fig):
    return {line.get_gid(): line for line in fig.axes[0].lines if line.get_gid()}


def texts(fig):
    return [text.get_text() for text in [*fig.axes[0].texts, *fig.texts] if text.get_text()]


def area(ring):
    x, y = (ring - ring[0]).T
    return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2


def old_provinces():
    entities = gazetteer().set_index("entity_id")
    return entities[entities.index.str.startswith("VN-")]


def test_every_shape_is_drawn_and_every_small_country_can_be_seen():
    countries = gazetteer().query("type == 'country'")
    values = pd.Series(1, index=countries["entity_id"])
    fig = world_map(values, **TITLE)
    drawn, ids = patches(fig), shape_ids(WORLD[0])
    assert set(drawn) == ids and {"USA", "SGP", "VAT", "MCO", "TLS"} <= ids
    for unit in ids:
        largest = np.ptp(drawn[unit].get_path().to_polygons()[0], axis=0).max()
        assert largest >= maps.SMALL or unit in circles(fig), unit
    placed = countries.dropna(subset="latitude")["entity_id"]
    assert set(placed) - ids <= set(circles(fig))  # no shape: a circle at the capital
    lost = sorted(set(countries["entity_id"]) - ids - set(placed))
    assert texts(fig)[-1] == f"Not on the map: {', '.join(lost)}."


def test_rings_are_closed_have_an_area_and_do_not_jump_over_the_edge():
    for file in (WORLD, PROVINCES):
        for unit, rings in outlines(*file).items():
            assert all(np.allclose(ring[0], ring[-1]) and area(ring) > 0 for ring in rings), unit
            assert max(np.abs(np.diff(ring[:, 0])).max() for ring in rings) < 60, unit
            sizes = [np.ptp(ring, axis=0).max() for ring in rings]
            assert sizes == sorted(sizes, reverse=True)


def test_rings_of_known_countries():
    rings = outlines(*WORLD)
    assert len(rings["LAO"]) == len(rings["MNG"]) == 1
    assert len(rings["ZAF"]) == 2  # a hole: Lesotho
    assert len(rings["NZL"]) >= 2 and len(rings["IDN"]) > 10
    assert rings["RUS"][0][:, 0].max() > 185  # goes on beyond the 180th meridian


def test_what_is_left_out_is_not_seen():
    full, light = outlines(WORLD[0], 0), outlines(*WORLD)
    for unit in ("FRA", "VNM", "USA", "BRA", "SGP", "BEL"):
        assert area(light[unit][0]) == pytest.approx(area(full[unit][0]), rel=0.05), unit
        assert len(light[unit][0]) < len(full[unit][0])


def test_positions_agree_with_the_gazetteer():
    entities = gazetteer().set_index("entity_id")
    rings = outlines(*WORLD)
    for unit in ("FRA", "CHN", "LAO", "AUS", "JPN", "ZAF", "BRA", "CAN", "SOM", "CYP", "XKX"):
        degrees = np.concatenate(rings[unit])
        longitude, latitude = entities.loc[unit, ["longitude", "latitude"]].astype(float)
        assert degrees[:, 0].min() - 0.5 < longitude < degrees[:, 0].max() + 0.5, unit
        assert degrees[:, 1].min() - 0.5 < latitude < degrees[:, 1].max() + 0.5, unit
    # Somaliland, Northern Cyprus and the Indian Ocean territories are no part of Kosovo.
    assert np.ptp(np.concatenate(rings["XKX"]), axis=0).max() < 3


def test_equal_earth_keeps_areas_and_its_published_size():
    ends = maps._equal_earth(np.array([[-169.0, 0.0], [191.0, 0.0], [11.0, -90.0], [11.0, 90.0]]))
    assert np.ptp(ends[:2, 0]) == pytest.approx(5.41326, abs=1e-4)
    assert np.ptp(ends[2:, 1]) == pytest.approx(2.63472, abs=1e-4)
    for south in (0, 30, 60):
        band = np.array([[0, south], [20, south], [20, south + 1], [0, south + 1], [0, south]], float)
        sphere = math.radians(20) * (math.sin(math.radians(south + 1)) - math.sin(math.radians(south)))
        assert area(maps._equal_earth(band)) == pytest.approx(sphere, rel=0.01)


def test_the_sixty_three_provinces_become_thirty_four_units():
    before, after = outlines(*PROVINCES), outlines(*PROVINCES, merged=True)
    provinces = old_provinces()
    assert set(before) == set(provinces.index) and len(before) == 63
    assert set(after) == set(provinces["successor"]) and len(after) == 34
    assert set(patches(vietnam_map(pd.Series(dtype=float), provinces=34, **TITLE))) == set(after)
    kept = provinces.index[provinces["successor"].map(provinces["successor"].value_counts()) == 1]
    assert len(kept) == 11
    for unit in kept:
        assert all(np.array_equal(one, other) for one, other in zip(before[unit], after[unit], strict=True))


def test_a_merged_unit_covers_its_provinces_without_their_common_borders():
    before, after = outlines(PROVINCES[0], 0), outlines(PROVINCES[0], 0, merged=True)
    for unit, members in old_provinces().groupby("successor").groups.items():
        parts = sum(area(ring) for member in members for ring in before[member])
        assert sum(map(area, after[unit])) == pytest.approx(parts, rel=1e-6), unit
        points = sum(len(ring) for member in members for ring in before[member])
        assert len(members) == 1 or sum(map(len, after[unit])) < points, unit


def test_colour_and_names_follow_the_values():
    fig = world_map(pd.Series({"USA": 4, "LAO": 2, "FRA": pd.NA}, dtype="Int64"), **TITLE)
    drawn = patches(fig)
    assert drawn["USA"].get_facecolor() == COLOURS(1.0) and drawn["LAO"].get_facecolor() == COLOURS(0.5)
    assert drawn["FRA"].get_facecolor() == drawn["DEU"].get_facecolor() != drawn["LAO"].get_facecolor()
    assert texts(fig) == ["Vietnam", "United States", "Laos", "Articles", "Who is named?"]


def test_every_shade_is_darker_than_the_rest_of_the_map_in_grey():
    grey = COLOURS(np.linspace(0, 1, 50))[:, :3] @ [0.299, 0.587, 0.114]
    assert (np.diff(grey) < 0).all() and grey.max() < 0.92 - 0.1


def test_only_the_highest_countries_are_named_but_all_provinces_are():
    ids = gazetteer().query("type == 'country' and entity_id != 'VNM'")["entity_id"]
    fig = world_map(pd.Series(range(60, 0, -1), index=ids[:60]), **TITLE)
    assert len(fig.axes[0].texts) == NAMED + 2  # Vietnam, and the label of the colours
    values = pd.Series(range(63), index=old_provinces().index)
    assert set(old_provinces()["name_en"]) <= set(texts(vietnam_map(values, **TITLE)))


def test_names_do_not_cover_each_other():
    ids = ["USA", "CHN", "JPN", "KOR", "RUS", "FRA", "DEU", "GBR", "ITA", "BEL", "NLD", "ESP", "POL", "SWE", "CHE"]
    ids += ["LAO", "KHM", "THA", "SGP", "HKG", "MYS", "IDN", "PHL", "IND", "AUS"]
    values = pd.Series(range(63), index=old_provinces().index)
    for fig in (world_map(pd.Series(range(25, 0, -1), index=ids), **TITLE), vietnam_map(values, **TITLE)):
        fig.canvas.draw()
        boxes = [text.get_window_extent() for text in fig.axes[0].texts]
        hits = sum(a.padded(-2).overlaps(b.padded(-2)) for i, a in enumerate(boxes) for b in boxes[:i])
        assert hits == 0
        assert all(box.x0 >= 0 and box.x1 <= fig.bbox.x1 for box in boxes)


def test_ids_without_a_place_are_listed_and_the_empty_series_is_a_bare_map():
    fig = world_map(pd.Series({"org:ASEAN": 3.0, "nowhere": 1.0, "SGP": 2.0}), **TITLE)
    assert "Not on the map: nowhere, org:ASEAN." in texts(fig) and list(circles(fig)) == ["SGP"]
    fig = vietnam_map(pd.Series({"USA": 1, "VN-HN": 1}), **TITLE)
    assert "Not on the map: USA." in texts(fig) and "Hanoi" in texts(fig)
    for draw in (world_map, vietnam_map):
        fig = draw(pd.Series(dtype="float"), **TITLE)
        assert "No value to show." in texts(fig) and "Articles" not in texts(fig)
        assert texts(draw(pd.Series({"USA": 0, "VN-HN": 0}), **TITLE))


def svg(fig):
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def test_the_same_bytes_each_time_and_not_many():
    values = pd.Series({"VN-HN": 3, "VN-HP": 2, "VN-66": 1, "USA": 1})
    for draw in (vietnam_map, world_map):
        assert svg(draw(values, **TITLE)) == svg(draw(values, **TITLE))
    countries = gazetteer().query("type == 'country'")["entity_id"]
    assert len(svg(world_map(pd.Series(range(len(countries)), index=countries), **TITLE))) < 400_000
