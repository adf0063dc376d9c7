"""Colours of all pages: technologies after Okabe and Ito (2008), suited to colour-blind readers; loading in purple steps."""

from energy_model.results.components import USES

TECHNOLOGY = {  # kinds that make electricity, in the order of the wedges
    "thermal": "#4a4a4a",
    "chp": "#a5673f",
    "wind": "#0072b2",
    "solar": "#e69f00",
    "battery": "#009e73",
    "pumped_hydro": "#56b4e9",
}
LOADING_LIMITS = (0.2, 0.4, 0.6, 0.8)
LOADING = ("#cfc0e3", "#ab90cf", "#8761b4", "#613391", "#36105f")

VOLTAGE_AC = {1000: "#0000e1", 750: "#fa800a", 500: "#fa0000", 330: "#1e92ff", 220: "#800080", 110: "#f04155", 66: "#ffcc00", 35: "#e2ac06"}
"""Classes of AC lines [kV] in the colours customary on drawings of Chinese grids (judgement; no standard was at hand)."""
VOLTAGE_DC, VOLTAGE_LOW = "#00838f", "#5b6270"
"""DC lines, and AC lines below the lowest class (own choice)."""

DIFFERENCE = {"more": "#0072b2", "less": "#d55e00", "same": "#9a9a9a"}

OTHER_USE = "#c0a0a0"  # of electricity
STACK = (
    dict.fromkeys((u.name for u in USES), OTHER_USE)
    | TECHNOLOGY
    | {  # parts of a balance of power
        "discharge": "#009e73",
        "charge": "#8ad4bd",
        "received": "#cc79a7",
        "sent": "#e3b5cf",
        "export": "#613391",
        "loss": "#b8b8b8",
        "unserved": "#d55e00",
        "curtailed": "#7fb8d8",
        "load": "#1f2430",
        "smelter": "#8c6d1f",
        "electric_boiler": "#d98880",
        "cost_investment": "#0072b2",
        "cost_fixed": "#56b4e9",
        "cost_fuel": "#4a4a4a",
        "cost_running": "#e69f00",
        "cost_penalty": "#d55e00",
        "coal_boiler": "#8a8a8a",
        "geothermal": "#b5651d",
    }
)


def voltage_colour(kv: float, direct_current: bool) -> str:
    """Colour of a corridor by its voltage [kV]: that of the highest class not above it."""
    if direct_current:
        return VOLTAGE_DC
    return next((colour for least, colour in VOLTAGE_AC.items() if kv >= least), VOLTAGE_LOW)
