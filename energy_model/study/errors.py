"""Errors in the input tables: place, value, rule, remedy.

Messages are in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from energy_model.errors import EnergyModelError

# rule: (Chinese sentence, English sentence, Chinese advice, English advice); the finder gives {hint}
RULES: dict[str, tuple[str, str, str, str]] = {
    "missing_file": ("缺少文件", "the file is missing", "请放回该文件：{hint}", "put the file back: {hint}"),
    "missing_optional_file": (
        "缺少文件",
        "the file is missing",
        "请放回该文件；研究中没有此类对象时，新建只含首行的文件：{hint}",
        "put the file back; where the study has none of this, add the file with row 1 alone: {hint}",
    ),
    "unknown_file": (
        "多余的文件",
        "no table has this name",
        "请删除或改名：{hint}",
        "remove it or rename it: {hint}",
    ),
    "no_workbook": ("不是可读的工作簿", "the workbook cannot be read", "{hint}", "{hint}"),
    "missing_sheet": ("缺少工作表", "the sheet is missing", "{hint}", "{hint}"),
    "heading_changed": ("表头与导出时不同", "the heading is not as exported", "应为：{hint}", "must be: {hint}"),
    "lost_column": (
        "缺少有数据的列",
        "a column that holds figures in the inputs is missing",
        "请补上该列；若不要其数值，请保留列名并清空各格",
        "put it back; to give up its figures keep the column and clear its cells",
    ),
    "no_value": (
        "公式没有保存结果",
        "the workbook holds no result of this formula",
        "请用 Excel 或 WPS 打开并保存，或直接填写数值",
        "open it in Excel or WPS and save it, or write the value",
    ),
    "merged": ("有合并单元格", "merged cells", "请取消合并并逐格填写：{hint}", "unmerge them and fill every cell: {hint}"),
    "no_text": ("不是文本文件", "no file of text", "{hint}", "{hint}"),
    "encoding": (
        "编码无法识别",
        "neither UTF-8 nor Chinese text in GBK",
        "请另存为 UTF-8（Excel 中选“CSV UTF-8（逗号分隔）”）：{hint}",
        "save it as UTF-8 (in Excel as 'CSV UTF-8 (comma delimited)'): {hint}",
    ),
    "toml_encoding": ("编码不是 UTF-8", "the file is not UTF-8", "请另存为 UTF-8 编码的文本：{hint}", "save it as text in UTF-8: {hint}"),
    "bad_csv": ("CSV 无法解析", "the CSV cannot be parsed", "{hint}", "{hint}"),
    "separator": (
        "各列不是用逗号分隔",
        "the columns are not separated by commas",
        "在 Excel 中另存为“CSV UTF-8（逗号分隔）”：{hint}",
        "save it in Excel as 'CSV UTF-8 (comma delimited)': {hint}",
    ),
    "unnamed_column": ("该列没有列名", "the column has no name in row 1", "请写列名，或删除该列", "give it a name, or delete the column"),
    "no_header": ("首行不是列名", "row 1 does not contain the names of the columns", "首行应为：{hint}", "row 1 must be: {hint}"),
    "heading_in_words": (
        "表头写的是含义，不是列名",
        "the heading says what the column means, not its name",
        "请改为 {hint}",
        "write {hint}",
    ),
    "empty_file": ("文件没有数据", "the file has no rows", "请补充数据行", "add at least one row"),
    "blank_row": ("表中有空行", "blank row inside the table", "请删除该行", "delete the row"),
    "cell_count": (
        "该行单元格数与表头不符",
        "the row does not have as many cells as the header",
        "检查是否多了或少了逗号；表头有 {hint} 个单元格",
        "look for a stray or missing comma; the header has {hint} cells",
    ),
    "series_length": ("小时数与研究不符", "the table does not have as many hours as the study", "{hint}", "{hint}"),
    "series_hour": ("小时序号不连续", "the hours are not in order", "{hint}", "{hint}"),
    "series_name": (
        "小时曲线名称没有说明单位或用途不符",
        "the name of the series does not say what it is, or it is of another kind",
        "负荷以 _mw 结尾，出力系数以 _share 结尾，只用字母、数字、点、横线、下划线",
        "end it in _mw for power (loads) or _share for availability (profiles); letters, digits, dots, dashes and underscores only",
    ),
    "unknown_column": ("未知的列", "unknown column", "{hint}", "{hint}"),
    "unit_suffix": (
        "列名的单位不对",
        "the unit in the column name is wrong",
        "请改用 {hint} 并换算数值",
        "use {hint} and convert the numbers",
    ),
    "missing_column": ("缺少必填列", "a required column is missing", "请补上该列", "add the column"),
    "duplicate_column": ("列名重复", "the column appears twice", "请删除一列", "delete one of them"),
    "required": ("必填单元格为空", "a required cell is empty", "请填写：{hint}", "fill it in: {hint}"),
    "not_a_number": ("不是数字", "not a number", "{hint}", "{hint}"),
    "not_an_integer": ("不是整数", "not a whole number", "请填写整数", "write a whole number"),
    "not_a_bool": (
        "不是 TRUE 或 FALSE",
        "neither TRUE nor FALSE",
        "请填写 TRUE 或 FALSE",
        "write TRUE or FALSE",
    ),
    "not_a_day": (
        "不是平年中的“月-日”",
        "not a day of a year of 365 days, written mm-dd",
        "请写成 mm-dd 文本，如 10-15",
        "write it as text mm-dd, such as 10-15",
    ),
    "excel_damage": ("内容疑被 Excel 改坏", "the cell looks damaged by Excel", "{hint}", "{hint}"),
    "out_of_range": ("超出允许范围", "outside the allowed range", "允许范围：{hint}", "allowed: {hint}"),
    "not_in_list": ("不在可选值之中", "not one of the allowed values", "可选值：{hint}", "allowed: {hint}"),
    "duplicate_key": (
        "主键重复",
        "the key appears twice",
        "每行的键须唯一：{hint}",
        "keys must be unique: {hint}",
    ),
    "dangling_reference": ("引用的代码不存在", "the code it refers to does not exist", "{hint}", "{hint}"),
    "bad_toml": ("TOML 语法错误", "the TOML cannot be parsed", "{hint}", "{hint}"),
    "setting": ("设置项有误", "a setting is wrong", "{hint}", "{hint}"),
    "unknown_scenario": ("没有这个情景", "no such scenario", "可选情景：{hint}", "scenarios at hand: {hint}"),
    "scenario_name": (
        "情景名不合法",
        "the scenario name is not allowed",
        "只用字母、数字、点、横线和下划线",
        "use letters, digits, dots, dashes and underscores only",
    ),
    "unknown_overlay": ("没有这个叠加方案", "no such overlay", "可选叠加方案：{hint}", "overlays at hand: {hint}"),
    "overlay_source": (
        "叠加条目没有出处",
        "the entry does not say where its figures are from",
        "请写 source 与 confidence（{hint}）",
        "write source and confidence ({hint})",
    ),
    "overlay_conflict": ("两个叠加方案互相排斥", "two overlays exclude each other", "{hint}", "{hint}"),
    "combination": ("情景组合有误", "the combination of scenarios cannot be read", "{hint}", "{hint}"),
    "unknown_table": (
        "情景改动了不存在的表",
        "the scenario changes a table that does not exist",
        "{hint}",
        "{hint}",
    ),
    "no_match": (
        "情景条件没有匹配任何行",
        "the condition of the scenario matches no row",
        "{hint}",
        "{hint}",
    ),
    "no_effect": ("条目没有改动任何单元格", "the entry changes nothing", "{hint}", "{hint}"),
    "overlay_entry": ("情景条目格式有误", "the entry of the scenario is malformed", "{hint}", "{hint}"),
    "missing_value": ("该设备缺少必要参数", "the equipment lacks a parameter it needs", "{hint}", "{hint}"),
    "not_allowed": ("不应填写", "must be left empty here", "{hint}", "{hint}"),
    "no_vintage": ("缺少该价格水平年的行", "there is no row for the price level year", "{hint}", "{hint}"),
    "no_coal": ("没有煤矿可把该煤种运到此处", "no mine delivers this coal grade here", "{hint}", "{hint}"),
    "no_climate": (
        "风光项目所在节点没有气候点",
        "wind or solar stands at a node without climate site",
        "{hint}",
        "{hint}",
    ),
    "profile_kind": (
        "曲线类别与技术不符",
        "the profile is of another kind than the technology",
        "{hint}",
        "{hint}",
    ),
    "unknown_case": ("没有情景读取此水平", "no scenario reads this level", "已知水平：{hint}", "known levels: {hint}"),
    "no_case": ("没有该负荷水平的行", "there is no row for the load level", "{hint}", "{hint}"),
    "not_connected": ("节点没有接入电网", "the node is not connected to the grid", "{hint}", "{hint}"),
    "no_slack": (
        "交流孤网没有可维持频率的电源",
        "the AC island has no plant that could hold its frequency, and no receiving grid",
        "{hint}",
        "{hint}",
    ),
    "corridor": ("通道数据自相矛盾", "the corridor contradicts itself", "{hint}", "{hint}"),
    "splits_network": (
        "单回跳闸即解列",
        "the trip of its only circuit splits the network",
        "{hint}",
        "{hint}",
    ),
    "no_market": (
        "受端市场没有受端节点或通道",
        "the market has no receiver that a corridor reaches",
        "{hint}",
        "{hint}",
    ),
    "scope": ("目标范围不存在", "the scope of the target does not exist", "{hint}", "{hint}"),
    "microgrid": ("微网不完整", "the microgrid is incomplete", "{hint}", "{hint}"),
    "node_kind": ("该类节点不能放置此项", "a node of this kind cannot hold it", "{hint}", "{hint}"),
    "potential": ("既有装机超过可开发量", "existing capacity exceeds the potential", "{hint}", "{hint}"),
    "retrofit": ("改造项目没有可改造的对象", "the retrofit has nothing to convert", "{hint}", "{hint}"),
    "start_class": ("启动分级有误", "the temperature classes of a start are out of order", "{hint}", "{hint}"),
    "neighbour": ("邻网数据有误", "the neighbours cannot work as written", "{hint}", "{hint}"),
    "minimum_commitment": ("最小开机方式有误", "the minimum commitment cannot hold as written", "{hint}", "{hint}"),
    "minimum_time": ("最短启停时间与机组组合步长不符", "the least time does not fit the commitment step", "{hint}", "{hint}"),
    "contradiction": ("数值互相矛盾", "the numbers contradict each other", "{hint}", "{hint}"),
    "pathway": ("路径设置有误", "the pathway is not sound", "{hint}", "{hint}"),
    "out_of_reach": (
        "按年建设规模无法达到该硬约束",
        "the build rates put this hard clause out of reach",
        "{hint}",
        "{hint}",
    ),
    "reserve": ("备用数据不成立", "the reserve cannot work as written", "{hint}", "{hint}"),
    "margin": ("备用率条款不成立", "the clause on the reserve margin cannot work as written", "{hint}", "{hint}"),
    "unanswered": ("条款没有可计的对象", "the clause counts nothing", "{hint}", "{hint}"),
    "clause": ("条款行不完整", "the row of the clause is incomplete", "{hint}", "{hint}"),
    "unsourced": (
        "数值没有来源",
        "the numbers have no source",
        "在 sources.csv 中补充：{hint}",
        "add to sources.csv: {hint}",
    ),
    "dangling_source": ("来源行没有对应的数值", "the source row matches no number", "{hint}", "{hint}"),
}


@dataclass(frozen=True)
class InputError:
    """One error in the inputs.

    Attributes
    ----------
    file : str
        File inside the inputs folder.
    row : int or None
        Row as the spreadsheet numbers it (the header is row 1); the entry number in a scenario file.
    column, value : str
        Column (or setting) and the offending text.
    rule : str
        Name of the broken rule, a key of ``RULES``.
    advice, advice_zh : str
        What to do.
    """

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    advice: str
    advice_zh: str = ""

    @property
    def en(self) -> str:
        """English sentence."""
        place = self.file + (f", row {self.row}" if self.row else "") + (f", column {self.column}" if self.column else "")
        value = f" ('{self.value}')" if self.value else ""
        return f"{place}: {RULES[self.rule][1]}{value}; {self.advice}{'' if self.advice.endswith('?') else '.'}"

    @property
    def zh(self) -> str:
        """Chinese sentence."""
        place = self.file + (f" 第 {self.row} 行" if self.row else "") + (f" {self.column} 列" if self.column else "")
        value = f"（{self.value}）" if self.value else ""
        return f"{place}：{RULES[self.rule][0]}{value}；{self.advice_zh}{'' if self.advice_zh.endswith('？') else '。'}"


def input_error(
    rule: str,
    file: str,
    row: int | None = None,
    column: str = "",
    value: object = "",
    hint: str = "",
    hint_zh: str = "",
) -> InputError:
    """Make an :class:`InputError` with the advice of its rule filled in."""
    _, _, advice_zh, advice = RULES[rule]
    return InputError(
        file,
        row,
        column,
        str(value),
        rule,
        advice.format(hint=hint).rstrip(": "),
        advice_zh.format(hint=hint_zh or hint).rstrip("："),
    )


class InputErrors(EnergyModelError):
    """All errors found in one reading of the inputs; ``errors`` holds them."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(e.en for e in self.errors))

    @property
    def zh(self) -> str:
        """All sentences in Chinese, one a line."""
        return "\n".join(e.zh for e in self.errors)

    def __reduce__(self) -> tuple:  # errors cross process borders in parallel runs
        return (InputErrors, (self.errors,))
