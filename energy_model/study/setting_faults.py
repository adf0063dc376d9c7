"""Errors in settings, in both languages: those found by pydantic, in the form of table errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from energy_model.study.errors import InputError, input_error
from energy_model.study.nearest import or_else
from energy_model.study.settings import Settings

Words = tuple[str, str]

FAULTS: dict[str, Callable[[Mapping[str, Any]], Words]] = {
    "missing": lambda _: ("it is missing; add it", "缺少此项，请补上"),
    "int_type": lambda _: ("write a whole number, without quotes", "请写整数，不加引号"),
    "int_from_float": lambda _: ("write a whole number", "请写整数"),
    "int_parsing": lambda _: ("write a whole number", "请写整数"),
    "float_type": lambda _: ("write a number, without quotes", "请写数字，不加引号"),
    "finite_number": lambda _: ("write a finite number", "请写有限的数"),
    "string_type": lambda _: ("write text in quotes", "请写加引号的文字"),
    "bool_type": lambda _: ("write true or false, without quotes", "请写 true 或 false，不加引号"),
    "list_type": lambda _: ("write a list, such as [2015, 2020]", "请写列表，如 [2015, 2020]"),
    "dict_type": lambda _: ('write a table, such as { 2015 = "plan-2015" }', '请写成 { 2015 = "plan-2015" } 的形式'),
    "model_type": lambda _: ("write it as a section [name] with its settings below", "应写成 [名称] 一节，其下列出各项"),
    "string_too_short": lambda _: ("it must not be empty", "不得为空"),
    "string_pattern_mismatch": lambda c: (f"allowed pattern: {c['pattern']}", f"允许的格式：{c['pattern']}"),
    "literal_error": lambda c: (f"allowed: {c['expected']}", f"可选值：{c['expected'].replace(' or ', '、')}"),
    "greater_than": lambda c: (f"must be above {c['gt']:g}", f"须大于 {c['gt']:g}"),
    "greater_than_equal": lambda c: (f"must be at least {c['ge']:g}", f"不得小于 {c['ge']:g}"),
    "less_than": lambda c: (f"must be below {c['lt']:g}", f"须小于 {c['lt']:g}"),
    "less_than_equal": lambda c: (f"must be at most {c['le']:g}", f"不得大于 {c['le']:g}"),
    "value_error": lambda c: c["error"].args,  # of a check of `Settings`: words in both languages
}
"""Words for a kind of fault, from its context."""


def setting_error(file: str, error: Mapping[str, Any]) -> InputError:
    """The error of one setting of a file; an unknown name is answered with the likely one.

    Parameters
    ----------
    file : str
    error : Mapping
        One of ``ValidationError.errors()`` of pydantic.
    """
    place, kind = [str(p) for p in error["loc"]], error["type"]
    value = "" if kind in ("missing", "model_type", "list_type", "dict_type") else error["input"]
    if kind == "extra_forbidden":
        value = value if not isinstance(value, (dict, list)) else ""
        words = or_else(place[-1], _siblings(place), "no such setting; delete it", "没有此设置项，请删除")
    else:
        words = FAULTS[kind](error.get("ctx", {})) if kind in FAULTS else (error["msg"], "取值不合要求")
    return input_error("setting", file, None, ".".join(place), value, *words)


def _siblings(place: list[str]) -> list[str]:
    """Valid names in place of a name."""
    if len(place) == 1:
        return list(Settings.model_fields)
    section = Settings.model_fields[place[0]].annotation
    return list(section.model_fields) if isinstance(section, type) and issubclass(section, BaseModel) else []
