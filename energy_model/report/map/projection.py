"""Longitude and latitude to kilometres on an equal-area plane, so that counties keep their true size."""

from __future__ import annotations

import numpy as np

EARTH_RADIUS_KM = 6371.0088
CENTRE_LATITUDE_DEG, CENTRE_LONGITUDE_DEG = 44.0, 121.0


def project_km(longitude_deg: np.ndarray, latitude_deg: np.ndarray) -> np.ndarray:
    r"""Lambert azimuthal equal-area projection of a sphere about 44 N, 121 E.

    Parameters
    ----------
    longitude_deg, latitude_deg : array, shape (n,)
        Degrees east and north.

    Returns
    -------
    array, shape (n, 2)
        Kilometres east and north of the centre.

    Notes
    -----
    .. math:: k = \sqrt{2 / (1 + \sin\phi_0 \sin\phi + \cos\phi_0 \cos\phi \cos\Delta\lambda)}

    Snyder, *Map Projections: A Working Manual*, USGS 1395 (1987), equations 24-2 to 24-4.
    """
    east = np.radians(np.asarray(longitude_deg, float) - CENTRE_LONGITUDE_DEG)
    north, centre = np.radians(np.asarray(latitude_deg, float)), np.radians(CENTRE_LATITUDE_DEG)
    cosine = np.sin(centre) * np.sin(north) + np.cos(centre) * np.cos(north) * np.cos(east)
    k = EARTH_RADIUS_KM * np.sqrt(2 / (1 + cosine))
    x = k * np.cos(north) * np.sin(east)
    y = k * (np.cos(centre) * np.sin(north) - np.sin(centre) * np.cos(north) * np.cos(east))
    return np.column_stack([x, y])
