"""Unit commitment of clusters beyond minimum load: minimum times, start costs by class, whole units. All are optional.

After Knueven, Ostrowski and Watson (2020), "On mixed-integer programming formulations for the unit commitment problem", INFORMS Journal
on Computing 32(4), with the clusters of Palmintier and Webster (2016): capacity [GW] replaces binary variables. The minimum times are the
facets of Rajan and Takriti (2005), the tightest formulation. Sums look back across block boundaries as far as necessary.
"""

import math

import pyomo.environ as pyo

from energy_model.formulation.component import Component, bound, declare, positive
from energy_model.formulation.equation import equation
from energy_model.formulation.thermal import most_online

CLASSES = ("hot", "warm")
"""Temperature classes of a start that need a unit which stopped not long ago; every other start is cold."""


def block_sets(m, y):
    """Clusters by the rows they need."""
    for name, found in kinds(y.thermal, y.options.commitment, m.step_h).items():
        setattr(m, name, found)
    declare(
        m,
        starting=[i for i in m.thermal if i not in m.up_steps],
        tracked=m.up_steps,
        classed=[i for i in m.thermal if m.classes_of[i]],
        whole=y.thermal.index[y.thermal.whole],
        start_class=m.class_steps,
    )


def kinds(g, options, step_h: int) -> dict:
    """Clusters by the rows that apply to them, and the number of steps that these look back.

    Parameters
    ----------
    g : DataFrame
        Thermal clusters of the system.
    options : CommitmentSettings
    step_h : int
        Length of a commitment step [h].

    Returns
    -------
    dict
        ``up_steps``, ``down_steps`` (cluster -> minimum steps, for the clusters whose stops are columns), ``class_steps`` ((cluster,
        class) -> steps in the class), ``classes_of`` (cluster -> its classes), ``by_temperature`` (clusters whose starts are paid by
        class).  A minimum time within one step holds by itself; a class shorter than a step never occurs.
    """
    up, down = (dict((g[c] // step_h).clip(lower=1).astype(int)) if options.minimum_times else {} for c in ("min_up_h", "min_down_h"))
    classes: dict[tuple[str, str], int] = {}
    for i in g.index if options.start_classes else []:
        hot, warm = int(g.hot_start_h[i] // step_h), int(g.warm_start_h[i] // step_h)
        classes |= {(i, name): n for name, n in (("hot", hot), ("warm", warm - hot)) if n > 0}
    classes_of = {i: [c for c in CLASSES if (i, c) in classes] for i in g.index}
    tracked = [i for i in g.index if max(up.get(i, 1), down.get(i, 1)) > 1 or classes_of[i]]
    return {
        "up_steps": {i: up.get(i, 1) for i in tracked},
        "down_steps": {i: down.get(i, 1) for i in tracked},
        "class_steps": classes,
        "classes_of": classes_of,
        "by_temperature": set(g.index) if options.start_classes else set(),
    }


def block_columns(m):
    """Starts, stops and warm stocks [GW], by step; columns that rows look back at begin before the block."""

    def times(back: int) -> range:
        return range(2 - back, len(m.step) + 1)

    first = {g: m.class_steps[g, own[0]] for g, own in m.classes_of.items() if own}
    after = {(g, own[0]): m.class_steps[g, own[1]] for g, own in m.classes_of.items() if len(own) > 1}
    places = {
        "started": [(g, k) for g in m.thermal for k in times(m.up_steps.get(g, 1))],
        "stopped": [(g, k) for g in m.tracked for k in times(max(m.down_steps[g], first.get(g, 1)))],
        "class_start": [(g, c, k) for g, c in m.start_class for k in times(1)],
        "class_stock": [(g, c, k) for g, c in m.start_class for k in times(2)],
        "cooled": [(g, c, k) for g, c in m.start_class for k in times(after.get((g, c), 1))],
    }
    most = most_online(m)
    for name, index in places.items():
        positive(m, **{name: (index,)})
        bound(getattr(m, name), most)
    m.units = pyo.Var(m.whole, m.step, within=pyo.NonNegativeIntegers)
    bound(m.units, {g: math.ceil((m.g.existing[g] + m.g.max_new[g]) / m.g.unit_gw[g] - 1e-9) for g in m.whole})


def running_cost(m):
    """Starts [MCNY]."""
    return {"starts": sum(start_cost(m, g, k) for g in m.thermal for k in m.step)}


def start_cost(m, g, k):
    """Cost of the starts of a step [MCNY]: by start class if modelled, else the price of a warm start."""
    if g not in m.by_temperature:
        return m.g.start_cost[g] * m.started[g, k]
    price = {"hot": m.g.start_cost_hot[g], "warm": m.g.start_cost[g]}
    saved = sum((m.g.start_cost_cold[g] - price[c]) * m.class_start[g, c, k] for c in m.classes_of[g])
    return m.g.start_cost_cold[g] * m.started[g, k] - saved


def left_before(m, g, c, k):
    """Capacity entering a start class: stops, or capacity cooled from the hotter class."""
    place = m.classes_of[g].index(c)
    return m.cooled[g, m.classes_of[g][place - 1], k] if place else m.stopped[g, k]


@equation("tracked step", "GW", "cost of one more GW online from this step on, MCNY/GW")
def unit_balance(m, g, k):
    r"""Change of online capacity from step to step: capacity started minus capacity stopped.

    .. math::

       o_{g,k} - o_{g,k-1} = z_{g,k} - y_{g,k}

    :math:`z` ``started``, :math:`y` ``stopped`` [GW].  Replaces `start_up` for clusters with minimum times or start classes.
    """
    return m.online[g, k] - m.online[g, k - 1] == m.started[g, k] - m.stopped[g, k]


@equation("tracked step", "GW", "value of stopping earlier, MCNY/GW per step")
def minimum_up_time(m, g, k):
    r"""Capacity started within the minimum up time is still online.

    .. math::

       \sum_{i=k-U_g+1}^{k} z_{g,i} \le o_{g,k}

    :math:`U` minimum up time [steps].
    """
    return sum(m.started[g, i] for i in range(k - m.up_steps[g] + 1, k + 1)) <= m.online[g, k]


@equation("tracked step", "GW", "value of starting earlier, MCNY/GW per step")
def minimum_down_time(m, g, k):
    r"""Capacity stopped within the minimum down time is still offline.

    .. math::

       \sum_{i=k-D_g+1}^{k} y_{g,i} \le (1-\alpha_g)(1-\omega_g)\, X_g - o_{g,k}

    :math:`D` minimum down time [steps], :math:`X` capacity as in `online_limit`, which this row implies.
    """
    return resting(m, g, k) + m.online[g, k] <= m.g.online_share[g] * m.capacity_thermal[g]


def resting(m, g, k):
    """Capacity stopped within the minimum down time that cannot start yet [GW]; 0 without such a time."""
    return sum(m.stopped[g, i] for i in range(k - m.down_steps[g] + 1, k + 1)) if g in m.tracked else 0.0


@equation("start_class step", "GW", "value of one more GW that is still warm, MCNY/GW")
def class_balance(m, g, c, k):
    r"""Stock of offline capacity that is still hot (or warm): stops add to it, starts and cooling reduce it.

    .. math::

       P_{g,c,k} = P_{g,c,k-1} + y_{g,c,k} - z_{g,c,k} - r_{g,c,k}

    :math:`P` ``class_stock``, :math:`z` ``class_start`` (paid at the price of the class), :math:`r` ``cooled``; :math:`y` is ``stopped``
    for the hottest class and what has cooled out of the hotter one for the other [GW].
    """
    inflow = left_before(m, g, c, k)
    before = m.class_stock[g, c, k - 1]
    return m.class_stock[g, c, k] == before + inflow - m.class_start[g, c, k] - m.cooled[g, c, k]


@equation("start_class step", "GW", "cost of cooling down, MCNY/GW")
def class_limit(m, g, c, k):
    r"""Capacity stays in a start class no longer than the class lasts.

    First in, first out: a stock no larger than the capacity that entered during the last :math:`H` steps contains nothing older; so one
    stop never serves two starts, which limits on single steps would allow in a cluster.

    .. math::

       P_{g,c,k} \le \sum_{i=k-H_{g,c}+1}^{k} y_{g,c,i}

    :math:`H` duration of the class [steps].
    """
    return m.class_stock[g, c, k] <= sum(left_before(m, g, c, i) for i in range(k - m.class_steps[g, c] + 1, k + 1))


@equation("classed step", "GW", "value of one more start at a lower price, MCNY/GW")
def class_start_limit(m, g, k):
    r"""Hot and warm starts are part of all starts; the remainder is cold.

    .. math::

       \sum_c z_{g,c,k} \le z_{g,k}
    """
    return sum(m.class_start[g, c, k] for c in m.classes_of[g]) <= m.started[g, k]


@equation("whole step", "GW", "value of one more GW beyond whole units, MCNY/GW per step")
def whole_units(m, g, k):
    r"""Online capacity is a whole number of units of equal size, each with the average availability of its cluster.

    .. math::

       o_{g,k} = (1-\alpha_g)(1-\omega_g)\, A_g\, n_{g,k}, \qquad n_{g,k} \in \{0, 1, 2, \dots\}

    :math:`A` unit size [GW gross], :math:`n` ``units``.
    """
    return m.online[g, k] == m.g.online_share[g] * m.g.unit_gw[g] * m.units[g, k]


COMPONENT = Component(
    __name__, block_sets=block_sets, block_columns=block_columns, running_cost=running_cost,
    history={"started": "step", "stopped": "step", "class_stock": "step", "cooled": "step"},
)  # fmt: skip
