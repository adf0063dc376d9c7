// The drawing of one view, or of the difference of two.
import { data } from "../shell/data.js";
import { FONTS } from "../shell/plotly_words.js";
import { state } from "../shell/state.js";
import { locale } from "../shell/words.js";
import { corridorTraces } from "./corridors.js";
import { groundTraces } from "./ground.js";
import { annotations } from "./labels.js";
import { pieTraces } from "./pies.js";
import { enlargeDifferences, measure, plot, radiusOf, scale } from "./scale.js";
import { chosenTrace, siteTrace, symbolTraces, targets, targetTrace } from "./symbols.js";
import { current, nodes, other } from "./views.js";

const BACKGROUND = "#eeece6";
const config = () => ({
  locale: locale(),
  responsive: true,
  displaylogo: false,
  displayModeBar: false,
  scrollZoom: true,
  doubleClick: false,
});

function layout(a, b) {
  const [west, east, south, north] = state.view ? state.view.split(",").map(Number) : data.layout.frame;
  const axis = { visible: false, zeroline: false, showgrid: false };
  const paper = document.body.classList.contains("paper");
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    showlegend: false,
    hovermode: "closest",
    dragmode: "pan",
    paper_bgcolor: BACKGROUND,
    plot_bgcolor: BACKGROUND,
    uirevision: state.view,
    font: { family: FONTS },
    hoverlabel: { bgcolor: "#ffffff", bordercolor: "#1f4e79", font: { size: 12, color: "#1f2430" } },
    ...(paper ? { width: plot.clientWidth, height: plot.clientHeight } : { autosize: true }),
    xaxis: { ...axis, range: [west, east] },
    yaxis: { ...axis, range: [south, north], scaleanchor: "x" },
    annotations: annotations(a, b),
  };
}

function traces(a, b) {
  const radii = Object.fromEntries(nodes.map((n) => [n.id, radiusOf(n, a, b)]));
  const points = targets(a, b, radii);
  return [
    ...groundTraces(),
    ...corridorTraces(a, b, radii),
    ...pieTraces(a, b),
    ...symbolTraces(a, b, radii),
    chosenTrace(points),
    targetTrace(points, a, b),
    siteTrace(a),
  ];
}

let settled = false;

export async function draw() {
  const a = current();
  const b = other();
  const once = () => Plotly.react(plot, traces(a, b), layout(a, b), config());
  enlargeDifferences(a, b);
  measure();
  await once();
  const drawn = scale.px;
  measure();
  // Sizes in pixels and the choice of labels follow the scale that the drawing has found.
  if (settled && Math.abs(scale.px / drawn - 1) <= 1e-6) return;
  settled = true;
  await once();
}
