"""The contract: labels, documentation, and the shipped numbers against the facts they stand for."""

import pytest

from energy_model.study import contract


def test_contract_is_consistent():
    """Proves: references exist, defaults obey their own bounds and lists, keys are required.

    Sensitivity: a typing slip in contract.csv fails.
    """
    for table in contract.tables():
        assert contract.keys(table)
        for c in contract.columns(table):
            if c.ref:
                assert contract.column(*c.ref)
            assert not c.key or c.required
            if c.is_number and c.default not in ("", "required"):
                value = float(c.default)
                assert c.low is None or c.low <= value
                assert c.high is None or value <= c.high
            if c.values and c.default not in ("", "required"):
                assert c.default in c.values


def test_labels_and_markdown():
    """Proves: labels carry the unit in both languages; the documentation names every column of every table.

    Sensitivity: a dropped column or unit fails.
    """
    assert contract.label("plants", "capacity_mw", "en") == "gross capacity [MW]"
    assert contract.label("plants", "capacity_mw", "zh") == "装机容量（MW）"
    text = contract.contract_markdown()
    for table in contract.tables():
        assert f"## {table}.csv" in text
        section = text.split(f"## {table}.csv")[1].split("\n## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ")]
        assert len(rows) == len(contract.columns(table)) + 1
    with pytest.raises(KeyError, match="no column"):
        contract.column("plants", "capacity")


def test_shipped_fleet_and_loads(load):
    """Proves: the shipped fleet and loads sum to the known totals of their years.

    Sensitivity: a lost, doubled or misdated unit changes a total by tens of MW.
    """
    t = load("plan-2015").tables
    plants = t["plants"].merge(t["technologies"].query("vintage == 2012")[["technology", "kind"]], on="technology")

    def standing(year, kinds):
        alive = (plants.start_year <= year) & ~(plants.retired_year <= year)
        return plants[alive & plants.kind.isin(kinds)].capacity_mw.sum()

    coal = [standing(y, ["thermal", "chp"]) for y in (2010, 2011, 2012, 2015, 2020, 2023)]
    assert coal == [3620, 4220, 4220, 6540, 9252, 9252]
    wind = [standing(y, ["wind"]) for y in (2008, 2009, 2010, 2011, 2012, 2014)]
    assert wind == [50, 350, 1197, 2953, 3553, 4053]
    loads = t["loads"].query("case == 'plan-2015'").energy_gwh_per_year.sum()
    smelters = t["smelters"].query("case == 'plan-2015'")
    aluminium = (smelters.aluminium_kt_per_year * smelters.intensity_kwh_per_t).sum() / 1e3
    assert aluminium == pytest.approx(40_500)
    assert loads + aluminium == pytest.approx(54_500, rel=0.002)
