"""Wind power from wind speed: power curves of windpowerlib, corrected for density, losses and frost."""

from functools import lru_cache

import numpy as np
from windpowerlib import WindTurbine

from energy_model.weather.errors import weather_error

SHEAR_EXPONENT = 0.18  # between 70 and 100 m (own judgement, see weather/README.md)
STANDARD_DENSITY_KG_PER_M3 = 1.225
ICING_BELOW_DEGC = -5.0


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
    wake_loss_share: float = 0.0,
    other_loss_share: float = 0.0,
    cold_stop_degc: float | None = None,
    cold_loss_share: float = 0.0,
) -> np.ndarray:
    """Available power of a wind farm per installed power [MW/MW].

    Parameters
    ----------
    wind_speed_100m, air_density, temperature : np.ndarray
        Weather [m/s, kg/m3, degC], same shape, e.g. (site, time).
    turbine_type : str
        Turbine of the windpowerlib register.
    hub_height_m : float
        Hub height; the speed follows the power law from 100 m.
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
    speeds, power = power_curve(turbine_type)
    output = curve_power(speeds, power, hub_wind_speed(wind_speed_100m, hub_height_m), air_density)
    output *= (1 - wake_loss_share) * (1 - other_loss_share)
    output = np.where(temperature < ICING_BELOW_DEGC, output * (1 - cold_loss_share), output)
    if cold_stop_degc is not None:
        output = np.where(temperature < cold_stop_degc, 0.0, output)
    return np.clip(output, 0.0, 1.0)
