"""State of an import shared by the component readers: the network, the tables written, and the refusals."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from energy_model.exchange.pypsa_tables import PypsaNetwork
from energy_model.exchange.refusals import Refusal
from energy_model.exchange.study_tables import StudyTables


@dataclass
class Imported:
    """Result of an import.

    Attributes
    ----------
    tables : StudyTables
    settings : str
        Text of ``study.toml``.
    notes : list of (str, str)
        Data interpreted differently or omitted without effect on the optimum, in Chinese and English.
    unlimited : list of str
        Components whose capacity may be built without limit.
    cut : list of str
        Components imported with their usable capacity only.
    sunk_cny : float
        Capital cost of components that cannot be extended: in neither objective.
    elastic_cny : float
        Payment of all elastic demand if served: in our objective, not in PyPSA's.
    uncounted : list of str
        Components whose emissions are not counted; none where CO2 is limited.
    moved : list of str
        Buses that lie outside the map and are drawn elsewhere.
    """

    tables: StudyTables
    settings: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    unlimited: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    sunk_cny: float = 0.0
    elastic_cny: float = 0.0
    uncounted: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)


class Importer:
    """State of one import, shared by the functions for the kinds of components.

    Attributes
    ----------
    n : PypsaNetwork
    t : StudyTables
    refusals : list of Refusal
    node : dict of str to str
        Code of each bus.
    converter, reservoir, corridor : dict of (class, name) to str
        Codes of what was written; corridors with our capacity per that of PyPSA.
    committed : set of (class, name)
        Units that PyPSA commits.
    limited_carriers : set of str
        Carriers whose components a limit must be able to name.
    limited_lines : bool
        Whether a limit is on the capacity of lines.
    may_waste : bool
        Whether destroying energy could pay, so that stores must not share one converter for both directions.
    """

    def __init__(self, n: PypsaNetwork) -> None:
        self.n, self.t = n, StudyTables(f"PyPSA network {n.name}")
        self.out = Imported(self.t)
        self.refusals: list[Refusal] = []
        self.node: dict[str, str] = {}
        self.grades: dict[tuple[str, float], str] = {}
        self.routes: set[tuple[str, str]] = set()
        self.co2_limited = False
        self.first_hour_matters = False
        self.network_lines = False
        self.converter: dict[tuple[str, str], str] = {}
        self.reservoir: dict[tuple[str, str], str] = {}
        self.corridor: dict[tuple[str, str], tuple[str, float]] = {}
        self.committed: set[tuple[str, str]] = set()
        self.limited_carriers: set[str] = set()
        self.limited_lines = False
        self.may_waste = False
        self._emitted: dict[str, dict[str, float]] = {}

    def emission(self, carrier: str, attribute: str = "co2_emissions") -> float:
        """What a carrier emits per energy of fuel; 0 of one that is not listed."""
        if attribute not in self._emitted:
            table = self.n.static.get("carriers", pd.DataFrame())
            cells = table[attribute] if attribute in table else pd.Series(dtype=float)
            self._emitted[attribute] = pd.to_numeric(cells, errors="coerce").fillna(0.0).astype(float).to_dict()
        if carrier not in self._emitted[attribute]:
            return 0.0
        self.n.used.add(("carriers", attribute))
        return self._emitted[attribute][carrier]

    @property
    def other_weights(self) -> bool:
        """Whether energies are weighted otherwise than costs."""
        return bool((self.n.weight.generators != self.n.weight.objective).any())

    @property
    def uneven(self) -> bool:
        """Whether snapshots are of unlike length for stores."""
        return self.n.weight.stores.nunique() > 1

    def refuse(self, component: str, name: str, attribute: str, value: object, reason: str, hint: str = "") -> None:
        """Record a refusal."""
        shown = f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
        refusal = Refusal(component, name, attribute, shown, reason, hint)
        if refusal not in self.refusals:
            self.refusals.append(refusal)

    def hourly(self, owner: str, name: str, attribute: str, static: float) -> np.ndarray:
        """Values of an attribute in every snapshot."""
        return self.n.hourly(owner, name, attribute, static)

    def constant(self, component: str, owner: str, name: str, attribute: str, static: float) -> float:
        """The constant value of an attribute; a varying one is refused."""
        return self.one_value(component, name, attribute, self.hourly(owner, name, attribute, static))

    def one_value(self, component: str, name: str, attribute: str, values: np.ndarray) -> float:
        """The value common to every snapshot; varying values are refused."""
        if not ((values == values[0]) | (np.isnan(values) & np.isnan(values[0]))).all():
            self.refuse(component, name, attribute, f"{values.min():g} … {values.max():g}", "hourly")
        return float(values[0])

    def add_series(self, kind: str, name: str, ending: str, values: np.ndarray) -> str:
        """Add an hourly series and return its name."""
        code = self.t.code("series", f"{kind}_{name}") + f"_{ending}"
        self.t.series[code] = pd.Series(values)
        return code

    @property
    def weight(self) -> np.ndarray:
        """Hours that each snapshot represents in costs."""
        return self.n.weight["objective"].to_numpy()

    @property
    def elapsed_h(self) -> float:
        """Hours between two snapshots for stores."""
        return float(self.n.weight["stores"].iloc[0])
