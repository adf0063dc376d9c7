"""Names of the codes in result tables: places, markets, and everything that has a name in the inputs."""

from __future__ import annotations

import pandas as pd

from energy_model.labels import Label
from energy_model.study import contract
from energy_model.study.build_system import build_system
from energy_model.study.capacities import CAPACITIES
from energy_model.study.study import Study
from energy_model.study.system import System

NAMED = tuple(t for t in contract.tables() if t not in ("plants", "candidates") and "name_zh" in {c.name for c in contract.columns(t)})
"""Input tables with names; plants and candidates are told by place and technology."""


def names(study: Study) -> pd.DataFrame:
    """Names by code, as a table of the result: ``element``, ``name_zh``, ``name_en``."""
    rows = [(code, *words) for code, words in sorted(element_names(study, build_system(study)).items())]
    return pd.DataFrame(rows, columns=["element", "name_zh", "name_en"])


def element_names(study: Study, system: System) -> dict[str, Label]:
    """Names by code: place and technology of plants, stores and boilers, else the name in the inputs; places come before all."""
    places = market_names(study.tables["nodes"]) | named(study, "nodes")
    found: dict[str, Label] = {}
    for table in NAMED:
        found = named(study, table) | found
    for c in (c for c in CAPACITIES if c.is_candidate):
        for t in getattr(system, c.over).itertuples():
            found[str(t.Index)] = Label(f"{places[t.node].zh}{t.name_zh}", f"{places[t.node].en}: {t.name_en}")
    return found | places


def named(study: Study, table: str) -> dict[str, Label]:
    """Names of an input table by the first column of its key, those of the price and load level in use before others."""
    s, frame = study.settings.study, study.tables[table]
    levels = {"vintage": s.cost_vintage, "case": s.case}
    own = frame.assign(_other=sum((frame[c] != v).astype(int) for c, v in levels.items() if c in frame))
    first = own.sort_values("_other", kind="stable").drop_duplicates(contract.keys(table)[0])
    return {str(code): Label(zh, en) for code, zh, en in zip(first[contract.keys(table)[0]], first.name_zh, first.name_en, strict=True)}


def market_names(nodes: pd.DataFrame) -> dict[str, Label]:
    """Names of the markets of receiving stations."""
    own = nodes[nodes.market.notna()].drop_duplicates("market")
    blank = own.market_zh.isna() | own.market_en.isna()
    zh = own.market_zh.where(~blank, "受端市场 " + own.market)
    en = own.market_en.where(~blank, "market " + own.market)
    return {str(market): Label(*words) for market, *words in zip(own.market, zh, en, strict=True)}
