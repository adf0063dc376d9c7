"""Figures of islanding tests: one row per microgrid, and the duration curves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.analyses.island import Island, net_import
from energy_model.labels import Label, label
from energy_model.report.shown_units import amount
from energy_model.results import folders, store
from energy_model.units import MW_PER_GW, MWH_PER_GWH

FOLDER = "islanding"
CURVES = ("unserved_mwh", "step_short_mw", "cut_mw", "unit_short_mw")
POINTS = 101


def summary(island: Island, tests: pd.DataFrame, chosen: str) -> dict:
    """One row of ``island_summary.csv``: how often the microgrid survives, and its worst hour.

    Shares are of the hours of the year that the tests represent.
    """
    mg, weight = island.system.microgrid.loc[island.microgrid], tests.weight_h / tests.weight_h.sum()
    worst = tests.sort_values(["unserved_mwh", "step_short_mw"], ascending=False).iloc[0]
    return {
        "microgrid": island.microgrid,
        "name_zh": mg.get("name_zh", ""),
        "name_en": mg.get("name_en", ""),
        "hours": chosen,
        "duration_h": island.op.hours,
        "tests": len(tests),
        "hours_of_result": int(island.plan.hours.hour_index.size),
        "holds_share": float(((tests.survived & (tests.step_short_mw <= 0)) * weight).sum()),
        "survived_share": float((tests.survived * weight).sum()),
        "step_covered_share": float(((tests.step_short_mw <= 0) * weight).sum()),
        "mean_unserved_mwh": float((tests.unserved_mwh * weight).sum()),
        "worst_hour": str(pd.Timestamp(worst.hour)),
        "worst_firm_shed_mwh": worst.firm_shed_mwh,
        "worst_potline_shed_mwh": worst.potline_shed_mwh,
        "largest_step_short_mw": tests.step_short_mw.max(),
        "largest_cut_mw": tests.cut_mw.max(),
        "largest_reserve_short_mw": tests.reserve_short_mw.max(),
        "largest_unit_short_mw": tests.unit_short_mw.max(),
        "reserve_mw": float(mg.reserve) * MW_PER_GW,
        "tests_frozen": int((tests.frozen_mw > 0).sum()),
        "largest_frozen_mw": tests.frozen_mw.max(),
        **self_supply(island),
        "largest_residual_mw": tests.residual_mw.max(),
    }


def verdict(row: dict) -> Label:
    """Whether the microgrid can serve its load as an island, from its row of the summary."""
    zh, en = [], []
    if row["survived_share"] < 1:
        zh.append(f"{1 - row['survived_share']:z.1%} 的时刻电量不足（最不利 {row['worst_hour']}）")
        en.append(f"load is unserved in {1 - row['survived_share']:z.1%} (worst {row['worst_hour']})")
    if row["step_covered_share"] < 1:
        share, short = f"{1 - row['step_covered_share']:z.1%}", amount(row["largest_step_short_mw"], "MW")
        zh.append(f"{share} 的时刻一次调频不足（最多缺 {short.zh}）")
        en.append(f"primary response is insufficient in {share} (short by up to {short.en})")
    chosen = label("island_hours", row["hours"]) if row["hours"] in ("worst", "all") else Label(row["hours"], row["hours"])
    tested = f"{row['tests']:,} / {row['hours_of_result']:,}"
    said = "，".join(zh) or "电量无不足，一次调频足够"
    return Label(
        f"{row['name_zh']}：所试时刻的 {row['holds_share']:z.1%} 具备孤网运行条件；{said}。试验 {tested} 小时（{chosen.zh}）。",
        f"{row['name_en']}: fit for islanding in {row['holds_share']:z.1%} of the hours tested; {', '.join(en) or 'no shortfall'}. "
        f"Tested {tested} h ({chosen.en}).",
    )


def self_supply(island: Island) -> dict[str, float | bool]:
    """Share of the microgrid's yearly load covered by its own plants, against the required share."""
    plan, mg = island.plan, island.microgrid
    hours = plan.hours.hour_index.ravel()
    weight = plan.weight(np.arange(len(hours)))
    load = float((plan.profiles.load_mw.to_numpy()[:, hours].sum(axis=0) * weight).sum()) / MWH_PER_GWH
    load += float(island.system.smelter.rated.sum()) * weight.sum()
    share = 1 - float((net_import(plan, mg) * weight).sum()) / load if load else 1.0
    asked = float(plan.system.microgrid.self_supply_share[mg])
    return {"self_supply_share": share, "self_supply_asked_share": asked, "self_supply_met": bool(share >= asked - 1e-4)}


def duration_curves(microgrid: str, tests: pd.DataFrame) -> pd.DataFrame:
    """For each figure the value reached or exceeded in a share of the hours."""
    at = np.linspace(0, 1, POINTS)
    table = pd.DataFrame({"microgrid": microgrid, "exceeded_share": at})
    for name in CURVES:
        order = tests.sort_values(name, ascending=False)
        reached = np.cumsum(order.weight_h.to_numpy()) / order.weight_h.sum()
        table[name] = order[name].to_numpy()[np.minimum(np.searchsorted(reached, at - 1e-12), len(order) - 1)]
    return table


def add_to_result(folder: Path, island: Island, tests: pd.DataFrame, chosen: str, seconds: float, show: Callable[[Path], object]) -> dict:
    """Add the tests of one microgrid to a finished result, completely or not at all; those of other microgrids stay.

    `show` then writes the pages that tell them, into the folder that it is given.

    Returns
    -------
    dict
        The row of the summary.
    """
    row = summary(island, tests, chosen)
    with folders.amended_folder(folder) as temporary:
        manifest = store.read_manifest(temporary)
        tables = {f"island_{island.microgrid.lower()}": tests.drop(columns="position")}
        for name, mine in (("island_summary", pd.DataFrame([row])), ("island_duration", duration_curves(island.microgrid, tests))):
            path = temporary / FOLDER / f"{name}.csv"
            if path.is_file():
                others = store.read_table(path)
                mine = pd.concat([others[others.microgrid != island.microgrid], mine])
            tables[name] = mine
        store.write_tables(tables, temporary, FOLDER)
        told = manifest.setdefault("islanding", {})
        told[island.microgrid] = {
            "tables": [f"{FOLDER}/{name}.csv" for name in tables],
            "hours": chosen,
            "duration_h": island.op.hours,
            "tests": len(tests),
            "seconds": seconds,
            "largest_residual_mw": row["largest_residual_mw"],
            "rules": island.rules.model_dump(),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        store.write_manifest(manifest, temporary)
        show(temporary)
    return row
