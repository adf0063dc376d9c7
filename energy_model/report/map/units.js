// Units of the map: on the Chinese page those of the Chinese workbook.
import {
  CNY_PER_KW_FROM_CNY_PER_MW,
  CNY_PER_KWH_FROM_CNY_PER_MWH,
  GWH_PER_TWH,
  KT_PER_MT,
  MW_PER_GW,
  WAN_KW_PER_MW,
  WAN_T_PER_KT,
  YI_CNY_PER_MCNY,
  YI_KWH_PER_GWH,
} from "../shell/data.js";
import { inChinese, number } from "../shell/words.js";

// Factor, unit, digits.
const CHINESE = {
  MW: [WAN_KW_PER_MW, "万千瓦", 2],
  GW: [WAN_KW_PER_MW * MW_PER_GW, "万千瓦", 1],
  GWh: [YI_KWH_PER_GWH, "亿千瓦时", 3],
  TWh: [YI_KWH_PER_GWH * GWH_PER_TWH, "亿千瓦时", 2],
  Mt: [WAN_T_PER_KT * KT_PER_MT, "万吨", 1],
  "MCNY/a": [YI_CNY_PER_MCNY, "亿元/年", 2],
  "CNY/MWh": [CNY_PER_KWH_FROM_CNY_PER_MWH, "元/千瓦时", 4],
  "CNY/(MW·a)": [CNY_PER_KW_FROM_CNY_PER_MW, "元/(千瓦·年)", 1],
  h: [1, "小时", 0],
};

const local = (unit) => (inChinese() ? CHINESE[unit] : undefined);
export const unitOf = (unit) => local(unit)?.[1] ?? unit;

export function inUnit(value, unit, digits = 0, write = number) {
  const own = local(unit);
  return own && value !== null && value !== undefined ? write(value * own[0], own[2]) : write(value, digits);
}
