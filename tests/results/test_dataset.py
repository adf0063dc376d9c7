"""``results.nc`` as somebody opens it who has xarray and none of this program."""

import re
import shutil

import numpy as np
import pytest
import xarray as xr

from energy_model.results.node_balance import energy_balance, microgrids
from energy_model.results.store import StoreError, read_dataset, write_dataset
from energy_model.results.variables import DATASET_VERSION, UnknownVariableError, over_hours, variables
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import run, tiny_system

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def data(shipped_day):
    with xr.open_dataset(shipped_day / "results.nc") as stored:
        return stored.load()


def test_every_variable_says_what_it_is_and_in_which_unit(data):
    """Proves: each variable, axes and duals included, bears its meaning in each language apart, and its unit unless it is a time; the
    contract names it, and what the contract promises without an option is there.
    Sensitivity: coordinates such as cluster_net_share, and the weight, come without a unit or a word; both languages in one attribute.
    """
    for name, values in data.variables.items():
        english, chinese = (values.attrs.get(words, "") for words in ("long_name", "long_name_zh"))
        assert english, name
        assert not HAN.search(english), name
        assert HAN.search(chinese), name
        assert "units" in values.attrs or np.issubdtype(values.dtype, np.datetime64), name
        assert name in variables() or name.startswith("dual_"), name
    promised = {v.name for v in variables().values() if not v.option} - {"dual_*"}
    assert promised <= set(data.variables)
    assert data.attrs["format_version"] == DATASET_VERSION


def test_there_is_one_axis_of_hours(data):
    """Proves: no second axis of time; commitment stands in every hour, a start in the first hour of its step and says so.
    Sensitivity: online capacity on an axis of steps cannot be set beside output; a start in all hours of a step is counted 24 times.
    """
    assert [d for d in data.dims if np.issubdtype(data[d].dtype, np.datetime64)] == ["time"]
    step = data.attrs["commitment_step_h"]
    starts = data.started_mw.to_numpy().reshape(data.sizes["cluster"], -1, step)
    assert starts[:, :, 1:].max() == 0.0
    assert over_hours(np.array([[3.0, 4.0]]), "first", 2).tolist() == [[3.0, 0.0, 4.0, 0.0]]
    assert f"{step} h" in data.started_mw.attrs["comment"]
    assert f"每 {step} 小时" in data.started_mw.attrs["comment_zh"]
    online = data.online_mw.to_numpy().reshape(starts.shape)
    assert (online == online[:, :, :1]).all()


def test_the_hours_of_the_city_balance_from_the_file_alone(data):
    """Proves: thermal output and each wind and solar plant, stores, shedding and exports meet loads, potlines, electric boilers and losses
    in every hour to 1 kW, read by the words of the file alone; plants add up to their feeds, used and curtailed to available output.
    Sensitivity: a plant left out, output without the power given up for heat, or curtailment shared otherwise than used.
    """
    power = data.sel(store=data.store_kind != "heat_store")
    boilers = data.sel(boiler=data.boiler_kind == "electric_boiler")
    supply = (
        data.thermal_mw.sum("cluster") + data.resource_mw.sum("resource") + (power.discharge_mw - power.charge_mw).sum("store")
        + data.shed_mw.sum("node")
    )  # fmt: skip
    lost = ((data.flow_forward_mw + data.flow_backward_mw) * data.corridor_loss_share).sum("corridor")
    demand = (
        data.load_mw.sum("node") + (data.smelter_mw - data.potline_shed_mw).sum("smelter") + data.delivered_mw.sum("contract")
        + (boilers.boiler_heat_mw / boilers.boiler_efficiency_share).sum("boiler") + lost
    )  # fmt: skip
    assert float(supply.max()) > 1000.0
    assert supply.to_numpy() == pytest.approx(demand.to_numpy(), abs=1e-3)
    by_feed = data.resource_mw.groupby(data.resource_feed).sum().rename(resource_feed="feed").reindex(feed=data.feed)
    assert by_feed.transpose("feed", "time").to_numpy() == pytest.approx(data.renewable_mw.to_numpy(), abs=1e-6)
    assert (data.renewable_mw + data.curtailed_mw).to_numpy() == pytest.approx(data.available_mw.to_numpy(), abs=1e-6)


def test_a_dataset_of_another_version_is_refused_with_what_to_do(shipped_day, data, tmp_path):
    """Proves: the first format, which bore no version, and one of a later program are refused by number, each with its advice.
    Sensitivity: an older file is read until a variable is missing.
    """
    folder = tmp_path / "result"
    folder.mkdir()
    for version, advice in ((None, "Solve it again"), (DATASET_VERSION + 1, "newer version")):
        attrs = {k: v for k, v in data.attrs.items() if k != "format_version"} | ({"format_version": version} if version else {})
        xr.Dataset({"load_mw": data.load_mw}, attrs=attrs).to_netcdf(folder / "results.nc")
        with pytest.raises(StoreError, match=rf"format {version or 1}, .*{DATASET_VERSION}.*{advice}"):
            read_dataset(folder)
    shutil.copy(shipped_day / "results.nc", folder / "results.nc")
    assert read_dataset(folder).identical(data)


def test_what_the_contract_does_not_know_is_not_written(data, tmp_path):
    """Proves: a variable without a row, and one with other axes, stop the writing, both named. Sensitivity: only the first is told."""
    odd = data[["load_mw"]].assign(new_mw=data.load_mw, weight=data.weight, shed_mw=data.shed_mw.isel(time=0, drop=True))
    with pytest.raises(UnknownVariableError, match=r"new_mw is not in variables\.csv; shed_mw has the axes node .* node, time"):
        write_dataset(odd, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_microgrid_without_rows_of_its_own_is_told():
    """Proves: a microgrid that asks for no reserve, alone or beside one that does, is in the dataset and in its table with its energy.
    Sensitivity: an axis of those that some column of the model is about.
    """
    plants = {"town": {"existing": 1.0, "fuel": 0.2}, "own": {"node": "B", "existing": 0.6, "fuel": 0.2}}
    for more in ({}, {"works": {"reserve": 0.01}}):
        system = tiny_system(bus={"A": {}, "B": {"microgrid": "park"}}, thermal=plants, microgrid={"park": {}} | more)
        found = of_nodes(run(with_names(system), load={"A": 0.5, "B": 0.3}))
        found["place_microgrid"] = ("place", ["", "park"])
        table = microgrids(found, energy_balance(found)).set_index("microgrid")
        assert list(table.index) == ["park", *more]
        assert table.generation_gwh["park"] == table.load_gwh["park"] == pytest.approx(7.2)
        assert table.reserve_short_gwh["park"] == 0.0
