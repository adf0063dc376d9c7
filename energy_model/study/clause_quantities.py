"""Quantities of clauses: unit, place in the model, and permitted scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from energy_model.units import GW_PER_MW, THOUSAND_M3_PER_MM3

PLACES = ("node", "microgrid")
"""A scope that is a place: a node, or all nodes of a microgrid."""


@dataclass(frozen=True)
class ClauseQuantity:
    """One quantity.

    Attributes
    ----------
    name : str
        As targets.csv writes it.
    unit : str
        Of its value there and in the table of clauses; ``"1"`` for shares and counts.
    price_unit : str
        Of what one more unit costs: a share is missed in MWh, a margin in MW; empty where the model has no row of it.
    per_unit : float or None
        Model units in one unit of targets.csv; None for what the study is given, which is no row of the model.
    scopes : tuple of str
        What a scope may name: node, microgrid, region, contract, market, mine, smelter, load, heat_area; empty: the whole study only.
    senses : tuple of str
        In which a clause may bound it.
    """

    name: str
    unit: str
    price_unit: str
    per_unit: float | None
    scopes: tuple[str, ...]
    senses: tuple[str, ...] = (">=", "<=")

    @property
    def is_input(self) -> bool:
        """Whether the inputs determine it, so that no plan can change it."""
        return self.per_unit is None


def _capacity(name: str) -> ClauseQuantity:
    return ClauseQuantity(name, "MW", "CNY/(MW a)", GW_PER_MW, PLACES)


QUANTITIES: Mapping[str, ClauseQuantity] = {
    q.name: q
    for q in (
        _capacity("wind_capacity_mw"),
        _capacity("solar_capacity_mw"),
        _capacity("thermal_capacity_mw"),
        _capacity("igcc_capacity_mw"),
        _capacity("wind_new_mw"),
        ClauseQuantity("export_gwh", "GWh", "CNY/MWh", 1.0, ("contract", "market")),
        ClauseQuantity("condensing_gwh", "GWh", "CNY/MWh", 1.0, PLACES),
        ClauseQuantity("coal_kt", "kt", "CNY/t", 1.0, ("mine",)),
        ClauseQuantity("curtailment_share", "1", "CNY/MWh", 1.0, PLACES),
        ClauseQuantity("renewable_share", "1", "CNY/MWh", 1.0, PLACES),
        ClauseQuantity("export_renewable_share", "1", "CNY/MWh", 1.0, ("contract", "market"), (">=",)),
        ClauseQuantity("co2_kt", "kt", "CNY/t", 1.0, ()),
        ClauseQuantity("so2_kt", "kt", "CNY/t", 1.0, PLACES),
        ClauseQuantity("nox_kt", "kt", "CNY/t", 1.0, PLACES),
        ClauseQuantity("dust_kt", "kt", "CNY/t", 1.0, PLACES),
        ClauseQuantity("water_mm3", "Mm3", "CNY/m3", THOUSAND_M3_PER_MM3, PLACES),
        ClauseQuantity("mine_capacity_kt", "kt", "", None, ("mine",)),
        ClauseQuantity("microgrid_count", "1", "", None, ()),
        ClauseQuantity("aluminium_kt", "kt", "CNY/t", 1.0, (*PLACES, "smelter")),
        ClauseQuantity("sector_load_gwh", "GWh", "", None, ("load",)),
        ClauseQuantity("heat_pj", "PJ", "", None, ("node", "heat_area")),
        ClauseQuantity("reserve_margin_share", "1", "CNY/(MW a)", 1.0, ("region", "microgrid")),
    )
}

MODELLED: Mapping[str, float] = {q.name: q.per_unit for q in QUANTITIES.values() if q.per_unit is not None}
"""Quantities that are a row of the model, and the model units in one unit of targets.csv."""


def clause_quantity(name: str) -> ClauseQuantity:
    """The quantity of a clause.

    Raises
    ------
    LookupError
        For a name that is none; whoever asks must not go on with another quantity.
    """
    if name not in QUANTITIES:
        raise LookupError(f"no clause can speak of the quantity '{name}'; known: {', '.join(QUANTITIES)}")
    return QUANTITIES[name]


def require_all(defined: Iterable[str], wanted: Iterable[str], what: str) -> None:
    """Stop if definitions required for certain quantities do not exist for exactly these.

    Raises
    ------
    LookupError
        Naming the quantities.
    """
    if differ := sorted(set(defined) ^ set(wanted)):
        raise LookupError(f"{what} must be defined for each quantity of a clause, once: {', '.join(differ)}")


def covers(scope: object, place: str, microgrid: object, outside: bool = False) -> bool:
    """Whether a scope that is a place (empty: all of the city) covers a node that lies in a microgrid, if in any, or outside the city."""
    everywhere = scope is None or pd.isna(scope) or scope == ""
    return not outside if everywhere else scope in (place, microgrid)
