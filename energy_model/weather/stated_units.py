"""Units stated by weather files, converted to those of the dataset."""

import re
import unicodedata
from math import prod

import numpy as np

from energy_model import units as u
from energy_model.weather.errors import WeatherError, weather_error

# Symbol -> (factor to kg, m, s; powers of kg, m, s). Case counts (mW, MW) until only one reading is left (KM/H).
SYMBOLS: dict[str, tuple[float, tuple[int, int, int]]] = {
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒"), (1.0, (0, 0, 1))),
    **dict.fromkeys(("min", "minute"), (u.S_PER_MIN, (0, 0, 1))),
    **dict.fromkeys(("h", "hr", "hour", "hours", "时", "小时"), (u.S_PER_H, (0, 0, 1))),
    **dict.fromkeys(("d", "day", "天", "日"), (u.S_PER_DAY, (0, 0, 1))),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "米"), (1.0, (0, 1, 0))),
    **dict.fromkeys(("cm", "厘米"), (1e-2, (0, 1, 0))),
    **dict.fromkeys(("km", "千米", "公里"), (1e3, (0, 1, 0))),
    **dict.fromkeys(("ft", "feet"), (u.M_PER_FT, (0, 1, 0))),
    **dict.fromkeys(("mi", "mile", "miles"), (u.M_PER_MI, (0, 1, 0))),
    **dict.fromkeys(("m2", "sqm", "平方米", "平米"), (1.0, (0, 2, 0))),
    **dict.fromkeys(("cm2", "平方厘米"), (1e-4, (0, 2, 0))),
    **dict.fromkeys(("m3", "立方米"), (1.0, (0, 3, 0))),
    **dict.fromkeys(("cm3", "立方厘米"), (1e-6, (0, 3, 0))),
    **dict.fromkeys(("l", "升"), (1e-3, (0, 3, 0))),
    **dict.fromkeys(("kn", "kt", "kts", "knot", "knots", "节"), (u.M_PER_NMI / u.S_PER_H, (0, 1, -1))),
    **dict.fromkeys(("kmh", "kph"), (u.KILO / u.S_PER_H, (0, 1, -1))),
    "mph": (u.M_PER_MI / u.S_PER_H, (0, 1, -1)),
    **dict.fromkeys(("mps", "ms-1"), (1.0, (0, 1, -1))),
    "Wm-2": (1.0, (1, 0, -3)),
    "Jm-2": (1.0, (1, 0, -2)),
    **dict.fromkeys(("g", "克"), (1e-3, (1, 0, 0))),
    **dict.fromkeys(("kg", "千克", "公斤"), (1.0, (1, 0, 0))),
    **dict.fromkeys(("Pa", "帕"), (1.0, (1, -1, -2))),
    **dict.fromkeys(("hPa", "mb", "mbar", "millibar", "millibars", "百帕", "毫巴"), (1e2, (1, -1, -2))),
    **dict.fromkeys(("kPa", "千帕"), (1e3, (1, -1, -2))),
    "MPa": (1e6, (1, -1, -2)),
    "bar": (1e5, (1, -1, -2)),
    "atm": (u.PA_PER_ATM, (1, -1, -2)),
    **dict.fromkeys(("mmHg", "torr", "毫米汞柱"), (u.PA_PER_MMHG, (1, -1, -2))),
    "inHg": (u.PA_PER_INHG, (1, -1, -2)),
    **dict.fromkeys(("mW", "毫瓦"), (1e-3, (1, 2, -3))),
    **dict.fromkeys(("W", "watt", "watts", "瓦"), (1.0, (1, 2, -3))),
    **dict.fromkeys(("kW", "千瓦"), (1e3, (1, 2, -3))),
    **dict.fromkeys(("MW", "兆瓦"), (1e6, (1, 2, -3))),
    **dict.fromkeys(("J", "joule", "joules", "焦", "焦耳"), (1.0, (1, 2, -2))),
    **dict.fromkeys(("kJ", "千焦", "千焦耳"), (1e3, (1, 2, -2))),
    **dict.fromkeys(("MJ", "兆焦", "兆焦耳"), (1e6, (1, 2, -2))),
    **dict.fromkeys(("Wh", "瓦时"), (u.J_PER_WH, (1, 2, -2))),
    **dict.fromkeys(("kWh", "千瓦时"), (u.KILO * u.J_PER_WH, (1, 2, -2))),
    **dict.fromkeys(("MWh", "兆瓦时"), (u.MEGA * u.J_PER_WH, (1, 2, -2))),
    **dict.fromkeys(("cal", "卡"), (u.J_PER_CAL, (1, 2, -2))),
    **dict.fromkeys(("langley", "ly"), (1e4 * u.J_PER_CAL, (1, 0, -2))),  # 1 cal/cm2
}  # fmt: skip
FOLDED = {symbol.lower(): [s for s in SYMBOLS if s.lower() == symbol.lower()] for symbol in SYMBOLS}

# Scales of temperature: unit -> (kelvin per degree, kelvin at zero).
KELVIN = (1.0, 0.0)
CELSIUS = (1.0, u.K_AT_0_DEGC)
FAHRENHEIT = (u.K_PER_F, u.K_AT_0_DEGC - u.F_AT_0_DEGC * u.K_PER_F)
SCALES = {
    **dict.fromkeys(("k", "kelvin", "degk", "°k", "开", "开尔文"), KELVIN),
    **dict.fromkeys(("c", "°c", "degc", "deg_c", "celsius", "degreec", "degreecelsius", "degreescelsius", "degree_celsius",
                     "degrees_celsius", "degcelsius", "度", "摄氏度"), CELSIUS),
    **dict.fromkeys(("f", "°f", "degf", "deg_f", "fahrenheit", "degreef", "degreefahrenheit", "degreesfahrenheit",
                     "degfahrenheit", "华氏度"), FAHRENHEIT),
}  # fmt: skip

SPEED, DENSITY, PRESSURE = (0, 1, -1), (1, -3, 0), (1, -1, -2)
FLUX, ENERGY_PER_M2 = (1, 0, -3), (1, 0, -2)
POWER, ENERGY = (1, 2, -3), (1, 2, -2)  # "MJ/hr" of NASA POWER: the square metre goes without saying
# quantity -> (unit of the dataset, powers of kg, m, s it may be stated in, examples)
STATED = {
    "wind_speed_100m": ("m/s", (SPEED,), "m/s, km/h, knots, mph"),
    "ghi": ("W/m2", (FLUX, POWER, ENERGY_PER_M2, ENERGY), "W/m2, kW/m2, J/m2, kJ/m2, MJ/m2, Wh/m2, kWh/m2, MJ/hr"),
    "pressure_pa": ("Pa", (PRESSURE,), "Pa, hPa, kPa, mbar, mmHg"),
    "air_density": ("kg/m3", (DENSITY,), "kg/m3, g/m3"),
}
NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:/(\d+)(?![\d.]))?[*x]?(?=[^\d.])")  # 0.1 degC, 1/10 °C


def converted(values: np.ndarray, quantity: str, unit: str, step_h: float = 1.0) -> np.ndarray:
    """Convert values to the unit of the dataset.

    Parameters
    ----------
    values : np.ndarray
        As in the file; any shape.
    quantity : str
        A variable of the dataset, or ``pressure_pa`` [Pa].
    unit : str
        As the file writes it: ``MJ/hr``, ``W m**-2``, ``kWh/m^2``, ``°F``, ``0.1 hPa``, ``千米/小时``.
    step_h : float
        Time [h] over which an amount of energy such as J/m2 was collected.

    Returns
    -------
    np.ndarray
        m/s, W/m2, degC, Pa or kg/m3.

    Raises
    ------
    WeatherError
        A unit that is not known, or is one of another quantity.
    """
    written = unit
    unit = _plain(unit)
    multiple, unit = _multiple(unit)
    if quantity == "temperature":
        scale = SCALES.get(unit.lower())
        if scale is None:
            raise weather_error(
                f"temperature in {written!r}: unit not known; known are degC, K, °F", f"气温单位 {written!r} 无法识别；可用 degC、K、°F"
            )
        return np.asarray(values, float) * multiple * scale[0] + (scale[1] - u.K_AT_0_DEGC)
    wanted, powers, examples = STATED[quantity]
    factor, power = _product(unit) or (0.0, None)
    if power not in powers:
        raise weather_error(
            f"{quantity} in {written!r}: unit not known; known are {examples} (stored in {wanted})",
            f"{quantity} 的单位 {written!r} 无法识别；可用 {examples}（存为 {wanted}）",
        )
    if power in (ENERGY_PER_M2, ENERGY):
        factor /= step_h * u.S_PER_H
    return np.asarray(values, float) * multiple * factor


def is_amount(unit: str) -> bool:
    """Whether a unit is one of energy, accumulated over time."""
    return (_product(_multiple(_plain(unit))[1]) or (0.0, None))[1] in (ENERGY_PER_M2, ENERGY)


def is_unit(text: str, quantity: str) -> bool:
    """Whether `text` is a unit in which `quantity` may be stated."""
    try:
        converted(np.zeros(1), quantity, text)
    except WeatherError:
        return False
    return True


def _plain(unit: str) -> str:
    """Normalise the spelling: no brackets, blanks as products, ``m^2``, ``m**2`` and ``m²`` as m2, "per" as a slash."""
    text = unicodedata.normalize("NFKC", unit).strip()
    if text[:1] + text[-1:] in ("()", "[]", "{}"):
        text = text[1:-1].strip()
    text = text.replace("º", "°").replace("−", "-").replace("每", "/")
    text = re.sub(r"\s*(?:\bper\b)\s*", "/", text)
    text = re.sub(r"\*\*|\^", "", text)
    text = re.sub(r"(?i)(?<![a-z])(k|M)?W[-·*. ]?hr?\b", lambda found: f"{found[1] or ''}Wh", text)
    text = re.sub(r"\s*/\s*", "/", text)
    return re.sub(r"\s*[·*]\s*|\s+", " ", text).strip()


def _multiple(unit: str) -> tuple[float, str]:
    """Split a number off the front: "0.1 degC", "1/10 °C"."""
    found = NUMBER.match(unit)
    if not found:
        return 1.0, unit.replace(" ", "") if unit.lower().replace(" ", "") in SCALES else unit
    number = float(found[1]) / float(found[2] or 1)
    rest = unit[found.end() :].strip()
    return number, rest.replace(" ", "") if rest.lower().replace(" ", "") in SCALES else rest


def _product(unit: str) -> tuple[float, tuple[int, ...]] | None:
    """Factor to kg, m and s and their powers of a product such as "W/m2" or "m s-1"; None when a part is unknown."""
    factors, powers = [], np.zeros(3, int)
    for place, part in enumerate(unit.split("/")):
        sign = -1 if place else 1
        for word in part.strip("() ").split(" "):
            read = _symbol(word)
            if read is None:
                return None
            factor, dimension, exponent = read
            factors.append(factor ** (sign * exponent))
            powers += sign * exponent * np.array(dimension)
    return prod(factors), tuple(int(p) for p in powers)


def _symbol(word: str) -> tuple[float, tuple[int, int, int], int] | None:
    """Factor, powers of kg, m and s, and exponent of one word such as "m2", "s-1", "KM"."""
    found = re.fullmatch(r"(\D+?)(-?\d+)?\.?", word)
    for name, exponent in ((word, 1), (found[1], int(found[2] or 1)) if found else (word, 1)):
        choice = [name] if name in SYMBOLS else FOLDED.get(name.lower(), [])
        if len({SYMBOLS[s] for s in choice}) == 1:
            return *SYMBOLS[choice[0]], exponent
    return None
