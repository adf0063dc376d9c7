"""Broken inputs: whatever is done to a file, the answer is a list of errors or a sound study, never a traceback."""

import csv
import io
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from rich.console import Console

from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.study.build_system import build_system
from energy_model.study.errors import RULES, InputErrors
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.weather.errors import WeatherError
from tests.paths import ROOT

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "20"))
FILES = sorted(p.name for p in (ROOT / "inputs").glob("*.csv"))
CELLS = ["", " ", "0", "-1", "0.5", "1e6", "1e308", "1e400", "nan", "inf", "-inf", "2012", "12%", "1,000", "１２", "TRUE", "FALSE"]
CELLS += ["abc", "=1+1", "@SUM(A1)", "#REF!", "<script>alert(1)</script>", '"', "'", "x" * 5000, "\u202e", "\x00", "..", "../../etc/passwd"]
CELLS += ["2011-01-01", "3月5日", "HLGL", "nobody", "thermal", "ac"]
KEYS = ["", "plan_year", "fleet_year", "cost_vintage", "case", "year", "block_hours", "commitment_step_h", "enabled"]
KEYS += ["power_flow", "surprise"]
VALUES = ['""', "0", "-5", "25", "1e99", '"abc"', '"dc"', '"../x"', "'x'", "true", "[]", "[1, 2]", "{}", "2011-01-01", "= ="]


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@st.composite
def damages(draw):
    """One damage: file name and a function from its bytes to other bytes."""
    if draw(st.integers(0, 4)) == 0:
        section = draw(st.sampled_from(["study", "weather", "time", "expansion", "network", "nothing"]))
        line = f"[{section}]\n{draw(st.sampled_from(KEYS))} = {draw(st.sampled_from(VALUES))}\n"
        name = draw(st.sampled_from(["scenarios/plan-2015.toml", "study.toml"]))
        return name, lambda data: data + b"\n" + line.encode()
    name = draw(st.sampled_from(FILES))
    kind = draw(st.sampled_from(["cell", "cell", "cell", "cell", "drop", "twice", "header", "column", "cut", "bytes", "gbk", "gone"]))
    row, column, value = draw(st.integers(0, 400)), draw(st.integers(0, 40)), draw(st.sampled_from(CELLS))

    def damage(data: bytes) -> bytes | None:
        if kind == "gone":
            return None
        if kind == "cut":
            return data[: row * len(data) // 400]
        if kind == "bytes":
            at = row * len(data) // 400
            return data[:at] + value.encode() + data[at:]
        text = data.decode("utf-8-sig")
        if kind == "gbk":
            return text.encode("gb18030")
        rows = table(text)
        if len(rows) == 1:  # a table of headings alone gets a row to damage
            rows.append([""] * len(rows[0]))
        i, j = 1 + row % (len(rows) - 1), column % len(rows[0])
        if kind == "cell":
            rows[i][j] = value
        elif kind == "drop":
            del rows[i]
        elif kind == "twice":
            rows.append(rows[i])
        elif kind == "header":
            rows[0][j] = value
        else:
            rows = [r[:j] + r[j + 1 :] for r in rows]
        return written(rows).encode("utf-8-sig")

    return name, damage


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(st.lists(damages(), min_size=1, max_size=3, unique_by=lambda d: d[0]), st.booleans())
def test_damaged_inputs_are_listed_or_sound(damage, compiled):
    """Proves: after up to three random damages to the shipped inputs, reading gives a list of errors, each with a file and a known rule,
    or a study that can be built (and, every other time, compiled and stamped over a day).
    Sensitivity: any unguarded KeyError, division by zero, or NaN that reaches the equations is found here.
    """
    told = None
    with tempfile.TemporaryDirectory() as place:
        inputs = Path(place) / "inputs"
        shutil.copytree(ROOT / "inputs", inputs)
        for name, change in damage:
            path = inputs / name
            data = change(path.read_bytes()) if path.exists() else None
            if data is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(data)
        try:
            study = load_study(inputs, "plan-2015")
            if compiled:
                prepare_study(study, Horizon("hours", 24), ROOT / "weather", Clock(Console(quiet=True)))
            else:
                build_system(study)
        except (InputErrors, WeatherError) as fault:
            told = fault
    event("sound after all" if told is None else type(told).__name__)
    if isinstance(told, InputErrors):
        assert told.errors
        assert all(e.file and e.rule in RULES for e in told.errors)
    elif told is not None:
        assert str(told)
