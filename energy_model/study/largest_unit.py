"""Which regions and microgrids hold reserve for their largest unit on-line, how large it is, and which corridors help a microgrid."""

from __future__ import annotations

import pandas as pd

from energy_model.study.system import System

PUBLIC_GRID = "public_grid"
"""All that lies in no microgrid."""


def sharing_microgrids(y: System) -> pd.Index:
    """Microgrids that hold reserve for their largest unit, less what their corridors take over."""
    return y.microgrid.index[y.microgrid.largest_unit.astype(bool)]


def asking_regions(y: System) -> set[str]:
    """Reserve regions some product of which asks for the largest unit on-line."""
    if not y.options.reserves.enabled or not len(y.reserve):
        return set()
    return set(y.reserve.index[y.reserve.largest_unit_share > 0].get_level_values(1))


def unit_sizes(y: System) -> pd.Series:
    """Net capacity of one unit of each cluster, at most that of the whole cluster [GW]."""
    g = y.thermal
    return (pd.concat([g.unit_gw, g.existing + g.max_new], axis=1).min(axis=1) * g.net_share).astype(float)


def areas(y: System) -> pd.Series:
    """Region or microgrid of each cluster whose unit counts there."""
    g, regions = y.thermal, asking_regions(y)
    inside, region = g.node.map(y.bus.microgrid), g.node.map(y.bus.region)
    area = inside.where(inside.isin(sharing_microgrids(y)), region.where(region.isin(regions) & inside.isna()))
    return area[area.notna() & (unit_sizes(y) > 0) & (g.online_share * (g.existing + g.max_new) > 0)]


def standing(y: System) -> pd.Index:
    """Clusters whose unit counts in full in every hour, as one stands, is required, or was found built by an earlier solve."""
    g = y.thermal.loc[areas(y).index]
    stands = (g.existing + g.min_new > 0) | g.found_built.astype(bool)
    return g.index[stands & (y.options.reserves.largest_unit == "standing")]


def unit_on_line(y: System, area: str, online: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Largest unit on-line of a region or microgrid as the rows count it, and in full as soon as one runs [GW].

    Parameters
    ----------
    y : System
    area : str
    online : DataFrame
        Net capacity on-line of all clusters (rows) by hour [GW].

    Returns
    -------
    counted, in_full : Series
        By hour. The first is in proportion to what runs, in full of clusters that stand where the option says so. The second is the size
        of a unit, or what is on-line of the cluster where that is less.
    """
    of = areas(y)
    own, size, g = of.index[of == area], unit_sizes(y), y.thermal
    most = (g.online_share * (g.existing + g.max_new))[own]
    on = online.loc[own]
    counted = on.mul(size[own] / most, axis=0)
    for g in own.intersection(standing(y)):
        counted.loc[g] = size[g]
    return counted.max(axis=0).fillna(0.0), on.clip(upper=size[own], axis=0).max(axis=0).fillna(0.0)


def support_lines(y: System) -> list[str]:
    """Corridors over which help reaches a microgrid: those at the border of some microgrid.

    Corridors to receiving markets and neighbouring provinces, dedicated ones, and those that carry no reserve help nobody.
    """
    abroad = y.bus.market | y.bus.outside
    line = y.corridor[y.corridor.shares_reserve.astype(bool) & y.corridor.dedicated_to.isna()]
    start, end = home_of(y, line.from_bus), home_of(y, line.to_bus)
    border = (start != end) & ~line.from_bus.map(abroad).astype(bool) & ~line.to_bus.map(abroad).astype(bool)
    return list(line.index[border]) if len(sharing_microgrids(y)) else []


def home_of(y: System, node: pd.Series) -> pd.Series:
    """Microgrid of nodes, or the public grid."""
    return node.map(y.bus.microgrid).astype(object).fillna(PUBLIC_GRID)


def helpers_of(y: System, microgrid: str) -> list[str]:
    """Who may help a microgrid: the public grid and the other microgrids."""
    return [PUBLIC_GRID, *y.microgrid.index[y.microgrid.index != microgrid]]
