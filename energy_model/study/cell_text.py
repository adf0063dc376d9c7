"""Text of one cell: its errors, and the number, day or word it represents."""

from __future__ import annotations

import re
import unicodedata

from energy_model.study.contract import Column
from energy_model.study.maintenance import MONTH_LENGTH

UNSEEN = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufeff\u200b\u2060"
"""Blanks, and what comes along when a code is pasted from a page, which nobody sees."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = "|".join(MONTHS)
EXCEL_DAYS = (
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日", re.ASCII),
    re.compile(rf"(?P<day>\d{{1,2}})-(?P<name>{MONTH})", re.ASCII | re.IGNORECASE),
)
"""What Excel makes of a day written 10-15: 10月15日 in Chinese, 15-Oct in English."""
DATE = re.compile(
    rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}.*|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}-({MONTH})[a-z]*|({MONTH})[a-z]*-\d{{1,2}}",
    re.IGNORECASE,
)
EXCEL_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,' \u00a0\u202f]\d{3})+(?:\.\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[. \u00a0\u202f]\d{3})+),\d+", re.ASCII)
BRACKETED = re.compile(rf"\(({NUMBER.pattern})\)", re.ASCII)
WITH_UNIT = re.compile(rf"({NUMBER.pattern})\s*([^\d\s.,;].*)", re.ASCII)
Fault = tuple[str, str, str]
"""Broken rule, hint in English, hint in Chinese; the rule is empty where nothing is wrong."""
SOUND: Fault = ("", "", "")
FORMULA: Fault = ("excel_damage", "this is a formula; write the value it gives", "这是公式，请填写其计算结果")


def stripped(text: str) -> str:
    """A cell or name without invisible characters around it."""
    return text.strip(UNSEEN)


def cell_fault(text: str, c: Column) -> Fault:
    """Broken rule of one filled cell."""
    plain = unicodedata.normalize("NFKC", text)
    is_code = c.key or c.ref or c.values or c.is_number or c.type == "bool" or c.unit == "mm-dd"
    if EXCEL_ERROR.fullmatch(text):
        return "excel_damage", "this is an error value of Excel; write the number", "这是 Excel 错误值，请重填"
    if text.startswith("="):
        return FORMULA
    if c.unit == "mm-dd":
        return SOUND if day_of(plain) else ("not_a_day", "", "")
    if is_code and plain != text:
        _, hint, hint_zh = ("", "", "") if not c.is_number or NUMBER.fullmatch(plain) else number_fault(plain, c.name, c.unit)
        hint, hint_zh = (hint, hint_zh) if hint else (f"write {plain}", f"请改为 {plain}")
        return "excel_damage", f"full-width characters; {hint}", f"含全角字符，{hint_zh}"
    if is_code and DATE.fullmatch(text):
        return (
            "excel_damage",
            "Excel turned it into a date; format the cell as text and write it again",
            "被 Excel 改成日期，请设为文本后重填",
        )
    if c.is_number:
        if not NUMBER.fullmatch(text):
            return number_fault(text, c.name, c.unit)
        if c.type == "int" and not WHOLE.fullmatch(text):
            return "not_an_integer", "", ""
    elif c.type == "bool" and text.upper() not in ("TRUE", "FALSE"):
        return "not_a_bool", "", ""
    return SOUND


def typed(text: str, c: Column) -> object:
    """Value of the text of a valid cell."""
    if c.is_number:
        return float(text)
    if c.unit == "mm-dd":
        return day_of(unicodedata.normalize("NFKC", text))
    return text.upper() == "TRUE" if c.type == "bool" else text


def day_of(text: str) -> str:
    """A day of the year as ``mm-dd``, also in forms written by Excel; empty if the text is not a day of a 365-day year."""
    if found := DAY.fullmatch(text):
        month, day = int(found[1]), int(found[2])
    else:
        found = next((m for form in EXCEL_DAYS if (m := form.fullmatch(text))), None)
        if found is None:
            return ""
        part = found.groupdict()
        month, day = MONTHS.index(part["name"].lower()) + 1 if "name" in part else int(part["month"]), int(part["day"])
    return f"{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= MONTH_LENGTH[month - 1] else ""


def number_fault(text: str, name: str, unit: str) -> Fault:
    """Correction of a text that is not a number, as far as it can be inferred.

    Parameters
    ----------
    text : str
    name, unit : str
        Of the column.
    """
    unit = "" if unit == "1" else unit
    if text.startswith("="):
        return FORMULA
    if found := BRACKETED.fullmatch(text):
        number = found[1]
        said = f"write {number} without brackets, or -{number} if they mean minus"
        return "not_a_number", said, f"请去掉括号写 {number}；若括号表示负数则写 -{number}"
    if text.endswith("%"):
        return "not_a_number", *_percentage(text.removesuffix("%").strip(), name, unit)
    decimal = re.sub(r"[. \u00a0\u202f]", "", text).replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else ""
    if GROUPED.fullmatch(text):
        number = re.sub(r"[,' \u00a0\u202f]", "", text)
        other, other_zh = (f", or {decimal} if the comma is a decimal point", f"；若逗号是小数点则写 {decimal}") if decimal else ("", "")
        return "not_a_number", f"remove the thousands separator: write {number}{other}", f"请去掉千位分隔符：写 {number}{other_zh}"
    if decimal:
        return "not_a_number", f"the decimal sign is a point: write {decimal}", f"小数点须用英文句点：写 {decimal}"
    if found := WITH_UNIT.fullmatch(text):
        said = f"this column is in {unit}" if unit else "this column has no unit"
        said_zh = f"本列单位为 {unit}" if unit else "本列无单位"
        return "not_a_number", f"write digits alone, without '{found[4]}'; {said}", f"只写数字，不带“{found[4]}”；{said_zh}"
    return "not_a_number", "write digits with a decimal point, without unit", "请只写数字和小数点，不带单位"


def _percentage(number: str, name: str, unit: str) -> tuple[str, str]:
    """Advice on a percentage: a share is written as a decimal; other quantities are not percentages."""
    if "share" not in name:
        return f"this is not a percentage: write the number{unit and ' in ' + unit}", f"此列不是百分数：请写数值{unit and '，单位 ' + unit}"
    if not NUMBER.fullmatch(number):
        return "write a share, such as 0.05 for 5%", "请写成小数，如 5% 写 0.05"
    share = f"{float(number) / 100:.12g}"
    return f"write the share {share}, without the percent sign", f"请写成小数 {share}，不带百分号"
