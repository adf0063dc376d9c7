"""What of a PyPSA network our tables cannot carry is refused by name, all of it at once; unsafe files are not read."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("pypsa")
from energy_model import cli
from energy_model.exchange import pypsa_read
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import read_network
from energy_model.exchange.refusals import REASONS, NetworkFileError, NetworkRefused
from energy_model.exchange.written import write_study
from tests.support.pypsa_networks import NETWORKS, network


def small():
    """Two buses with one of everything, all of which can be carried."""
    n = network(6)
    n.add("Bus", ["a", "b"], v_nom=220.0)
    n.add("Load", "l", bus="b", p_set=10.0)
    n.add("Generator", "g", bus="a", p_nom=50.0, marginal_cost=9.0, carrier="gas")
    n.add("Generator", "w", bus="a", p_nom=50.0, carrier="wind", p_max_pu=np.linspace(0.1, 0.9, 6))
    n.add("StorageUnit", "u", bus="b", p_nom=5.0)
    n.add("Store", "s", bus="b", e_nom=5.0)
    n.add("Line", "ab", bus0="a", bus1="b", x=1.0, s_nom=50.0)
    n.add("Line", "ab2", bus0="a", bus1="b", x=2.0, s_nom=50.0)
    n.add("Link", "k", bus0="a", bus1="b", p_nom=5.0)
    return n


def refusals(n, folder: Path) -> set[tuple]:
    """(component, name, attribute, reason) of everything refused."""
    n.export_to_netcdf(folder / "net.nc")
    found = read_network(folder / "net.nc")
    with pytest.raises(NetworkRefused) as caught:
        write_study(found, import_network(found), folder / "study")
    for r in caught.value.refusals:
        assert r.value
        assert r.value in r.en
        assert r.name in r.zh
        assert "{hint}" not in r.en
    return {(r.component, r.name, r.attribute, r.reason) for r in caught.value.refusals}


HOURLY = np.linspace(0.5, 1.0, 6)
CELLS = [
    ("Generator", "g", "p_nom_mod", 10.0, "modular"),
    ("Generator", "g", "p_nom_set", 3.0, "fixed"),
    ("Generator", "g", "marginal_cost_quadratic", 0.1, "quadratic"),
    ("Generator", "g", "overnight_cost", 10.0, "overnight"),
    ("Generator", "g", "shut_down_cost", 5.0, "commitment"),
    ("Generator", "g", "stand_by_cost", 5.0, "commitment"),
    ("Generator", "g", "ramp_limit_start_up", 0.5, "commitment"),
    ("Generator", "g", "bus", "nowhere", "unknown_bus"),
    ("Generator", "g", "p_min_pu", 1.5, "contradiction"),
    ("Generator", "g", "p_nom", np.inf, "range"),
    ("Generator", "g", "efficiency", 0.0, "range"),
    ("Generator", "g", "p_init", 5.0, "initial"),
    ("Generator", "w", "committable", True, "varying"),
    ("StorageUnit", "u", "max_hours", 0.0, "range"),
    ("StorageUnit", "u", "cyclic_state_of_charge_per_period", True, "periods"),
    ("Line", "ab", "type", "Al/St of nobody", "unknown_type"),
    ("Line", "ab", "x", 0.0, "impedance"),
    ("Line", "ab", "s_nom", 0.0, "no_capacity"),
    ("Line", "ab", "v_ang_max", 0.5, "angle"),
    ("Line", "ab", "s_max_pu", 0.0, "range"),
    ("Link", "k", "committable", True, "link_commitment"),
    ("Link", "k", "delay", 1, "delay"),
]
SERIES = [
    ("Generator", "g", "marginal_cost_quadratic", HOURLY, "quadratic"),
    ("Generator", "g", "shut_down_cost", HOURLY, "commitment"),
    ("StorageUnit", "u", "p_dispatch_set", HOURLY, "fixed"),
    ("Link", "k", "stand_by_cost", HOURLY, "link_commitment"),
]


@pytest.mark.slow
@pytest.mark.parametrize("cells", [CELLS], ids=["all"])
def test_every_cell_that_cannot_be_carried_is_named(cells, tmp_path):
    """Proves: each attribute that has no counterpart is refused with its component, name and reason, and an error of one does not hide
    itself behind a neutral reading. Sensitivity: an attribute that is silently dropped changes the optimum and nobody knows.
    """
    n = small()
    for k, (kind, name, attribute, value, reason) in enumerate(cells):
        component = n.components[kind]
        sound, component.static = component.static, component.static.copy()
        component.static.loc[name, attribute] = value
        (folder := tmp_path / str(k)).mkdir()
        assert (kind, name, attribute, reason) in refusals(n, folder), (kind, attribute)
        component.static = sound


@pytest.mark.parametrize(("kind", "name", "attribute", "values", "reason"), SERIES)
def test_series_that_cannot_be_carried_are_named(kind, name, attribute, values, reason, tmp_path):
    """Proves: what varies by the hour and has one number here is refused. Sensitivity: taking the first hour for all."""
    n = small()
    n.components[kind].dynamic[attribute][name] = values
    assert (kind, name, attribute, reason) in refusals(n, tmp_path)


def test_all_refusals_come_at_once(tmp_path):
    """Proves: faults of units, links, ports, transformers, limits and weights are found in one reading.
    Sensitivity: a planner who repairs one fault after the other.
    """
    n = small()
    n.add(
        "Generator",
        "both",
        bus="a",
        p_nom_extendable=True,
        committable=True,
        min_up_time=4,
        start_up_cost=3.0,
        up_time_before=0,
        ramp_limit_up=0.4,
        ramp_limit_down=0.6,
    )
    n.add("Generator", "crossed", bus="a", p_nom_extendable=True, p_nom_min=5.0, p_nom_max=2.0)
    n.add("StorageUnit", "forced", bus="a", p_nom=3.0, p_min_pu=0.2)
    n.add("Link", "late", bus0="a", bus1="b", p_nom=1.0, delay=2)
    n.add("Transformer", "t", bus0="a", bus1="b", x=0.1, s_nom=5.0, phase_shift=5.0)
    n.add("GlobalConstraint", "odd", type="something", sense="<=", constant=5.0)
    n.add("GlobalConstraint", "later", sense="<=", constant=5.0, investment_period=2040)
    found = {(name, reason) for _, name, _, reason in refusals(n, tmp_path)}
    wanted = {("both", r) for r in ("extendable_committable", "minimum_time", "off_before", "ramp_pair", "ramp_committed")}
    wanted |= {("t", "phase_shift"), ("crossed", "contradiction"), ("forced", "power_band"), ("late", "delay"), ("odd", "limit")}
    wanted |= {("later", "periods")}
    assert wanted <= found


def test_what_only_follows_from_another_refusal_is_counted_and_not_shown(tmp_path):
    """Proves: of a plant whose minimum output is no number only that is told, though it also contradicts its maximum; the rest is counted.
    Sensitivity: two sentences about one cell.
    """
    n = small()
    n.generators_t.p_min_pu["g"] = 0.4
    n.generators.loc["g", "p_min_pu"] = 0.3
    n.export_to_csv_folder(tmp_path / "net")
    path = tmp_path / "net" / "generators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("50.0", "fifty", 1), encoding="utf-8")
    with pytest.raises(NetworkRefused) as caught:
        import_network(read_network(tmp_path / "net"))
    assert {(r.component, r.name, r.reason) for r in caught.value.refusals} == {("Generator", "g", "not_a_number")}


def test_more_hours_than_a_year_are_refused(tmp_path):
    """Proves: a leap year is refused by name. Sensitivity: reading its first 8,760 hours."""
    n = network(8784)
    n.add("Bus", "a")
    assert {reason for *_, reason in refusals(n, tmp_path)} == {"snapshots"}


def test_values_outside_the_tables_name_their_component(tmp_path):
    """Proves: a value that only the check of the written tables refuses is told with the PyPSA component that it is from.
    Sensitivity: an error that speaks of technologies.csv, which the owner of a network has never seen.
    """
    n = small()
    n.generators.loc["g", "marginal_cost"] = 1e9
    assert ("Generator", "g", "vom_cny_per_mwh", "range") in refusals(n, tmp_path)


def test_unsafe_or_damaged_files_are_not_read(tmp_path, monkeypatch):
    """Proves: no file, a pickle under the name of NetCDF, a truncated file, a folder without buses, a link out of the folder, a file above
    the limit and a name that appears twice end in one sentence. Sensitivity: a traceback, or a file that is opened first.
    """
    n = NETWORKS["single_bus"]()
    n.export_to_netcdf(tmp_path / "net.nc")
    n.export_to_csv_folder(tmp_path / "net")
    (tmp_path / "pickle.nc").write_bytes(b"\x80\x04\x95abc")
    (tmp_path / "short.nc").write_bytes((tmp_path / "net.nc").read_bytes()[:900])
    (tmp_path / "empty").mkdir()
    for path, words in (("none.nc", "no file"), ("pickle.nc", "not a NetCDF"), ("short.nc", "damaged"), ("empty", "no buses.csv")):
        with pytest.raises(NetworkFileError, match=words):
            read_network(tmp_path / path)
    done = CliRunner().invoke(cli.app, ["import-pypsa", str(tmp_path / "short.nc"), str(tmp_path / "out")])
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
    secret = tmp_path / "secret.csv"
    secret.write_text("name,bus\nx,y\n")
    (tmp_path / "net" / "stores.csv").symlink_to(secret)
    with pytest.raises(NetworkFileError, match="points outside"):
        read_network(tmp_path / "net")
    (tmp_path / "net" / "stores.csv").unlink()
    (tmp_path / "net" / "loads.csv").write_text("name,bus\nx,one bus\nx,one bus\n")
    with pytest.raises(NetworkFileError, match="twice"):
        read_network(tmp_path / "net")
    monkeypatch.setattr(pypsa_read, "LARGEST_BYTES", 100)
    for path in ("net.nc", "net"):
        with pytest.raises(NetworkFileError, match="100 bytes"):
            read_network(tmp_path / path)


def test_every_reason_is_told_in_both_languages():
    """Proves: reasons named in the table of attributes exist, and each has words in Chinese and English. Sensitivity: an empty cell."""
    used = {a.reason for a in pypsa_read.attributes().values() if a.role == "refused"}
    assert used <= set(REASONS)
    assert all(all(words) for words in REASONS.values())
