"""Photovoltaic power from irradiance, temperature and wind (pvlib underneath)."""

import numpy as np
import pandas as pd
from pvlib import irradiance, temperature, tracking

from energy_model.weather.errors import weather_error
from energy_model.weather.sun import sun_position

ALBEDO_PLAIN, ALBEDO_SNOW = 0.20, 0.35  # own judgement: thin, patchy winter snow below -5 degC daily mean
SNOW_BELOW_DEGC = -5.0
MODULE_WIND_EXPONENT = 0.25  # 100 m down to 10 m, where the thermal model takes its wind
TRACKER_LIMIT_DEG = 60.0
TRACKER_GROUND_COVER = 0.35
STANDARD_IRRADIANCE_W_PER_M2 = 1000.0
STANDARD_CELL_DEGC = 25.0
LOWEST_SUN_DEG = 87.0  # beam is left out above this zenith: the split of GHI is unsound there


class SiteSun:
    """Sun and split irradiance of one site, computed once and used for every mounting.

    Parameters
    ----------
    time : pd.DatetimeIndex
        Beginning of each hour, naive Beijing time; the sun is taken at half past.
    latitude_deg, longitude_deg, altitude_m : float
        Place.
    ghi : np.ndarray
        Irradiance on the horizontal [W/m2], mean of the hour, shape (time,).
    """

    def __init__(
        self,
        time: pd.DatetimeIndex,
        latitude_deg: float,
        longitude_deg: float,
        altitude_m: float,
        ghi: np.ndarray,
    ) -> None:
        middle = time + pd.Timedelta(minutes=30)
        sun = sun_position(middle, latitude_deg, longitude_deg, altitude_m)
        self.zenith_deg = sun["zenith_deg"].to_numpy()
        self.azimuth_deg = sun["azimuth_deg"].to_numpy()
        self.ghi = np.asarray(ghi, float)
        self.extra = np.asarray(irradiance.get_extra_radiation(sun.index))
        split = irradiance.erbs(self.ghi, self.zenith_deg, sun.index.day_of_year, max_zenith=LOWEST_SUN_DEG)
        beam = np.nan_to_num(np.asarray(split["dni"]))
        self.dni = np.where(self.zenith_deg < LOWEST_SUN_DEG, beam, 0.0)
        self.dhi = self.ghi - self.dni * np.cos(np.radians(np.minimum(self.zenith_deg, 90.0)))

    def on_plane(self, tilt_deg: np.ndarray | float, azimuth_deg: np.ndarray | float, albedo: np.ndarray) -> np.ndarray:
        """Irradiance on a plane after Hay and Davies [W/m2], shape (time,)."""
        total = irradiance.get_total_irradiance(
            tilt_deg,
            azimuth_deg,
            self.zenith_deg,
            self.azimuth_deg,
            self.dni,
            self.ghi,
            self.dhi,
            dni_extra=self.extra,
            albedo=albedo,
            model="haydavies",
        )
        return np.maximum(np.nan_to_num(np.asarray(total["poa_global"])), 0.0)


def solar_availability(
    sun: SiteSun,
    air_temperature: np.ndarray,
    wind_speed_100m: np.ndarray,
    *,
    tracking_kind: str,
    tilt_deg: float | None,
    dc_ac_ratio: float,
    temperature_coefficient_per_k: float,
    other_loss_share: float = 0.0,
) -> np.ndarray:
    """Available power of a photovoltaic plant per inverter (AC) power [MW/MW].

    Parameters
    ----------
    sun : SiteSun
        Sun and irradiance of the site.
    air_temperature, wind_speed_100m : np.ndarray
        [degC] and [m/s], shape (time,).
    tracking_kind : str
        "fixed" (facing south) or "single_axis" (horizontal north-south axis, backtracking).
    tilt_deg : float, optional
        Tilt of fixed modules.
    dc_ac_ratio : float
        Module power per inverter power.
    temperature_coefficient_per_k : float
        Change of module power per K above 25 degC of the cell.
    other_loss_share : float
        Losses [1] between module and grid, taken before the inverter limit.

    Returns
    -------
    np.ndarray
        Within 0..1, shape (time,).
    """
    cold = air_temperature < SNOW_BELOW_DEGC
    albedo = np.where(cold, ALBEDO_SNOW, ALBEDO_PLAIN)
    if tracking_kind == "fixed":
        if tilt_deg is None:
            raise weather_error("fixed modules need tilt_deg", "固定支架组件须填 tilt_deg")
        plane = sun.on_plane(tilt_deg, 180.0, albedo)
    elif tracking_kind == "single_axis":
        rotation = tracking.singleaxis(
            pd.Series(sun.zenith_deg),
            pd.Series(sun.azimuth_deg),
            axis_tilt=0,
            axis_azimuth=180,
            max_angle=TRACKER_LIMIT_DEG,
            backtrack=True,
            gcr=TRACKER_GROUND_COVER,
        )
        tilt = np.nan_to_num(rotation["surface_tilt"].to_numpy())
        azimuth = np.nan_to_num(rotation["surface_azimuth"].to_numpy(), nan=180.0)
        plane = sun.on_plane(tilt, azimuth, albedo)
    else:
        raise weather_error(
            f"tracking must be 'fixed' or 'single_axis', not {tracking_kind!r}",
            f"tracking 须为 'fixed' 或 'single_axis'，现为 {tracking_kind!r}",
        )
    cell = temperature.faiman(plane, air_temperature, wind_speed_100m * 0.1**MODULE_WIND_EXPONENT)
    module = plane / STANDARD_IRRADIANCE_W_PER_M2 * (1 + temperature_coefficient_per_k * (cell - STANDARD_CELL_DEGC))
    return np.clip(module * dc_ac_ratio * (1 - other_loss_share), 0.0, 1.0)
