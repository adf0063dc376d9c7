// What the page was written with, and the factors between units, which are those of the programme.
export const data = JSON.parse(document.getElementById("data").textContent);
export const {
  HOURS_PER_DAY,
  MW_PER_GW,
  GWH_PER_TWH,
  KT_PER_MT,
  CNY_PER_KW_FROM_CNY_PER_MW,
  CNY_PER_KWH_FROM_CNY_PER_MWH,
  WAN_KW_PER_MW,
  YI_KWH_PER_GWH,
  WAN_T_PER_KT,
  YI_CNY_PER_MCNY,
} = data.factors;
