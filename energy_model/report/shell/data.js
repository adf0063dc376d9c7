// What the page was written with, and the factors between units, which are those of the programme.
export const data = JSON.parse(document.getElementById("data").textContent);
export const { HOURS_PER_DAY } = data.factors;
