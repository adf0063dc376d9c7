"""Reading single cells of input tables, where an empty cell may be None, NaN or an empty text."""

from typing import Any, overload

import pandas as pd

from energy_model.weather.errors import weather_error


def given(value: Any) -> bool:
    """Whether the cell is filled."""
    return not (value is None or value is pd.NA or value == "" or value != value)


def text(value: Any) -> str | None:
    """Read the cell as text, None if empty."""
    return str(value) if given(value) else None


@overload
def number(row: pd.Series, column: str) -> float | None: ...
@overload
def number(row: pd.Series, column: str, default: float) -> float: ...
def number(row: pd.Series, column: str, default: float | None = None) -> float | None:
    """Read the cell as a number; `default` if the column or cell is empty."""
    value = row.get(column)
    return float(value) if given(value) else default


def needed(row: pd.Series, column: str, what: str) -> float:
    """Read the cell as a number; empty is an error that names the row."""
    value = number(row, column)
    if value is None:
        raise weather_error(f"{what}: {column} is empty", f"{what}：{column} 为空")
    return value


def keyed(table: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Return the table with its key columns as columns, even if they came as index."""
    frame = table if all(key in table.columns for key in keys) else table.reset_index()
    absent = [key for key in keys if key not in frame.columns]
    if absent:
        raise weather_error(
            f"table lacks the columns {absent}; it has {list(frame.columns)[:8]}",
            f"表缺少列 {absent}；现有列：{list(frame.columns)[:8]}",
        )
    return frame
