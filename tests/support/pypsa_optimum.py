"""A written network, read and solved by PyPSA."""

from pathlib import Path

from tests.support.quiet import quiet


@quiet()
def pypsa_optimum(folder: Path):
    """Solve a written network in PyPSA: network and objective [MCNY]."""
    import pypsa  # tests skip without it

    n = pypsa.Network(str(folder))
    status = n.optimize(solver_name="highs", include_objective_constant=False, progress=False, solver_options={"output_flag": False})
    assert status == ("ok", "optimal")
    return n, n.objective / 1e6
