"""Units as weather files write them."""

import numpy as np
import pytest

from energy_model.weather.errors import WeatherError
from energy_model.weather.stated_units import converted

# One value in the unit written, and the same in the unit of the dataset, worked out by hand.
SAME = {
    "ghi": [
        ("W/m2", 500, 500), ("W/m^2", 500, 500), ("W m**-2", 500, 500), ("W m-2", 500, 500), ("Wm-2", 500, 500), ("(W/m²)", 500, 500),
        ("[W·m⁻²]", 500, 500), ("w/M2", 500, 500), ("瓦/平方米", 500, 500), ("kW/m2", 0.5, 500), ("kW", 0.5, 500),
        ("mW/cm2", 50, 500), ("Wh/m2", 500, 500), ("kWh/m2", 0.5, 500), ("kW-hr/m^2", 0.5, 500), ("kW-hr/m^2/day", 12, 500),
        ("J m**-2", 1800000, 500), ("J/m2", 1800000, 500), ("kJ", 1800, 500), ("kJ/m2/h", 1800, 500), ("MJ/hr", 1.8, 500),
        ("MJ/m^2/day", 43.2, 500), ("MJ m-2 h-1", 1.8, 500), ("兆焦/平方米", 1.8, 500), ("cal/cm2/min", 1, 697.8),
        ("langley", 42.992, 499.997),
    ],
    "wind_speed_100m": [
        ("m/s", 10, 10), ("m s-1", 10, 10), ("m s**-1", 10, 10), ("M/S", 10, 10), ("metres per second", 10, 10), ("米/秒", 10, 10),
        ("0.1 m/s", 100, 10), ("km/h", 36, 10), ("KM/H", 36, 10), ("kmh", 36, 10), ("公里/小时", 36, 10), ("knots", 10, 5.14444),
        ("kt", 10, 5.14444), ("mph", 10, 4.4704), ("ft/s", 10, 3.048),
    ],
    "temperature": [
        ("K", 273.15, 0), ("°C", -5, -5), ("℃", -5, -5), ("deg C", -5, -5), ("degree Celsius", -5, -5), ("C", -5, -5),
        ("°F", 14, -10), ("degF", 14, -10), ("0.1 degC", -50, -5), ("1/10 °C", -50, -5), ("0.1℃", -50, -5), ("摄氏度", -5, -5),
    ],
    "pressure_pa": [
        ("Pa", 99000, 99000), ("hPa", 990, 99000), ("0.1hPa", 9900, 99000), ("kPa", 99, 99000), ("mbar", 990, 99000),
        ("mb", 990, 99000), ("百帕", 990, 99000), ("bar", 0.99, 99000), ("mmHg", 742.56, 98999.6), ("inHg", 29.235, 99001.1),
        ("atm", 1, 101325),
    ],
    "air_density": [
        ("kg/m3", 1.2, 1.2), ("kg m-3", 1.2, 1.2), ("g/m^3", 1200, 1.2), ("g/l", 1.2, 1.2),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("quantity", "unit", "value", "right"), [(name, *row) for name, rows in SAME.items() for row in rows])
def test_stated_unit_is_converted(quantity, unit, value, right):
    """Proves: however a file writes its unit, the value arrives in that of the dataset.

    Sensitivity: a factor, an exponent, a zero point or the hour of an energy wrong anywhere moves its row.
    """
    assert converted(np.array([value, value]), quantity, unit) == pytest.approx([right, right], rel=1e-5, abs=1e-9)


def test_energy_is_spread_over_its_step():
    """Proves: 0.3 MJ/m2 of ten minutes are 500 W/m2, while a rate does not know the step.

    Sensitivity: energy always of an hour gives 83 W/m2; a rate divided by the step 3,000.
    """
    assert converted(np.array([0.3]), "ghi", "MJ/m2", step_h=1 / 6) == pytest.approx([500])
    assert converted(np.array([500.0]), "ghi", "W/m2", step_h=1 / 6) == pytest.approx([500])


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ("ghi", "lux"), ("ghi", "m/s"), ("ghi", "W/m"), ("ghi", "W/m3"), ("ghi", "1"), ("ghi", ""), ("ghi", "%"),
        ("wind_speed_100m", "bft"), ("wind_speed_100m", "W/m2"), ("wind_speed_100m", "m"), ("wind_speed_100m", "m*s"),
        ("temperature", "°R"), ("temperature", "m/s"), ("temperature", ""), ("pressure_pa", "kg/m3"), ("pressure_pa", "m"),
        ("air_density", "Pa"),
    ],
)  # fmt: skip
def test_unknown_unit_is_refused_by_name(quantity, unit):
    """Proves: a unit that is not known, or one of another quantity, is refused; the message names quantity and unit.

    Sensitivity: an unknown part skipped, or dimensions not compared, lets lux or m/s pass as W/m2.
    """
    with pytest.raises(WeatherError, match="unit not known") as caught:
        converted(np.array([1.0]), quantity, unit)
    assert repr(unit) in str(caught.value)
    assert quantity in str(caught.value)
