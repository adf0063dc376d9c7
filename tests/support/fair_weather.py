"""A year of weather that the check of the climate lets pass, at any step, for files written in tests."""

import numpy as np
import pandas as pd

LATITUDE, LONGITUDE, ALTITUDE = 43.6, 122.2, 166.0  # HORQIN


def fair_weather(time, step_min=60):
    """Means over `step_min` minutes from each `time` on (naive Beijing time), built from 5-minute values: so the mean of six
    10-minute rows is the hour's row.

    Columns wind [m/s at 100 m], ghi [W/m2], temperature [degC], pressure [Pa].
    """
    minutes = np.arange(2.5, step_min, 5)
    hours = (time - pd.Timestamp("2000-01-01")) / pd.Timedelta(hours=1)
    hour = hours.to_numpy()[:, None] + minutes / 60
    season = 2 * np.pi * (hour / 24 + 10) / 365.2425  # 0 at the winter solstice, ten days before the year 2000
    declination = np.radians(-23.44) * np.cos(season)
    turn = np.radians(15 * (hour % 24 - 8 - 12 + LONGITUDE / 15))
    latitude = np.radians(LATITUDE)
    height = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(turn)
    cloud = 0.78 + 0.2 * np.sin(hour / 31)
    values = {
        "wind": 7 + 3 * np.sin(hour / 13) + np.sin(hour / 1.7),
        "ghi": 1050 * np.clip(height, 0, None) ** 1.2 * cloud,
        "temperature": 6 - 18 * np.cos(season - 0.5) + 5 * np.sin(2 * np.pi * (hour % 24 - 9) / 24) + np.sin(hour / 50),
        "pressure": 99300 + 600 * np.sin(hour / 80),
    }
    return pd.DataFrame({name: array.mean(axis=1) for name, array in values.items()}, index=time)


def hours_of(year, step_min=60):
    """Stamps at the beginning of each step of a calendar year, 29 February included."""
    return pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq=f"{step_min}min", inclusive="left")
