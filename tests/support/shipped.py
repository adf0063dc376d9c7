"""Shipped studies with a clause or a contract that they no longer have, for tests of what these do."""

from dataclasses import replace

from energy_model.study.study import Study


def with_coal_cap(study: Study) -> Study:
    """The clause on coal as a hard ceiling of 100 Mt on what is used."""
    targets = study.tables["targets"].copy()
    targets.loc[targets.target == "T07_COAL", ["quantity", "sense", "mode"]] = ["coal_kt", "<=", "hard"]
    return replace(study, tables={**study.tables, "targets": targets})


def with_free_trade(study: Study) -> Study:
    """Free trade with Liaoning: 1,500 MW and 8 TWh a year in any hours."""
    contracts = study.tables["contracts"].copy()
    contracts.loc[contracts.contract == "LN_FREE", "max_mw"] = 1500.0
    return replace(study, tables={**study.tables, "contracts": contracts})
