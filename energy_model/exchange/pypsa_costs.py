"""Capital costs as PyPSA makes them of overnight costs: an annuity for the hours modelled, and fixed costs beside it."""

from __future__ import annotations

import numpy as np

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_tables import lists
from energy_model.units import HOURS_PER_YEAR, annuity

PARTS = ("overnight_cost", "discount_rate", "fom_cost")


def periodize(i: Importer) -> None:
    """Put the cost of capacity in the hours modelled in the place of ``capital_cost``."""
    years = float(i.weight.sum()) / HOURS_PER_YEAR
    for owner in lists():
        table = i.n.table(owner)
        if "overnight_cost" not in table or not len(table):
            continue
        paid = table.capital_cost.astype(float).copy()
        overnight, rate, life = (table[c].astype(float) for c in ("overnight_cost", "discount_rate", "lifetime"))
        for name, row in i.n.components(owner):
            if np.isnan(overnight[name]):
                row.without_effect("discount_rate", "lifetime")
                _ = row.overnight_cost
            elif np.isnan(rate[name]) or not life[name] > 0:
                i.refuse(lists()[owner], str(name), "overnight_cost", overnight[name], "overnight")
            else:
                _ = [row[part] for part in (*PARTS, "lifetime")]
                row.without_effect("capital_cost")
                factor = max(rate[name], 0.0) if np.isinf(life[name]) else annuity(rate[name], life[name])
                paid[name] = overnight[name] * factor * years
            paid[name] += row.fom_cost
        i.n.set_column(owner, "capital_cost", paid)
