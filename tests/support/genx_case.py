"""The three zones of GenX's example, written as a case: its equipment, network and policies, with curves of representative days of our own.

Figures of GenX.jl, ``example_systems/1_three_zones`` (thermal, storage, wind and sun, network, segments of demand). Caps on CO2 and least
capacities are those of a fork whose zones have other names (MADNANTARRAR/GenX.jl); their order, MA, CT, ME, is judged.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

THERMAL = """Resource,Zone,Model,New_Build,Can_Retire,Existing_Cap_MW,Max_Cap_MW,Min_Cap_MW,Inv_Cost_per_MWyr,Fixed_OM_Cost_per_MWyr,\
Var_OM_Cost_per_MWh,Heat_Rate_MMBTU_per_MWh,Fuel,Cap_Size,Start_Cost_per_MW,Start_Fuel_MMBTU_per_MW,Up_Time,Down_Time,Ramp_Up_Percentage,\
Ramp_Dn_Percentage,Min_Power,Reg_Max,Rsv_Max,Reg_Cost,Rsv_Cost,region,cluster
MA_natural_gas_combined_cycle,1,1,1,0,0,-1,0,65400,10287,3.55,7.43,MA_NG,250,91,2,6,6,0.64,0.64,0.468,0.25,0.5,0,0,MA,1
CT_natural_gas_combined_cycle,2,1,1,0,0,-1,0,65400,9698,3.57,7.12,CT_NG,250,91,2,6,6,0.64,0.64,0.338,0.133332722,0.266665444,0,0,CT,1
ME_natural_gas_combined_cycle,3,1,1,0,0,-1,0,65400,16291,4.5,12.62,ME_NG,250,91,2,6,6,0.64,0.64,0.474,0.033333333,0.066666667,0,0,ME,1
"""
VRE = """Resource,Zone,Num_VRE_Bins,New_Build,Can_Retire,Existing_Cap_MW,Max_Cap_MW,Min_Cap_MW,Inv_Cost_per_MWyr,Fixed_OM_Cost_per_MWyr,\
Var_OM_Cost_per_MWh,Reg_Max,Rsv_Max,Reg_Cost,Rsv_Cost,region,cluster
MA_solar_pv,1,1,1,0,0,-1,0,85300,18760,0,0,0,0,0,MA,1
CT_onshore_wind,2,1,1,0,0,-1,0,97200,43205,0.1,0,0,0,0,CT,1
CT_solar_pv,2,1,1,0,0,-1,0,85300,18760,0,0,0,0,0,CT,1
ME_onshore_wind,3,1,1,0,0,-1,0,97200,43205,0.1,0,0,0,0,ME,1
"""
STORAGE = """Resource,Zone,Model,New_Build,Can_Retire,Existing_Cap_MW,Existing_Cap_MWh,Max_Cap_MW,Max_Cap_MWh,Min_Cap_MW,Min_Cap_MWh,\
Inv_Cost_per_MWyr,Inv_Cost_per_MWhyr,Fixed_OM_Cost_per_MWyr,Fixed_OM_Cost_per_MWhyr,Var_OM_Cost_per_MWh,Var_OM_Cost_per_MWh_In,Self_Disch,\
Eff_Up,Eff_Down,Min_Duration,Max_Duration,Reg_Max,Rsv_Max,Reg_Cost,Rsv_Cost,region,cluster
MA_battery,1,1,1,0,0,0,-1,-1,0,0,19584,22494,4895,5622,0.15,0.15,0,0.92,0.92,1,10,0,0,0,0,MA,0
CT_battery,2,1,1,0,0,0,-1,-1,0,0,19584,22494,4895,5622,0.15,0.15,0,0.92,0.92,1,10,0,0,0,0,CT,0
ME_battery,3,1,1,0,0,0,-1,-1,0,0,19584,22494,4895,5622,0.15,0.15,0,0.92,0.92,1,10,0,0,0,0,ME,0
"""
NETWORK = """,Network_zones,Network_Lines,Start_Zone,End_Zone,Line_Max_Flow_MW,transmission_path_name,distance_mile,Line_Loss_Percentage,\
Line_Max_Reinforcement_MW,Line_Reinforcement_Cost_per_MWyr,DerateCapRes_1,CapRes_Excl_1
MA,z1,1,1,2,2950,MA_to_CT,123.0584,0.012305837,2950,12060,0.95,0
CT,z2,2,1,3,2000,MA_to_ME,196.5385,0.019653847,2000,19261,0.95,0
ME,z3,,,,,,,,,,,
"""
CO2_CAP = """,Network_zones,CO_2_Cap_Zone_1,CO_2_Cap_Zone_2,CO_2_Cap_Zone_3,CO_2_Max_tons_MWh_1,CO_2_Max_tons_MWh_2,CO_2_Max_tons_MWh_3,\
CO_2_Max_Mtons_1,CO_2_Max_Mtons_2,CO_2_Max_Mtons_3
MA,z1,1,0,0,0.05,0,0,0.018,0,0
CT,z2,0,1,0,0,0.05,0,0,0.025,0
ME,z3,0,0,1,0,0,0.05,0,0,0.025
"""
REQUIREMENT = "MinCapReqConstraint,ConstraintDescription,Min_MW\n1,MA_PV,5000\n2,CT_Wind,10000\n3,All_Batteries,6000\n"
ASSIGNED = """Resource,Min_Cap_1,Min_Cap_2,Min_Cap_3
MA_solar_pv,1,0,0
CT_onshore_wind,0,1,0
MA_battery,0,0,1
CT_battery,0,0,1
ME_battery,0,0,1
"""
SETTINGS = {"NetworkExpansion": "1", "Trans_Loss_Segments": "1", "CO2Cap": "2", "StorageLosses": "1", "MinCapReq": "1", "MaxCapReq": "0"}
SETTINGS |= {"EnergyShareRequirement": "0", "CapacityReserveMargin": "0", "ParameterScale": "1", "UCommit": "2", "TimeDomainReduction": "1"}
SEGMENTS = (("50000", 1, 1.0, 1.0), ("", 2, 0.9, 0.04), ("", 3, 0.55, 0.024), ("", 4, 0.2, 0.003))
ZONES = ("MA", "CT", "ME")
FUELS = {"MA_NG": 5.3, "CT_NG": 5.6, "ME_NG": 7.1, "None": 0.0}
"""Mean prices [$/MMBtu]; they vary by the hour here."""
CO2_T_PER_MMBTU = 0.05306
DAYS, HOURS = 2, 24


STIFF = (",91,2,6,6,0.64,0.64,", ",1,0.5,9,9,0.2,0.2,"), (",0.92,0.92,1,10,", ",0.92,0.92,2,3,"), (",0.05", ",0.25")
"""Changes under which minimum times, ramps of starts and durations bind: cheap starts of slow plants, and caps that leave them room."""


def three_zones(folder: Path, stiff: bool = False) -> Path:
    """Write the case over two representative days of 240 and 125 days a year; `stiff` with the changes of `STIFF`."""
    files = {
        "settings/genx_settings.yml": "".join(f"{name}: {value} # as in the example\n" for name, value in SETTINGS.items()),
        "resources/Thermal.csv": THERMAL,
        "resources/Vre.csv": VRE,
        "resources/Storage.csv": STORAGE,
        "system/Network.csv": NETWORK,
        "policies/CO2_cap.csv": CO2_CAP,
        "policies/Minimum_capacity_requirement.csv": REQUIREMENT,
        "resources/policy_assignments/Resource_minimum_capacity_requirement.csv": ASSIGNED,
        "TDR_results/Demand_data.csv": _demand(),
        "TDR_results/Fuels_data.csv": _fuels(),
        "TDR_results/Generators_variability.csv": _shapes(),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for old, new in STIFF if stiff else ():
            text = text.replace(old, new) if name.endswith(".csv") and "TDR" not in name else text
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _hours() -> tuple[np.ndarray, np.random.Generator]:
    return np.arange(DAYS * HOURS), np.random.default_rng(3)


def _demand() -> str:
    t, rng = _hours()
    load = [mean * (1 + 0.25 * np.sin(2 * np.pi * (t - 9) / 24) + 0.1 * rng.random(len(t))) for mean in (7500.0, 2100.0, 900.0)]
    segments = "Voll,Demand_Segment,Cost_of_Demand_Curtailment_per_MW,Max_Demand_Curtailment"
    periods = "Rep_Periods,Timesteps_per_Rep_Period,Sub_Weights,Time_Index"
    lines = [f"{segments},{periods},Demand_MW_z1,Demand_MW_z2,Demand_MW_z3"]
    for i in range(len(t)):
        segment = SEGMENTS[i] if i < len(SEGMENTS) else ("", "", "", "")
        period = (DAYS if i == 0 else "", HOURS if i == 0 else "", (240 * 24, 125 * 24)[i] if i < DAYS else "")
        lines.append(",".join(map(str, (*segment, *period, i + 1, *(round(float(own[i]), 3) for own in load)))))
    return "\n".join(lines) + "\n"


def _fuels() -> str:
    t, rng = _hours()
    lines = ["Time_Index," + ",".join(FUELS), "0," + ",".join(f"{CO2_T_PER_MMBTU * (name != 'None'):g}" for name in FUELS)]
    for i in t:
        lines.append(f"{i + 1}," + ",".join(f"{price * (0.8 + 0.4 * rng.random()):.4f}" for price in FUELS.values()))
    return "\n".join(lines) + "\n"


def _shapes() -> str:
    t, rng = _hours()
    sun = np.clip(np.sin(2 * np.pi * (t % 24 - 6) / 24), 0, 1)
    names = ("MA_solar_pv", "CT_onshore_wind", "CT_solar_pv", "ME_onshore_wind")
    shapes = {n: sun * rng.uniform(0.6, 1, len(t)) if "solar" in n else rng.beta(1.5, 2.5, len(t)) for n in names}
    lines = ["Time_Index," + ",".join(names)]
    lines += [f"{i + 1}," + ",".join(f"{shapes[n][i]:.4f}" for n in names) for i in t]
    return "\n".join(lines) + "\n"
