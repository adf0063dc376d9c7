"""Native charts of the workbook, which follow the cells."""

from __future__ import annotations

from typing import Any

from energy_model.report.shown_units import unit_of
from energy_model.report.workbook.blocks import GAP, BlockWriter
from energy_model.report.workbook.style import Style

COLOURS = {  # Okabe and Ito's colours, told apart by colour-blind readers too
    "thermal": "#7F7F7F", "chp": "#B5A58A", "wind": "#0072B2", "solar": "#E69F00", "discharge": "#009E73", "unserved": "#D55E00",
    "existing": "#9DB7D5",
    "new": "#0072B2",
}  # fmt: skip
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7F7F7F")
SIZE = {"width": 860, "height": 330}
ROW_PX = 20  # height of a row of a sheet
LEGEND = {"position": "bottom", "font": {"size": 9}}
BAR_PX = 22  # height of a bar with its label


def add_chart(writer: BlockWriter, row: int) -> int:
    """Place the chart of a block, if it has one, below the block, which ends before the free `row`; return the first free row."""
    if not writer.block.chart or not len(writer.table) or (chart := chart_of(writer)) is None:
        return row
    writer.sheet.insert_chart(row - GAP + 1, 0, chart, {"object_position": 1})
    return row + height_of(writer) // ROW_PX + 2


def chart_of(writer: BlockWriter) -> Any | None:
    """Chart of a block from its own cells; None if its columns are missing."""
    spec = writer.block.chart
    assert spec is not None
    language = writer.style.language
    places = [writer.at.get(c, writer.at.get(f"{c}_{language}")) for c in spec.categories.split()]
    if None in places or any(v not in writer.at for v in spec.values):
        return None
    categories, inner = (k for k in (places[0], places[-1]) if k is not None)  # two columns make categories of two levels
    kind = {"type": spec.kind} | ({"subtype": "stacked"} if spec.stacked else {})
    chart = writer.book.add_chart(kind | ({"type": "scatter", "subtype": "straight_with_markers"} if spec.kind == "line" else {}))
    name, shown = writer.sheet.get_name(), _series(writer)
    for number, (first, last, value, title) in enumerate(shown):
        colour = COLOURS.get(value.rsplit("_", 1)[0], SERIES[number % len(SERIES)])
        series: dict[str, Any] = {
            "name": title if title else writer.columns[writer.at[value]].heading.replace("\n", " "),
            "categories": [name, first, categories, last, inner],
            "values": [name, first, writer.at[value], last, writer.at[value]],
        }
        chart.add_series(series | ({"line": {"color": colour}} if spec.kind == "line" else {"fill": {"color": colour}, "gap": 60}))
    form = writer.columns[writer.at[spec.values[0]]].format
    dress(chart, writer.style, unit_of(spec.values[0], language).words, SIZE | {"height": height_of(writer)}, form if "%" in form else "")
    chart.set_legend(LEGEND | {"delete_series": _nil(writer, shown)})
    chart.set_title({"none": True})
    if len(spec.values) == 1 and spec.split is None:
        chart.set_legend({"none": True})
        chart.set_title(
            {"name": writer.columns[writer.at[spec.values[0]]].heading.replace("\n", " "), "name_font": {"size": 11, "bold": False}}
        )
    if spec.kind == "bar":
        chart.set_y_axis({"reverse": True, "num_font": {"size": 8}, "label_position": "low", "interval_unit": 1})
        chart.set_x_axis({"num_font": {"size": 8}, "num_format": form.split(".")[0] + ("%" if "%" in form else "")})
    if spec.kind == "line":
        chart.set_x_axis(
            {"name": writer.columns[categories].heading.replace("\n", " "), "num_font": {"size": 8}, "major_gridlines": {"visible": False}}
        )
    return chart


def height_of(writer: BlockWriter) -> int:
    """Height of the chart of a block [px]: bars need space for their labels."""
    assert writer.block.chart is not None
    return max(SIZE["height"], 80 + BAR_PX * len(writer.table)) if writer.block.chart.kind == "bar" else SIZE["height"]


def _series(writer: BlockWriter) -> list[tuple[int, int, str, str]]:
    """First row, last row, column and title of every series."""
    spec = writer.block.chart
    assert spec is not None
    if spec.split is None:
        return [(writer.first, writer.last, v, "") for v in spec.values]
    keys = writer.columns[writer.at[spec.split]].values
    found = []
    for key in dict.fromkeys(keys):
        rows = [writer.first + k for k, v in enumerate(keys) if v == key]
        found += [(rows[0], rows[-1], v, str(key)) for v in spec.values]
    return found


def _nil(writer: BlockWriter, found: list[tuple[int, int, str, str]]) -> list[int]:
    """Numbers of the series of `_series` without any figure but 0, which the legend leaves out; none where all are."""
    nil = []
    for number, (first, last, value, _) in enumerate(found):
        figures = writer.columns[writer.at[value]].values[first - writer.first : last - writer.first + 1]
        if not any(v and v == v for v in figures):
            nil.append(number)
    return nil if len(nil) < len(found) else []


def dress(chart: Any, style: Style, axis: str, size: dict[str, int] = SIZE, form: str = "") -> None:
    """Size, legend, fonts, the name of the value axis and, where given, the format of its figures."""
    chart.set_size(size)
    chart.set_legend(LEGEND)
    chart.set_chartarea({"border": {"color": "#D0D4DA"}})
    words = {"name": axis, "name_font": {"size": 9, "bold": False}, "num_font": {"size": 8}} | ({"num_format": form} if form else {})
    chart.set_y_axis(words | {"major_gridlines": {"visible": True, "line": {"color": "#E3E6EA"}}})
    chart.set_x_axis({"num_font": {"size": 8}, "label_position": "low"})
