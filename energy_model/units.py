"""The units of the model and every factor between them, in one place.

Inside the optimisation: GW, GWh, h, kt, TJ and MCNY (10^6 CNY), which keeps the coefficients near one.
At the edges (tables, dataset): MW, MWh, t, CNY. For Chinese readers: 万千瓦, 亿千瓦时, 万吨, 亿元, 元/千瓦时.

``A_PER_B`` is the number of A in one B: multiply a value in B by it to have A, divide a value in A by it to have B.
``A_PER_B_FROM_C_PER_D`` multiplies a value in C per D and gives A per B. No other module holds a factor (`tests/test_units.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

Number = TypeVar("Number", float, "np.ndarray")

HOURS_PER_DAY = 24
HOURS_PER_WEEK = 168
HOURS_PER_YEAR = 8760  # planning years have 365 days

# Power and energy
GW_PER_MW = 1e-3
MW_PER_GW = 1e3
GWH_PER_MWH = 1e-3
MWH_PER_GWH = 1e3
GWH_PER_TWH = 1e3
TJ_PER_GWH = 3.6
GJ_PER_MWH = 3.6
GJ_PER_MMBTU = 1.05505585262  # international table British thermal unit

# Mass
T_PER_KT = 1e3
KT_PER_MT = 1e3
KG_PER_T = 1e3
T_PER_MT = 1e6
THOUSAND_M3_PER_MM3 = 1e3  # water of the model; 1 m3/MWh = 1000 m3/GWh

# Money
MCNY_PER_CNY = 1e-6
CNY_PER_MCNY = 1e6
MCNY_PER_GWH_FROM_CNY_PER_MWH = 1e-3
CNY_PER_MWH_FROM_MCNY_PER_GWH = 1e3
MCNY_PER_GW_FROM_CNY_PER_MW = 1e-3
CNY_PER_MW_FROM_MCNY_PER_GW = 1e3
CNY_PER_KW_FROM_CNY_PER_MW = 1e-3
MCNY_PER_KT_FROM_CNY_PER_T = 1e-3
MCNY_PER_TJ_FROM_CNY_PER_GJ = 1e-3

# Fuel, heat and aluminium
SO2_PER_SULPHUR = 2.0  # by mass
GM3_PER_TJ_FROM_M3_PER_GJ = 1e-6  # flue gas
MG_PER_M3_FROM_KT_PER_GM3 = 1e3
KT_PER_TJ_FROM_KG_PER_GJ = 1e-3  # emission factor
M2_PER_MM2 = 1e6
GWH_PER_KT_FROM_KWH_PER_T = 1e-3  # electricity per aluminium

# Weather files
KILO = 1e3
MEGA = 1e6
W_PER_KW = 1e3
J_PER_CAL = 4.1868  # the calorie of the International Tables
J_PER_WH = 3600.0
S_PER_MIN = 60.0
S_PER_H = 3600.0
S_PER_DAY = 86400.0
M_PER_FT = 0.3048
M_PER_MI = 1609.344
M_PER_NMI = 1852.0  # a knot is one nautical mile per hour
PA_PER_ATM = 101325.0
PA_PER_MMHG = 133.322
PA_PER_INHG = 3386.39
K_PER_F = 5 / 9  # of differences
K_AT_0_DEGC = 273.15
F_AT_0_DEGC = 32.0

# Counts and memory
MILLION = 1e6
BYTES_PER_GB = 1e9
BYTES_PER_MB = 1e6
KB_PER_GB = 1e6

# Units of the Chinese trade
WAN_KW_PER_MW = 0.1  # 万千瓦 (10 MW)
WAN_KWH_PER_MWH = 0.1  # 万千瓦时 (10 MWh)
YI_KWH_PER_GWH = 0.01  # 亿千瓦时 (100 GWh)
WAN_T_PER_KT = 0.1  # 万吨 (10 kt)
WAN_M3_PER_MM3 = 100.0  # 万立方米 (0.01 Mm3)
YI_CNY_PER_MCNY = 0.01  # 亿元 (100 MCNY)
CNY_PER_KWH_FROM_CNY_PER_MWH = 1e-3  # 元/千瓦时


def annuity(rate: float, years: Number) -> Number:
    """Yearly payment per investment over its lifetime, interest included.

    Parameters
    ----------
    rate : float
        Real discount rate [1/a]; 0 gives straight repayment.
    years : float or array
        Economic lifetime [a], above 0.

    Returns
    -------
    float or array
        Annuity factor [1/a], of the shape of `years`.
    """
    import numpy as np  # which the command line, for its help, does without

    if rate < 0 or np.any(np.asarray(years) <= 0):
        raise ValueError(f"annuity needs rate >= 0 and years > 0, not {rate} and {years}")
    if rate == 0:
        return 1 / years
    return rate / (1 - (1 + rate) ** -years)
