"""TOML files of settings, scenarios and overlays: read them, or report the line and cause of an error in both languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.text_file import read_text

PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
AT_END = " (at end of document)"
FAULTS = {
    "Invalid value": "值不能识别（文字须加英文引号，小数点用英文句点）",
    "Invalid statement": "语句不能识别",
    "Invalid initial character for a key part": "名称含不允许的字符（或缺少名称）",
    "Invalid date or datetime": "日期无效",
    "Invalid hex value": "转义字符无效",
    "Expected '=' after a key": "名称之后缺少等号 =",
    "Expected ']' at the end": "节名缺少右方括号 ]",
    "Expected ']]' at the end": "条目名缺少右方括号 ]]",
    "Expected newline or end of document": "一行只能写一项，行尾有多余内容",
    "Expected ": "缺少字符或引号不成对",
    "Found invalid character": "含不允许的字符",
    "Cannot overwrite a value": "同一项或同一节写了两次",
    "Cannot declare": "同一节写了两次",
    "Cannot redefine": "同一节写了两次",
    "Cannot mutate": "花括号 {} 中已写明的内容不能在后面补充",
    "Duplicate inline table key": "花括号 {} 中同一项写了两次",
    "Unclosed array": "方括号 [ 没有闭合",
    "Unclosed inline table": "花括号 { 没有闭合（其内容须在同一行）",
    "Unterminated string": "引号没有闭合",
    "Unescaped": "文字中的反斜杠须写成 \\\\，或改用单引号",
    "Escaped character": "转义字符无效",
    "Illegal character": "含不允许的字符",
}
"""Chinese for the beginning of what the parser says."""


def load_toml(path: Path, file: str) -> dict:
    """Parse a TOML file; any fault becomes an :class:`InputErrors`.

    Parameters
    ----------
    path : Path
    file : str
        Name of the file inside the inputs folder, for the error.
    """
    found = read_text(file, path.read_bytes())
    if found.encoding:
        raise InputErrors([input_error("toml_encoding", file, hint=found.encoding)])
    text = found.text
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputErrors([_fault(str(error), text, file)]) from error


def _fault(said: str, text: str, file: str) -> InputError:
    """The parser's message with line, in both languages, and the likely cause."""
    lines = text.splitlines()
    place = PLACE.search(said)
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), 0)
    what = PLACE.sub("", said).removesuffix(AT_END)
    zh = next((words for begins, words in FAULTS.items() if what.startswith(begins)), "语法错误")
    shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    hint = f"line {line}: {what[0].lower()}{what[1:]}" if column else f"at the end of the file: {what[0].lower()}{what[1:]}"
    hint_zh = f"第 {line} 行：{zh}" if column else f"文件末尾：{zh}"
    if wide := "".join(dict.fromkeys(c for c in shown.partition("#")[0] if _is_wide(c))):
        narrow = unicodedata.normalize("NFKC", wide).translate(str.maketrans("“”‘’、", "\"\"'',"))
        hint += f"; the line has full-width characters {wide}, write {narrow}"
        hint_zh += f"；该行含全角字符 {wide}，请改为 {narrow}"
    return input_error("bad_toml", file, line, "", shown[:60], hint, hint_zh)


def _is_wide(character: str) -> bool:
    """Full-width digits, letters and punctuation, and curly quotes, which an input method types in place of ASCII."""
    return character in "“”‘’、" or (unicodedata.east_asian_width(character) == "F" and character != "\u3000")
