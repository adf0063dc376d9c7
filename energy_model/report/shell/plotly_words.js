// What Plotly says of its own accord: hints after a zoom or a click on the legend, words of the Sankey diagram, dates.
Plotly.register({
  moduleType: "locale",
  name: "zh-CN",
  dictionary: {
    "Double-click to zoom back out": "双击恢复原图",
    "Double-click on legend to isolate one trace": "双击图例只看一项",
    "source:": "来自：",
    "target:": "去向：",
    "incoming flow count:": "流入项数：",
    "outgoing flow count:": "流出项数：",
    "concentration:": "占比：",
  },
  format: {
    days: [..."日一二三四五六"].map((d) => "星期" + d),
    shortDays: [..."日一二三四五六"].map((d) => "周" + d),
    months: [..."一二三四五六七八九十", "十一", "十二"].map((m) => m + "月"),
    shortMonths: Array.from({ length: 12 }, (_, i) => `${i + 1}月`),
    date: "%Y-%m-%d",
  },
});
export const FONTS = '"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif';
