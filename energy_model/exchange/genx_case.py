"""A case of GenX as it lies in its folder: settings and CSV tables, every column of which is known, refused, or named."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from energy_model.exchange.refusals import NetworkFileError, Refusal

COLUMNS = Path(__file__).with_name("genx_columns.csv")
SETTINGS_FILE = Path("settings", "genx_settings.yml")
RESOURCES = ("Thermal", "Vre", "Must_run", "Storage")
"""Tables of resources that are read; any other is refused."""
SETTING = re.compile(r"^([A-Za-z_]\w*)\s*:\s*([^#]*?)\s*(?:#.*)?$")
SWITCHED_OFF = ("", "0", "false", "none")
FOLDERS = {"system": "system", "policies": "policies", "resources": "resources", "assignments": "resources/policy_assignments"}


@dataclass(frozen=True)
class Rule:
    """What becomes of a column or setting: its values, ``carried``, ``refused`` or ``without effect``, and what to do instead."""

    values: tuple[str, ...]
    treatment: str
    zh: str
    en: str

    def fits(self, cell: str) -> bool:
        """Whether a cell is one of the values, or empty."""
        return not cell or "*" in self.values or any(_same(cell, value) for value in self.values)


def _same(cell: str, value: str) -> bool:
    try:
        return math.isclose(float(cell), float(value), rel_tol=0, abs_tol=0)
    except ValueError:
        return cell.lower() == value.lower()


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """Rules by kind of file and column in lower case."""
    with COLUMNS.open(encoding="utf-8") as file:
        return {
            (r["file"], r["column"].lower()): Rule(tuple(r["values"].split("|")), r["treatment"], r["zh"], r["en"])
            for r in csv.DictReader(file)
        }


def rule_of(kind: str, column: str) -> Rule | None:
    """Rule of a column; one that is numbered, as by zone or constraint, has that of ``…_*``."""
    name = column.lower()
    kinds = (kind, "resource") if kind in RESOURCES else (kind,)
    names = (name, re.sub(r"\d+$", "*", name), "pwfu_*" if name.startswith("pwfu_") else name)
    return next((rules()[k, n] for k in kinds for n in names if (k, n) in rules()), None)


@dataclass
class GenxTable:
    """Rows of a CSV file, by column in lower case.

    Attributes
    ----------
    file : str
        Path inside the case.
    kind : str
        Of `rules`; empty for one whose columns are names.
    header : list of str
    rows : list of dict
    case : GenxCase
    """

    file: str
    kind: str
    header: list[str]
    rows: list[dict[str, str]]
    case: GenxCase

    def who(self, i: int) -> tuple[str, str]:
        """File, and row as a spreadsheet counts it with the name in it."""
        name = self.rows[i].get("resource", "")
        return self.file, f"{i + 2} {name}".strip()

    def refuse(self, i: int, column: str, reason: str, en: str, zh: str) -> None:
        """Refuse a cell."""
        self.case.refuse(self.file, self.who(i)[1], column, self.rows[i].get(column.lower(), ""), reason, (en, zh))

    def text(self, i: int, column: str) -> str:
        """A cell; one that is required and empty is refused."""
        rule, cell = rule_of(self.kind, column), self.rows[i].get(column.lower(), "")
        if not cell and rule and rule.values[0] == "required":
            self.refuse(i, column, "genx_missing", "fill in the cell", "请填写")
        return cell or ("" if rule is None or rule.values[0] == "required" else rule.values[0])

    def number(self, i: int, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A number within bounds; 0, and a refusal, where it is none."""
        cell = self.text(i, column)
        try:
            value = float(cell or 0)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and low <= value <= high):
            bounds = f"{low:g} … {high:g}" if math.isfinite(low) or math.isfinite(high) else "a number"
            self.refuse(i, column, "genx_value", bounds, "须为数字" if bounds == "a number" else bounds)
            return 0.0
        return value


@dataclass
class GenxCase:
    """A case: settings, tables, and what was refused or named while reading it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of its folder."""
        return self.folder.resolve().name

    def refuse(self, file: str, row: str, column: str, value: str, reason: str, hint: tuple[str, str]) -> None:
        """Record a refusal."""
        refusal = Refusal(file, row, column, value or "empty", reason, *hint)
        if refusal not in self.refusals:
            self.refusals.append(refusal)

    def setting(self, name: str) -> str:
        """Value of a setting, by default that of GenX."""
        return self.settings.get(name.lower(), rules()["settings", name.lower()].values[0])

    def on(self, name: str) -> bool:
        """Whether a setting is 1."""
        return self.setting(name) == "1"

    def system_file(self, name: str) -> str:
        """Path of a table of the system, among the representative periods where these are asked for."""
        return f"TDR_results/{name}.csv" if self.on("TimeDomainReduction") else f"system/{name}.csv"

    def table(self, file: str, kind: str) -> GenxTable:
        """A table; its unknown columns, and cells that must not be set, are refused.

        Raises
        ------
        NetworkFileError
            Where it is missing or no CSV file.
        """
        lines = list(csv.reader(io.StringIO(_text(self.folder, file), newline="")))
        if not lines:
            raise NetworkFileError(f"{file} is empty", f"{file} 为空")
        header = [cell.strip() for cell in lines[0]]
        names = [cell.lower() for cell in header]
        if twice := sorted({n for n in names if n and names.count(n) > 1}):
            self.refuse(file, "1", ", ".join(twice), "twice", "genx_column", ("keep one of the columns", "请只保留一列"))
        body = [[cell.strip() for cell in line] for line in lines[1:] if any(cell.strip() for cell in line)]
        for i, line in enumerate(body):
            if any(line[len(header) :]):
                self.refuse(file, str(i + 2), "", line[len(header)], "genx_column", ("the cell has no heading", "该单元格没有列名"))
        table = GenxTable(file, kind, header, [dict(zip(names, [*line, *[""] * len(header)], strict=False)) for line in body], self)
        if kind:
            self._columns(table)
        return table

    def _columns(self, table: GenxTable) -> None:
        unused = []
        for column in table.header:
            rule, cells = rule_of(table.kind, column), [row[column.lower()] for row in table.rows]
            if rule is None:
                if any(cells):
                    hint = ("remove the column, or say the same with others", "请删去该列，或改用其他列表达")
                    self.refuse(table.file, "1", column, next(filter(None, cells)), "genx_column", hint)
            elif rule.treatment == "refused":
                for i, cell in enumerate(cells):
                    if not rule.fits(cell):
                        table.refuse(i, column, "genx_feature", rule.en, rule.zh)
            elif rule.treatment == "without effect":
                unused += [column] if column and any(cells) else []
            elif rule.en or len(rule.values) > 1:
                for i, cell in enumerate(cells):
                    if not rule.fits(cell):
                        table.refuse(i, column, "genx_value", rule.en or " | ".join(rule.values), rule.zh or " | ".join(rule.values))
        missing = [c for (kind, c), rule in rules().items() if kind == table.kind and rule.values[0] == "required"]
        for column in missing:
            if column not in {name.lower() for name in table.header}:
                self.refuse(table.file, "1", column, "", "genx_missing", ("add the column", "请补上该列"))
        if unused:
            names = ", ".join(unused)
            self.notes.append(
                (f"{table.file}：以下列对最优值没有影响：{names}", f"{table.file}: these columns do not touch the optimum: {names}")
            )


def _text(folder: Path, file: str) -> str:
    try:
        return (folder / file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint, hint_zh = "", ""
        if file.startswith("TDR_results"):
            hint, hint_zh = (
                "; run GenX once, which writes it, or set TimeDomainReduction: 0",
                "；请先运行一次 GenX，或设 TimeDomainReduction: 0",
            )
        raise NetworkFileError(f"{folder} has no file {file}{hint}", f"{folder} 中没有文件 {file}{hint_zh}") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise NetworkFileError(f"{file}: {fault}", f"{file}：{fault}") from None


def read_case(folder: Path) -> GenxCase:
    """Read the settings of a case and look at its files; tables are read as they are needed.

    Raises
    ------
    NetworkFileError
        Where the settings are missing.
    """
    case = GenxCase(folder)
    for number, line in enumerate(_text(folder, str(SETTINGS_FILE)).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("#", "---")):
            continue
        found = SETTING.match(line)
        if not found:
            case.refuse(str(SETTINGS_FILE), str(number), "", line.strip(), "genx_setting", ("write NAME: VALUE", "请写作 名称: 值"))
            continue
        name, value = found[1], found[2].strip("\"'")
        case.settings[name.lower()] = value
        rule = rules().get(("settings", name.lower()))
        if rule is None and value.lower() not in SWITCHED_OFF:
            case.refuse(str(SETTINGS_FILE), str(number), name, value, "genx_setting", ("write 0", "请写 0"))
        elif rule and not rule.fits(value):
            hint = (rule.en or "write " + " or ".join(rule.values), rule.zh or "可写 " + "、".join(rule.values))
            case.refuse(str(SETTINGS_FILE), str(number), name, value, "genx_setting", hint)
    for file in _unread_files(case):
        case.refuse(file, "", "", "file", "genx_feature", ("remove the file, or what it asks for", "请删去该文件或其要求"))
    return case


def _unread_files(case: GenxCase) -> Iterator[str]:
    """Tables that no part of the import reads: resources of another kind, and policies that no setting switches off."""
    read = {"resources": {f"{kind}.csv".lower() for kind in RESOURCES}, "policies": set(), "assignments": set(), "system": set()}
    read["system"] = {"demand_data.csv", "fuels_data.csv", "generators_variability.csv", "network.csv"}
    policies = {"CO2Cap": "CO2_cap.csv", "MinCapReq": "Minimum_capacity_requirement.csv", "MaxCapReq": "Maximum_capacity_requirement.csv"}
    idle = []
    for where, path in FOLDERS.items():
        for file in sorted((case.folder / path).glob("*.csv")):
            name = f"{path}/{file.name}"
            if where in ("policies", "assignments"):
                stem = file.name.lower().removeprefix("resource_")
                switch = next((s for s, own in policies.items() if own.lower() == stem), None)
                if switch is None or case.setting(switch) == "0":
                    idle.append(name)
            elif file.name.lower() not in read[where]:
                yield name
    if idle:
        names = ", ".join(idle)
        case.notes.append((f"设置中未启用，不读：{names}", f"switched off by the settings, not read: {names}"))
