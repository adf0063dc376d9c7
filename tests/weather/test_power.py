import numpy as np
import pandas as pd
import pytest
from windpowerlib.power_curves import smooth_power_curve
from windpowerlib.power_output import power_curve_density_correction
from windpowerlib.wake_losses import reduce_wind_speed

from energy_model.weather.dataset import year_hours
from energy_model.weather.errors import WeatherError
from energy_model.weather.solar import SiteSun, solar_availability
from energy_model.weather.sun import clear_sky_ghi
from energy_model.weather.wind import cluster_curve, curve_power, power_curve, wind_availability

CURVE = (np.array([3.0, 5.0, 10.0, 25.0]), np.array([0.0, 0.2, 1.0, 1.0]))


def test_curve_value_by_hand():
    """Proves: halfway between 5 and 10 m/s at standard density is 0.6; outside the curve it is 0.

    Sensitivity: clamping instead of cutting would give 1 at 26 m/s.
    """
    speed = np.array([2.0, 4.0, 7.5, 12.0, 25.0, 26.0])
    got = curve_power(*CURVE, speed, np.full(6, 1.225))
    np.testing.assert_allclose(got, [0, 0.1, 0.6, 1.0, 1.0, 0.0])


def test_thin_air_gives_less():
    """Proves: at 1.0 kg/m3 the 5 m/s point of the curve moves to 5 * 1.225^(1/3) m/s, by hand 5.3500.

    Sensitivity: no density correction gives 0.256 instead of 0.2.
    """
    assert curve_power(*CURVE, np.array([5 * 1.225 ** (1 / 3)]), np.array([1.0]))[0] == pytest.approx(0.2, abs=1e-9)


def test_curve_equals_windpowerlib():
    """Proves: the one-pass interpolation is windpowerlib's own result for a real turbine.

    Sensitivity: an exponent of 1/3 at all speeds agrees below 7.5 m/s, and so with the curve by hand, but not above.
    """
    rng = np.random.default_rng(0)
    speed, density = rng.weibull(2, 500) * 9, rng.uniform(1.0, 1.4, 500)
    speeds, power = power_curve("V90/2000")
    want = power_curve_density_correction(speed, speeds, power, density)
    np.testing.assert_allclose(curve_power(speeds, power, speed, density), want, atol=1e-12)


def test_losses_shear_and_frost_by_hand():
    """Proves: hub factor (70/100)^.18, losses one after the other, icing below -5, standstill below -30 degC.

    Sensitivity: losses added up leave 0.70 for 0.72; a hub factor of 100/70 gives the power at 8.5 m/s for that at 7.5.
    """
    temperature = np.array([10.0, -10.0, -31.0])
    speed, density = np.full(3, 8.0), np.full(3, 1.225)
    options = {"turbine_type": "V90/2000", "hub_height_m": 70.0}
    plain = wind_availability(speed, density, temperature, **options)
    speeds, power = power_curve("V90/2000")
    assert plain[0] == pytest.approx(np.interp(8.0 * 0.7**0.18, speeds, power))
    lossy = wind_availability(
        speed, density, temperature, **options,
        wake_loss_share=0.1, other_loss_share=0.2, cold_stop_degc=-30.0, cold_loss_share=0.05,
    )  # fmt: skip
    np.testing.assert_allclose(lossy, plain * [0.72, 0.72 * 0.95, 0.0])


def test_curve_of_an_area_equals_windpowerlib():
    """Proves: the curve of turbines whose speeds spread by 20 % is windpowerlib's smoothed curve up to 16 m/s (above, the library
    lets power fall to 0 within half a m/s of the cut-out speed), and it is 0 at rest.

    Sensitivity: a spread of 0.1, or one of 0.2 m/s instead of 20 % of the speed, is off by more than 0.04.
    """
    speeds, power = power_curve("V112/3000")
    library = smooth_power_curve(pd.Series(speeds), pd.Series(power), block_width=0.1, turbulence_intensity=0.2)
    library = library[library["wind_speed"].between(4, 16)]
    area = np.interp(library["wind_speed"], *cluster_curve("V112/3000", 0.2))
    np.testing.assert_allclose(area, library["value"], atol=0.0015)
    assert cluster_curve("V112/3000", 0.2)[1][0] == 0


def test_wakes_slow_the_wind_by_its_speed():
    """Proves: power behind wakes is that of the speed which windpowerlib's curve leaves, 94.04 % at 6 m/s.

    Sensitivity: efficiency applied to power leaves 94 % of it at 6 m/s, where the slower wind leaves less than 85 %.
    """
    speeds, power = power_curve("V90/2000")
    wind = np.array([6.0, 10.0, 14.0])
    behind = np.interp(wind, *cluster_curve("V90/2000", 0.0, "dena_mean"))
    np.testing.assert_allclose(behind, np.interp(reduce_wind_speed(wind, "dena_mean"), speeds, power), atol=1e-9)
    assert behind[0] == pytest.approx(np.interp(6 * 0.940418, speeds, power))
    assert behind[0] / np.interp(6.0, speeds, power) < 0.85
    options = {"turbine_type": "V90/2000", "hub_height_m": 100.0, "wake_curve": "dena_mean"}
    assert wind_availability(np.array([40.0]), np.array([1.225]), np.array([10.0]), **options)[0] == 0


def test_many_turbines_change_less_than_one():
    """Proves: over one steep ramp from 5 to 11 m/s an area changes less than its one turbine, and gives more at 5 m/s and less at 11.

    Sensitivity: a spread that is not handed on gives the power of one turbine.
    """
    wind, same = np.array([5.0, 11.0]), np.full(2, 1.225)
    one, area = (
        wind_availability(wind, same, np.full(2, 10.0), turbine_type="V90/2000", hub_height_m=100, speed_spread_share=spread)
        for spread in (0.0, 0.2)
    )
    assert area[0] > one[0] + 0.005
    assert area[1] < one[1] - 0.02


def test_unknown_turbine_is_named():
    """Proves: a turbine that is not in the register is an error with its name.

    Sensitivity: the register's own error, passed on as it is, is no WeatherError.
    """
    with pytest.raises(WeatherError, match="X999"):
        wind_availability(np.ones(1), np.ones(1), np.ones(1), turbine_type="X999", hub_height_m=100)


@pytest.fixture(scope="module")
def clear():
    time = year_hours(2015)
    ghi = clear_sky_ghi(time, 43.6, 122.2, 166.0, np.full(8760, 2.5))
    return time, ghi, SiteSun(time, 43.6, 122.2, 166.0, ghi)


def plant(clear, kind="fixed", tilt=38.0, ratio=1.0, loss=0.0, temperature=10.0):
    _, _, sun = clear
    return solar_availability(
        sun, np.full(8760, temperature), np.full(8760, 6.0), tracking_kind=kind, tilt_deg=tilt,
        dc_ac_ratio=ratio, temperature_coefficient_per_k=-0.004, other_loss_share=loss,
    )  # fmt: skip


def test_solar_is_zero_at_night_and_within_limits(clear):
    """Proves: no sun, no power; never over the inverter limit.

    Sensitivity: without the limit, modules of 1.4 times the inverter's power give more than 1.
    """
    _, ghi, _ = clear
    for kind in ("fixed", "single_axis"):
        power = plant(clear, kind, ratio=1.4)
        assert power[ghi == 0].max() == 0
        assert power.min() >= 0
        assert power.max() == 1.0


def test_flat_module_sees_the_horizontal(clear):
    """Proves: with tilt 0 the plane gets exactly GHI (split and transposition are consistent).

    Sensitivity: beam and diffuse that do not add to GHI show as a difference.
    """
    _, ghi, sun = clear
    plane = sun.on_plane(0.0, 180.0, np.full(8760, 0.2))
    high = sun.zenith_deg < 80
    np.testing.assert_allclose(plane[high], ghi[high], rtol=0.005)


def test_tilt_tracking_heat_and_losses_order(clear):
    """Proves: tilt beats flat, tracking beats tilt in June, heat costs 0.4 %/K, losses scale below the limit.

    Sensitivity: an azimuth of 0 taken for south makes tilt lose, a temperature coefficient of the wrong sign makes heat pay.
    """
    flat, tilted, tracked = plant(clear, tilt=0.0), plant(clear), plant(clear, "single_axis")
    assert tilted.sum() > 1.1 * flat.sum()
    june = slice(24 * 151, 24 * 181)
    assert tracked[june].sum() > 1.1 * tilted[june].sum()
    warm, cool = plant(clear, loss=0.5, temperature=30.0), plant(clear, loss=0.5, temperature=20.0)
    noon = 24 * 172 + 12
    assert cool[noon] - warm[noon] == pytest.approx(0.04 * 0.5 * cool[noon] / 0.47, rel=0.15)
    np.testing.assert_allclose(plant(clear, loss=0.5), plant(clear, loss=0.4) / 0.6 * 0.5)


def test_mounting_must_be_known(clear):
    """Proves: another mounting, or fixed without tilt, is refused.

    Sensitivity: taking whatever is not fixed for a tracker, or a tilt that is not given for 0, refuses neither.
    """
    with pytest.raises(WeatherError, match="two_axis"):
        plant(clear, "two_axis")
    with pytest.raises(WeatherError, match="tilt"):
        plant(clear, tilt=None)
