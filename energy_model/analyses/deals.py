"""Figures of one delivery: our reservation price, the receiver's, and the division of the room between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.results import prices
from energy_model.results.dust import LEAST_GWH
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH

DUST = 1e-5
"""Less than this share of an energy is the tolerance of the solves."""


@dataclass(frozen=True)
class Deal:
    """Reservation prices of a delivery, without VAT [CNY/MWh at the receiving end].

    Attributes
    ----------
    ours, theirs : float
        Least that we can take and most that the receiver can pay.
    """

    ours: float
    theirs: float

    @property
    def room(self) -> float:
        """Joint gain; if negative there is no agreement."""
        return self.theirs - self.ours

    @property
    def equal_split(self) -> float:
        """Price at which both gain the same amount; NaN without room."""
        return (self.ours + self.theirs) / 2 if self.room > 0 else float("nan")

    @property
    def cost_share(self) -> float:
        """Price at which both gain the same share of their cost of the delivery, (p - c)/c = (v - p)/v; NaN without room."""
        return 2 * self.ours * self.theirs / (self.ours + self.theirs) if self.room > 0 and self.ours > 0 else float("nan")


def basis(contract: pd.Series) -> str:
    """Basis of the receiver's price: ``avoided`` cost if contracts.csv has it, else the ``benchmark``."""
    return "benchmark" if pd.isna(contract.avoided_cost_cny_per_mwh) else "avoided"


def most_paid(contract: pd.Series, finance: pd.Series, shares: dict[str, float]) -> float:
    """Highest price that the receiver of a contract can pay, without VAT [CNY/MWh].

    Parameters
    ----------
    contract : Series
        Row of contracts.csv.
    finance : Series
        ``vat_share``, ``government_funds_cny_per_mwh``.
    shares : dict of str to float
        Shares of its energy by tariff period, over which avoided costs are averaged.
    """
    funds = float(contract.funds_borne_share) * float(finance.government_funds_cny_per_mwh)
    if basis(contract) == "benchmark":
        return prices.ceiling(float(contract.benchmark_cny_per_mwh), float(finance.vat_share), funds)
    saved = float(contract.avoided_cost_cny_per_mwh)
    for period in ("peak", "valley"):
        own = float(contract[f"avoided_{period}_cny_per_mwh"])
        saved += shares.get(period, 0.0) * (0.0 if np.isnan(own) else own - float(contract.avoided_cost_cny_per_mwh))
    return saved - funds


def deal_row(
    case: str, energy: float, agreed: float, with_: dict, without: dict, theirs: float, penalty: float, seller: float = np.nan
) -> dict[str, Any]:
    """Figures of one delivery: cost with and without it, and the division of the room above the floor.

    The floor is the higher of its cost and `seller`, what a plant gets at home (`prices.seller_prices`; NaN: not known).
    """
    fault = with_["impossible"] or without["impossible"]
    short = agreed - energy if agreed - energy > DUST * agreed else 0.0
    row: dict[str, Any] = {
        "case": case,
        "energy_gwh": abs(energy),
        "short_gwh": short,
        "theirs_cny_per_mwh": theirs,
        "seller_cny_per_mwh": seller,
    }
    row["penalty_mcny"] = penalty * short / CNY_PER_MWH_FROM_MCNY_PER_GWH
    if fault or energy <= LEAST_GWH:
        return row | {"impossible": fault or "no_delivery"}
    ours = (with_["cost_mcny"] - without["cost_mcny"]) / energy * CNY_PER_MWH_FROM_MCNY_PER_GWH
    deal = Deal(float(np.fmax(ours, seller)), theirs)
    return row | {
        "cost_with_mcny": with_["cost_mcny"],
        "cost_without_mcny": without["cost_mcny"],
        "ours_cny_per_mwh": ours,
        "floor_cny_per_mwh": deal.ours,
        "room_cny_per_mwh": deal.room,
        "equal_split_cny_per_mwh": deal.equal_split,
        "cost_share_cny_per_mwh": deal.cost_share,
        "gain_mcny": max(0.0, deal.room) / 2 * energy / CNY_PER_MWH_FROM_MCNY_PER_GWH,
        "gap_share": max(with_["gap"], without["gap"]),
        "violation": max(with_["violation"], without["violation"]),
        "impossible": "",
    }
