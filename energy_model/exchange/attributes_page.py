"""What is carried of PyPSA, by component and attribute: a page of the documentation made from ``pypsa_attributes.csv``."""

from __future__ import annotations

from energy_model.exchange.pypsa_tables import Attribute, attributes
from energy_model.exchange.refusals import REASONS

HEAD = """# What is carried of a PyPSA network

Generated from `energy_model/exchange/pypsa_attributes.csv` by `make docs`: every input attribute of every component, as `import-pypsa`
treats it. *Carried*: its value moves the study. *Without effect*: PyPSA's own optimum does not depend on it; named in the output where it
is set. *Refused*: by name, unless it has PyPSA's default. A carried attribute may be refused for some components; the refusal says why.
[exchange.md](exchange.md) explains what a component becomes.
"""
WORDS = {"carried": "carried", "neutral": "without effect", "refused": "refused"}


def attributes_markdown() -> str:
    """Text of the page."""
    lines = [HEAD]
    for component in dict.fromkeys(a.component for a in attributes().values()):
        own = [a for a in attributes().values() if a.component == component and a.role != "output"]
        lines += [f"## {component}", "", "| attribute | default | series | treatment |", "|---|---|---|---|", *map(_row, own), ""]
    return "\n".join(lines).strip() + "\n"


def _row(a: Attribute) -> str:
    told = WORDS[a.role]
    if a.role == "refused":
        told += f": {REASONS[a.reason][1]}"
    if a.where:
        told += f", where `{a.where}`"
    return f"| {a.name} | {a.default} | {'yes' if a.hourly else ''} | {told} |"
