// The language of a plain page that holds both: that of the browser, then chosen by its buttons and kept in its address.
(() => {
  const parts = [...document.querySelectorAll("main[lang]")];
  const buttons = [...document.querySelectorAll("nav.languages button")];
  const ofBrowser = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  const known = (lang) => parts.some((part) => part.lang === lang);

  function show() {
    const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
    const lang = [asked, ofBrowser, parts[0].lang].find(known);
    for (const part of parts) part.hidden = part.lang !== lang;
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.lang === lang);
    document.documentElement.lang = lang;
    document.title = parts.find((part) => part.lang === lang).dataset.title;
    window.dispatchEvent(new Event("resize")); // charts that were hidden take the width of the page
    document.body.dataset.ready = "yes";
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      history.replaceState(null, "", `#lang=${button.dataset.lang}`);
      show();
    });
  }
  window.addEventListener("hashchange", show);
  show();
})();
