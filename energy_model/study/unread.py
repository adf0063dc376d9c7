"""Files and rows of the inputs that a study does not read or reads differently from their text; all are reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from energy_model.language import say
from energy_model.study import contract
from energy_model.study.build_converters import named_series
from energy_model.study.cases import read_cases, setting_files, switched_off
from energy_model.study.commitment_checks import STEAM_KINDS
from energy_model.study.contract import CASE, CASE_TABLES
from energy_model.study.environment_checks import SMELTERS
from energy_model.study.errors import InputErrors
from energy_model.study.nearest import did_you_mean
from energy_model.study.notes import Note, spans
from energy_model.study.scenario import OVERLAYS, SCENARIOS
from energy_model.study.series import FILE as SERIES_FILE
from energy_model.study.series import HOUR, WEIGHT
from energy_model.study.study import BASE_FILE, Study
from energy_model.study.text_file import read_text
from energy_model.study.toml_file import load_toml

USED_BY = {
    "technologies": ("technology", (("plants", "technology"), ("candidates", "technology"))),
    "profiles": ("profile", (("technologies", "profile"),)),
    "shapes": ("shape", (("loads", "shape"),)),
    "tariffs": ("tariff", (("contracts", "tariff"),)),
    "reserve_products": ("product", (("reserves", "product"),)),
    "rail_lines": ("rail_line", (("coal_routes", "rail_line"), ("coal_users", "rail_line"))),
}
"""Tables of codes, and the cells that name them."""
IMPORT_FILE = "import.json"
"""Record that an import leaves beside the tables it wrote: for people, not for the model."""


def unread(study: Study) -> list[Note]:
    """Parts of the inputs that a study does not read, with rows and reason: files first, then rows, then cells."""
    parts = (
        _files, _encodings, _broken, _cases, _vintages, _plants, _corridors, _sections, _contracts, _mines, _codes, _series, _options,
        _days, _open_corridors, _weak_converters, _subsidies,
    )  # fmt: skip
    return [*study.notes, *(note for part in parts for note in part(study))]


def unread_lines(study: Study) -> list[str]:
    """`unread` for the console of a run: one line each, and one line for everything that is intended."""
    notes = unread(study)
    lines = [f"  {say(n.en, n.zh)}" for n in notes if not n.usual]
    usual = "; ".join(f"{n.file} {spans(n.rows)}".strip() for n in notes if n.usual)
    told = say(
        "Rows of other levels and years, unused codes and tables of options that are off are not read (`check` says why): ",
        "其他水平与年份、未引用及未启用的行不读取（原因见 check）：",
    )
    return [*lines, f"  {told}{usual}"] if usual else lines


def _note(file: str, rows: list[int], zh: str, en: str, usual: bool = False) -> Note:
    """A note on rows of a table."""
    row, row_zh = (f", row {rows[0]}", f" 第 {rows[0]} 行") if len(rows) == 1 else (f", rows {spans(rows)}", f" 第 {spans(rows)} 行")
    return Note(file, f"{file}{row_zh if rows else ''}：{zh}", f"{file}{row if rows else ''}: {en}", tuple(rows), usual)


def _rows(study: Study, table: str, hit: pd.Series) -> Iterator[tuple[str, list[int], list[int]]]:
    """File, sheet rows and positions of the affected rows, file by file."""
    raw = study.raw[table]
    by_file: dict[str, list[int]] = {}
    for i in hit.index[hit.to_numpy(dtype=bool)]:
        if i < len(raw.rows):  # what a pathway adds stands in no file
            by_file.setdefault(raw.rows[i][0], []).append(int(i))
    for file, positions in by_file.items():
        yield file, [raw.rows[i][1] for i in positions], positions


def _names(study: Study, table: str, positions: list[int], most: int = 5) -> str:
    keys = study.raw[table].keys()
    told = ", ".join(keys[i] for i in positions[:most])
    return told + (f" … (+{len(positions) - most})" if len(positions) > most else "")


def _files(study: Study) -> Iterator[Note]:
    """Files that nothing reads; a spreadsheet beside its table is the one most often mistaken for input."""
    tables = {f"{t}.csv" for t in contract.tables()} | {SERIES_FILE, BASE_FILE}
    for folder, known in ((".", tables | {IMPORT_FILE}), (SCENARIOS, set()), (OVERLAYS, set())):
        for path in sorted((study.inputs_dir / folder).glob("*")):
            name = path.name if folder == "." else f"{folder}/{path.name}"
            if path.name.startswith((".", "~$")) or path.name in known or _is_text(path, folder) or name in (SCENARIOS, OVERLAYS):
                continue
            twin = next((t for t in sorted(tables) if Path(t).stem == path.stem.lower() and folder == "."), "")
            if twin:
                yield Note(name, f"{name} 不被读取；模型读的是 {twin}", f"{name} is not read; the model reads {twin}")
            elif folder == ".":
                yield Note(name, f"{name} 不被读取：输入目录中没有这个表", f"{name} is not read: the inputs have no such table")
            else:
                yield Note(name, f"{name} 不被读取：此处只读 .toml 文件", f"{name} is not read: only .toml files are read here")


def _is_text(path: Path, folder: str) -> bool:
    """Whether a file is meant for people, or a scenario."""
    return path.suffix == ".md" or (folder != "." and path.suffix == ".toml" and path.is_file())


def _encodings(study: Study) -> Iterator[Note]:
    """Tables that are read although they are not in UTF-8."""
    for file in study.sha256:
        if file.endswith(".csv") and (encoding := read_text(file, (study.inputs_dir / file).read_bytes()).encoding):
            yield Note(file, f"{file} 按 {encoding} 编码读取", f"{file} is read as text in {encoding}")


def _broken(study: Study) -> Iterator[Note]:
    """Scenario files beside this study's that cannot be read."""
    for file in setting_files(study.inputs_dir, BASE_FILE):
        try:
            load_toml(study.inputs_dir / file, file)
        except InputErrors as fault:
            (error,) = fault.errors
            yield Note(file, f"{file} 无法读取：{error.advice_zh}", f"{file} cannot be read: {error.advice}")


def _cases(study: Study) -> Iterator[Note]:
    read = read_cases(study.settings)
    for table in CASE_TABLES:
        case = study.raw[table].cells[CASE]
        other = ~case.isin(read)
        for file, rows, positions in _rows(study, table, other):
            told = ", ".join(dict.fromkeys(case[i] for i in positions))
            wanted = ", ".join(sorted(read))
            yield _note(file, rows, f"属于水平 {told}，本研究读取 {wanted}", f"of the level {told}; this study reads {wanted}", True)


def _vintages(study: Study) -> Iterator[Note]:
    if study.settings.pathway.years and study.settings.pathway.prices == "interpolated":
        return
    year = study.settings.study.cost_vintage
    for table in ("technologies", "finance", "plant_tariffs"):
        vintage = study.tables[table].vintage
        for file, rows, positions in _rows(study, table, vintage != year):
            told = ", ".join(dict.fromkeys(str(vintage[i]) for i in positions))
            yield _note(file, rows, f"价格水平 {told} 年，本研究读取 {year} 年", f"of price level {told}; this study reads {year}", True)


def _plants(study: Study) -> Iterator[Note]:
    plants, fleet = study.tables["plants"], study.settings.study.fleet_year
    for hit, zh, en in (
        (plants.start_year > fleet, f"投产晚于 fleet_year {fleet}，不计入既有机组", f"not there yet at fleet_year {fleet}"),
        (plants.retired_year <= fleet, f"至 fleet_year {fleet} 已退役", f"retired by fleet_year {fleet}"),
    ):
        for file, rows, positions in _rows(study, "plants", hit):
            names = _names(study, "plants", positions)
            yield _note(file, rows, f"{names}：{zh}", f"{names}: {en}")


def _open_corridors(study: Study) -> Iterator[Note]:
    """Corridors that are operated open."""
    for file, rows, positions in _rows(study, "corridors", study.tables["corridors"].normally_open):
        named = _names(study, "corridors", positions)
        yield _note(file, rows, f"{named}：常开，不计入电网", f"{named}: operated open, not part of the network")


def _weak_converters(study: Study) -> Iterator[Note]:
    """The short-circuit ratio where no converter stands or may be built that it could hold."""
    line, s = study.tables["corridors"], study.settings
    stands = (line.existing_mw > 0) & (line.start_year <= s.study.fleet_year)
    there = (stands | ((line.max_new_mw > 0) & s.expansion.enabled)) & ~line.normally_open
    if s.network.short_circuit and not (there & line.least_short_circuit_ratio.notna()).any():
        yield Note(
            "corridors.csv",
            "[network] short_circuit = true 不起作用：既有及可建通道中没有填写 least_short_circuit_ratio 的直流线路",
            "[network] short_circuit = true holds nothing: no HVDC link with least_short_circuit_ratio stands or may be built",
        )


def _corridors(study: Study) -> Iterator[Note]:
    lines, fleet = study.tables["corridors"], study.settings.study.fleet_year
    for file, rows, positions in _rows(study, "corridors", (lines.start_year > fleet) & (lines.existing_mw > 0)):
        names = _names(study, "corridors", positions)
        en = f"in service after fleet_year {fleet}, so that their existing capacity does not count"
        yield _note(file, rows, f"{names}：投运晚于 fleet_year {fleet}，既有容量不计", f"{names}: {en}")


def _sections(study: Study) -> Iterator[Note]:
    """Corridors of sections and agreements that neither exist nor may be built."""
    lines = study.tables["corridors"]
    stands = (lines.existing_mw > 0) & (lines.start_year <= study.settings.study.fleet_year)
    there = set(lines.corridor[stands | ((lines.max_new_mw > 0) & study.settings.expansion.enabled)])
    for file, rows, positions in _rows(study, "section_members", ~study.tables["section_members"].corridor.isin(there)):
        names = _names(study, "section_members", positions)
        yield _note(file, rows, f"{names}：该通道既未投运也不可新建，不计入断面", f"{names}: the corridor neither stands nor may be built")
    for file, rows, positions in _rows(study, "agreement_members", ~study.tables["agreement_members"].corridor.isin(there)):
        names = _names(study, "agreement_members", positions)
        yield _note(file, rows, f"{names}：该通道既未投运也不可新建，不计入协议", f"{names}: the corridor neither stands nor may be built")
    for file, rows, positions in _rows(study, "section_units", ~study.tables["section_units"].node.isin(_thermal_nodes(study))):
        names = _names(study, "section_units", positions)
        yield _note(file, rows, f"{names}：该节点没有火电机组，不抬升限额", f"{names}: no thermal unit stands or may be built at the node")


def _thermal_nodes(study: Study) -> set[str]:
    """Nodes where a thermal or CHP unit stands or may be built."""
    t, fleet = study.tables, study.settings.study.fleet_year
    plants, new = t["plants"], t["candidates"]
    steam = set(t["technologies"].technology[t["technologies"].kind.isin(STEAM_KINDS)])
    stands = plants.technology.isin(steam) & (plants.start_year <= fleet) & ~(plants.retired_year <= fleet)
    may = new.technology.isin(steam) & (new.max_new_mw > 0) & study.settings.expansion.enabled
    return {*plants.node[stands], *new.node[may]}


def _contracts(study: Study) -> Iterator[Note]:
    t = study.tables
    lines = t["corridors"]
    stands = (lines.existing_mw > 0) & (lines.start_year <= study.settings.study.fleet_year)
    able = lines[stands | ((lines.max_new_mw > 0) & study.settings.expansion.enabled)]
    reached = set(t["nodes"].market[t["nodes"].node.isin(able.to_node)].dropna())
    for file, rows, positions in _rows(study, "contracts", (t["contracts"].max_mw > 0) & ~t["contracts"].market.isin(reached)):
        names = _names(study, "contracts", positions)
        yield _note(file, rows, f"{names}：没有通道到达其受端市场", f"{names}: no corridor reaches their market")
    able = t["contracts"].contract[t["contracts"].max_mw > 0]
    for table in ("contract_months", "contract_shapes"):
        for file, rows, positions in _rows(study, table, ~t[table].contract.isin(able)):
            names = _names(study, table, positions)
            yield _note(file, rows, f"{names}：合同 max_mw 为 0，不送电", f"{names}: max_mw of the contract is 0: it delivers nothing")
    for file, rows, _ in _rows(study, "holidays", ~t["holidays"].day.isna() & (not t["contract_shapes"].contract.isin(able).any())):
        yield _note(file, rows, "没有合同按日型送电，节假日不起作用", "no contract delivers by type of day: holidays have no effect")


def _mines(study: Study) -> Iterator[Note]:
    """Mines of the level without a route, and routes of mines missing from the level: the two effects of a mistyped code."""
    if study.settings.pathway.years:
        return  # its years read different levels
    routes, mines = study.tables["coal_routes"], study.tables["mines"]
    at_level = mines[CASE] == study.settings.study.case
    routed, dug = set(routes.mine), set(mines.mine[at_level])
    for file, rows, positions in _rows(study, "mines", at_level & ~mines.mine.isin(routed)):
        lone = [mines.mine.iloc[i] for i in positions]
        near, near_zh = did_you_mean(lone[0], sorted(routed - dug))
        told = ", ".join(lone)
        zh, en = f"{told}：没有运煤路线，电厂用不到其煤 {near_zh}", f"{told}: no route in coal_routes.csv takes its coal {near}"
        yield _note(file, rows, zh.rstrip(), en.rstrip())
    for file, rows, positions in _rows(study, "coal_routes", ~routes.mine.isin(dug)):
        told = ", ".join(dict.fromkeys(routes.mine.iloc[i] for i in positions))
        yield _note(file, rows, f"煤矿 {told} 在本水平没有数据行", f"the mines {told} have no row of this level", not dug - routed)


def _subsidies(study: Study) -> Iterator[Note]:
    """Subsidies on loads that have no row at a level of the study."""
    t, cases = study.tables, read_cases(study.settings)
    used = set(t["loads"].load[t["loads"].case.isin(cases)]) | ({SMELTERS} if t["smelters"].case.isin(cases).any() else set())
    for file, rows, positions in _rows(study, "subsidies", ~t["subsidies"].load.isin(used)):
        names = _names(study, "subsidies", positions)
        yield _note(
            file, rows, f"{names}：该负荷在本水平没有数据行，不补贴", f"{names}: the load has no row at this level, so nothing is paid"
        )


def _codes(study: Study) -> Iterator[Note]:
    """Codes that are never referenced."""
    for table, (column, users) in USED_BY.items():
        named = {code for user, name in users for code in study.tables[user][name].dropna()}
        for file, rows, positions in _rows(study, table, ~study.tables[table][column].isin(named)):
            names = _names(study, table, positions)
            told = ", ".join(f"{user}.csv" for user, _ in users)
            yield _note(file, rows, f"{names}：{told} 未引用", f"{names}: named by no row of {told}", True)


def _series(study: Study) -> Iterator[Note]:
    given = {HOUR, WEIGHT, *named_series(study.tables)} | {s for t in ("loads", "profiles") for s in study.tables[t].series.dropna()}
    if told := ", ".join(str(c) for c in study.tables["series"] if c not in given):
        yield Note(SERIES_FILE, f"{SERIES_FILE}：{told} 列未被引用", f"{SERIES_FILE}: no load or profile names the columns {told}")


def _options(study: Study) -> Iterator[Note]:
    """Tables of options that are off."""
    for table, setting in switched_off(study.settings).items():
        if len(study.tables[table]):
            file = f"{table}.csv"
            yield Note(file, f"{file} 不起作用：{setting} 未启用", f"{file} has no effect: {setting} is off", (), True)


def _days(study: Study) -> Iterator[Note]:
    """Days of the year read from forms written by Excel."""
    for table, raw in study.raw.items():
        for c in contract.columns(table):
            if c.unit != "mm-dd":
                continue
            for i, text in enumerate(raw.cells[c.name]):
                read = study.tables[table][c.name].iloc[i]
                if text and read != text:
                    file, row = raw.place(i, c.name)
                    place, place_zh = (f", row {row}", f" 第 {row} 行") if row else ("", "")
                    zh, en = f"{file}{place_zh} {c.name}：“{text}”读作 {read}", f"{file}{place}, {c.name}: '{text}' is read as {read}"
                    yield Note(file, zh, en, (row,) if row else ())
