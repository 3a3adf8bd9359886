"""The pictures of a replay: PNG, the same bytes for the same figures."""

from __future__ import annotations

import importlib
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

#: Series with a colour of their own; the others stand together.
MOST: Final = 11
_COLOURS: Final = (
    *("#1f6f8b", "#e07a3f", "#5b8c5a", "#c94f6d", "#8067b7", "#c7a02b", "#3fa7a0", "#a0522d", "#6b7a8f", "#d48fb0"),
    *("#7aa33c", "#9a9a9a"),
)
_SIZE: Final = (10, 4.8)
#: Labels under an axis before some are left out.
_LABELS: Final = 16


class Chart(NamedTuple):
    """What is drawn: values by series over places on an axis. `kind`: `bars` stand on one another, a `line` is
    filled."""

    title: str
    unit: str
    places: Sequence[str]
    series: Mapping[str, Sequence[float]]
    kind: str = "bars"


def png(chart: Chart) -> bytes:
    """The picture of a chart."""
    matplotlib: Any = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    plt: Any = importlib.import_module("matplotlib.pyplot")
    figure, axes = plt.subplots(figsize=_SIZE, layout="constrained")
    places = range(len(chart.places))
    below = [0.0] * len(chart.places)
    for (name, values), colour in zip(chart.series.items(), _COLOURS, strict=False):
        label = _plain(name)
        if chart.kind == "line":
            axes.plot(places, values, color=colour, linewidth=2, label=label, marker="o", markersize=3)
            axes.fill_between(places, values, color=colour, alpha=0.15)
        else:
            axes.bar(places, values, bottom=below, color=colour, label=label, width=0.75)
            below = [low + height for low, height in zip(below, values, strict=True)]
    step = -(-len(chart.places) // _LABELS) or 1
    axes.set_xticks(list(places)[::step], [_plain(one) for one in chart.places[::step]], rotation=45, ha="right")
    axes.set_title(_plain(chart.title), loc="left", fontsize=12)
    axes.set_ylabel(_plain(chart.unit))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace(",", "\u00a0"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    if len(chart.series) > 1:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=130, metadata={"Software": None})
    plt.close(figure)
    return written.getvalue()


def _plain(text: str) -> str:
    """A text that is not taken for a formula; a label that begins with `_` would be left out of the legend."""
    return ("\u200b" if text.startswith("_") else "") + text.replace("$", r"\$")
