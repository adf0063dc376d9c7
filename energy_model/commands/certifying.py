"""`optimize --certify`: whether typical weeks suffice, proven and added to the result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from energy_model.commands.shared import EXIT_CERTIFICATE, EXIT_INPUT, out, solver_errors, stop
from energy_model.labels import label
from energy_model.language import language, say
from energy_model.report.shown_units import figure, shown_unit
from energy_model.results import contract

if TYPE_CHECKING:
    from energy_model.results.week_certificate import WeekCertificate
    from energy_model.solving.limits import Limits
    from energy_model.study.horizon import Horizon


def require_certifiable(inputs: Path, scenario: str, span: Horizon, weather: Path) -> None:
    """Stop before solving if the weeks cannot be certified; otherwise print the predicted effort."""
    from energy_model.analyses import week_certificate
    from energy_model.study.load import load_study

    try:
        week_certificate.require_certifiable(load_study(inputs, scenario), span, weather, out)
    except week_certificate.WeekCertificateError as fault:
        stop(str(fault), EXIT_INPUT)


def add_week_certificate(folder: Path, inputs: Path, weather: Path, gap: float, threads: int, limits: Limits, pages: bool) -> None:
    """Certify a finished result of typical weeks, add the certificate to it, and set the exit code if the weeks do not suffice."""
    from energy_model.analyses.week_certificate import certify_weeks
    from energy_model.report.outputs import write_outputs
    from energy_model.results import folders, store
    from energy_model.results.week_certificate import sentence

    with solver_errors():
        found = certify_weeks(folder, inputs, weather, gap, threads, out, limits)
    manifest = store.read_manifest(folder) | {"weeks_certificate": found.as_dict()}
    with folders.amended_folder(folder) as amended:
        store.write_tables({"certificate_of_weeks": found.table(), "certificate_costs": found.cost_table()}, amended)
        store.write_manifest(manifest, amended)
        with folders.kept_without_pages(amended, folder, out.print):
            written = write_outputs(amended, pages)
    for path in written:
        out.print(f"  {folder / path.relative_to(amended)}")
    _show(found)
    words = sentence(found.as_dict())
    if found.verdict != "suffice":
        stop(words.shown, EXIT_CERTIFICATE)
    out.print(words.shown, highlight=False, style="green")


def _show(found: WeekCertificate) -> None:
    """Costs of the plans and the bound, and the categories that differ."""
    money, gwh = (shown_unit(own, language()).words for own in ("MCNY/a", "GWh"))
    steps = Table(
        "",
        money,
        say("above the bound", "高于下界"),
        f"{say('export', '外送电量')} {gwh}",
        f"{say('unserved', '电量不足')} {gwh}",
        f"{say('curtailed', '弃风弃光')} {gwh}",
        title=f"{found.weeks} → {found.whole}",
    )
    for r in found.table().itertuples():
        energy = ("" if v != v else figure(v, "GWh", language(), 1) for v in (r.export_gwh, r.unserved_gwh, r.curtailed_gwh))
        above = "" if r.above_bound_share != r.above_bound_share else f"{r.above_bound_share:z.2%}"
        steps.add_row(label("week_step", r.week_step).shown, figure(r.cost_mcny, "MCNY", language(), 1), above, *energy)
    out.print(steps)
    costs = Table(
        contract.words("category").shown,
        *(f"{said} {money}" for said in (say("typical weeks", "典型周"), say("all hours", "逐时"), say("difference", "差额"))),
    )
    for r in found.cost_table().itertuples():
        if abs(r.difference_mcny) > 0.05 or r.category == "total":
            amounts = (figure(v, "MCNY", language(), 1) for v in (r.weeks_mcny, r.whole_mcny, r.difference_mcny))
            costs.add_row(label("account", r.category).shown, *amounts)
    out.print(costs)
