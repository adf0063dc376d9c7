"""Position of the sun and clear-sky irradiance for naive Beijing times (pvlib underneath)."""

import numpy as np
import pandas as pd
from pvlib import atmosphere, clearsky, irradiance, solarposition

STEPS_PER_HOUR = 4  # clear-sky irradiance is averaged over this many instants of each hour


def sun_position(time: pd.DatetimeIndex, latitude_deg: float, longitude_deg: float, altitude_m: float) -> pd.DataFrame:
    """Sun at instants `time` (naive Beijing time).

    Returns
    -------
    pd.DataFrame
        Columns zenith_deg (refracted), azimuth_deg; index as `time` with its zone.
    """
    local = time.tz_localize("Etc/GMT-8")  # POSIX sign: this is UTC+08:00, without summer time
    # The ephemeris is good to 0.01 degrees, ten times as fast as the full solar position algorithm.
    sun = solarposition.ephemeris(local, latitude_deg, longitude_deg, pressure=atmosphere.alt2pres(altitude_m))
    return pd.DataFrame({"zenith_deg": sun["apparent_zenith"], "azimuth_deg": sun["azimuth"]}, index=local)


def clear_sky_ghi(
    time: pd.DatetimeIndex,
    latitude_deg: float,
    longitude_deg: float,
    altitude_m: float,
    linke_turbidity: np.ndarray,
) -> np.ndarray:
    """Clear-sky irradiance after Ineichen and Perez, mean of each hour [W/m2].

    Parameters
    ----------
    time : pd.DatetimeIndex
        Beginning of each hour, naive Beijing time.
    latitude_deg, longitude_deg, altitude_m : float
        Place.
    linke_turbidity : np.ndarray
        Linke turbidity [1] of each hour, shape (time,).

    Returns
    -------
    np.ndarray
        Shape (time,).
    """
    offsets = pd.to_timedelta((np.arange(STEPS_PER_HOUR) + 0.5) * 60 / STEPS_PER_HOUR, unit="min")
    instants = pd.DatetimeIndex((time.to_numpy()[:, None] + offsets.to_numpy()[None, :]).ravel())
    sun = sun_position(instants, latitude_deg, longitude_deg, altitude_m)
    zenith = sun["zenith_deg"].to_numpy()
    airmass = atmosphere.get_absolute_airmass(atmosphere.get_relative_airmass(zenith), atmosphere.alt2pres(altitude_m))
    extra = np.asarray(irradiance.get_extra_radiation(sun.index))
    turbidity = np.repeat(linke_turbidity, STEPS_PER_HOUR)
    with np.errstate(divide="ignore", invalid="ignore"):  # pvlib divides by zero when the sun is down
        clear = clearsky.ineichen(zenith, airmass, turbidity, altitude=altitude_m, dni_extra=extra)
    return np.nan_to_num(np.asarray(clear["ghi"])).reshape(-1, STEPS_PER_HOUR).mean(axis=1)
