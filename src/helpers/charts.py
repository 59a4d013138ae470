"""The charts of the notebooks: each takes a small, sorted table and returns a matplotlib figure, ready for `show`.

Groups differ by marker as well as by colour, so that every chart can be read in grey.
"""

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from helpers.summaries import short_number

MARKERS = "osD^vPX*<>"
ROW = 0.3  # inches a row of labels needs


def _canvas(rows: int, title: str, xlabel: str = "", width: float = 7.5, least: float = 1.6):
    fig, ax = plt.subplots(figsize=(width, max(least, rows * ROW + 1)), layout="constrained")
    write_title(fig, title)
    ax.set_xlabel(xlabel)
    return fig, ax


def write_title(fig: Figure, title: str) -> None:
    """Write the question a figure answers above it, on the left: the same place in every figure."""
    fig.suptitle(title, x=0.005, ha="left", fontsize=11, fontweight="bold")


def _rows_on_axis(ax, labels) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.grid(axis="x", alpha=0.6)
    ax.grid(axis="y", visible=False)
    sns.despine(ax=ax, left=True)


def _styles(groups) -> dict:
    palette = sns.color_palette("colorblind")
    return {group: (palette[i % 10], MARKERS[i % 10]) for i, group in enumerate(groups)}


def dot_plot(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    low: str | None = None,
    high: str | None = None,
    group: str | None = None,
    title: str,
    xlabel: str,
    log: bool = False,
    zero: bool = False,
) -> Figure:
    """Draw one row a record: a dot at ``value`` and a line from ``low`` to ``high``; the groups share the rows.

    Parameters
    ----------
    frame : DataFrame
        In the order to show, first row on top; rows with the same ``label`` share a line.
    label, value, low, high, group : str
        Column names; a missing ``value`` (a range) leaves the line alone.
    title, xlabel : str
        The question the chart answers, and what the axis measures, with its unit.
    log, zero : bool
        Draw a logarithmic axis; draw the axis from zero on, or across it.

    Returns
    -------
    matplotlib.figure.Figure
    """
    labels = list(dict.fromkeys(frame[label]))
    fig, ax = _canvas(len(labels), title, xlabel)
    groups = sorted(frame[group].dropna().unique()) if group else [None]
    styles = _styles(groups)
    spread = 0.16 if frame[label].duplicated().any() else 0
    for i, name in enumerate(groups):
        rows = frame if group is None else frame[frame[group] == name]
        colour, marker = styles[name]
        y = np.array([labels.index(x) for x in rows[label]]) + spread * (i - (len(groups) - 1) / 2)
        if low and high:
            first, last = rows[low].astype("float").to_numpy(), rows[high].astype("float").to_numpy()
            ax.hlines(y, first, last, color=colour, linewidth=2.4, alpha=0.75)
            ax.plot([*first, *last], [*y, *y], linestyle="", marker="|", color=colour, markersize=7)
        ax.plot(rows[value].astype("float"), y, linestyle="", marker=marker, color=colour, markersize=7, label=name)
    _rows_on_axis(ax, labels)
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(lambda x, _: short_number(x))
        ax.xaxis.set_minor_formatter(NullFormatter())
    if zero:
        ax.axvline(0, color="0.25", linewidth=1)
    if group:
        fig.legend(loc="outside lower left", ncols=4, frameon=False)
    return fig


def stacked_bars(counts: pd.DataFrame, *, title: str, xlabel: str) -> Figure:
    """Draw one bar a row of ``counts`` (its index), its columns one behind the other, each with its own hatching."""
    fig, ax = _canvas(len(counts), title, xlabel)
    left = np.zeros(len(counts))
    colours = sns.color_palette("colorblind")
    for i, column in enumerate(counts.columns):
        width = counts[column].astype("float").to_numpy()
        hatch = ["", "//", "..", "xx"][i % 4]
        ax.barh(
            range(len(counts)), width, left=left, color=colours[i % 10], hatch=hatch, edgecolor="white", label=column
        )
        left = left + width
    _rows_on_axis(ax, list(counts.index))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    fig.legend(loc="outside lower left", ncols=4, frameon=False)
    return fig


def time_spans(frame: pd.DataFrame, *, label: str, first: str, last: str, title: str) -> Figure:
    """Draw what is known of each date: a line between its bounds, an arrow where a bound is missing."""
    fig, ax = _canvas(len(frame), title, "Date")
    known = pd.concat([frame[first], frame[last]]).dropna()
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
        markers = (
            "o" if ends[0] == ends[1] else "<|"[pd.notna(start)],
            "o" if ends[0] == ends[1] else ">|"[pd.notna(end)],
        )
        for place, marker in zip(ends, markers, strict=True):
            ax.plot(place, y, marker=marker, color=colour, markersize=7)
    ax.set_xlim(least, most + pd.Timedelta(days=20))
    _rows_on_axis(ax, list(frame[label]))
    return fig


def band_curve(frame: pd.DataFrame, *, x: str, series: dict[str, tuple[str | None, str, str]], **labels: str) -> Figure:
    """Draw curves with bands: ``series`` names for each label its columns for the middle, the low and the high value.

    Where the middle is None, the band stands alone, hatched. ``labels``: ``title``, ``xlabel``, ``ylabel``.
    """
    fig, ax = _canvas(11, labels["title"], labels["xlabel"])
    for name, (colour, marker) in _styles(series).items():
        middle, low, high = series[name]
        numbers = frame.astype("float")
        look = {"alpha": 0.18, "linewidth": 0} if middle else {"alpha": 0.3, "hatch": "//", "edgecolor": colour}
        ax.fill_between(
            numbers[x], numbers[low], numbers[high], facecolor=colour, label=None if middle else name, **look
        )
        if middle:
            ax.plot(numbers[x], numbers[middle], color=colour, marker=marker, label=name)
    ax.set_ylabel(labels["ylabel"])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False)
    sns.despine(ax=ax)
    return fig


def heat_map(matrix: np.ndarray, names: list[str], *, title: str, bar_label: str) -> Figure:
    """Draw a square table of shares (0 to 1), rows and columns in the given order, dark for high."""
    side = max(4.0, 0.17 * len(names) + 1.5)
    fig, ax = plt.subplots(figsize=(side + 2.2, side), layout="constrained")
    image = ax.imshow(matrix, cmap="Blues", vmin=0, vmax=1)
    ax.set_yticks(range(len(names)), names, fontsize=7)
    ax.set_xticks([])
    ax.grid(visible=False)
    write_title(fig, title)
    fig.colorbar(image, ax=ax, label=bar_label, shrink=0.6)
    return fig


def labelled_map(frame: pd.DataFrame, *, x: str, y: str, group: str, label: str | None, title: str) -> Figure:
    """Draw documents as points, alike ones near each other, each with its label; groups by marker and colour."""
    fig, ax = plt.subplots(figsize=(7.5, 6.5), layout="constrained")
    for name, (colour, marker) in _styles(dict.fromkeys(frame[group])).items():
        rows = frame[frame[group] == name]
        ax.plot(rows[x], rows[y], linestyle="", marker=marker, color=colour, markersize=8, label=name, alpha=0.9)
    if label:
        _spread_labels(ax, frame[x].to_numpy(), frame[y].to_numpy(), list(frame[label]))
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
    write_title(fig, title)
    fig.legend(loc="outside lower left", ncols=4, frameon=False)
    sns.despine(ax=ax, left=True, bottom=True)
    return fig


def _spread_labels(ax, x: np.ndarray, y: np.ndarray, labels: list[str]) -> None:
    """Write a label right of each point, moved up from those below it where they would cover each other."""
    width, height = np.ptp(x) or 1, np.ptp(y) or 1
    placed: list[tuple[float, float]] = []
    for i in np.lexsort((x, y)):
        at = y[i]
        for column, taken in placed:
            if abs(column - x[i]) < 0.17 * width and abs(taken - at) < 0.02 * height:
                at = taken + 0.02 * height
        placed.append((x[i], at))
        arrow = {"arrowstyle": "-", "color": "0.7", "linewidth": 0.5}
        spot = (x[i] + 0.015 * width, at)
        ax.annotate(labels[i], (x[i], y[i]), xytext=spot, fontsize=7, color="0.25", va="center", arrowprops=arrow)


def small_bars(panels: dict[str, dict[str, float]], *, xlabel: str) -> Figure:
    """Draw one small bar chart a panel, e.g. the leading terms of each topic; scales are shared."""
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    tallest = max(len(values) for values in panels.values())
    fig, axes = plt.subplots(
        rows,
        columns,
        figsize=(2.6 * columns, rows * (0.24 * tallest + 0.9)),
        squeeze=False,
        sharex=True,
        layout="constrained",
    )
    for ax, (name, values) in zip(axes.flat, panels.items(), strict=False):
        ax.barh(range(len(values)), list(values.values()), color=sns.color_palette("colorblind")[0])
        _rows_on_axis(ax, list(values))
        ax.set_title(name, loc="left", fontsize=9.5, fontweight="bold")
    for ax in axes.flat[len(panels) :]:
        ax.set_visible(False)
    fig.supxlabel(xlabel, fontsize=9)
    return fig


def two_sided_network(edges: pd.DataFrame, *, left: str, right: str, kind: str, weight: str, title: str) -> Figure:
    """Draw ties between the names of two sides: dashes and colour by ``kind``, width by ``weight``."""
    graph = nx.Graph()
    sides = [list(dict.fromkeys(edges[side])) for side in (left, right)]
    place = {}
    for i, names in enumerate(sides):
        for k, name in enumerate(names):
            place[(i, name)] = (i, -(k + 0.5) / len(names))
            graph.add_node((i, name))
    fig, ax = plt.subplots(figsize=(7.5, max(2.5, 0.42 * max(map(len, sides)) + 1)), layout="constrained")
    kinds = list(dict.fromkeys(edges[kind]))
    dashes = ["solid", "dashed", "dotted", "dashdot"]
    for i, (name, (colour, _)) in enumerate(_styles(kinds).items()):
        rows = edges[edges[kind] == name]
        pairs = [((0, a), (1, b)) for a, b in zip(rows[left], rows[right], strict=True)]
        widths = 1.2 + np.log2(rows[weight].astype("float").to_numpy())
        nx.draw_networkx_edges(
            graph, place, edgelist=pairs, width=widths, edge_color=[colour], style=dashes[i % 4], ax=ax
        )
        ax.plot([], [], color=colour, linestyle=dashes[i % 4], label=name)
    for (side, name), (x, y) in place.items():
        ax.plot(x, y, "o", color="0.25", markersize=5)
        ax.annotate(
            name,
            (x, y),
            xytext=(-8 if side == 0 else 8, 0),
            textcoords="offset points",
            va="center",
            ha="left" if side else "right",
        )
    ax.set(xlim=(-0.55, 1.55), ylim=(-1.05, 0.05))
    ax.axis("off")
    write_title(fig, title)
    fig.legend(loc="outside lower left", ncols=4, frameon=False)
    return fig
