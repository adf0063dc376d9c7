"""Workbook of two results: a cover, then a sheet for each kind of figure, with their difference as a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from energy_model.labels import LABELS, Label
from energy_model.language import LANGUAGES, Language
from energy_model.report.columns import heading_of, word
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import Unit, amount, row_unit, unit_of
from energy_model.report.words import beijing_words, certificate_words, fingerprint, horizon_words, weather_words
from energy_model.report.workbook.blocks import LONGEST_NAME
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.style import Style
from energy_model.results import contract
from energy_model.results.difference import SECTIONS

FILES: dict[Language, str] = {"zh": "comparison.xlsx", "en": "comparison-en.xlsx"}
HEAD = 2  # row of the quantities; the results stand below them


def write_comparison(folder: Path, first: Result, second: Result, table: pd.DataFrame, inputs: pd.DataFrame, cells: pd.DataFrame) -> None:
    """Write both workbooks, Chinese and English, into a folder.

    Parameters
    ----------
    folder : Path
    first, second : Result
    table : DataFrame
        Of `results.difference.differences`.
    inputs, cells : DataFrame
        Input files and input cells that differ.
    """
    for language in LANGUAGES:
        with new_workbook(folder / FILES[language]) as book:
            style = Style(book, language)
            _cover(book, style, first, second, inputs)
            for section in SECTIONS:
                part = table[table.section == section]
                if len(part):
                    _section(book, style, section, part, first, second)
            _plain(book, style, style.say("输入单元格差异", "Input cells that differ"), cells)


def _cover(book, style: Style, first: Result, second: Result, inputs: pd.DataFrame) -> None:
    sheet = book.add_worksheet(style.say("对比说明", "Comparison"))
    style.page(sheet)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 2, 60)
    sheet.write_string(0, 0, style.say("方案对比", "Two results side by side"), style.title)
    rows = [(style.say("结果", "result"), first.name, second.name)]
    one, other = facts_of(first.manifest), facts_of(second.manifest)
    rows += [(style.word("about", code), word(one[code], style.language), word(other[code], style.language)) for code in one]
    for row, texts in enumerate(rows, start=2):
        for k, text in enumerate(texts):
            sheet.write_string(row, k, text, style.head_left if k == 0 or row == 2 else style.wrapped)
    row = len(rows) + 3
    notes = [
        style.say(
            "差＝后者－前者，为公式；只在一方出现的元件在另一方记为 0",
            "difference = second less first, a formula; what only one has is 0 in the other",
        )
    ]
    if any(first.manifest[k] != second.manifest[k] for k in ("horizon", "weather")):
        notes.append(style.say("时段或气象年不同，差异含此影响", "Horizon or weather differ; the differences contain that too"))
    files = ", ".join(inputs.file) if len(inputs) else style.say("无", "none")
    notes.append(style.say("内容不同的输入文件：", "Input files that differ: ") + files)
    for text in notes:
        sheet.write_string(row, 0, text, style.note)
        row += 1


def facts_of(m: dict) -> dict[str, Label]:
    """What was solved and how well, from a manifest; codes of group ``about``."""
    return {
        "scenario": Label(m["scenario"], m["scenario"]),
        "horizon": horizon_words(m),
        "weather": weather_words(m),
        "objective": amount(m["objective_mcny"], "MCNY"),
        "certificate": certificate_words(m),
        "fingerprint": Label(fingerprint(m), fingerprint(m)),
        "created": beijing_words(m["created"]),
    }


def title_of(section: str) -> Label:
    """Title of a section of `results.difference.SECTIONS`."""
    table = SECTIONS[section][0]
    return LABELS["sheet"].get(table) or contract.title(table)


def _section(book, style: Style, section: str, part: pd.DataFrame, first: Result, second: Result) -> None:
    """One line per item, three columns per quantity."""
    title = word(title_of(section), style.language)[:LONGEST_NAME]
    sheet = book.add_worksheet(title)
    style.page(sheet)
    sheet.write_string(0, 0, f"{title}: {first.name} → {second.name}", style.title)
    quantities = list(dict.fromkeys(part.quantity))
    keys = list(dict.fromkeys(part.key))
    names = names_of(section, part, first, second, style.language)
    for k, text in enumerate((style.say("代码", "code"), style.say("名称", "name"))):
        sheet.merge_range(HEAD, k, HEAD + 1, k, text, style.head)
    sheet.set_column(0, 0, min(30, 3 + max(len(key) for key in keys)))
    sheet.set_column(1, 1, 40)
    for row, key in enumerate(keys, start=HEAD + 2):
        sheet.write_string(row, 0, key, style.text)
        sheet.write_string(row, 1, names[key], style.wrapped)
    at = 2
    for quantity in quantities:
        rows = part[part.quantity == quantity].set_index("key").reindex(keys)
        own = own_units(section, quantity, first, second, style.language) if section == "clauses" else {}
        if own:
            sheet.merge_range(HEAD, at, HEAD + 1, at, style.say("单位", "unit"), style.head)
            for row, key in enumerate(keys, start=HEAD + 2):
                sheet.write_string(row, at, own[key].words, style.text)
            at += 1
        units = [own[key] for key in keys] if own else [unit_of(quantity, style.language)] * len(keys)
        _triple(sheet, style, at, quantity, rows, (first.name, second.name), units)
        at += 3
    sheet.set_column(2, at - 1, 16)
    sheet.freeze_panes(HEAD + 2, 2)
    sheet.autofilter(HEAD + 1, 0, HEAD + 1 + len(keys), at - 1)
    sheet.repeat_rows(0, HEAD + 1)


def _triple(sheet, style: Style, at: int, quantity: str, rows: pd.DataFrame, heads: tuple[str, str], units: list[Unit]) -> None:
    """Figures of both results and their difference, each line in its unit."""
    unit = unit_of(quantity, style.language)
    text = heading_of(quantity, {}, style.language)
    sheet.merge_range(HEAD, at, HEAD, at + 2, f"{text} ({unit.words})" if unit.words else text, style.head)
    for k, head in enumerate((*heads, style.say("差", "difference"))):
        sheet.write_string(HEAD + 1, at + k, head, style.head)
    for row, (one, other, unit) in enumerate(zip(rows["first"], rows["second"], units, strict=True), start=HEAD + 2):
        form, a, b = unit.format if unit.words else "#,##0.00", one * unit.factor, other * unit.factor
        for k, value in enumerate((a, b)):
            if pd.isna(value):
                sheet.write_blank(row, at + k, None, style.text)
            else:
                sheet.write_number(row, at + k, float(value), style.number(form))
        if pd.isna(a) or pd.isna(b):
            sheet.write_blank(row, at + 2, None, style.text)
        else:
            formula = f"={xl_rowcol_to_cell(row, at + 1)}-{xl_rowcol_to_cell(row, at)}"
            sheet.write_formula(row, at + 2, formula, style.number(form, bold=True), float(b - a))


CODED = {"costs": ("account",), "energy": ("side", "item"), "clause_costs": ("", "clause_change"), "bargaining": ("", "deal_case")}
"""Label groups of the parts of a key, by section; empty where a part is no code."""


def names_of(section: str, part: pd.DataFrame, first: Result, second: Result, language: Language) -> dict[str, str]:
    """Label of every key: place and name, then those of the codes in it."""
    known = first.element_names() | second.element_names()
    places = pd.concat([r.tables["capacity"] for r in (first, second)]).drop_duplicates("element").set_index("element").node
    found = {}
    for row in part.drop_duplicates("key").itertuples():
        said = [known[places[row.key]]] if section == "capacity" and places[row.key] in known else []
        own = Label(row.name_zh, row.name_en) if row.name_zh else known.get(row.key)
        if section == "curtailment":
            node, _, carrier = row.key.rpartition(".")
            said, own = [known[node]] if node in known else [], LABELS["kind"].get(carrier)
        said += [own] if own else []
        for group, code in zip(CODED.get(section, ()), row.key.split(" "), strict=False):
            said += [LABELS[group][code]] if group and code in LABELS[group] else []
        found[row.key] = " · ".join(word(words, language) for words in said)
    return found


def own_units(section: str, quantity: str, first: Result, second: Result, language: Language) -> dict[str, Unit]:
    """Unit of each clause for a quantity, as it is shown."""
    unit = next(c.unit_column for c in contract.columns(SECTIONS[section][0]) if c.name == quantity)
    both = pd.concat([r.tables[SECTIONS[section][0]] for r in (first, second)]).drop_duplicates("target")
    share = both.quantity.str.endswith("_share")
    return {key: row_unit(str(own), percent, language) for key, own, percent in zip(both.target, both[unit], share, strict=True)}


def _plain(book, style: Style, title: str, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(title[:LONGEST_NAME])
    style.page(sheet)
    sheet.write_string(0, 0, title, style.title)
    if frame.empty:
        sheet.write_string(HEAD, 0, style.say("无差异，或有一方未保存输入单元格", "none, or one of the results kept no cells"), style.note)
        return
    for k, column in enumerate(frame.columns):
        sheet.write_string(HEAD, k, heading_of(str(column), {}, style.language), style.head)
        for row, value in enumerate(frame[column], start=HEAD + 1):
            sheet.write_string(row, k, "" if pd.isna(value) else str(value), style.text)
    sheet.set_column(0, len(frame.columns) - 1, 18)
    sheet.freeze_panes(HEAD + 1, 0)
