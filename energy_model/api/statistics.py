"""Figures of a plan summed by kind, place or element, in pandas with units in the column names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.indicators import full_load_hours
from energy_model.study.nearest import likely

Grouping = Literal["kind", "technology", "node", "element"]
PRICE = "cny_per_mwh"


class UnknownGroupingError(EnergyModelError):
    """Figures cannot be grouped as asked."""


@dataclass(frozen=True)
class Statistics:
    """Figures of a plan; each method returns a table with a named index.

    Attributes
    ----------
    tables : Mapping of str to DataFrame
    data : Dataset
    """

    tables: Mapping[str, pd.DataFrame]
    data: xr.Dataset

    def capacity(self, by: Grouping = "kind") -> pd.DataFrame:
        """Capacity of plants, stores and heat sources: ``existing_mw``, ``new_mw``, ``capacity_mw`` and, of stores, ``storage_mwh``.

        Parameters
        ----------
        by : {"kind", "technology", "node", "element"}
        """
        return self._grouped("capacity", by, ["existing_mw", "new_mw", "capacity_mw", "storage_mwh"])

    def energy(self, by: Grouping = "kind") -> pd.DataFrame:
        """Energy of a year: ``gross_gwh``, ``sent_out_gwh`` (after own use) and ``full_load_h``.

        Parameters
        ----------
        by : {"kind", "technology", "node", "element"}
        """
        found = self._grouped("capacity", by, ["capacity_mw", "gross_gwh", "sent_out_gwh"])
        found["full_load_h"] = full_load_hours(found.gross_gwh, found.capacity_mw)
        return found.drop(columns="capacity_mw")

    def balance(self) -> pd.DataFrame:
        """Supply and demand of the whole city in a year, which add up: ``energy_gwh`` by side and item."""
        return self.tables["energy_account"].set_index(["side", "item"])

    def curtailment(self, by: Literal["carrier", "node", "feed"] = "carrier") -> pd.DataFrame:
        """Wind and solar energy: ``available_gwh``, ``used_gwh``, ``curtailed_gwh`` and ``curtailed_share``.

        Parameters
        ----------
        by : {"carrier", "node", "feed"}
            A feed is the wind or the sun of one node.
        """
        found = self._grouped("curtailment", by, ["available_gwh", "used_gwh", "curtailed_gwh"])
        return found.assign(curtailed_share=ratio(found.curtailed_gwh, found.available_gwh, LEAST_GWH))

    def prices(self, by: Literal["bus", "month", "hour"] = "bus") -> pd.DataFrame:
        """Price of one more megawatt hour at each bus [CNY/MWh]: mean and quantiles over the year, or means by month or hour of day.

        Parameters
        ----------
        by : {"bus", "month", "hour"}
            With month and hour the columns are buses.
        """
        if by == "bus":
            return self.tables["prices"].set_index("bus")
        if by not in ("month", "hour"):
            raise _unknown(by, ("bus", "month", "hour"))
        price = self.data["dual_nodal_balance"].transpose("time", "bus").to_pandas()
        group, weight = getattr(price.index, by), self.data["weight"].to_numpy()
        found = price.mul(weight, axis=0).groupby(group).sum().div(pd.Series(weight).groupby(np.asarray(group)).sum(), axis=0)
        return found.rename_axis(by).add_suffix(f"_{PRICE}").rename_axis(columns=None)

    def costs(self) -> pd.DataFrame:
        """Cost by category, without those that are zero; the last row is the total: ``cost_mcny``."""
        table = self.tables["costs"].set_index("category")
        return table[(table.cost_mcny != 0.0) | (table.index == "total")]

    def corridors(self) -> pd.DataFrame:
        """Corridors: capacity, energy, utilisation and hours at the limit."""
        return self.tables["corridors"].set_index("corridor")

    def clauses(self) -> pd.DataFrame:
        """Clauses of the plan: what is asked and reached, verdict and shadow price."""
        return self.tables["clauses"].set_index("target")

    def _grouped(self, name: str, by: str, columns: list[str]) -> pd.DataFrame:
        table = self.tables[name]
        text = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
        known = [c for c in text if not c.startswith("name_")]
        if by not in known:
            raise _unknown(by, known)
        return table.groupby(by, sort=False)[[c for c in columns if c in table]].sum(min_count=1)


def _unknown(by: str, known: list[str] | tuple[str, ...]) -> UnknownGroupingError:
    listed = ", ".join(known)
    return UnknownGroupingError(
        say(f"Figures cannot be grouped by '{by}'. ", f"不能按 '{by}' 分组。")
        + likely(by, known)
        + say(f"Known: {listed}", f"可选：{listed}")
    )
