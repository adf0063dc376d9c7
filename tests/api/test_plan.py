"""Plans in Python: statistics against the hours, figures, saving and opening."""

import numpy as np
import pytest

import energy_model as em
from energy_model.language import speaking
from tests.support.example import three_nodes


def yearly_gwh(plan, name):
    """Sum of a variable over the year [GWh], from its hours alone."""
    return float((plan.data[name] * plan.data["weight"]).sum()) / 1e3


def test_statistics_are_sums_of_the_hours(plan):
    """Proves: capacity, energy, curtailment and prices equal what the hourly dataset gives when it is summed here, in every grouping, and
    all columns name their unit. Sensitivity: gross for net, hours not weighted to the year, a grouping that loses rows.
    """
    s = plan.statistics
    for by in ("kind", "technology", "node", "element"):
        energy, capacity = s.energy(by), s.capacity(by)
        assert energy.sent_out_gwh.sum() == pytest.approx(sum(yearly_gwh(plan, n) for n in ("thermal_mw", "resource_mw", "discharge_mw")))
        assert capacity.index.name == energy.index.name == by
        assert (capacity.existing_mw + capacity.new_mw).sum() == pytest.approx(capacity.capacity_mw.sum())
    wind = plan.data.renewable_capacity_mw.to_series().filter(like="wind").sum()
    assert s.capacity().capacity_mw["wind"] == pytest.approx(wind)
    assert s.capacity().storage_mwh["battery"] == pytest.approx(float(plan.data.store_energy_capacity_mwh.sum()))
    assert np.isnan(s.capacity().storage_mwh["wind"])
    assert s.curtailment().curtailed_gwh.sum() == pytest.approx(yearly_gwh(plan, "curtailed_mw"))
    assert s.curtailment("node").used_gwh.sum() == pytest.approx(yearly_gwh(plan, "renewable_mw"))
    hours = s.prices("hour")
    assert len(hours) == 24
    assert list(hours.columns) == [f"{bus}_cny_per_mwh" for bus in plan.data.bus.to_numpy()]
    price = plan.data.dual_nodal_balance.sel(bus="CITY").to_series()
    assert hours["CITY_cny_per_mwh"][5] == pytest.approx(price[price.index.hour == 5].mean())
    assert s.prices("month").iloc[0, 0] == pytest.approx(float(plan.data.dual_nodal_balance[0].mean()))
    for table in (s.capacity(), s.energy(), s.curtailment(), s.balance(), s.costs(), hours):
        assert all(c.endswith(("_mw", "_mwh", "_gwh", "_h", "_share", "_mcny", "_cny_per_mwh")) for c in table.columns), table.columns
    supply = s.balance().energy_gwh
    assert supply["supply"].sum() == pytest.approx(supply["demand"].sum())
    costs = s.costs().cost_mcny
    assert costs["total"] == pytest.approx(plan.cost_mcny) == pytest.approx(costs.drop("total").sum())


def test_unknown_groupings_views_and_tables_are_refused_with_what_is_known(plan):
    """Proves: each refusal names the near or known names. Sensitivity: a KeyError of pandas, or an empty figure."""
    with speaking("en"):
        with pytest.raises(em.EnergyModelError, match=r"mean node\?"):
            plan.statistics.capacity("nod")
        with pytest.raises(em.EnergyModelError, match="month"):
            plan.statistics.prices("year")
        with pytest.raises(em.EnergyModelError, match="node:CITY"):
            plan.plot.dispatch(place="node:CITTY")
        with pytest.raises(em.EnergyModelError, match="calm"):
            plan.plot.dispatch(week="stormy")
        with pytest.raises(em.EnergyModelError, match="has 1"):
            plan.plot.dispatch(week=2)
        with pytest.raises(em.EnergyModelError, match="price"):
            plan.plot.duration("prize")
        with pytest.raises(KeyError, match=r"capacity\?"):
            plan.tables["capacities"]
        with pytest.raises(KeyError, match="frontier"):
            plan.tables["frontier_co2"]


def test_figures_show_the_hours(plan):
    """Proves: the bands of the dispatch above zero, less those below, are the demand of the place in every hour; the duration curve falls
    and spans the year; titles carry scenario and notice. Sensitivity: a series left out, drawn twice or with the wrong sign.
    """
    for place in ("city", "node:CITY"):
        figure = plan.plot.dispatch(week=1, place=place)
        bands = [t for t in figure.data if t.stackgroup and t.name not in ("curtailment", "弃风弃光")]
        demand = next(t for t in figure.data if t.name in ("local demand", "本地用电"))
        assert np.sum([t.y for t in bands], axis=0) == pytest.approx(np.asarray(demand.y), abs=1e-6)
        assert len(demand.x) == 48
        assert "base" in figure.layout.title.text
    curve = plan.plot.duration("demand").data[0]
    assert np.all(np.diff(curve.y) <= 0)
    assert curve.x[-1] == pytest.approx(8760)
    bars = plan.plot.capacity()
    assert sum(np.sum(t.y) for t in bars.data) == pytest.approx(plan.statistics.capacity().capacity_mw.sum())
    with speaking("zh"):
        assert "生产模拟" in plan.plot.dispatch(week="wind").layout.title.text


def test_a_plan_is_saved_whole_and_opened_as_it_was(plan, tmp_path):
    """Proves: a saved plan has the same figures and hours, with pages where asked for; a folder with something in it is kept unless told.
    Sensitivity: a file left behind, or a result written over another.
    """
    kept = plan.save(tmp_path / "kept")
    assert {p.name for p in kept.folder.iterdir()} >= {"map.html", "report.html", "tables.xlsx", "results.nc", "manifest.json"}
    again = em.open(kept.folder)
    assert again.cost_mcny == plan.cost_mcny
    assert again.certificate.passed
    assert again.certificate == plan.certificate
    assert again.data.equals(plan.data)
    assert sorted(again.tables) == sorted(plan.tables)
    with pytest.raises(em.StoreError, match="kept"):
        plan.save(tmp_path / "kept", pages=False)
    bare = plan.save(tmp_path / "kept", pages=False, overwrite=True)
    assert not (bare.folder / "map.html").exists()


def test_a_plan_lives_as_long_as_it_is_held():
    """Proves: the temporary folder of a plan that was not saved goes with it, not before. Sensitivity: a folder that is left on disk, or
    one that is gone while a study made from it is in use.
    """
    plan = three_nodes().optimize("hours:24", threads=1)
    folder = plan.folder
    tables = plan.tables
    assert len(tables) > 30
    assert plan.data.sizes["time"] == 24
    del plan, tables
    assert not folder.exists()
