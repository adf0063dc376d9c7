"""Colours of the map: technologies after Okabe and Ito (2008), told apart by colour-blind readers; loading in purple steps."""

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


def loading_colour(share: float) -> str:
    """Colour of a corridor by the share of its capacity that is used over the year."""
    return LOADING[sum(share >= limit for limit in LOADING_LIMITS)]
