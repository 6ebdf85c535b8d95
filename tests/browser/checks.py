"""What holds for every page in every state, and the count of it."""

import re

from axe_playwright_python.sync_playwright import Axe

# What WCAG 2.2 AA asks and a program can see, and the order of headings.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"heading-order": {"enabled": True}, "region": {"enabled": True}, "target-size": {"enabled": True}},
}
# A page must be readable without scrolling sideways at these widths: 1,280 at a zoom of 400, 200 and 100 %.
WIDTHS = (320, 640, 1280)
HEIGHT = 900


def beyond(page):
    """Pixels that a page is wider than what is shown of it."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


class Checks:
    """Counts what holds and says what does not."""

    def __init__(self):
        self.axe = Axe()
        self.good = 0
        self.bad = []

    def that(self, holds, what):
        if holds:
            self.good += 1
        else:
            self.bad.append(what)
            print(f"DOES NOT HOLD: {what}", flush=True)

    def page(self, page, state):
        """All that must hold for a page as it is shown now."""
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = self.axe.run(page, options=RULES).response["violations"]
            said = [
                f"{one['id']} ({node['target']}: {node['failureSummary']})"
                for one in found
                for node in one["nodes"][:3]
            ]
            self.that(not said, f"{state}, {scheme}: axe: {said}")
        page.emulate_media(color_scheme="light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            self.that(beyond(page) <= 0, f"{state}: {beyond(page)} pixels beyond a width of {width}")
        # Text alone at twice its size.
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        self.that(beyond(page) <= 0, f"{state}: {beyond(page)} pixels beyond with large text")
        page.evaluate("document.documentElement.style.fontSize = ''")
        self.that(page.locator("h1").count() == 1, f"{state}: one heading of the first level")
        text = page.locator("body").inner_text()
        self.that(not re.search(r"https?://data\.europa|[0-9a-f]{32}|\{|undefined", text), f"{state}: an id is shown")
        lost = page.eval_on_selector_all("a[href^='#']", "all => all.map(a => a.getAttribute('href').slice(1)).filter(id => !document.getElementById(id))")
        self.that(not lost, f"{state}: links lead nowhere: {lost}")
        self.that("640823" not in page.content(), f"{state}: a personnummer is repeated")

    def standing(self, page, state):
        """A document that stands alone: axe and width."""
        self.page(page, state)

    def one_sheet(self, page, state):
        """Printed it is one page of A4."""
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
        pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
        self.that(pages == 1, f"{state}: {pages} pages printed")

    def ended(self):
        print(f"{self.good} checks hold, {len(self.bad)} do not")
        return 1 if self.bad else 0


def tab_to(page, selector, most=250):
    """Goes to an element by the Tab key alone; it must be seen that it has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """(selector) => {
                const at = document.activeElement;
                if (!at || !at.matches(selector)) return null;
                const style = getComputedStyle(at);
                return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            }""",
            selector,
        )
        if at is not None:
            if not at:
                raise AssertionError(f"{selector} does not show that it has the focus")
            return
    raise AssertionError(f"{selector} cannot be reached by the Tab key")
