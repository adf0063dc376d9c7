r"""The largest unit on-line (最大单机) in each reserve region and microgrid, and what tie-lines take over when it trips.

The headroom of a region counts that of the unit itself. When the unit trips, its output and its own headroom, together its net capacity,
are gone: the rest covers its output exactly if the headroom of the region is at least the net capacity of the unit, whatever it generates.

Which units are on-line is continuous here. A cluster that runs entirely counts one unit in full, one that stands still none, and in between
in proportion: the lower convex envelope of "the size of a unit, if one is on-line", hence the tightest linear row (in whole units it would
need a binary column for each cluster). The table `largest_units` says by how much it counts too little in an hour.

With ``largest_unit = "standing"`` a unit that stands counts in full in every hour, on-line or not, as in GenX where the contingency is
that of installed units: the bound below the column. Which candidates stand depends on the plan; `solving.standing_units` repeats the solve
with those found built.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, declare, members_of, positive
from energy_model.formulation.corridors import in_service
from energy_model.formulation.equation import equation
from energy_model.formulation.thermal import most_online
from energy_model.study.largest_unit import (
    PUBLIC_GRID,
    areas,
    helpers_of,
    home_of,
    sharing_microgrids,
    standing,
    support_lines,
    unit_sizes,
)


def block_sets(m, y):
    """Areas that hold reserve for their largest unit, its clusters, and the corridors that take over for a microgrid."""
    area = areas(y)
    m.risk_area_of = area.to_dict()
    m.unit_size = unit_sizes(y).to_dict()
    stands = standing(y)
    declare(m, risk_area=dict.fromkeys(area), unit_online=area.index.difference(stands, sort=False))
    m.standing_unit = unit_sizes(y)[stands].groupby(area[stands]).max().to_dict()
    lines, asking = support_lines(y), sharing_microgrids(y)
    line = y.corridor.loc[lines]
    m.support_line = pyo.Set(dimen=2, initialize=[(g, c) for g in asking for c in lines], ordered=True)
    sides = [(g, c, d) for g, c in m.support_line for d in ("forward", "reverse")]
    m.support_side = pyo.Set(dimen=3, initialize=sides, ordered=True)
    helper = [(g, a) for g in asking for a in helpers_of(y, g)] if lines else []
    m.support_helper = pyo.Set(dimen=2, initialize=helper, ordered=True)
    places = [PUBLIC_GRID, *y.microgrid.index]
    m.support_into, m.support_out_of = members_of(home_of(y, line.to_bus), places), members_of(home_of(y, line.from_bus), places)
    inside = y.thermal[~y.thermal.node.map(y.bus.outside).astype(bool)]
    m.helping_thermal = members_of(home_of(y, inside.node), places)


def block_columns(m):
    """Size of the largest unit on-line, and change of the flow of corridors after its trip, along their direction [GW]."""
    positive(m, largest_unit=(m.risk_area, m.step))
    most = {c: 2 * m.l.emergency[c] * (m.l.existing[c] + m.l.max_new[c]) for _, c in m.support_line}
    m.tie_support = pyo.Var(m.support_line, m.hour, bounds=lambda m, g, c, t: (-most[c], most[c]))
    size = {a: max(m.unit_size[g] for g, home in m.risk_area_of.items() if home == a) for a in m.risk_area}
    for a, k in m.largest_unit:
        m.largest_unit[a, k].setlb(m.standing_unit.get(a, 0.0))
        m.largest_unit[a, k].setub(size[a])


def unit_on_line(m, a, k):
    """Size of the largest unit on-line in a region or microgrid [GW]; 0 where nothing asks for it."""
    return m.largest_unit[a, k] if a in m.risk_area else 0


def helped(m, g, a, t):
    """Power that reaches one of the microgrids, or the public grid, over its corridors when the largest unit of a microgrid trips [GW]."""
    if not len(m.support_helper):
        return 0
    into, out = m.support_into[a], m.support_out_of[a]
    return sum(m.tie_support[g, c, t] for c in into) - sum(m.tie_support[g, c, t] for c in out)


def taken_over(m, g, t):
    """Power that the corridors of a microgrid take over when its largest unit trips [GW]; 0 where none may."""
    return helped(m, g, g, t) if m.mg.largest_unit[g] else 0


@equation("unit_online step", "GW", "cost of a larger unit on-line, MCNY/GW per step")
def unit_at_risk(m, g, k):
    r"""The largest unit on-line of a region or microgrid is at least that of each of its clusters, in proportion to what runs.

    .. math::

       u_{a,k} \ge U_g\, o_{g,k} / O_g

    :math:`U` net capacity of one unit, at most that of the cluster, :math:`O` available capacity of the cluster with all that may be built.
    """
    return m.largest_unit[m.risk_area_of[g], k] - m.unit_size[g] / most_online(m)[g] * m.online[g, k] >= 0


@equation("support_side hour", "GW", "value of capacity of the tie-line after a trip, MCNY/GWh")
def tie_support_room(m, g, c, d, t):
    r"""After the trip of the largest unit of a microgrid no corridor carries more than its short-time rating, either way.

    .. math::

       -\hat\sigma_l (X_l - O_{l,t})\, [l\ \text{reversible}] \le f_{l,t} + v_{g,l,t} \le \hat\sigma_l (X_l - O_{l,t})

    :math:`v` ``tie_support`` for microgrid g, along the corridor; :math:`\hat\sigma` ``emergency_share``, :math:`O` capacity in planned
    outage [GW].
    """
    after = m.flow_forward[c, t] - (m.flow_backward[c, t] if c in m.reversible else 0) + m.tie_support[g, c, t]
    if d == "forward":
        return after <= m.l.emergency[c] * in_service(m, c, t)
    return -after <= (m.l.emergency[c] * in_service(m, c, t) if c in m.reversible else 0)


@equation("support_helper hour", "GW", "value of headroom beyond the tie-line, MCNY/GWh")
def tie_support_held(m, g, a, t):
    r"""What the public grid, or another microgrid, sends to the aid of a microgrid is limited by its headroom; the rest passes through.

    One unit trips at a time, so the same headroom serves every area.

    .. math::

       \sum_{l\ out\ of\ a} v_{g,l,t} - \sum_{l\ into\ a} v_{g,l,t}
       \le \sum_{i \in a} \left[ (1-\mu_i)\, o_{i,k(t)} - q_{i,t} \right] + \sum_{s \in a} r_{s,t}

    :math:`r` ``store_reserve`` of a microgrid.
    """
    thermal = sum((1 - m.g.min_load_share[i]) * m.online[i, m.step_of[t]] - m.above_minimum[i, t] for i in m.helping_thermal[a])
    stores = sum(m.store_reserve[s, t] for s in m.store_in.get(a, []) if s in m.reserving_store)
    return -helped(m, g, a, t) <= thermal + stores


COMPONENT = Component(__name__, block_sets=block_sets, block_columns=block_columns)
