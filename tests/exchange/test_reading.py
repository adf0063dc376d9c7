"""Nothing that a PyPSA network says goes unread: over all attributes of all components, and over what people do to CSV folders."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

pytest.importorskip("pypsa")
import pypsa

from energy_model.commands.import_pypsa import comparison
from energy_model.exchange import pypsa_checks
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import LIBRARIES, STANDARD, read_network
from energy_model.exchange.pypsa_tables import attributes, lists
from energy_model.exchange.refusals import NetworkFileError, NetworkRefused
from energy_model.exchange.written import write_study
from tests.paths import ROOT
from tests.support.pypsa_kinds import KINDS
from tests.support.pypsa_kinds import REFUSED as WITHOUT_COUNTERPART
from tests.support.pypsa_networks import NETWORKS, network, solve

HOURS = 6


def everything(of_limit: bool = True, of_commitment: bool = True):
    """Every kind of component, standing and extendable, with constant and hourly availability, committable and not; a limit on CO2.

    A unit that PyPSA commits and a limit that is no plain one on CO2 exclude each other: each can be left out.
    """
    n = network(HOURS)
    n.remove("Carrier", ["AC", "DC", "coal", "solar"])
    n.add("Bus", ["a", "b", "c"], v_nom=220.0, x=122.0, y=44.0)
    n.add("Load", "l", bus="b", p_set=10.0)
    n.add("Generator", "g", bus="a", p_nom=50.0, marginal_cost=9.0, carrier="gas", efficiency=0.4, capital_cost=2.0)
    n.add(
        "Generator",
        "new",
        bus="a",
        carrier="gas",
        efficiency=0.4,
        p_nom_extendable=True,
        p_nom_max=50.0,
        marginal_cost=9.0,
        capital_cost=2.0,
    )
    n.add("Generator", "unit", bus="a", carrier="gas", efficiency=0.4, p_nom=50.0, committable=True, marginal_cost=9.0)
    n.add("Generator", "w", bus="a", p_nom=50.0, carrier="wind", p_max_pu=np.linspace(0.1, 0.9, HOURS))
    n.add("StorageUnit", ["u", "u2"], bus="b", p_nom=5.0, p_nom_extendable=[False, True], capital_cost=1.0)
    n.add("Store", ["s", "s2"], bus="b", e_nom=5.0, e_nom_extendable=[False, True], capital_cost=1.0)
    line = {"s_nom": 50.0, "capital_cost": 1.0}
    n.add("Line", ["ab", "bc"], bus0=["a", "b"], bus1=["b", "c"], x=[1.0, 3.0], s_nom_extendable=[False, True], **line)
    n.add("Line", "ca", bus0="c", bus1="a", x=2.0, s_nom=50.0)
    n.add("Link", ["k", "k2"], bus0="a", bus1="b", p_nom=5.0, p_nom_extendable=[False, True], capital_cost=1.0)
    n.add("Bus", ["d", "e"], v_nom=110.0)
    n.add("Line", ["de", "ed"], bus0=["d", "e"], bus1=["e", "d"], x=[1.0, 2.0], s_nom=50.0)
    n.add("Transformer", ["ad", "ea"], bus0=["a", "e"], bus1=["d", "a"], x=[0.1, 0.3], s_nom=50.0, s_nom_extendable=[False, True],
          capital_cost=1.0)  # fmt: skip
    n.add("Process", "p", bus0="a", bus1="b", p_nom=5.0, marginal_cost=3.0)
    n.add("GlobalConstraint", "cap", sense="<=", constant=1e4)
    if not of_commitment:
        n.remove("Generator", "unit")
    if not of_limit:
        n.remove("GlobalConstraint", "cap")
    return n


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """That network as the import reads it, with the limit and with the unit that is committed."""
    path = tmp_path_factory.mktemp("base") / "net.nc"
    found = {}
    for name, left_out in (("limit", {"of_commitment": False}), ("commitment", {"of_limit": False})):
        everything(**left_out).export_to_netcdf(path)
        found[name] = read_network(path)
    return found


def told(n) -> tuple[set, dict, str]:
    """What the import of a network refuses as (component, name, attribute), writes by component that it is from, and notes."""
    try:
        out = import_network(n)
    except NetworkRefused as fault:
        return {(r.component, name, attribute) for r in fault.refusals for name in (r.name, *r.name.split(", "))
                for attribute in r.attribute.split(", ")}, {}, ""  # fmt: skip
    written: dict = {"settings": out.settings}
    for table, rows in out.tables.rows.items():
        for number, row in enumerate(rows, 2):
            series = tuple(out.tables.series.get(row.get("series"), ()))
            written.setdefault(out.tables.origin.get((table, number)), []).append((table, row, series))
    return set(), written, "\n".join(en for _, en in out.notes)


def other(a, value):
    """A value that the attribute does not have."""
    if a.type == "bool":
        return not value
    if a.type == "str":
        return next(v for v in ("c", "gas", "a") if v != value) if a.name in ("bus", "bus0", "bus1", "carrier") else "something"
    return 0.4 if np.isnan(value) else 3.0 if np.isinf(value) else value * 0.5 + 0.25


def test_the_table_of_attributes_is_that_of_pypsa():
    """Proves: every component, attribute, type, default and series of the PyPSA installed is in our table, and no other.
    Sensitivity: an attribute of a newer PyPSA that nobody looked at.
    """
    components = pypsa.Network().components
    known = {}
    for kind in pypsa.Network().all_components:
        c = components[kind]
        if c.list_name in lists():
            known |= {(c.list_name, str(name)): row for name, row in c.defaults.drop(index="name").iterrows()}
    assert set(known) == set(attributes())
    for key, row in known.items():
        a = attributes()[key]
        assert a.hourly == row.varying, key
        assert (a.role == "output") >= (row.status == "Output"), key
        assert a.default == ("" if str(row.default) == "nan" else str(row.default)), key


@pytest.mark.parametrize("kind", sorted(set(pypsa.Network().all_components) - set(lists().values())))
def test_other_components_are_refused_or_named(kind, tmp_path):
    """Proves: a component without a table of its own here is refused, or named where it is only a library or a result.
    Sensitivity: a transformer or a process that is dropped with its file.
    """
    name = pypsa.Network().components[kind].list_name
    everything().export_to_csv_folder(tmp_path / "net")
    (tmp_path / "net" / f"{name}.csv").write_text("name,x\nsomething,1\n", encoding="utf-8")
    refused, _, noted = told(read_network(tmp_path / "net"))
    if name in ("sub_networks", *LIBRARIES):  # PyPSA's own result; types that no line names
        assert not refused
    elif name in STANDARD:
        assert name in noted
    else:
        assert {name, kind} & {part for refusal in refused for part in refusal}


def changed(base, owner, names, attribute, values=None):
    """A copy in which some components of a list have another value, or a series, of an attribute; and where PyPSA looks at it."""
    n, a = copy.deepcopy(base), attributes()[owner, attribute]
    if values is None:
        given = n.table(owner)[attribute].reindex(n.static[owner].index)
        n.static[owner][attribute] = given.astype(object)
        n.static[owner].loc[names, attribute] = pd.Series({name: other(a, given[name]) for name in names}, dtype=object)
        if (series := n.series.get((owner, attribute))) is not None:
            n.series[owner, attribute] = series.drop(columns=[name for name in names if name in series])
    else:
        frame = n.series.get((owner, attribute), pd.DataFrame(index=range(HOURS)))
        n.series[owner, attribute] = frame.assign(**dict.fromkeys(names, values))
    n._tables.clear()
    looked_at = dict(zip(n.table(owner).index, pypsa_checks.counts(a, n.table(owner)), strict=True))
    return n, {name for name in names if looked_at.get(name, True)}


LONG = ("Line", "Transformer", "Process")
"""Classes whose attributes are tried in `make test-all` alone."""
EACH = [pytest.param(kind, "limit", marks=pytest.mark.slow if kind in LONG else ()) for kind in sorted(set(lists().values()))]
EACH += [pytest.param("Generator", "commitment", marks=pytest.mark.slow)]


@pytest.mark.parametrize(("kind", "beside"), EACH)
def test_every_attribute_is_carried_refused_or_named(kind, beside, bases):
    """Proves: of every component of PyPSA each input that is set to another value moves the rows of the study that come from it, is
    refused by name, is named as without effect, or counts only with a switch that this component does not have; so does each series
    of it; and a series where PyPSA takes none is refused. Sensitivity: one attribute or series that nobody reads (ramp limits by the
    hour, `down_time_before`).
    """
    base = bases[beside]
    refused_before, before, noted_before = told(copy.deepcopy(base))
    assert not refused_before
    shared = kind in ("Bus", "Carrier", "Line", "Transformer")  # whose values count in the rows of others
    for (owner, attribute), a in attributes().items():
        if (
            a.component != kind or a.role == "output" or (attribute == "r" and kind in ("Line", "Transformer"))
        ):  # which counts in DC meshes alone
            continue
        for values in (None, np.linspace(0.3, 0.8, HOURS)):
            if values is not None and a.type == "str":
                continue
            there = [str(name) for name in base.static[owner].index]
            groups = [[name] for name in there] if shared else [there]
            while groups:  # once more for those that were not refused while others were
                left = groups.pop()
                n, looked_at = changed(base, owner, left, attribute, values)
                refused, written, noted = told(n)
                if values is not None and not a.hourly:
                    assert {(kind, name, attribute) for name in left} <= refused, (attribute, "series")
                    continue
                for name in looked_at if not refused else ():
                    origin = (kind, name)
                    moved = written != before if shared else written.get(origin) != before.get(origin)
                    assert moved or noted != noted_before, (name, attribute, "series" if values is not None else "cell")
                named = {name for component, name, _ in refused if component == kind} & set(left)
                assert not refused or shared or named, (attribute, refused)
                if named and named < set(left):
                    groups.append([name for name in left if name not in named])


@pytest.mark.slow
def test_what_is_left_aside_does_not_move_pypsa():
    """Proves: in PyPSA itself all attributes that the import calls neutral, and those of switches that are off, may change without
    moving the optimum. Sensitivity: an attribute that PyPSA uses and that our table calls neutral.
    """
    n = everything()
    cost = solve(everything(), linearized_unit_commitment=True)
    for (_, attribute), a in attributes().items():
        component = n.components[a.component]
        if a.role == "neutral":
            left = np.ones(len(component.static), bool)
        elif a.where:
            left = ~pypsa_checks.counts(a, component.static)
        else:
            continue
        for name in component.static.index[left]:
            if a.type == "str":
                value = "a" if attribute == "bus" else component.static.loc[name, attribute]
            else:
                value = other(a, component.static.loc[name, attribute])
            component.static.loc[name, attribute] = int(value) + 1 if a.type == "int" else value
    assert solve(n, linearized_unit_commitment=True) == pytest.approx(cost, rel=1e-9)


@pytest.mark.slow
def test_every_attribute_that_is_carried_meets_pypsa_somewhere(tmp_path):
    """Proves: each attribute that the import carries has another value than its default in a network whose optimum is compared with
    PyPSA's (`NETWORKS`, `KINDS`). Sensitivity: an attribute that is read, and read wrongly.
    """
    alone = {("transformers", name) for name in ("phase_shift_min", "phase_shift_max", "r")}  # only their default is carried
    missing = {key for key, a in attributes().items() if a.role == "carried"} - alone
    for name, make in (NETWORKS | {name: make for name, make in KINDS.items() if name not in WITHOUT_COUNTERPART}).items():
        make().export_to_netcdf(tmp_path / f"{name}.nc")
        n = read_network(tmp_path / f"{name}.nc")
        missing -= {(a.list, a.name) for a, *_ in pypsa_checks._set(n, "carried")}
        missing -= {(owner, "active") for owner in lists() if n.inactive(owner)}
    assert not missing, sorted(missing)


def folder(path: Path, **tables: str) -> Path:
    """A CSV folder of one bus with gas and coal, a load of 100 MW in two snapshots, and a limit on CO2, but for what is given as text."""
    plain = {
        "buses": "name\na\n",
        "carriers": "name,co2_emissions\ngas,0.2\ncoal,0.4\n",
        "generators": "name,bus,carrier,p_nom,marginal_cost\ncoal,a,coal,100,10\ngas,a,gas,100,60\n",
        "loads": "name,bus\nl,a\n",
        "loads-p_set": "snapshot,l\n1,100\n2,100\n",
        "snapshots": ",snapshot,objective,stores,generators\n0,1,1,1,1\n1,2,1,1,1\n",
        "global_constraints": "name,sense,constant\nco2,<=,60\n",
    }
    path.mkdir(parents=True)
    for name, text in (plain | {key.replace("__", "-"): value for key, value in tables.items()}).items():
        (path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def tables(path: Path):
    """Rows and series that the import of a folder writes, and its notes."""
    out = import_network(read_network(path))
    return out.tables.rows, {k: tuple(v) for k, v in out.tables.series.items()}, "\n".join(en for _, en in out.notes)


BLANKS = {
    "cells": {"carriers": "name,co2_emissions\ngas ,0.2\n coal,0.4\n"},
    "headers": {"generators": "name, bus ,carrier , p_nom,marginal_cost \ncoal,a,coal,100,10\ngas,a, gas,100,60\n"},
    "no-break and zero-width": {
        "generators": "name,bus,carrier,p_nom,marginal_cost\ncoal\u00a0,a\u200b,coal,100,10\ngas,a,gas\u3000,100,60\n"
    },
    "series": {"loads__p_set": "snapshot, l \n1,100\n2,100\n"},
    "trailing rows": {"loads": "name,bus\nl,a\n,\n,\n", "loads__p_set": "snapshot,l\n1,100\n2,100\n,\n , \n", "buses": "name\na\n\n\n",
                      "snapshots": ",snapshot,objective,stores,generators\n0,1,1,1,1\n1,2,1,1,1\n,,,,\n"},
    "trailing columns": {"loads": "name,bus,,\nl,a,,\n"},
    "line ends and mark": {"loads": b"\xef\xbb\xbfname,bus\r\nl,a\r\n"},
}  # fmt: skip


@pytest.mark.parametrize("case", BLANKS)
def test_what_cannot_be_seen_changes_nothing(case, tmp_path):
    """Proves: blanks and invisible marks around names, headers and cells, and empty rows and columns as Excel leaves them, give the same
    study, cell by cell. Sensitivity: a carrier "gas " whose plants emit nothing (48,000 instead of 132,000), a load of 0.
    """
    assert tables(folder(tmp_path / "odd", **BLANKS[case])) == tables(folder(tmp_path / "plain"))


REFUSED = {
    "series of a name that is not there": ({"loads__p_set": "snapshot,L1\n1,100\n2,100\n"}, ("Load", "L1", "p_set", "unknown_name")),
    "carrier that is not listed": ({"carriers": "name,co2_emissions\ngas,0.2\ncaol,0.4\n"},
                                   ("Generator", "coal", "carrier", "unknown_carrier")),
    "carriers missing under a limit": ({"carriers": "name\n"}, ("Generator", "gas", "carrier", "unknown_carrier")),
    "file of no list": ({"generator__p_max_pu": "snapshot,gas\n1,1\n2,0\n"}, ("Network", "network", "generator-p_max_pu", "component")),
    "file of no attribute": ({"loads__P_set": "snapshot,l\n1,1\n2,0\n"}, ("Load", "all", "P_set", "unknown_name")),
    "column in capitals": ({"loads": "name,bus,P_SET\nl,a,3\n"}, ("Load", "all", "P_SET", "unknown_name")),
    "curve": ({"generators__marginal_cost-pw": "name,gas,gas\nattribute,x,y\n0,0,0\n1,1,90\n"},
              ("Network", "network", "generators-marginal_cost-pw", "piecewise")),
    "series that takes none": ({"generators__p_nom": "snapshot,gas\n1,1\n2,0.5\n"}, ("Generator", "gas", "p_nom", "static")),
    "infinite load": ({"loads__p_set": "snapshot,l\n1,inf\n2,100\n"}, ("Load", "l", "p_set", "infinite")),
    "infinite cost": ({"generators": "name,bus,carrier,p_nom,marginal_cost\ncoal,a,coal,100,inf\n"},
                      ("Generator", "coal", "marginal_cost", "infinite")),
    "limit of PyPSA before 0.10": ({"network": "name,co2_limit\nnetwork,60\n"}, ("Network", "network", "co2_limit", "limit")),
    "weights in part": ({"snapshots": ",snapshot,objective\n0,1,2\n1,2,2\n"}, ("Network", "network", "snapshot_weightings", "weights")),
    "number with a mark": ({"generators": "name,bus,carrier,p_nom\ncoal,a,coal,1_000\n"}, ("Generator", "coal", "p_nom", "not_a_number")),
    "line of no use in a mesh": ({"buses": "name\na\nb\n",
                                  "lines": "name,bus0,bus1,x,s_nom_extendable,s_nom_max\nx,a,b,1,True,0\ny,a,b,1,True,9\n"},
                                 ("Line", "x", "s_nom_max", "no_capacity")),
    "line between DC and AC": ({"buses": "name,carrier\na,AC\nb,DC\n", "lines": "name,bus0,bus1,x,s_nom\nx,a,b,1,9\n"},
                               ("Line", "x", "bus0, bus1", "mixed")),
    "off before": ({"generators": "name,bus,carrier,p_nom,committable,start_up_cost,down_time_before\ngas,a,gas,100,True,5,3\n"},
                   ("Generator", "gas", "up_time_before, down_time_before", "off_before")),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_written_wrongly_is_refused_by_name(case, tmp_path):
    """Proves: names that nothing has, files and columns that are almost known, curves, series that have no place, infinite values and
    old limits are refused with component, name and attribute. Sensitivity: each of them read as a default in silence.
    """
    given, wanted = REFUSED[case]
    with pytest.raises(NetworkRefused) as caught:
        tables(folder(tmp_path / "net", **given))
    assert wanted in {(r.component, r.name, r.attribute, r.reason) for r in caught.value.refusals}, caught.value


UNREADABLE = {
    "Latin": ({"loads": "name,bus\nDürnkrut,a\n".encode("cp1252")}, "neither UTF-8 nor Chinese text in GBK"),
    "a workbook": ({"loads": b"\xd0\xcf\x11\xe0"}, "an Excel workbook: open it and save the sheet as CSV UTF-8"),
    "a web page": ({"loads": "<html><table><tr>"}, "a web page or XML: open it in Excel"),
    "semicolons": ({"loads": "name;bus\nl;a\n"}, "not separated by commas; .*semicolons"),
    "the mark of semicolons": ({"loads": "sep=;\nname;bus\nl;a\n"}, "not separated by commas .'sep=;'.; .*semicolons"),
    "the name twice but for a blank": ({"generators": "name,bus\ng,a\ng ,a\n"}, "generators: the name g appears twice"),
    "the column twice": ({"loads__p_set": "snapshot,l,l\n1,1,2\n2,1,2\n"}, "loads-p_set.csv: the column l appears twice"),
    "no name": ({"loads": "name,bus\n,a\n"}, "loads: the name 1 has no name"),
    "no header": ({"loads": "name,bus,\nl,a,7\n"}, "loads.csv: the column 2 has no name"),
    "names in the second column": ({"loads": ",name,bus\n0,l,a\n"}, "must be the first"),
    "a row too long": ({"loads": "name,bus\nl,a,7\n"}, "cannot be read"),
    "nothing in it": ({"loads": ""}, "cannot be read"),
    "rows missing": ({"loads__p_set": "snapshot,l\n1,100\n"}, "has 1 rows, the network 2"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_tables_that_cannot_be_read_end_in_a_sentence(case, tmp_path):
    """Proves: other encodings and separators, names and columns that are missing or twice, and torn tables are told with their file.
    Sensitivity: a traceback, or all defaults.
    """
    given, words = UNREADABLE[case]
    with pytest.raises(NetworkFileError, match=words):
        tables(folder(tmp_path / "net", **given))


def test_tables_in_gbk_are_read_and_named(tmp_path):
    """Proves: a table that Excel in China saved as CSV keeps its names, and the import says in which encoding it was read.
    Sensitivity: refused here where weather and inputs read it; or read without a word.
    """
    found = read_network(folder(tmp_path / "net", loads="name,bus\n负荷,a\n".encode("gbk"), loads__p_set="snapshot,负荷\n1,9\n2,9\n"))
    assert list(found.static["loads"].index) == ["负荷"]
    assert ("loads.csv 按 GBK 编码读取", "loads.csv is read as text in GBK") in import_network(found).notes


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ({"loads": "name,bus,p_set\nl,a,=40+8\n"}, "this is a formula; write the value it gives"),
        ({"loads": "name,bus,p_set\nl,a,(48)\n"}, "write 48 without brackets, or -48"),
        ({"loads__p_set": 'snapshot,l\n1,"1,5"\n2,3\n'}, "the decimal sign is a point: write 1.5"),
    ],
)
def test_numbers_as_spreadsheets_write_them_say_what_to_write(given, advice, tmp_path):
    """Proves: formulas, brackets and decimal commas in tables and series get the advice that inputs give.
    Sensitivity: 'correct the value' alone.
    """
    with pytest.raises(NetworkRefused) as caught:
        import_network(read_network(folder(tmp_path / "net", **given)))
    assert advice in caught.value.refusals[0].en
    assert caught.value.refusals[0].hint_zh in caught.value.refusals[0].zh


def test_the_weightings_of_old_networks_are_read(tmp_path):
    """Proves: the one column of PyPSA before 0.18 is the weighting of costs, stores and generators, in CSV and NetCDF, and gives PyPSA's
    own optimum; other columns of snapshots, files, series and facts are named. Sensitivity: 26,787 instead of 57,509.
    """
    old = ",snapshot,weightings,season\n0,1,3,dry\n1,2,3,wet\n"
    limit = "name,sense,constant\nco2,<=,180\n"
    aside = {"generators__own": "snapshot,gas\n1,1\n2,2\n", "network": "name,owner\nnetwork,us\n"}
    path = folder(tmp_path / "net", snapshots=old, global_constraints=limit, **aside)
    (path / "read me.txt").write_text("hello")
    found = read_network(path)
    assert found.weight.to_numpy() == pytest.approx(np.full((2, 3), 3.0))
    imported = import_network(found)
    noted = "\n".join(en for _, en in imported.notes)
    assert all(name in noted for name in ("season", "generators-own", "owner", "read me.txt"))
    write_study(found, imported, tmp_path / "study")
    theirs = pypsa.Network(path)
    half_coal = 3 * (100 * 10 + 100 * 60)  # 300 MWh of each emit 180 t
    assert solve(theirs) == pytest.approx(half_coal)
    assert comparison(found, imported, tmp_path / "study", ROOT / "weather", 1)["objective"] == pytest.approx(half_coal)
    theirs.export_to_netcdf(tmp_path / "net.nc")
    with xr.open_dataset(tmp_path / "net.nc") as data:
        data = data.load()
    data["snapshots_weightings"] = data["snapshots_objective"]
    data.drop_vars(["snapshots_objective", "snapshots_stores", "snapshots_generators"]).to_netcdf(tmp_path / "old.nc")
    assert read_network(tmp_path / "old.nc").weight.to_numpy() == pytest.approx(np.full((2, 3), 3.0))


def test_columns_that_limits_read_are_not_told_as_unread(tmp_path):
    """Proves: columns that a limit at a bus or on another substance reads are not among those named as unread, which another column is.
    Sensitivity: a note that says of a limit that holds that nobody read it.
    """
    given = {
        "buses": "name,nom_max_gas,remark\na,50,1\n",
        "carriers": "name,co2_emissions,nox\ngas,0.2,1\ncoal,0.4,2\n",
        "generators": "name,bus,carrier,p_nom,marginal_cost,p_nom_extendable\ncoal,a,coal,100,10,False\ngas,a,gas,0,60,True\n",
        "global_constraints": "name,sense,constant,carrier_attribute\nnox,<=,900,nox\n",
    }
    rows, _, noted = tables(folder(tmp_path / "net", **given))
    assert len(rows["limits"]) == 2
    assert "columns of Bus that PyPSA does not use were not read: remark" in noted
    assert "columns of Carrier" not in noted
    assert "nom_max" not in noted


def test_a_limit_at_a_bus_in_one_period_is_refused(tmp_path):
    """Proves: the column of a carrier and a period, which PyPSA reads where there are investment periods, is refused by name.
    Sensitivity: named as a column that PyPSA does not use.
    """
    given = {
        "buses": "name,nom_max_gas_2040\na,50\n",
        "snapshots": ",snapshot,period,timestep,objective,stores,generators\n0,1,2030,1,1,1,1\n1,2,2040,1,1,1,1\n",
        "investment_periods": ",objective,years\n2030,1,10\n2040,1,10\n",
        "global_constraints": "name\n",
    }
    with pytest.raises(NetworkRefused) as caught:
        tables(folder(tmp_path / "net", **given))
    assert ("Bus", "all", "nom_max_gas_2040", "limit") in {(r.component, r.name, r.attribute, r.reason) for r in caught.value.refusals}


def test_a_preference_of_risk_is_refused_and_its_absence_from_files_told(tmp_path):
    """Proves: PyPSA's NetCDF does not keep `risk_preference` (1.4), so each import of scenarios says that it takes the expected cost; a
    file that states a preference of risk is refused; and so is what is wrong in the second scenario alone.
    Sensitivity: CVaR left out in silence; a load that is empty in one scenario.
    """
    n = KINDS["scenarios"]()
    n.set_risk_preference(alpha=0.9, omega=0.5)
    n.export_to_netcdf(tmp_path / "net.nc")
    assert pypsa.Network(tmp_path / "net.nc").risk_preference is None
    assert "risk_preference (CVaR)" in "\n".join(en for _, en in import_network(read_network(tmp_path / "net.nc")).notes)
    with xr.open_dataset(tmp_path / "net.nc", decode_times=False) as data:
        data = data.load()
    data.assign_attrs(network__risk_preference="{'alpha': 0.9, 'omega': 0.5}").to_netcdf(tmp_path / "risk.nc")
    load = data["loads_t_p_set"].copy()
    load[{"scenario": 1, "snapshots": 3}] = np.nan
    data.assign(loads_t_p_set=load).to_netcdf(tmp_path / "hole.nc")
    for name, wanted in (("risk", ("risk_preference", "risk")), ("hole", ("p_set", "not_a_number"))):
        with pytest.raises(NetworkRefused) as caught:
            import_network(read_network(tmp_path / f"{name}.nc"))
        assert wanted in {(r.attribute, r.reason) for r in caught.value.refusals}, name
