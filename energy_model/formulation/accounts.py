"""Running cost of a block by category: the objective is their sum, and the cost tables are these rows evaluated."""

from energy_model.formulation import commitment
from energy_model.formulation.reserves import missing_cost


def running_cost(m) -> dict:
    """Pyomo expressions of the block's running cost [MCNY] by category.

    Fuel is not here: coal is bought once a year in the master, by mine and grade.
    """
    hours, price = m.hour, m.price
    return {
        "thermal_variable": sum(m.g.vom[g] * m.thermal_power[g, t] for g in m.thermal for t in hours),
        "starts": sum(commitment.start_cost(m, g, k) for g in m.thermal for k in m.step),
        "renewable_variable": sum(m.f.vom[j] * m.renewable_power[j, t] for j in m.feed for t in hours),
        "curtailment": -price.curtailment * sum(m.renewable_power[j, t] for j in m.feed for t in hours),
        "storage_variable": sum(m.s.vom[s] * m.discharge[s, t] for s in m.store for t in hours),
        "boiler_variable": sum(m.b.vom[b] * m.boiler_heat[b, t] for b in m.boiler for t in hours),
        "wheeling": sum(m.l.wheeling[c] * m.flow_forward[c, t] for c in m.corridor for t in hours)
        + sum(m.l.wheeling[c] * m.flow_backward[c, t] for c in m.reversible for t in hours),
        "load_shedding": price.lost_load * sum(m.shed[n, t] for n in m.load_bus for t in hours),
        "potline_shedding": sum(m.k.shed_cost[k] * m.potline_shed[k, t] for k in m.smelter for t in hours),
        "potline_restarts": sum(m.k.restart_cost[k] * m.restored[k, t] for k in m.restarting for t in hours),
        "heat_shedding": price.lost_heat * sum(m.heat_shed[a, t] for a in m.heat_area for t in hours),
        "reserve_shortfall": price.reserve_shortfall
        * (
            sum(m.reserve_short[g, t] for g in m.reserving for t in hours)
            + sum(m.reserve_down_short[g, t] for g in m.reserving_down for t in hours)
            + sum(len(m.hours_of[k]) * m.synchronous_short[g, k] for g in m.synchronous for k in m.step)
        )
        + missing_cost(m),
    }
