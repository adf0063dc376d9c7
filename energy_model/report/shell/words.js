// Words and numbers in the language that is chosen.
import { data } from "./data.js";
import { state } from "./state.js";

export const say = (text) => text[state.lang];
export const word = (code) => say(data.words[code]);
export const inChinese = () => state.lang === "zh";
export const nameIn = (row) => (inChinese() ? row.name_zh : row.name_en);
export const semicolon = () => (inChinese() ? "；" : "; ");
export const colon = () => (inChinese() ? "：" : ": ");
export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
export const locale = () => (inChinese() ? "zh-CN" : "en-US");

export function number(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const rounded = Number(value.toFixed(digits)) + 0; // no minus zero
  return rounded.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const signed = (value, digits = 0) => {
  const text = number(value, digits);
  return value > 0 && /[1-9]/.test(text) ? "+" + text : text.replace("-", "−");
};
