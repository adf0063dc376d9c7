"""What power flow and quadratic losses need of the inputs: all that is missing is named at once."""

import pytest

from energy_model.study.load import load_study

DC = '[network]\npower_flow = "dc"\n'
TANGENTS = '[network]\nlosses = "tangents"\n'


@pytest.fixture
def bare(inputs):
    """Inputs without the reactance of two AC corridors, the resistance of two, circuits of one and the size of a new circuit of another."""
    for corridor in ("C01", "C22", "C04"):
        inputs.put("corridors", inputs.find("corridors", corridor=corridor), "reactance_ohm_per_km", "")
    for corridor in ("C14", "D01"):
        inputs.put("corridors", inputs.find("corridors", corridor=corridor), "resistance_ohm_per_km", "")
    inputs.put("corridors", inputs.find("corridors", corridor="C02"), "circuits", "0")
    inputs.put("corridors", inputs.find("corridors", corridor="C07"), "new_circuit_mw", "0")
    return inputs


def found(inputs, text: str) -> set[tuple]:
    inputs.scenario(text)
    header = inputs.rows("corridors")[0]
    names = [row[header.index("corridor")] for row in inputs.rows("corridors")]
    return {(names[e.row - 1], e.column, e.rule) for e in inputs.errors("mine") if e.file == "corridors.csv"}


CIRCUITS = {("C02", "circuits", "missing_value"), ("C07", "new_circuit_mw", "missing_value")}


def test_power_flow_names_every_corridor_without_reactance_at_once(bare):
    """Proves: with power flow dc both AC corridors without reactance are named, with the missing circuits; an HVDC link needs none.
    Sensitivity: fails if only the first is named, or if losses' resistance is asked for too.
    """
    assert found(bare, DC) == CIRCUITS | {(c, "reactance_ohm_per_km", "missing_value") for c in ("C01", "C22")}


def test_tangents_name_every_corridor_without_resistance(bare):
    """Proves: with tangents the AC corridors without resistance are named, the dedicated one too; reactance is not asked for.
    Sensitivity: fails if a dedicated line, which takes no part in Kirchhoff's law, is taken to lose nothing.
    """
    assert found(bare, TANGENTS) == CIRCUITS | {(c, "resistance_ohm_per_km", "missing_value") for c in ("C14", "D01")}


def test_the_default_asks_for_nothing(bare):
    """Proves: transport flows with linear losses read the same tables without complaint.
    Sensitivity: fails if the electrical data become required for everybody.
    """
    assert load_study(bare.path, "plan-2015").settings.network.power_flow == "transport"


def test_a_line_of_a_dc_network_needs_resistance_for_power_flow(inputs):
    """Proves: a line of a DC network is asked for resistance, not reactance, by power flow dc.
    Sensitivity: fails if kind dc is treated like a steered link.
    """
    row = inputs.find("corridors", corridor="C18")
    for column, value in (("kind", "dc"), ("reactance_ohm_per_km", ""), ("resistance_ohm_per_km", "")):
        inputs.put("corridors", row, column, value)
    assert found(inputs, DC) == {("C18", "resistance_ohm_per_km", "missing_value")}


def test_an_island_without_a_plant_that_holds_its_frequency_is_named(inputs):
    """Proves: with Kulun fed by direct-current lines alone, only wind and sun stand in its AC island: it is named once, and under power
    flow dc only.
    Sensitivity: fails if any plant, or a DC line, counts as holding the frequency.
    """
    for corridor in ("C23", "C24"):
        row = inputs.find("corridors", corridor=corridor)
        inputs.put("corridors", row, "kind", "dc")
    candidates = inputs.rows("candidates")
    for row in [i for i, r in enumerate(candidates, start=1) if "KULUN" in r and not r[0].startswith(("wind", "pv"))]:
        inputs.put("candidates", row, "max_new_mw", "0")
        inputs.put("candidates", row, "min_new_mw", "0")
    inputs.scenario(DC)
    errors = [(e.file, e.column, e.value, e.rule) for e in inputs.errors("mine") if e.rule == "no_slack"]
    assert errors == [("nodes.csv", "node", "KULUN", "no_slack")]
    assert load_study(inputs.path, "plan-2015")


def test_electrical_data_in_model_units(inputs):
    """Proves: C01, 330 km of 0.27 ohm/km at 500 kV, has a reactance of 0.27 x 330 / 500^2 per MW = 0.3564 per GW and circuit, half of that
    with its two circuits; 0.02 ohm/km lose 0.0264 per GW. The link C04 and the dedicated line D01 take no part in the law; D01 loses
    quadratically; quadratic losses replace the share.
    Sensitivity: a wrong power of ten or of the voltage changes the numbers.
    """
    from energy_model.study.build_system import build_system

    inputs.scenario('[network]\npower_flow = "dc"\nlosses = "tangents"\n[study]\nfleet_year = 2024\n')
    c = build_system(load_study(inputs.path, "mine")).corridor
    assert c.impedance_per_gw["C01"] == pytest.approx(0.3564)
    assert c.resistance_per_gw["C01"] == pytest.approx(0.0264)
    assert (c.circuits["C01"], c.circuits_per_gw["C01"], c.loss_share["C01"]) == (2.0, 1.0, 0.0)
    assert c.impedance_per_gw[["C04", "D01"]].isna().all()
    assert c.resistance_per_gw[["C04", "D01"]].notna().tolist() == [False, True]
    assert c.loss_share["C04"] == pytest.approx(0.048)
