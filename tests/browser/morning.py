"""An adviser's morning, by keyboard alone, in both languages."""

import re

from checks import tab_to

NUMBER = "640823-3234"  # Made up, with a right check digit; nobody has it.

WORDS = {
    "sv": {
        "title": "svets", "skill": "truck", "paths": "Vägar vidare", "understood": "Så förstod vi uppgifterna",
        "own": "Samma bransch", "change": "Byta bransch", "for": "Talar för", "against": "Talar emot",
        "personnummer": "personnummer", "passed": "Sista dagen har passerat", "little": "Vi förstod för lite",
        "compare": "Jämförelse", "missing": "Sidan finns inte", "tick": "Markera två till sex",
        "open": "Yrken som ligger nära", "closed": "I vägen i dag",
    },
    "en": {
        "title": "weld", "skill": "forklift", "paths": "Paths onward", "understood": "What was understood",
        "own": "Same sector", "change": "Change of sector", "for": "Speaks for", "against": "Speaks against",
        "personnummer": "personnummer", "passed": "The last day has passed", "little": "Too little was understood",
        "compare": "Comparison", "missing": "There is no such page", "tick": "Tick two to six",
        "open": "Occupations that are near", "closed": "In the way today",
    },
}


def form(page, address, language):
    page.goto(f"{address}/{language}/person")


def send(page):
    """Presses the button that shows paths."""
    tab_to(page, "button.main")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, field, text):
    tab_to(page, f"#{field}")
    page.keyboard.type(text)


def filled(page, address, language):
    """Fills the form as somebody would and asks for paths."""
    words = WORDS[language]
    form(page, address, language)
    write(page, "title", words["title"])
    page.wait_for_selector("#title-list [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    write(page, "skills", words["skill"])
    page.wait_for_selector("#skills-list [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("läsa ritningar")
    page.keyboard.press("Enter")
    write(page, "licences", "B, truckkort")
    tab_to(page, "#status")
    page.keyboard.press("ArrowDown")
    write(page, "employed_since", "2019-04-23")
    write(page, "notice", page.evaluate("new Date(Date.now() - 864e5 * 14).toISOString().slice(0, 10)"))
    write(page, "municipality", "Göteborg")


def morning(checks, page, address, language):
    words = WORDS[language]
    page.goto(f"{address}/{language}")
    checks.page(page, f"{language} start")
    tab_to(page, "main a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/person")
    checks.page(page, f"{language} empty form")

    filled(page, address, language)
    checks.that(page.locator(".chips li").count() >= 2, f"{language}: skills are listed")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    checks.page(page, f"{language} filled form")
    page.locator("body").click(position={"x": 2, "y": 2})
    send(page)
    text = page.locator("main").inner_text()
    for part in ("paths", "understood", "own", "change", "for", "against"):
        checks.that(words[part] in text, f"{language} paths: {words[part]}")
    checks.that(page.locator("article.path").count() >= 4, f"{language}: several paths")
    checks.that(re.search(r"/person/paths\?of=[0-9a-f]{32}$", page.url), f"{language}: nothing of a worker in the address: {page.url}")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    checks.page(page, f"{language} paths")

    with page.expect_navigation():
        page.locator(".tools button.link").click()
    other = "en" if language == "sv" else "sv"
    checks.that(page.locator("html").get_attribute("lang") == other, f"{language}: the other language")
    checks.that(WORDS[other]["own"] in page.locator("main").inner_text(), f"{language}: the same paths in {other}")
    compared(checks, page, address, language)
    explored(checks, page, address, language)
    printed(checks, page, address, language)


def explored(checks, page, address, language):
    words = WORDS[language]
    filled(page, address, language)
    page.locator("#municipality").press("Enter")
    page.wait_for_url(f"**/{language}/person/paths?of=*")
    filled(page, address, language)
    typed = page.locator("#licences").input_value()
    other = "en" if language == "sv" else "sv"
    for code in (other, language):
        with page.expect_navigation():
            page.locator(f"header button.link[lang={code}]").click()
        kept = (page.locator("html").get_attribute("lang"), page.locator("#licences").input_value())
        checks.that(kept == (code, typed), f"{language}: what is typed goes along to the other language: {kept}")
    send(page)
    tab_to(page, "button[formaction$='/person/explore']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    text = page.locator("main").inner_text()
    checks.that(words["open"] in text and words["closed"] in text, f"{language}: what would open more: {text[:200]}")
    checks.page(page, f"{language} what would open more")
    tab_to(page, "article.path button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    checks.that(page.locator("article.sheet h1").count() == 1, f"{language}: a closed path is shown")
    tab_to(page, "button[formaction$='/person/explore']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    checks.that(words["closed"] in page.locator("main").inner_text(), f"{language}: back to what is in the way")
    tab_to(page, "main button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    checks.that(page.locator("article.path").count() >= 4, f"{language}: back to the paths")


def compared(checks, page, address, language):
    words = WORDS[language]
    filled(page, address, language)
    send(page)
    tab_to(page, "button[formaction$='/person/compare']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/compare?of=*")
    checks.that(words["tick"] in page.locator("#errors").inner_text(), f"{language}: none ticked is said")
    checks.page(page, f"{language} nothing to compare")
    for place in ("#own-1-compare", "#change-1-compare"):
        tab_to(page, place)
        page.keyboard.press("Space")
    tab_to(page, "button[formaction$='/person/compare']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    checks.that(page.locator("table.compare thead th").count() == 3, f"{language}: two side by side")
    checks.page(page, f"{language} comparison")
    # A browser goes back and reads again without asking whether to send the form once more.
    again = page.reload()
    checks.that(again.request.method == "GET" and page.locator("table.compare").count() == 1, f"{language}: a comparison is read again")
    back = page.go_back()
    checks.that(back.status == 422 and page.locator("article.path").count() >= 4, f"{language}: back to what was seen before")
    page.go_forward()
    checks.that(page.locator("table.compare").count() == 1, f"{language}: and forward")
    tab_to(page, "main button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    checks.that(page.locator("#own-1-compare").is_checked(), f"{language}: what was ticked stays so")


def printed(checks, page, address, language):
    tab_to(page, "button[name=target]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    checks.that(page.locator("figure svg").count() == 1, f"{language}: a timeline is drawn")
    checks.that(page.locator("[data-print]").is_visible(), f"{language}: a button to print")
    checks.page(page, f"{language} one path")
    checks.one_sheet(page, f"{language} one path")


def mistakes(checks, page, address, language):
    """Wrong, empty and strange input."""
    words = WORDS[language]
    form(page, address, language)
    write(page, "title", f"svetsare {NUMBER}")
    write(page, "last_day", "i vår")
    send(page)
    checks.that(page.evaluate("document.activeElement.id") == "errors", f"{language}: errors take the focus")
    said = page.locator("#errors").inner_text()
    checks.that(words["personnummer"] in said and "2026-11-02" in said, f"{language}: both errors are said")
    checks.page(page, f"{language} errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at = page.evaluate("document.activeElement.id || location.hash")
    checks.that(at in ("title", "#title"), f"{language}: a link leads to the field: {at}")

    form(page, address, language)
    send(page)
    checks.that(page.locator("#errors a[href='#title']").count() == 1, f"{language}: nothing written leads to a field")
    checks.page(page, f"{language} nothing written")

    form(page, address, language)
    write(page, "title", "qwxz")
    send(page)
    checks.that(words["little"] in page.locator("main").inner_text(), f"{language}: too little written")
    checks.page(page, f"{language} too little")

    form(page, address, language)
    write(page, "title", "qwxz brumla")
    write(page, "skills", "svetsning")
    page.keyboard.press("Enter")
    send(page)
    checks.page(page, f"{language} misspelled")

    form(page, address, language)
    write(page, "title", "svetsare")
    tab_to(page, "#status")
    page.keyboard.press("ArrowDown")
    write(page, "last_day", "2020-01-31")
    send(page)
    checks.that(words["passed"] in page.locator("main").inner_text(), f"{language}: a day that has passed")
    checks.page(page, f"{language} a day that has passed")

    form(page, address, language)
    write(page, "title", "svetsare")
    write(page, "min_wage", "900000")
    send(page)
    checks.page(page, f"{language} no occupation passes")

    page.goto(f"{address}/{language}/nowhere")
    checks.that(words["missing"] in page.locator("h1").inner_text(), f"{language}: no such page")
    checks.page(page, f"{language} no such page")
    page.goto(f"{address}/{language}/about")
    checks.page(page, f"{language} about")


def pasted(checks, page, address, language):
    """Several values pasted at once stay several, whatever stands between them."""
    form(page, address, language)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    for field in ("skills", "titles", "wanted"):
        page.fill(f"#{field}", "truck ")
        page.locator(f"#{field}").evaluate("""input => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "och lager\\r\\nservering; baristakunskap\\r\\n");
            input.setSelectionRange(input.value.length, input.value.length);
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""")
        kept = page.locator(f"textarea[name={field}]").input_value()
        checks.that(kept == "truck och lager\nservering\nbaristakunskap", f"{language}: lines pasted into {field}: {kept!r}")
        page.locator(f"#{field}").press_sequentially("kock;")
        kept = page.locator(f"textarea[name={field}]").input_value()
        checks.that(kept.endswith("\nkock"), f"{language}: a semicolon ends a value of {field}: {kept!r}")
    write(page, "skills", "truckk")
    page.wait_for_selector("#skills-list [role=option]")
    checks.that(page.locator("#skills-list").is_visible(), f"{language}: suggestions still come")


def without_scripts(checks, browser, address, language):
    """The same by a browser that runs none."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    form(page, address, language)
    page.fill("#title", "montör, bilindustri")
    page.fill("#skills", "svetsning, truck")
    page.click("button[formaction$='/person']")
    radios = page.locator("input[type=radio][name^=pick-]")
    checks.that(radios.count() >= 4, f"{language}, no scripts: readings are offered")
    radios.nth(1).check()
    chosen = page.locator("label[for=pick-0-1]").inner_text()
    page.click("form[action$='/person/paths'] button.main")
    text = page.locator("section.box").first.inner_text()
    checks.that(chosen in text, f"{language}, no scripts: the chosen reading {chosen!r} counts: {text}")
    checks.that(page.locator("article.path").count() >= 2, f"{language}, no scripts: paths")
    context.close()
