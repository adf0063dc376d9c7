"""Figures that the readers of components share."""

from energy_model.study.system import UNLIMITED_GW
from energy_model.units import MW_PER_GW

UNLIMITED_MW = UNLIMITED_GW * MW_PER_GW
"""Capacity that represents no limit: no bound of the linear programme if it has a cost, else one that must not bind."""
LIFETIME_YEARS = 5.0
"""At a discount rate of 0 a capital cost of one a year is five overnight; the shortest lifetime gives the widest range."""
