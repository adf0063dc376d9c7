"""Result tables and hourly dataset, column by column: a page of the documentation in either language, made from their contracts."""

from __future__ import annotations

from energy_model.labels import LABELS, label
from energy_model.language import Language
from energy_model.results.contract import CONSOLE, READERS, columns, tables
from energy_model.results.variables import variables

HEAD: dict[Language, str] = {
    "en": """# Result tables and hourly dataset

中文：[outputs.zh.md](outputs.zh.md)

Generated from `catalogue.csv`, `contract.csv` and `variables.csv` of `energy_model/results/` by `make docs`. Tables are CSV files (UTF-8);
the suffix of a column name is its unit. *On request*: added to a finished result by the command named. *With its option*: only in results
of a study with that option. [results.md](results.md) explains the figures.

## Tables
""",
    "zh": """# 结果表与逐时数据集

English: [outputs.md](outputs.md)

由 `make docs` 从 `energy_model/results/` 的 `catalogue.csv`、`contract.csv`、`variables.csv` 生成。
各表为 CSV 文件（UTF-8），列名后缀即单位。
“另行计算”：由所列命令加入已有结果；“设有该选项时”：只在设有该选项的研究结果中。各数字的说明见[结果](results.zh.md)。

## 各表
""",
}
DATASET: dict[Language, str] = {
    "en": """
## results.nc

Every hour solved, on one axis `time` (Beijing time, start of the hour); `weight` is the number of hours of the year that each represents.
The attribute `format_version` is the version of this list; results of another version are refused. Every variable has its unit and its
meaning in `long_name` (English) and `long_name_zh`. `dual_<equation>` is the dual of a row of [equations.md](equations.md); hourly duals
refer to one real hour.
""",
    "zh": """
## results.nc

所算的每个小时，以 `time` 为轴（北京时间，时段起始）；`weight` 为每小时代表全年多少小时。
属性 `format_version` 为本清单的版本，其他版本的结果拒绝读取。每个变量带单位，含义在 `long_name`（英文）和 `long_name_zh` 中。
`dual_<方程>` 为[方程](equations.md)中该行的对偶值；逐时对偶值按一个实际小时计。
""",
}
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "tables": "file | made by | there | shown | content", "columns": "column | type | unit | codes | meaning",
        "variables": "variable | axes | unit | meaning",
        "always": "always", "option": "with its option", "request": "on request",
        "sheet": "sheet *{}*", "map": "map", "study": "study page", CONSOLE: CONSOLE,
        "and": ", ", "end": ". ", "not_always": " (not always)", "with_option": " (option)", "unit_in": "in",
        "text": "text", "number": "number", "flag": "flag", "code": "code",
        "step": "; one value for each commitment step", "first": "; in the first hour of each commitment step", "": "",
    },
    "zh": {
        "tables": "文件 | 生成命令 | 何时有 | 显示于 | 内容", "columns": "列 | 类型 | 单位 | 代码 | 含义",
        "variables": "变量 | 维度 | 单位 | 含义",
        "always": "总有", "option": "设有该选项时", "request": "另行计算",
        "sheet": "工作表“{}”", "map": "地图", "study": "研究报告页", CONSOLE: "控制台",
        "and": "、", "end": "。", "not_always": "（不总有）", "with_option": "（选项）", "unit_in": "见",
        "text": "文本", "number": "数值", "flag": "是否", "code": "代码",
        "step": "；每个启停步长一个值", "first": "；列在每个启停步长的首小时", "": "",
    },
}  # fmt: skip


def outputs_markdown(language: Language = "en") -> str:
    """Text of the page.

    Parameters
    ----------
    language : {"en", "zh"}
    """
    lines = [HEAD[language], *_catalogue(language), *_columns(language), DATASET[language], *_variables(language)]
    return "\n".join(lines) + "\n"


def _catalogue(language: Language) -> list[str]:
    say = WORDS[language]
    lines = [f"| {say['tables']} |", "|---|---|---|---|---|"]
    for t in tables().values():
        where = [say["sheet"].format(getattr(label("sheet", t.sheet), language))] if t.sheet else []
        where += [say[page] for page in t.pages]
        where += [say[CONSOLE]] * (t.presence == "request" and any(c.console for c in columns(t.name)))
        shown = say["and"].join(where)
        lines.append(f"| [`{t.file}`](#{t.name}) | `{t.made_by}` | {say[t.presence]} | {shown} | {getattr(t, language)} |")
    return lines


def _columns(language: Language) -> list[str]:
    say = WORDS[language]
    lines = []
    for t in tables().values():
        lines += [
            "",
            f"### {t.name}",
            "",
            f"{getattr(t, language)}{say['end']}`{t.file}`",
            "",
            f"| {say['columns']} |",
            "|---|---|---|---|---|",
        ]
        for c in columns(t.name):
            unit = f"{say['unit_in']} `{c.unit_column}`" if c.unit_column else "" if c.unit == "1" else c.unit
            codes = "" if not c.codes else c.codes[1:] if c.codes in READERS else ", ".join(f"`{code}`" for code in LABELS[c.codes])
            name = c.name.replace("*", "\\*") + (say["not_always"] if c.option else "")
            lines.append(f"| {name} | {say[c.type]} | {unit} | {codes} | {getattr(c, language)} |")
    return lines


def _variables(language: Language) -> list[str]:
    say = WORDS[language]
    lines = [f"| {say['variables']} |", "|---|---|---|---|"]
    for v in variables().values():
        name = v.name.replace("*", "\\*") + (say["with_option"] if v.option else "")
        lines.append(f"| {name} | {', '.join(v.dims).replace('*', '')} | {v.unit} | {getattr(v, language)}{say[v.held]} |")
    return lines
