// The address may ask for one chart as a picture, which then stands in the page as text.
import { make } from "./elements.js";
import { opened } from "./state.js";

export async function deliverPicture(chart) {
  const format = opened.get("format") === "png" ? "png" : "svg";
  const size = (name, least) => Math.min(Math.max(Number(opened.get(name)) || least, 200), 4000);
  const picture = make("pre", null, { id: "picture", hidden: "" });
  if (chart) {
    const options = { format, width: size("width", 1200), height: size("height", 700), scale: format === "png" ? 2 : 1 };
    picture.textContent = await Plotly.toImage(chart, options);
  } else picture.dataset.missing = "true";
  document.body.append(picture);
}
