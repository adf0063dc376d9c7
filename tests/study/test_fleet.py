"""The wind farms of plants.csv against the tracker they come from, phase by phase and by county and year."""

import pandas as pd
import pytest

from tests.paths import INPUTS, ROOT

COUNTY = {
    "Huolinguole Municipality": ("HLGL", "HLH"),
    "Kailu County": ("KAILU",),
    "Keerqin District": ("HORQIN",),
    "Kezuohou Banner": ("KZH",),
    "Kezuozhong Banner": ("KZZ",),
    "Kulun Banner": ("KULUN",),
    "Naiman Banner": ("NAIMAN",),
    "Zhalute Banner": ("JARUD",),
}
"""Nodes of each county of the tracker."""
NEWER = ["WF_BASE238/1"]
"""Farms that the tracker of May 2023 does not know."""
MOVED = {("Kezuozhong Banner", 2011): 378.0}
"""What plants.csv counts in another year, for the reason in sources.csv [MW]."""


@pytest.fixture(scope="module")
def phases() -> pd.DataFrame:
    return pd.read_csv(ROOT / "docs" / "sources" / "wind_phases.csv", encoding="utf-8-sig", keep_default_na=False)


@pytest.fixture(scope="module")
def farms() -> pd.DataFrame:
    plants = pd.read_csv(INPUTS / "plants.csv", encoding="utf-8-sig")
    wind = plants[plants.plant.str.startswith("WF_")]
    return wind.set_index(wind.plant + "/" + wind.unit)


def test_every_phase_in_service_is_a_row_of_plants(phases, farms):
    """Proves: the rows made from a phase have its MW, year and county, and every wind row comes from a phase.
    Sensitivity: a phase left out because its coordinates are the centre of the province; a farm in a county that has none.
    """
    named: list[str] = []
    for phase in phases[phases.plant != ""].itertuples():
        rows = farms.loc[phase.plant.split(";")]
        named += rows.index.tolist()
        assert rows.capacity_mw.sum() == float(phase.capacity_mw), phase.gem_phase_id
        if phase.status == "operating":
            assert set(rows.node) <= set(COUNTY[phase.county]), phase.gem_phase_id
            assert phase.note or (rows.start_year == int(phase.start_year)).all(), phase.gem_phase_id
        else:
            assert phase.note, phase.gem_phase_id
            assert (rows.start_year >= 2023).all(), phase.gem_phase_id
    assert sorted(named + NEWER) == sorted(farms.index)
    assert (phases.plant[phases.status == "operating"] != "").all()


@pytest.mark.parametrize("year", range(2008, 2023))
def test_counties_have_what_the_tracker_counts(phases, farms, year):
    """Proves: by county and year plants.csv sums up to the tracker, but for the farms that are moved by a year.
    Sensitivity: 178 MW of other companies in the microgrid would not show here, 48 MW of Aletan missing in 2015 would.
    """
    stands = phases[(phases.status == "operating")].assign(start_year=lambda t: t.start_year.astype(int))
    stands = stands[stands.start_year <= year]
    have = farms[farms.start_year <= year]
    for county, nodes in COUNTY.items():
        counted = stands.capacity_mw[stands.county == county].astype(float).sum()
        assert have.capacity_mw[have.node.isin(nodes)].sum() == counted + MOVED.get((county, year), 0.0), county


def test_totals_and_the_microgrid(phases, farms):
    """Proves: 4,101 MW in 2015 and 5,101 MW in 2022 as the tracker has them; its own 300 MW (2014) and 900 MW (2023) in the microgrid.
    Sensitivity: Youyu in Shanxi, which the tracker's list of the city contains; Beijing Energy and Datang at HLH.
    """
    assert set(phases.county[phases.status == "operating"]) == set(COUNTY)
    assert {y: farms.capacity_mw[farms.start_year <= y].sum() for y in (2015, 2022)} == {2015: 4101.0, 2022: 5101.0}
    inside = farms[farms.node == "HLH"]
    assert set(inside.plant) == {"WF_CE"}
    assert {y: inside.capacity_mw[inside.start_year <= y].sum() for y in (2013, 2014, 2023)} == {2013: 0.0, 2014: 300.0, 2023: 900.0}


def test_the_land_carries_what_stands(farms):
    """Proves: no county has less wind potential than the farms of any year need.
    Sensitivity: 1,000 MW for Horqin District, where 1,380 MW of the base stand.
    """
    nodes = pd.read_csv(INPUTS / "nodes.csv", encoding="utf-8-sig").set_index("node")
    stands = farms.groupby("node").capacity_mw.sum()
    assert (stands <= nodes.wind_potential_mw[stands.index]).all()


def test_lines_are_named_after_the_nodes_they_join():
    """Proves: each end of a line named ``A-B`` stands in the name of its node, in both languages.
    Sensitivity: "Kezuo Zhong" for Horqin Left Middle Banner, "Horqin city" for Horqin District.
    """
    nodes = pd.read_csv(INPUTS / "nodes.csv", encoding="utf-8-sig").set_index("node")
    lines = pd.read_csv(INPUTS / "corridors.csv", encoding="utf-8-sig")
    joined = lines[lines.name_zh.str.contains("—") & ~lines.name_zh.str.contains("千伏联络线")]
    assert len(joined) > 20
    for line in joined.itertuples():
        for name, dash, column in (
            (line.name_zh.partition("（")[0].removesuffix("220千伏"), "—", "name_zh"),
            (line.name_en.partition(",")[0].removesuffix(" 220 kV"), "-", "name_en"),
        ):
            for end, node in zip(name.split(dash), (line.from_node, line.to_node), strict=True):
                assert end in nodes.loc[node, column], (line.corridor, end)
