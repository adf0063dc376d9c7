"""A page opened from disk in a browser, with a log of everything it asked for and complained of."""


class Opened:
    """A page, ready to be looked at.

    Parameters
    ----------
    browser : Browser
    path : Path
    fragment : str
        State in the address, with its ``#``.
    size : (int, int)
    locale : str
        Language of the browser.
    """

    def __init__(self, browser, path, fragment="", size=(1400, 900), locale="zh-CN"):
        self.requests, self.complaints = [], []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale=locale)
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append(d.message), d.dismiss()))
        self.page.goto(path.resolve().as_uri() + fragment)
        self.page.wait_for_selector("body[data-ready]")

    def show(self, fragment):
        """Go to another state of the same page."""
        self.page.evaluate("async hash => { location.hash = hash; readHash(); await show(); }", fragment)

    def until(self, expression):
        """Wait until an expression is true; asked from outside, as the page's own policy forbids code that is text."""
        for _ in range(600):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(expression)

    def outside(self):
        """Addresses asked for other than the file itself and what stands in it."""
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]

    def boxes(self):
        """Outer boxes of all texts on the map: text, left, top, right, bottom [px]."""
        script = """() => [...document.querySelectorAll('#map .annotation')].map(a => {
            const r = a.querySelector('.annotation-text-g').getBoundingClientRect();
            return [a.textContent, r.left, r.top, r.right, r.bottom]; })"""
        return self.page.evaluate(script)
