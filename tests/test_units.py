"""Unit factors against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from energy_model import units as u


def test_power_and_energy_factors():
    """Proves: 3425 MW for 8760 h is 30,003 GWh, 300.03 亿千瓦时; 10 GW is 1000 万千瓦.
    Sensitivity: a factor of ten or a thousand anywhere in the chain breaks it.
    """
    energy_gwh = 3425 * u.GW_PER_MW * u.HOURS_PER_YEAR
    assert energy_gwh == pytest.approx(30_003)
    assert energy_gwh * u.YI_KWH_PER_GWH == pytest.approx(300.03)
    assert energy_gwh * u.MWH_PER_GWH * u.YI_KWH_PER_MWH == pytest.approx(300.03)
    assert 10 * u.WAN_KW_PER_GW == pytest.approx(1000)
    assert 10_000 * u.WAN_KW_PER_MW == pytest.approx(1000)


def test_money_factors():
    """Proves: 1000 GWh at 300 CNY/MWh is 300 MCNY = 3 亿元; 1 GW at 4000 CNY/kW is 4000 MCNY; 0.6 GW
    started at
    450 CNY/MW costs 0.27 MCNY; 48,000 kt of coal at 150 CNY/t cost 7200 MCNY.
    Sensitivity: MCNY/GWh taken equal to CNY/MWh would give 300,000 MCNY.
    """
    cost = 1000 * 300 * u.MCNY_PER_GWH_FROM_CNY_PER_MWH
    assert cost == pytest.approx(300)
    assert cost * u.YI_CNY_PER_MCNY == pytest.approx(3)
    assert 1 * 4000 * u.MCNY_PER_GW_FROM_CNY_PER_KW == pytest.approx(4000)
    assert 0.6 * 450 * u.MCNY_PER_GW_FROM_CNY_PER_MW == pytest.approx(0.27)
    assert 48_000 * 150 * u.MCNY_PER_KT_FROM_CNY_PER_T == pytest.approx(7200)


def test_fuel_heat_and_aluminium_factors():
    """Proves: 1 GWh at 9.9 GJ/MWh and 12.8 MJ/kg burns 0.7734 kt and, at 100 kg/GJ, emits 0.99 kt; 33 Mm2
    at 0.40 GJ/m2
    need 13.2 PJ and at 48 W/m2 1.584 GW; 1000 kt of aluminium at 13,500 kWh/t take 13,500 GWh.
    Sensitivity: any wrong power of ten moves one of the figures.
    """
    heat_tj = 1 * 9.9 * u.TJ_PER_GWH_FROM_GJ_PER_MWH
    assert heat_tj / (12.8 * u.TJ_PER_KT_FROM_MJ_PER_KG) == pytest.approx(0.7734, abs=1e-4)
    assert heat_tj * 100 * u.KT_PER_TJ_FROM_KG_PER_GJ == pytest.approx(0.99)
    assert 33 * 0.40 * u.PJ_PER_MM2_FROM_GJ_PER_M2 == pytest.approx(13.2)
    assert 33 * 48 * u.GW_PER_MM2_FROM_W_PER_M2 == pytest.approx(1.584)
    assert 1000 * 13_500 * u.GWH_PER_KT_FROM_KWH_PER_T == pytest.approx(13_500)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("GW_PER_MW", "MW_PER_GW"),
        ("GWH_PER_MWH", "MWH_PER_GWH"),
        ("KT_PER_T", "T_PER_KT"),
        ("MCNY_PER_CNY", "CNY_PER_MCNY"),
        ("MCNY_PER_GWH_FROM_CNY_PER_MWH", "CNY_PER_MWH_FROM_MCNY_PER_GWH"),
        ("MCNY_PER_KT_FROM_CNY_PER_T", "CNY_PER_T_FROM_MCNY_PER_KT"),
    ],
)
def test_factors_undo_each_other(there, back):
    """Proves: there and back is one. Sensitivity: changing one factor of a pair alone fails."""
    assert getattr(u, there) * getattr(u, back) == pytest.approx(1)


def test_annuity_by_hand():
    """Proves: 10 % over 2 years is 0.1/(1-1/1.21) = 0.576190; 8 % over 20 years is 0.101852; no interest
    over 25 years is 1/25;
    the repayments discounted back make the investment again.
    Sensitivity: straight repayment (0.5) or simple interest (0.6) would fail.
    """
    assert u.annuity(0.10, 2) == pytest.approx(0.1 * 1.21 / 0.21)
    assert u.annuity(0.08, 20) == pytest.approx(0.101852, abs=1e-6)
    assert u.annuity(0.0, 25) == pytest.approx(0.04)
    years = np.array([5, 20, 40])
    for n, a in zip(years, u.annuity(0.07, years), strict=True):
        assert sum(a / 1.07**k for k in range(1, n + 1)) == pytest.approx(1)


def test_annuity_keeps_the_labels_of_a_series():
    """Proves: a Series of lifetimes comes back with its labels. Sensitivity: an array would lose them."""
    lifetime = pd.Series({"wind": 20, "line": 40})
    factor = u.annuity(0.08, lifetime)
    assert factor.index.equals(lifetime.index)
    assert factor["wind"] > factor["line"]


@pytest.mark.parametrize(("rate", "years"), [(-0.01, 20), (0.08, 0), (0.08, np.array([20, -1]))])
def test_annuity_refuses_nonsense(rate, years):
    """Proves: negative rates and lifetimes raise.
    Sensitivity: they would give infinite or negative costs in silence.
    """
    with pytest.raises(ValueError, match="annuity needs"):
        u.annuity(rate, years)
