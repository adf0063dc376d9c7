"""What map and workbook read of a result folder, and the facts both put at the top."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from energy_model.labels import Label, label
from energy_model.results.store import read_text


class OldResultError(Exception):
    """A result lacks tables that this version reads."""

    def __init__(self, missing: list[str], manifest: dict) -> None:
        again = f"energy-model optimize --scenario {manifest['scenario']} --horizon {manifest['horizon']}"
        super().__init__(
            f"This result was written by an earlier version and lacks {', '.join(missing)}; solve it again: {again} "
            "该结果由旧版本写成，缺少上述表格，请重新求解。"
        )


@dataclass(frozen=True)
class Result:
    """A finished result without its hourly dataset, which neither map nor workbook needs.

    Attributes
    ----------
    manifest : dict
    tables : dict of str to DataFrame
        As written to ``tables/``; empty cells are NaN in number columns and "" in text columns.
    paths : dict of str to Path
        The CSV file of each table.
    """

    manifest: dict
    tables: dict[str, pd.DataFrame]
    paths: dict[str, Path]

    @classmethod
    def read(cls, folder: Path) -> Result:
        """Manifest and tables of a result folder."""
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        paths = {path.stem: path for path in sorted((folder / "tables").glob("*.csv"))}
        return cls(manifest, {name: read_table(path) for name, path in paths.items()}, paths)

    def place_names(self) -> dict[str, Label]:
        """Names of nodes, and of the markets that receiving stations belong to."""
        places = self.tables["places"]
        names = {r.node: Label(r.name_zh, r.name_en) for r in places.itertuples()}
        for market in sorted(set(places.market) - {""} - set(names)):
            names[market] = Label(f"受端市场 {market}", f"market {market}")
        return names

    def element_names(self) -> dict[str, Label]:
        """Names of nodes, markets, contracts, smelters, microgrids and mines by their codes."""
        names = self.place_names()
        for table, key in (("contracts", "contract"), ("smelters", "smelter"), ("microgrids", "microgrid"), ("coal", "mine")):
            if table in self.tables:
                names |= {getattr(r, key): Label(str(r.name_zh), str(r.name_en)) for r in self.tables[table].itertuples()}
        return names


# Text even where every entry looks like a number, or none is there.
TEXT_COLUMNS = (
    "name_zh",
    "name_en",
    "quote_zh",
    "scope",
    "node",
    "bus",
    "from_node",
    "to_node",
    "market",
    "microgrid",
    "corridor",
    "contract",
    "element",
    "technology",
    "mine",
    "grade",
    "feed",
    "unit",
    "price_unit",
    "store",
    "smelter",
    "item",
    "item_zh",
    "item_en",
    "input_unit",
    "table",
    "key",
    "source",
    "confidence",
    "side",
    "peak",
    "day",
    "date",
    "period",
    "time",
    "input",
    "kind",
    "carrier",
    "category",
    "shape",
)


def read_table(path: Path) -> pd.DataFrame:
    """Table of a result; empty cells are NaN in number columns and "" in text columns."""
    text = dict.fromkeys(TEXT_COLUMNS, str)
    table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""], dtype=text)
    if table.empty:  # no rows, no types: what is not text is a number
        return table.astype({name: float for name in table.columns if name not in TEXT_COLUMNS})
    for name in table.columns:
        if pd.api.types.is_bool_dtype(table[name]):
            continue
        if pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name] + 0.0 if table[name].dtype.kind == "f" else table[name]  # no minus zero
        else:
            table[name] = table[name].fillna("").astype(str).map(read_text)
    return table


def fingerprint(manifest: dict) -> str:
    """First 16 digits of the SHA-256 over the hashes of all input files: equal inputs, equal fingerprint."""
    lines = "".join(f"{name}={digest}\n" for name, digest in sorted(manifest["sha256"].items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def weather_words(manifest: dict) -> Label:
    """Name of the weather year and what kind of weather it is; synthetic weather is called synthetic."""
    kind, name = manifest["weather_kind"], manifest["weather"]
    words = label("weather", kind) if kind else label("weather", "unknown")
    return Label(f"{words.zh}（{name}）", f"{words.en} ({name})")


def horizon_words(manifest: dict) -> Label:
    """Hours solved, and whether they stand for a whole year."""
    hours = manifest["hours"]
    if hours >= 8760:
        return Label(f"全年 {hours:,} 小时", f"full year, {hours:,} h")
    return Label(f"{hours:,} 小时，加权为一年", f"{hours:,} h, weighted to a year")


def certificate_words(manifest: dict) -> Label:
    """Verdict of the independent check with the gap reached and allowed."""
    c = manifest["certificate"]
    words = label("certificate", "passed" if c["passed"] else "failed")
    return Label(
        f"{words.zh}，间隙 {c['gap']:.1e}（限 {c['gap_limit']:.0e}）", f"{words.en}, gap {c['gap']:.1e} (limit {c['gap_limit']:.0e})"
    )
