"""Small tables of the questions past the optimum, as their commands write them."""

import pandas as pd

PROOF = {"gap_share": 2e-8, "violation": 1e-9, "impossible": "", "horizon": "hours:24", "weather": "synthetic-1"}
NASTY = "<b>Jilin</b>"
CODE = "T07_COAL"


def near_optimum_tables():
    """Supply curve, front, room, clause costs, deals and alternatives; one point, one clause and one case are impossible."""
    point = {"cost_mcny": 100.0, "marginal_cny_per_mwh": 90.0, "segment_cny_per_mwh": 80.0, "average_cny_per_mwh": 70.0, "error_mcny": 1.5}
    nothing = dict.fromkeys([*point, "gap_share", "violation"])
    curve = [{"export_gwh": v, **point, **PROOF, "changed": ""} for v in (1000.0, 20000.0)]
    curve[1] |= {"marginal_cny_per_mwh": 190.0, "changed": f"{CODE}+; capacity_renewable ELSEWHERE-; wind@A+"}
    curve.append({"export_gwh": 90000.0, **PROOF, **nothing, "impossible": "no_plan", "changed": ""})
    corridors = [{"export_gwh": v, "corridor": "C02", "market": "LN", "received_gwh": v, "new_mw": 0.0, "gate_cny_per_mwh": 80.0,
                  "landed_cny_per_mwh": 90.0} for v in (1000.0, 20000.0)]  # fmt: skip
    contracts = [{"export_gwh": v, "contract": "JL_FLAT", "energy_gwh": v, "marginal_cny_per_mwh": 80.0} for v in (1000.0, 20000.0)]
    abate = {"marginal_cny_per_t": 300.0, "segment_cny_per_t": 200.0}
    front = [{"co2_kt": v, "cost_mcny": 100.0, "error_mcny": 0.5, **abate, **PROOF} for v in (4e4, 5e4)]
    room = [{"grouping": "county", "group": "wind@JARUD", "item_zh": "扎鲁特旗风电", "item_en": "Jarud: wind", "epsilon_share": e,
             "plan_mw": 500.0, "lowest_mw": 500 - 2000 * e, "highest_mw": 500 + 9000 * e, "lowest_proven_mw": 499 - 2000 * e,
             "highest_proven_mw": 501 + 9000 * e, "floor_mw": 0.0, "ceiling_mw": 5000.0,
             **{k: v for k, v in PROOF.items() if k != "impossible"}} for e in (0.01, 0.05)]  # fmt: skip
    clause = {"target": "T07_EXPORT", "clause": "7", "quantity": "export_gwh", "sense": ">=", "mode": "hard"}
    clause |= {"name_zh": "外送", "name_en": "export", "value": 30000.0}
    clauses = [
        {**clause, "change": "drop", "by_dual_mcny": -300.0, "cost_mcny": 80.0, "change_mcny": -20.0, **PROOF},
        {**clause, "change": "high", "new_value": 9e4, "by_dual_mcny": 600.0, **PROOF, **nothing, "impossible": "no_plan"},
    ]
    deal = {"item": "JL_FLAT", "item_zh": NASTY, "item_en": NASTY, "market": "JL", "energy_gwh": 4000.0, "short_gwh": 0.0,
            "theirs_cny_per_mwh": 300.0}  # fmt: skip
    prices = {
        "ours_cny_per_mwh": 200.0,
        "floor_cny_per_mwh": 200.0,
        "seller_cny_per_mwh": 180.0,
        "equal_split_cny_per_mwh": 250.0,
        "cost_share_cny_per_mwh": 240.0,
        "gain_mcny": 200.0,
    }
    deals = [
        {**deal, "case": "agreed", **prices, **PROOF},
        {**deal, "case": "late", **PROOF, "gap_share": None, "impossible": "no_delivery"},
    ]
    tables = {"supply_curve": curve, "supply_curve_corridors": corridors, "supply_curve_contracts": contracts}
    tables |= {"frontier_co2": front, "room_to_move": room}
    about = {"method": "random", "seed": 1, **{k: v for k, v in PROOF.items() if k != "impossible"}}
    alternatives = [{"alternative": k, "cost_mcny": 100.0 + k, "extra_share": 0.01 * k, "distance_share": 0.2 * k, "nearest_share": 0.2 * k,
                     "wind_mw": 3000.0 - 500 * k, "solar_mw": 700.0 * k, "battery_mw": 0.0, "corridor_mw": 4000.0, **about}
                    for k in range(3)]  # fmt: skip
    tables |= {"clause_costs": clauses, "bargaining": deals, "alternatives": alternatives}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}
