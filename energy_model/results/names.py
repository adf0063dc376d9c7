"""Names of the codes in result tables: places, markets, and everything that has a name in the inputs."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from energy_model.labels import Label, label
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
    """Names by code: place and technology of plants, stores and boilers, else that of the inputs; places come first; no two are equal."""
    nodes = study.tables["nodes"]
    places = region_names(nodes) | market_names(nodes) | named(study, "nodes")
    found: dict[str, Label] = {}
    for table in NAMED:
        found = named(study, table) | found
    plants: dict[str, tuple[Label, bool]] = {}
    for c in (c for c in CAPACITIES if c.is_candidate):
        for t in getattr(system, c.over).itertuples():
            plants[str(t.Index)] = Label(f"{places[t.node].zh}{t.name_zh}", f"{places[t.node].en}: {t.name_en}"), t.existing > 0
    return _told_apart(found | _by_age(plants) | places)


def _by_age(plants: dict[str, tuple[Label, bool]]) -> dict[str, Label]:
    """Names of plants, stores and boilers; where what stands and what may be built have one name, both say which they are."""
    doubled = _doubled({code: words for code, (words, _) in plants.items()})
    age = {stands: label("age", "existing" if stands else "new") for stands in (True, False)}
    return {
        code: Label(f"{words.zh}（{age[stands].zh}）", f"{words.en}, {age[stands].en}") if code in doubled else words
        for code, (words, stands) in plants.items()
    }


def _told_apart(names: dict[str, Label]) -> dict[str, Label]:
    """Names of which no two are equal in a language: equal ones bear their codes."""
    doubled = _doubled(names)
    return {code: Label(f"{n.zh}（{code}）", f"{n.en} ({code})") if code in doubled else n for code, n in names.items()}


def _doubled(names: dict[str, Label]) -> set[str]:
    """Codes whose name is that of another in some language."""
    found: set[str] = set()
    for language in zip(*names.values(), strict=True):
        count = Counter(language)
        found |= {code for code, word in zip(names, language, strict=True) if count[word] > 1}
    return found


def named(study: Study, table: str) -> dict[str, Label]:
    """Names of an input table by the first column of its key, those of the price and load level in use before others."""
    s, frame = study.settings.study, study.tables[table]
    levels = {"vintage": s.cost_vintage, "case": s.case}
    own = frame.assign(_other=sum((frame[c] != v).astype(int) for c, v in levels.items() if c in frame))
    first = own.sort_values("_other", kind="stable").drop_duplicates(contract.keys(table)[0])
    return {str(code): Label(zh, en) for code, zh, en in zip(first[contract.keys(table)[0]], first.name_zh, first.name_en, strict=True)}


def region_names(nodes: pd.DataFrame) -> dict[str, Label]:
    """Names of reserve regions that have one."""
    own = nodes[nodes.reserve_region_zh.notna() & nodes.reserve_region_en.notna()].drop_duplicates("reserve_region")
    return {str(r): Label(zh, en) for r, zh, en in zip(own.reserve_region, own.reserve_region_zh, own.reserve_region_en, strict=True)}


def market_names(nodes: pd.DataFrame) -> dict[str, Label]:
    """Names of the markets of receiving stations."""
    own = nodes[nodes.market.notna()].drop_duplicates("market")
    blank = own.market_zh.isna() | own.market_en.isna()
    zh = own.market_zh.where(~blank, "受端市场 " + own.market)
    en = own.market_en.where(~blank, "market " + own.market)
    return {str(market): Label(*words) for market, *words in zip(own.market, zh, en, strict=True)}
