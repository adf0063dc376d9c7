"""Wind power from wind speed: power curves of windpowerlib for many turbines together, corrected for density, wakes, losses and frost."""

from functools import lru_cache

import numpy as np
from windpowerlib import WindTurbine
from windpowerlib.wake_losses import get_wind_efficiency_curve

from energy_model.weather.errors import weather_error

SHEAR_EXPONENT = 0.18  # between 70 and 100 m (own judgement, see weather/README.md)
STANDARD_DENSITY_KG_PER_M3 = 1.225
ICING_BELOW_DEGC = -5.0
WAKE_CURVES = ("dena_mean", "knorr_mean", "dena_extreme1", "dena_extreme2", "knorr_extreme1", "knorr_extreme2", "knorr_extreme3")
CURVE_SPEEDS_M_PER_S = np.concatenate([np.arange(0, 20, 0.5), np.arange(20, 46, 1.0)])


@lru_cache(maxsize=32)
def power_curve(turbine_type: str) -> tuple[np.ndarray, np.ndarray]:
    """Power curve of a turbine of the windpowerlib register.

    Returns
    -------
    tuple of np.ndarray
        Wind speeds [m/s] and power per rated power [1].
    """
    try:
        turbine = WindTurbine(hub_height=100, turbine_type=turbine_type)
        curve = turbine.power_curve
    except Exception as error:  # the register raises several kinds
        raise weather_error(
            f"turbine type {turbine_type!r} cannot be read from the windpowerlib register",
            f"无法从 windpowerlib 机型库读取机型 {turbine_type!r}",
        ) from error
    if curve is None or not turbine.nominal_power:
        raise weather_error(
            f"turbine type {turbine_type!r} has no power curve in the windpowerlib register",
            f"windpowerlib 机型库中机型 {turbine_type!r} 没有功率曲线",
        )
    return curve["wind_speed"].to_numpy(float), curve["value"].to_numpy(float) / turbine.nominal_power


@lru_cache(maxsize=32)
def cluster_curve(turbine_type: str, speed_spread_share: float = 0.0, wake_curve: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    r"""Power curve of the wind farms of an area together.

    At a mean speed :math:`v` over the area, the speeds of its turbines are spread around it (multi-turbine power curve of Nørgaard and
    Holttinen 2004; :math:`s = 0.2` in Staffell and Pfenninger 2016), and wakes take away a share :math:`1 - e` of each:

    .. math:: P_{area}(v) = \int P(e(u) \, u) \, \varphi(u; v, s v) \, du

    Parameters
    ----------
    turbine_type : str
        Turbine of the windpowerlib register.
    speed_spread_share : float
        Standard deviation of the speeds of the turbines per mean speed, s [1].
    wake_curve : str, optional
        Efficiency e of wind speed by wind speed, of windpowerlib's `WAKE_CURVES`.

    Returns
    -------
    tuple of np.ndarray
        Wind speeds [m/s] and power per rated power [1].
    """
    speeds, power = power_curve(turbine_type)
    if not speed_spread_share and wake_curve is None:
        return speeds, power
    score = np.linspace(-4, 4, 401)
    weight = np.exp(-(score**2) / 2)
    turbine = np.outer(CURVE_SPEEDS_M_PER_S, np.clip(1 + speed_spread_share * score, 0, None))
    if wake_curve is not None:
        efficiency = get_wind_efficiency_curve(wake_curve)
        turbine *= np.interp(turbine, efficiency["wind_speed"], efficiency["efficiency"])
    return CURVE_SPEEDS_M_PER_S, np.interp(turbine, speeds, power, left=0.0, right=0.0) @ weight / weight.sum()


def hub_wind_speed(wind_speed_100m: np.ndarray, hub_height_m: float) -> np.ndarray:
    """Wind speed at hub height by the power law [m/s]."""
    return wind_speed_100m * (hub_height_m / 100.0) ** SHEAR_EXPONENT


def curve_power(speeds: np.ndarray, power: np.ndarray, wind_speed: np.ndarray, density_kg_per_m3: np.ndarray) -> np.ndarray:
    r"""Power per rated power [1] from a density-corrected power curve.

    The speeds of the curve are stretched (Svenningsen 2010, as in windpowerlib):

    .. math:: v_{site} = v \, (\rho_0 / \rho)^{p(v)}, \quad
              p = 1/3 \text{ below } 7.5, \; 2/3 \text{ above } 12.5 \text{ m/s, linear between}

    and the curve is interpolated linearly; zero outside it.  One array pass over all hours, as the
    register's own loop takes a second per site.

    Parameters
    ----------
    speeds, power : np.ndarray
        The curve: speeds [m/s] and power [1], shape (points,).
    wind_speed : np.ndarray
        Hub-height wind speed [m/s], any shape.
    density_kg_per_m3 : np.ndarray
        Air density, same shape.
    """
    exponent = np.interp(speeds, [7.5, 12.5], [1 / 3, 2 / 3])
    v = wind_speed.ravel()
    log_ratio = np.log(STANDARD_DENSITY_KG_PER_M3 / density_kg_per_m3).ravel()
    # Stretched speeds grow along the curve, so the segment of an hour is the count of points passed.
    passed = np.zeros(len(v), dtype=int)
    for speed, p in zip(speeds, exponent, strict=True):
        passed += v >= speed * np.exp(p * log_ratio)
    left = np.clip(passed - 1, 0, len(speeds) - 2)
    low = speeds[left] * np.exp(exponent[left] * log_ratio)
    high = speeds[left + 1] * np.exp(exponent[left + 1] * log_ratio)
    share = (v - low) / (high - low)
    output = power[left] + share * (power[left + 1] - power[left])
    output[(share < 0) | (share > 1)] = 0.0
    return output.reshape(wind_speed.shape)


def wind_availability(
    wind_speed_100m: np.ndarray,
    air_density: np.ndarray,
    temperature: np.ndarray,
    *,
    turbine_type: str,
    hub_height_m: float,
    speed_spread_share: float = 0.0,
    wake_curve: str | None = None,
    wake_loss_share: float = 0.0,
    other_loss_share: float = 0.0,
    cold_stop_degc: float | None = None,
    cold_loss_share: float = 0.0,
) -> np.ndarray:
    """Available power of the wind farms of an area per installed power [MW/MW].

    Parameters
    ----------
    wind_speed_100m, air_density, temperature : np.ndarray
        Weather [m/s, kg/m3, degC], same shape, e.g. (site, time).
    turbine_type : str
        Turbine of the windpowerlib register.
    hub_height_m : float
        Hub height; the speed follows the power law from 100 m.
    speed_spread_share, wake_curve : float, str
        Spread of wind speed among the turbines [1] and wakes by wind speed, see `cluster_curve`.
    wake_loss_share, other_loss_share : float
        Constant losses [1], one after the other.
    cold_stop_degc : float, optional
        The farm stops below this temperature.
    cold_loss_share : float
        Icing loss [1] in hours below -5 degC.

    Returns
    -------
    np.ndarray
        Within 0..1, shape of the inputs.
    """
    speeds, power = cluster_curve(turbine_type, speed_spread_share, wake_curve)
    output = curve_power(speeds, power, hub_wind_speed(wind_speed_100m, hub_height_m), air_density)
    output *= (1 - wake_loss_share) * (1 - other_loss_share)
    output = np.where(temperature < ICING_BELOW_DEGC, output * (1 - cold_loss_share), output)
    if cold_stop_degc is not None:
        output = np.where(temperature < cold_stop_degc, 0.0, output)
    return np.clip(output, 0.0, 1.0)
