"""Nothing that a PyPSA network says goes unread: over all attributes of all components, and over what people do to CSV folders."""

import copy

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pypsa")
import pypsa
from pypsa_networks import NETWORKS, network, solve

from energy_model.exchange import pypsa_checks
from energy_model.exchange.pypsa_import import import_network
from energy_model.exchange.pypsa_read import STANDARD, read_network
from energy_model.exchange.pypsa_tables import attributes, lists
from energy_model.exchange.refusals import NetworkRefused

HOURS = 6
WITHOUT_SWITCH = ("committable", "p_nom_extendable", "e_nom_extendable", "s_nom_extendable")


def everything():
    """Every kind of component, standing and extendable, with constant and hourly availability, committable and not."""
    n = network(HOURS)
    n.remove("Carrier", ["DC", "coal", "solar"])
    n.add("Bus", ["a", "b", "c"], v_nom=220.0, x=122.0, y=44.0)
    n.add("Load", "l", bus="b", p_set=10.0)
    n.add("Generator", "g", bus="a", p_nom=50.0, marginal_cost=9.0, carrier="gas", capital_cost=2.0)
    n.add("Generator", "new", bus="a", carrier="gas", p_nom_extendable=True, p_nom_max=50.0, marginal_cost=9.0, capital_cost=2.0)
    n.add("Generator", "unit", bus="a", carrier="gas", p_nom=50.0, committable=True, marginal_cost=9.0)
    n.add("Generator", "w", bus="a", p_nom=50.0, carrier="wind", p_max_pu=np.linspace(0.1, 0.9, HOURS))
    n.add("StorageUnit", ["u", "u2"], bus="b", p_nom=5.0, p_nom_extendable=[False, True], capital_cost=1.0)
    n.add("Store", ["s", "s2"], bus="b", e_nom=5.0, e_nom_extendable=[False, True], capital_cost=1.0)
    line = {"s_nom": 50.0, "capital_cost": 1.0}
    n.add("Line", ["ab", "bc"], bus0=["a", "b"], bus1=["b", "c"], x=[1.0, 3.0], s_nom_extendable=[False, True], **line)
    n.add("Line", "ca", bus0="c", bus1="a", x=2.0, s_nom=50.0)
    n.add("Link", ["k", "k2"], bus0="a", bus1="b", p_nom=5.0, p_nom_extendable=[False, True], capital_cost=1.0)
    n.add("GlobalConstraint", "cap", sense="<=", constant=1e4)
    return n


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """That network as the import reads it."""
    path = tmp_path_factory.mktemp("base") / "net.nc"
    everything().export_to_netcdf(path)
    return read_network(path)


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
    return 3.0 if np.isnan(value) or np.isinf(value) else value * 0.5 + 0.25


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
    if name == "sub_networks":  # PyPSA's own result
        assert not refused
    elif name in STANDARD:
        assert name in noted
    else:
        assert name in {attribute for _, _, attribute in refused}


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


@pytest.mark.parametrize("kind", sorted(set(lists().values())))
def test_every_attribute_is_carried_refused_or_named(kind, base):
    """Proves: of every component of PyPSA each input that is set to another value moves the rows of the study that come from it, is
    refused by name, is named as without effect, or counts only with a switch that this component does not have; so does each series
    of it; and a series where PyPSA takes none is refused. Sensitivity: one attribute or series that nobody reads (ramp limits by the
    hour, `down_time_before`).
    """
    _, before, noted_before = told(copy.deepcopy(base))
    shared = kind in ("Bus", "Carrier", "Line")  # whose values count in the rows of others
    for (owner, attribute), a in attributes().items():
        if a.component != kind or a.role == "output":
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


def test_every_attribute_that_is_carried_meets_pypsa_somewhere(tmp_path):
    """Proves: each attribute that the import carries has another value than its default in a network whose optimum is compared with
    PyPSA's (`NETWORKS`). Sensitivity: an attribute that is read, and read wrongly.
    """
    alone = {("global_constraints", name) for name in ("type", "carrier_attribute", "investment_period")}  # only their default is carried
    missing = {key for key, a in attributes().items() if a.role == "carried"} - alone
    for name, make in NETWORKS.items():
        make().export_to_netcdf(tmp_path / f"{name}.nc")
        n = read_network(tmp_path / f"{name}.nc")
        missing -= {(a.list, a.name) for a, *_ in pypsa_checks._set(n, "carried")}
        missing -= {(owner, "active") for owner in lists() if n.inactive(owner)}
    assert not missing, sorted(missing)
