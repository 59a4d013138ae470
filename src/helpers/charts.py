"""The charts of the notebooks: each takes a small, sorted table and returns a matplotlib figure, ready for `show`.

Groups differ by marker as well as by colour, so that every chart can be read in grey.
"""

from collections.abc import Sequence
from textwrap import shorten

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.textpath import TextPath
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from helpers.summaries import short_number

MARKERS = "osD^vPX*<>"
ROW = 0.3  # inches a row of labels needs
WIDTH = 7.5  # inches, of most figures
FONT = 7  # points: the names on a map


def _canvas(title: str, height: float, rows: int = 1, columns: int = 1, width: float = WIDTH, **options):
    """Return a figure with its question above it, on the left as in every figure, and its grid of axes."""
    size = (width, max(1.6, height))
    fig, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, **options)
    write_title(fig, title)
    return fig, axes


def write_title(fig: Figure, title: str) -> None:
    fig.suptitle(title, x=0.005, ha="left", fontsize=11, fontweight="bold")


def _legend(fig: Figure) -> None:
    """Write one legend for all axes, below them."""
    found = {label: handle for ax in fig.axes for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    if found:
        wide = sum(len(label) + 6 for label in found) > 110  # it would be wider than the axes
        fig.legend(found.values(), found.keys(), loc="outside lower left", ncols=2 if wide else 4, frameon=False)


def _rows_on_axis(ax, labels: Sequence[str]) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.grid(axis="x", alpha=0.6)
    ax.grid(axis="y", visible=False)
    sns.despine(ax=ax, left=True)


def _styles(groups) -> dict:
    palette = sns.color_palette("colorblind")
    return {group: (palette[i % 10], MARKERS[i % 10]) for i, group in enumerate(groups)}


def _group_styles(frame: pd.DataFrame, group: str | None, order: Sequence[str]) -> dict:
    return _styles(dict.fromkeys([*order, *sorted(frame[group].dropna().unique())]) if group else [None])


def _scale(axis, log: bool, room: float) -> None:
    """Label an axis in words, `10 billion`; of a logarithmic one, as many steps as there is room for labels."""
    locator = MaxNLocator(5, steps=[1, 2, 5, 10])
    if log:
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
        low, high = axis.get_data_interval()  # infinite, the wrong way round, where nothing is drawn
        decades = float(np.log10(high / low)) or 1 if 0 < low <= high else 1
        steps = next((subs for subs in ((1, 2, 5), (1, 3)) if len(subs) * decades < room), (1,))
        wide = LogLocator(10 if decades < room else 1000, subs=steps)
        locator = wide if decades > 0.8 else MaxNLocator(1 if room < 3 else 4)
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_locator(locator)
    axis.set_major_formatter(lambda x, _: short_number(x))


def dot_plot(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    low: str | None = None,
    high: str | None = None,
    group: str | None = None,
    order: Sequence[str] = (),
    panel: str | None = None,
    beside: tuple[str, str, str, str] | None = None,
    title: str,
    xlabel: str,
    log: bool = False,
    zero: bool = False,
) -> Figure:
    """Draw one row a label: a dot at ``value`` and a line from ``low`` to ``high``; the groups share the rows.

    Parameters
    ----------
    frame : DataFrame
        In the order to show; rows with the same ``label`` share a line. Rows that a column ``thin`` marks are grey.
    label, value, low, high, group : str
        Column names; where ``value`` is missing (a range), a hollow dot stands in its middle.
    order : sequence of str
        All groups there could be, so that a group looks the same in every figure.
    panel : str, optional
        A column whose values get axes of their own, one below the other, because they cannot be compared.
    beside : (value, low, high, xlabel), optional
        A second measure of the same rows, drawn on the right, around zero.
    title, xlabel, log, zero
        The question the chart answers; what the axis measures, with its unit; a logarithmic one; a line at zero.
    """
    parts = dict(list(frame.groupby(panel, sort=False))) if panel and len(frame) else {"": frame}
    rows = [max(1, part[label].nunique()) for part in parts.values()]
    height = sum(rows) * ROW + 0.75 * len(rows) + 0.3
    fig, axes = _canvas(title, height, len(rows), 1 + bool(beside), height_ratios=[n + 0.6 for n in rows])
    styles = _group_styles(frame, group, order)
    measures = [(value, low, high, xlabel, log, zero)] + ([(*beside, False, True)] if beside else [])
    for (name, part), line in zip(parts.items(), axes, strict=True):
        labels = list(dict.fromkeys(part[label]))
        for ax, (*columns, measure, log_axis, across) in zip(line, measures, strict=True):
            _dots(ax, part, labels, label, columns, group, styles)
            ax.set_xlabel(measure)
            _scale(ax.xaxis, log_axis, 2.5 if beside else 5)
            if across:
                ax.axvline(0, color="0.25", linewidth=1)
        line[0].set_title(name, loc="left", fontsize=9.5)
        for ax in line[1:]:
            ax.set_yticklabels([])
    if group:
        _legend(fig)
    return fig


def _dots(ax, frame: pd.DataFrame, labels: list, label: str, columns, group: str | None, styles: dict) -> None:
    groups = [name for name in styles if group is None or name in set(frame[group])]
    spread = 0.16 if frame[label].duplicated().any() else 0
    for i, name in enumerate(groups):
        rows = frame if group is None else frame[frame[group] == name]
        at = np.array([labels.index(x) for x in rows[label]]) + spread * (i - (len(groups) - 1) / 2)
        _points(ax, rows, at, columns, *styles[name], name)
    _rows_on_axis(ax, labels)
    if frame.empty:
        ax.text(0.5, 0.5, "No value to show.", transform=ax.transAxes, ha="center", va="center")


def _points(ax, rows: pd.DataFrame, at, columns, colour, marker: str, label, upright: bool = False) -> None:
    """Draw values with their intervals at places along the other axis; upright, over time, joined by a line."""
    middle, *ends = (rows[column].astype("float").to_numpy() for column in columns if column)
    low, high = ends or (middle, middle)
    thin = rows["thin"].to_numpy(dtype=bool) if "thin" in rows else np.zeros(len(rows), dtype=bool)
    for chosen, own, name in ((~thin, colour, label), (thin, "0.7", None)):
        for hollow in (False, True):
            kept = chosen & (np.isnan(middle) == hollow)
            centre = (low[kept] + high[kept]) / 2 if hollow else middle[kept]
            spans = np.array([centre - low[kept], high[kept] - centre]).clip(0)
            x, y = (at[kept], centre) if upright else (centre, at[kept])
            error = {"yerr" if upright else "xerr": spans} if ends else {}
            look = {"ecolor": own, "elinewidth": 2, "capsize": 3, "linewidth": 0 if hollow or not upright else 1}
            look |= {"marker": marker, "markersize": 5 if upright else 7, "color": own}
            look["label"] = None if hollow else name
            ax.errorbar(x, y, **error, **look, markerfacecolor="white" if hollow else own)


def trend_panels(
    frame: pd.DataFrame,
    *,
    x: str,
    value: str,
    low: str,
    high: str,
    panel: str,
    group: str | None = None,
    order: Sequence[str] = (),
    title: str,
    ylabel: str,
    log: bool = False,
) -> Figure:
    """Draw one small chart a ``panel``, its values over time with their intervals; all share both axes.

    ``x`` names the column of periods as text (``2019``, ``2019Q3``); the others are as for `dot_plot`.
    """
    periods, panels = sorted(frame[x].unique()), list(dict.fromkeys(frame[panel]))
    fig, axes = _panels(title, len(panels), max(1.5, 2.5 - len(panels) // 4), sharey=True)
    styles = _group_styles(frame, group, order)
    for ax, name in zip(axes.flat, panels, strict=False):
        rows = frame[frame[panel] == name].sort_values(x)
        for i, (key, (colour, marker)) in enumerate(styles.items()):
            own = rows if group is None else rows[rows[group] == key]
            at = np.array([periods.index(period) for period in own[x]]) + 0.1 * i
            _points(ax, own, at, (value, low, high), colour, marker, key, upright=True)
        shown = range(0, len(periods), -(-len(periods) // 4))
        ax.set_xticks(shown, [periods[i] for i in shown])
        ax.set_title(name, loc="left", fontsize=9.5)
        sns.despine(ax=ax)
    _scale(axes[0, 0].yaxis, log, 2.5)
    fig.supylabel(ylabel, fontsize=9)
    if group:
        _legend(fig)
    return fig


def _panels(title: str, n: int, height: float, **options) -> tuple[Figure, np.ndarray]:
    """Return a grid for so many small charts, three in a row, those left over hidden."""
    columns = min(3, max(n, 1))
    rows = -(-max(n, 1) // columns)
    fig, axes = _canvas(title, rows * height + 0.6, rows, columns, sharex=True, **options)
    for ax in axes.flat[n:]:
        ax.set_visible(False)
    for ax in axes.flat[max(n - columns, 0) : n]:
        ax.tick_params(labelbottom=True)
    return fig, axes


def stacked_bars(counts: pd.DataFrame, *, title: str, xlabel: str) -> Figure:
    """Draw one bar a row of ``counts`` (its index), its columns one behind the other, each with its own hatching."""
    fig, axes = _canvas(title, len(counts) * ROW + 1)
    ax, left, hatches = axes[0, 0], np.zeros(len(counts)), ["", "//", "..", "xx"]
    for i, (column, (colour, _)) in enumerate(_styles(counts.columns).items()):
        width = counts[column].astype("float").to_numpy()
        look = {"color": colour, "hatch": hatches[i % 4], "edgecolor": "white", "label": column}
        ax.barh(range(len(counts)), width, left=left, **look)
        left = left + width
    _rows_on_axis(ax, list(counts.index))
    ax.set_xlabel(xlabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(fig)
    return fig


def time_spans(frame: pd.DataFrame, *, label: str, first: str, last: str, title: str) -> Figure:
    """Draw what is known of each date: a line between its bounds, an arrow where a bound is missing."""
    fig, axes = _canvas(title, len(frame) * ROW + 1)
    ax, known = axes[0, 0], pd.concat([frame[first], frame[last]]).dropna()
    if known.empty:
        known = pd.Series(pd.to_datetime(["2000-01-01", "2030-01-01"]))
    least, most = known.min() - pd.Timedelta(days=240), known.max() + pd.Timedelta(days=240)
    colour = sns.color_palette("colorblind")[0]
    for y, (start, end) in enumerate(zip(frame[first], frame[last], strict=True)):
        if pd.isna(start) and pd.isna(end):
            ax.annotate("  no bound is known", (least, y), va="center", fontsize=9, color="0.35")
            continue
        ends = start if pd.notna(start) else least, end if pd.notna(end) else most
        ax.hlines(y, *ends, color=colour, linewidth=2.4)
        markers = "oo" if ends[0] == ends[1] else ("<|"[pd.notna(start)], ">|"[pd.notna(end)])
        for place, marker in zip(ends, markers, strict=True):
            ax.plot(place, y, marker=marker, color=colour, markersize=7)
    ax.set(xlim=(least, most + pd.Timedelta(days=20)), xlabel="Date")
    _rows_on_axis(ax, list(frame[label]))
    return fig


def band_curve(frame: pd.DataFrame, *, x: str, series: dict[str, tuple[str | None, str, str]], **labels: str) -> Figure:
    """Draw curves with bands: ``series`` names for each label its columns for the middle, the low and the high value.

    Where the middle is None, the band stands alone, hatched. ``labels``: ``title``, ``xlabel``, ``ylabel``.
    """
    fig, axes = _canvas(labels.pop("title"), 11 * ROW + 1)
    ax, numbers = axes[0, 0], frame.astype("float")
    for name, (colour, marker) in _styles(series).items():
        middle, low, high = series[name]
        look = {"facecolor": (*colour, 0.25), "linewidth": 0}
        if not middle:
            look = {"facecolor": "none", "edgecolor": "0.45", "hatch": "////", "label": name}
        ax.fill_between(numbers[x], numbers[low], numbers[high], **look)
        if middle:
            ax.plot(numbers[x], numbers[middle], color=colour, marker=marker, label=name)
    ax.set(**labels)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False)
    sns.despine(ax=ax)
    return fig


def heat_map(matrix: np.ndarray, names: list[str], *, title: str, bar_label: str) -> Figure:
    """Draw a square table of shares (0 to 1), rows and columns in the given order, dark for high; many go unnamed."""
    fig, axes = _canvas(title, 5.8)
    ax = axes[0, 0]
    image = ax.imshow(matrix, cmap="Blues", vmin=0, vmax=1)
    shown = names if len(names) <= 50 else []
    ax.set_yticks(range(len(shown)), shown, fontsize=FONT)
    ax.set_xticks([])
    ax.grid(visible=False)
    fig.colorbar(image, ax=ax, label=bar_label, shrink=0.6)
    return fig


def labelled_map(
    frame: pd.DataFrame, *, x: str, y: str, group: str, order: Sequence[str] = (), label: str | None, title: str
) -> Figure:
    """Draw documents as points, alike ones near each other, each with its label; groups by marker and colour."""
    fig, axes = _canvas(title, 6.5)
    many = len(frame) > 2000  # as vectors, so many points would make a page of megabytes
    ax, look = axes[0, 0], {"linestyle": "", "alpha": 0.9, "rasterized": many}
    places = frame[[x, y]].to_numpy(dtype=float)
    places = 10 + (places - places.min(axis=0)) / np.maximum(np.ptp(places, axis=0), 1e-9) * (480, 350)
    ax.set(xlim=(0, 520), ylim=(0, 370), xticks=[], yticks=[])  # one unit is about one point of the page
    for name, (colour, marker) in _styles(dict.fromkeys([*order, *frame[group]])).items():
        ax.plot(*places[frame[group] == name].T, marker=marker, color=colour, markersize=2 if many else 7, **look)
        ax.plot([], [], marker=marker, color=colour, markersize=7, label=name, linestyle="")
    if label:
        write_names(ax, {i: (name, place) for i, (name, place) in enumerate(zip(frame[label], places, strict=True))})
    _legend(fig)
    sns.despine(ax=ax, left=True, bottom=True)
    return fig


def write_names(ax, names: dict, land: dict[str, list] | None = None, keep: Sequence[tuple] = ()) -> None:
    """Write each name at its place or, with a line to it, where it hides as little as can be of the rest.

    One unit of the axes is one point of the page. ``names``: id → (name, place); ``land``: id → the rings (paths) that
    its name may stand on, but no other; ``keep``: boxes (left, bottom, right, top) to be kept free.
    """
    least, most = ax.viewLim.get_points()
    grid = np.stack(np.meshgrid(*map(np.arange, least, most, (2, 2)), indexing="ij"), axis=-1)  # a point of page in two
    owner = np.full(grid.shape[:2], "", dtype=object)
    for unit, rings in (land or {}).items():
        for ring in rings:
            corner = ((ring.vertices.min(axis=0) - least) // 2).astype(int)
            window = (*map(slice, corner, ((ring.vertices.max(axis=0) - least) // 2).astype(int) + 1),)
            inside = ring.contains_points(grid[window].reshape(-1, 2)).reshape(owner[window].shape)
            owner[window][inside] = unit
    away, turn = (part.ravel() for part in np.meshgrid(np.arange(0, 150, 5), np.linspace(0, 2 * np.pi, 20, False)))
    toward = np.column_stack([np.cos(turn), np.sin(turn)]) * (away > 0)[:, None]
    within = np.array([[x, y] for x in np.linspace(-1, 1, 7) for y in (-0.7, 0.7)])
    along = np.linspace(0.15, 1, 6)[:, None, None]
    room = 2.5 if land else 4  # around a place: the end of a line, or a point that stands there
    taken = [np.add([*place, *place], [-room, -room, room, room]) for _, place in names.values()] + [*keep]
    for i, (unit, (name, place)) in enumerate(names.items()):
        half = np.array([TextPath((0, 0), name, size=FONT).get_extents().width / 2 + 1.5, FONT * 0.6])
        spots = place + toward * (away[:, None] + half)
        low, high = spots - half, spots + half
        lines = place + along * (np.clip(place, low, high) - place)
        others = np.delete(taken, i, axis=0)
        covers = _meet(low, high, others).any(axis=1)
        crosses = _meet(lines, lines, others).any(axis=(0, 2))
        outside = ((low < least) | (high > most)).any(axis=1)
        cells = ((np.clip(spots[:, None] + half * within, least, most - 2) - least) / 2).astype(int)
        under = owner[cells[..., 0], cells[..., 1]]
        hidden = np.where(away > 0, (under != "").mean(axis=1), (under != unit).mean(axis=1))
        best = (away + 60 * hidden + 1000 * (covers | outside) + 40 * crosses * (away > 0)).argmin()
        taken.append(np.concatenate([low[best], high[best]]))
        if away[best]:
            taken.extend(np.concatenate([dot - 1, dot + 1]) for dot in lines[:, best])
        for colour, width in (("white", 1.5), ("0.2", 0.6)) if away[best] else ():
            line = np.array([place, lines[-1, best]]).T
            look = {"marker": "o", "markersize": 1.5 + width, "markevery": [0]} if land else {"zorder": 1}
            ax.plot(*line, color=colour, linewidth=width, **look)
        box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.5} if land else None
        ax.text(*spots[best], name, fontsize=FONT, ha="center", va="center_baseline", bbox=box)


def _meet(low: np.ndarray, high: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    inside = (low[..., None, :] < boxes[:, 2:]) & (high[..., None, :] > boxes[:, :2])
    return inside[..., 0] & inside[..., 1]


def small_bars(panels: dict[str, dict[str, float]], *, title: str, xlabel: str) -> Figure:
    """Draw one small bar chart a panel, e.g. the leading terms of each topic; scales are shared."""
    tallest = max(map(len, panels.values()), default=1)
    fig, axes = _panels(title, len(panels), 0.24 * tallest + 0.9)
    for ax, (name, values), (colour, _) in zip(axes.flat, panels.items(), _styles(panels).values(), strict=False):
        ax.barh(range(len(values)), list(values.values()), color=colour)
        _rows_on_axis(ax, list(values))
        ax.set_title(name, loc="left", fontsize=9.5, fontweight="bold")
    fig.supxlabel(xlabel, fontsize=9)
    return fig


def two_sided_network(edges: pd.DataFrame, *, left: str, right: str, kind: str, weight: str, title: str) -> Figure:
    """Draw ties between the names of two sides: dashes and colour by ``kind``, width by ``weight``."""
    first = {name: k for k, name in enumerate(dict.fromkeys(edges[left]))}
    # On the right each stands near the middle of those it is tied to, so that few lines cross.
    middle = edges[left].map(first).astype("float").groupby(edges[right], sort=False).mean()
    sides = [[*first], [*middle.sort_values(kind="stable").index]]
    fig, axes = _canvas(title, max(2.5, 0.3 * max(map(len, sides)) + 1))
    ax, place = axes[0, 0], [{name: -(k + 0.5) / len(names) for k, name in enumerate(names)} for names in sides]
    dashes = ["solid", "dashed", "dotted", "dashdot"]
    for i, (name, (colour, _)) in enumerate(_styles(sorted(set(edges[kind]))).items()):
        rows = edges[edges[kind] == name]
        ends = np.array([rows[left].map(place[0]), rows[right].map(place[1])], dtype="float")
        widths = 0.8 + 2 * (rows[weight] - 1).astype("float") / max(edges[weight].max() - 1, 3)
        for pair, width in zip(ends.T, widths, strict=True):
            ax.plot([0, 1], pair - 0.008 * i, color=colour, linestyle=dashes[i % 4], linewidth=width)  # side by side
        ax.plot([], [], color=colour, linestyle=dashes[i % 4], label=name)
    for x, (names, align) in enumerate(zip(place, ("right", "left"), strict=True)):
        for name, y in names.items():
            ax.plot(x, y, "o", color="0.25", markersize=5)
            look = {"textcoords": "offset points", "va": "center", "ha": align}
            ax.annotate(shorten(name, 36, placeholder=" …"), (x, y), xytext=(8 if x else -8, 0), **look)
    ax.set(xlim=(-0.55, 1.55), ylim=(-1.05, 0.05))
    ax.axis("off")
    _legend(fig)
    return fig
