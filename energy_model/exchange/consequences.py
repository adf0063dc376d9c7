"""Refusals that follow from others and disappear with them; they are counted, not listed."""

from __future__ import annotations

from energy_model.exchange.refusals import Refusal


def causes(refusals: list[Refusal]) -> list[Refusal]:
    """Refusals without those that follow from others: a cell that is not a number makes every rule about it fail."""
    no_numbers = {(r.component, r.name, r.attribute) for r in refusals if r.reason == "not_a_number"}

    def follows(r: Refusal) -> bool:
        return r.reason != "not_a_number" and any((r.component, r.name, a) in no_numbers for a in r.attribute.split(", "))

    return [r for r in refusals if not follows(r)]
