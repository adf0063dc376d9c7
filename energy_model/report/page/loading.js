// Loading of corridors.
import { of, times } from "./series.js";

// Share of what a corridor can take that flows, either way, in every hour [%].
export const loadingOf = (corridor) => times(of("corridor:" + corridor.id, "flow"), 100 / corridor.usable_mw).map(Math.abs);
