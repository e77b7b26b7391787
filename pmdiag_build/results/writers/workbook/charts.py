"""Native stacked bars of counts, told apart in black and white by solid, hatched and open. Knows no sheet's content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_INK = "#101415"
_PAPER = "#FFFFFF"
_FONT = {"name": "Arial", "size": 9, "color": _INK}
# In the order of the levels; a fourth level would need a fourth look.
_LOOKS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fill": {"color": _INK}}, _PAPER),
    ({"pattern": {"pattern": "wide_upward_diagonal", "fg_color": _INK, "bg_color": _PAPER}}, _INK),
    ({"fill": {"color": _PAPER}}, _INK),
)
_ROW_HEIGHT = 26
_ROOM_FOR_THE_REST = 130


def stacked_bars(
    book: Any, sheet_name: str, levels: Sequence[str], first: int, last: int, names: int, counts: int, title: str
) -> Any:
    """A chart of the rows `first` to `last` (from 0): names in column `names`, counts from column `counts` on."""
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for place, level in enumerate(levels):
        look, ink = _LOOKS[place % len(_LOOKS)]
        labels: dict[str, Any] = {
            "value": True,
            # A count of nothing has no room in the bar; the table beside says 0.
            "num_format": "#,##0;;;",
            "font": {**_FONT, "color": ink, "bold": True},
        }
        if "pattern" in look:
            labels["fill"] = {"color": _PAPER}
        chart.add_series(
            {
                "name": level,
                "categories": [sheet_name, first, names, last, names],
                "values": [sheet_name, first, counts + place, last, counts + place],
                "border": {"color": _INK, "width": 0.75},
                "gap": 40,
                "data_labels": labels,
                **look,
            }
        )
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "top", "font": _FONT})
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "line": {"color": _INK}})
    chart.set_chartarea({"border": {"none": True}})
    return chart


def axis_of_counts(chart: Any, name: str) -> None:
    """Name the axis along which responses are counted."""
    chart.set_x_axis(
        {
            "name": name,
            "name_font": {**_FONT, "bold": False},
            "num_font": _FONT,
            "num_format": "#,##0",
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": "#B5BDC0", "width": 0.5}},
        }
    )


def size_for(rows: int) -> dict[str, int]:
    """Options of a chart with so many bars, in pixels: it moves with its cells and keeps its size."""
    return {"width": 760, "height": _ROOM_FOR_THE_REST + _ROW_HEIGHT * rows}
