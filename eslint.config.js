import js from "@eslint/js";
import globals from "globals";

const scripts = "energy_model/report/**/*.js";

export default [
  { ignores: [".venv/", "results/", "node_modules/"] },
  {
    files: [scripts],
    ...js.configs.recommended,
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: { ...globals.browser, Plotly: "readonly" } },
    rules: {
      ...js.configs.recommended.rules,
      "max-len": ["error", { code: 140 }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 6],
      "no-shadow": "error",
      "no-var": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
      eqeqeq: "error",
    },
  },
  {
    // A chart gets the state that it says it reads, and so is drawn again when that changes.
    files: ["energy_model/report/page/charts/*.js"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/state.js", "**/view.js"] }] },
  },
];
