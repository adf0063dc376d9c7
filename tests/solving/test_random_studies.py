"""What holds for every study, tried on random ones."""

import os
from dataclasses import replace

from hypothesis import given, settings

from energy_model.results.certificate import certify
from tests.support.random_studies import studies
from tests.support.tiny import Run, run

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))


def solve(system, profiles) -> Run:
    return run(system, step_h=4, **profiles)


@settings(max_examples=EXAMPLES)
@given(studies())
def test_every_optimum_is_certified(study):
    """Proves: of any feasible study the vertex passes the certificate: cost equals the proven lower bound to 1e-7 and the sum of accounts.
    Sensitivity: fails if the bound is loose for a kind of column, or an account is missing from the objective.
    """
    r = solve(*study)
    accounts = {name: r.account(name) for name in r.lp.accounts}
    certificate = certify(r.lp, r.solution.primal, r.solution.dual, accounts, 1e-7)
    assert certificate.passed, certificate


@settings(max_examples=max(3, EXAMPLES // 4))
@given(studies())
def test_more_never_costs_more(study):
    """Proves: in any study, 0.2 GW more of a corridor, more land for wind, more coal in the ground or cheaper coal never raise the cost.
    Sensitivity: fails if a limit has the wrong sign or more of something is charged without being wanted.
    """
    system, profiles = study
    cost = solve(system, profiles).cost
    for table, better in (
        ("corridor", {"existing": system.corridor.existing + 0.2}),
        ("resource", {"max_new": system.resource.max_new + 1.0}),
        ("mine", {"capacity_kt_per_year": system.mine.capacity_kt_per_year * 1.5}),
        ("supply", {"price": system.supply.price * 0.8}),
    ):
        relaxed = replace(system, **{table: getattr(system, table).assign(**better)})
        assert solve(relaxed, profiles).cost <= cost + 1e-7 * (1 + abs(cost)), table
