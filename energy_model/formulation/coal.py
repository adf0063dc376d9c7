"""Coal: mines, grades and delivery, balanced once a year."""

from energy_model.formulation.equation import equation


@equation("fuel_user", "TJ", "delivered price of coal at the user, MCNY/TJ (1000 x CNY/GJ)", part="master")
def fuel_balance(m, u):
    r"""Coal delivered to a plant in the year equals the fuel it burns.

    .. math::

       \sum_{i} C_{i,u} = F_u
    """
    return sum(m.coal[i, u] for i in m.mines_of[u]) == m.fuel_of[u]


@equation("coal_user", "kt", "price of coal at another user, MCNY/kt", part="master")
def other_coal_balance(m, v):
    r"""Chemistry and rail receive their contracted tonnes.

    .. math::

       \sum_i O_{i,v} = D_v
    """
    return sum(m.other_coal[i, v] for i in m.mines_of_other[v]) == m.v.demand_kt_per_year[v]


@equation("mine", "kt", "scarcity value of coal, MCNY/kt (1000 x CNY/t)", part="master")
def mine_limit(m, i):
    r"""A mine gives no more than its yearly capacity, to power, chemistry and rail together.

    .. math::

       \sum_u C_{i,u}/LHV + \sum_v O_{i,v} \le M_i
    """
    power = sum(m.p.kt_per_tj[i, u] * m.coal[i, u] for u in m.users_of[i])
    return power + sum(m.other_coal[i, v] for v in m.other_users_of[i]) <= m.i.capacity_kt_per_year[i]


def used_kt(m, c):
    """Coal of all mines, or of the one that is the scope of a clause [kt]."""
    burnt = sum(m.p.kt_per_tj[p] * m.coal[p] for p in m.pair if m.c.scope[c] in (None, p[0]))
    return burnt + sum(m.other_coal[p] for p in m.other_pair if m.c.scope[c] in (None, p[0]))


def co2_kt(m):
    """Carbon dioxide of the coal that is burnt [kt]."""
    return sum(m.p.co2_kt_per_tj[p] * m.coal[p] for p in m.pair)
