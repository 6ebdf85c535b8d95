"""A notice: a list is sent, its headers corrected, a plan made and approved. By keyboard but for the dialogue of files."""

import zipfile

from checks import tab_to

NUMBER = "640823-3234"

WORDS = {
    "sv": {
        "none": "Ingen lista är mottagen", "choose": "välj en fil", "never": "läses aldrig", "draft": "UTKAST",
        "who": "skriv vem som godkänner", "approved": "Godkänd plan", "gone": "Sidan finns inte", "read": "av 15 rader",
        "nothing": "Ingen av listans", "unseen": "Listan är inte mottagen än", "unsaid": "Ingen kolumn säger vad",
    },
    "en": {
        "none": "No list is accepted", "choose": "choose a file", "never": "never read", "draft": "DRAFT",
        "who": "write who approves", "approved": "Approved plan", "gone": "There is no such page", "read": "of 15 rows",
        "nothing": "None of the", "unseen": "The list is not accepted yet", "unsaid": "No column says what",
    },
}


def workers():
    """A list as an employer has it: a header that is near one, one that nobody knows, one that is never read."""
    titles = ["Servitris", "Svetsare", "Lagerarbetare", "Undersköterska", "Butikssäljare", "Montör, bilindustri", "Truckförare"]
    rows = ["Referens;Uppdrag;Kompetens;Namn;Anstäld från;Uppsägningsdatum;status;Placering"]
    for at in range(14):
        rows.append(f"A{at};{titles[at % len(titles)]};svetsning;X;2015-03-01;2026-11-02;uppsagd;Göteborg")
    rows.append(f"A99;Servitris {NUMBER};;X;;;uppsagd;Göteborg")
    return "\n".join(rows)


def press(page, selector):
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def send(page, address, language, path):
    page.goto(f"{address}/{language}/lists")
    page.set_input_files("#list", path)
    press(page, "main button.main")


def notice(checks, page, address, language, folder):
    words = WORDS[language]
    page.goto(f"{address}/{language}/lists")
    checks.page(page, f"{language} lists")
    press(page, "main button.main")
    checks.that(words["choose"] in page.locator("#errors").inner_text(), f"{language}: no file chosen is said")
    checks.page(page, f"{language} no file")

    cancelled(checks, page, address, language, folder)
    unsaid(checks, page, address, language, folder)
    path = folder / "lista.csv"
    path.write_text(workers(), encoding="utf-8")
    send(page, address, language, path)
    text = page.locator("main").inner_text()
    checks.that(words["read"] in text and words["never"] in text, f"{language}: how the list is read: {text[:300]}")
    checks.page(page, f"{language} headers")
    column = page.get_by_label("Uppdrag", exact=True)
    tab_to(page, f"select[name={column.get_attribute('name')}]")
    page.keyboard.type("Yrke" if language == "sv" else "Occupation")
    press(page, "button[formaction$='/lists/map']")
    column = page.get_by_label("Uppdrag", exact=True)
    checks.that(column.input_value() == "yrke", f"{language}: what was said of a header stays")
    checks.page(page, f"{language} corrected headers")
    column = page.get_by_label("Placering", exact=True)
    tab_to(page, f"select[name={column.get_attribute('name')}]")
    page.keyboard.type("Hemkommun" if language == "sv" else "Home municipality")
    press(page, "main button.main")
    checks.that(words["unseen"] in page.locator("#changed").inner_text(), f"{language}: what was not shown is not accepted")
    checks.page(page, f"{language} changed headers")
    press(page, "main button.main")
    page.wait_for_selector("a[href*='format=xlsx']", timeout=60_000)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    checks.page(page, f"{language} summary")
    with page.expect_download() as download:
        page.locator("a[href*='format=xlsx']").click()
    checks.that(is_workbook(download.value.path()), f"{language}: results are a workbook")
    batch = page.url
    planned(checks, page, language)
    page.goto(batch)
    removed(checks, page, language, batch)
    slow(checks, page, address, language, folder)
    refused(checks, page, address, language, folder)


def cancelled(checks, page, address, language, folder):
    path = folder / "avbruten.csv"
    path.write_text("ref;yrke\nA1;Servitris\n", encoding="utf-8")
    send(page, address, language, path)
    press(page, "button[formaction$='/lists/forget']")
    checks.that(page.url.endswith("/lists") and WORDS[language]["none"] in page.locator("main").inner_text(), f"{language}: a list is cancelled")


def unsaid(checks, page, address, language, folder):
    """A list that says nothing of work is shown, so that somebody can say which column does."""
    path = folder / "utan.csv"
    path.write_text("ref;Arbetar som;Sista dag\nA1;Servitris;2027-01-31\n", encoding="utf-8")
    send(page, address, language, path)
    checks.that(WORDS[language]["unsaid"] in page.locator("#unfinished").inner_text(), f"{language}: what is missing is said")
    checks.page(page, f"{language} a list without occupations")
    column = page.get_by_label("Arbetar som", exact=True)
    tab_to(page, f"select[name={column.get_attribute('name')}]")
    page.keyboard.type("Yrke" if language == "sv" else "Occupation")
    press(page, "button[formaction$='/lists/map']")
    checks.that("Servitris" in page.locator("table").inner_text(), f"{language}: a value is shown")
    checks.page(page, f"{language} a list with occupations")
    press(page, "button[formaction$='/lists/forget']")


def is_workbook(path):
    return "xl/workbook.xml" in zipfile.ZipFile(path).namelist()


def planned(checks, page, language):
    words = WORDS[language]
    tab_to(page, "#budget_kr")
    page.keyboard.type("mycket")
    press(page, "section[aria-labelledby=order] button.main")
    checks.that("250 000" in page.locator("#errors").inner_text(), f"{language}: a budget that is no number")
    checks.page(page, f"{language} wrong order")
    page.locator("#budget_kr").fill("60 000")
    press(page, "section[aria-labelledby=order] button.main")
    page.wait_for_selector("#findings", timeout=60_000)
    checks.that(words["draft"].lower() in page.locator("main").inner_text().lower(), f"{language}: a draft")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    checks.page(page, f"{language} draft")
    press(page, "section[aria-labelledby=approve] button.main")
    checks.that(words["who"] in page.locator("#errors").inner_text(), f"{language}: nobody approves")
    tab_to(page, "#by")
    page.keyboard.type("Anna Ek, rådgivare")
    press(page, "section[aria-labelledby=approve] button.main")
    text = page.locator("main").inner_text()
    checks.that(words["approved"] in text and "Anna Ek" in text, f"{language}: approved")
    checks.page(page, f"{language} approved plan")
    with page.expect_download() as download:
        page.locator("a[href$='/table']").click()
    checks.that(is_workbook(download.value.path()), f"{language}: the plan is a workbook")


def removed(checks, page, language, batch):
    words = WORDS[language]
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    press(page, "form[action$='/delete'] button")
    checks.that(words["none"] in page.locator("main").inner_text(), f"{language}: the list is removed")
    page.goto(batch)
    checks.that(words["gone"] in page.locator("h1").inner_text(), f"{language}: a list that is removed")
    checks.page(page, f"{language} removed list")


def slow(checks, page, address, language, folder):
    """A list that takes a while: the page of work under way, held as it is, and then what the script makes of it."""
    path = folder / "lang.csv"
    rows = "\n".join(f"B{at};Servitris;matlagning;uppsagd" for at in range(4_000))
    path.write_text(f"ref;yrke;kompetens;status\n{rows}\n", encoding="utf-8")
    send(page, address, language, path)
    held = []
    page.route("**/lists/*", lambda route: held.append(route) if route.request.resource_type == "fetch" else route.continue_())
    press(page, "main button.main")
    bar = page.locator("[data-progress] progress")
    checks.that(bar.count() == 1 and bar.get_attribute("max") == "4000", f"{language}: work under way has a bar")
    checks.page(page, f"{language} work under way")
    tab_to(page, "main a[href='']")
    page.unroute("**/lists/*")
    for route in held:
        route.continue_()
    page.wait_for_selector("a[href*='format=xlsx']", timeout=120_000)
    checks.that(bar.count() == 0, f"{language}: the page shows by itself that all is done")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    press(page, "form[action$='/delete'] button")


def refused(checks, page, address, language, folder):
    """Lists of which nothing can be read."""
    words = WORDS[language]
    path = folder / "alla.csv"
    path.write_text(f"ref;yrke\nA1;Servitris {NUMBER}\nA2;{NUMBER}\n", encoding="utf-8")
    send(page, address, language, path)
    checks.that(words["nothing"] in page.locator("main").inner_text(), f"{language}: all rows are refused")
    checks.that(page.locator("main button.main").count() == 0, f"{language}: such a list cannot be accepted")
    checks.page(page, f"{language} all rows refused")
    for name, content in (("tom.csv", "ref;yrke\n"), ("bild.csv", "\x00\x01\x02 inget"), ("annat.csv", "a;b\n1;2\n")):
        path = folder / name
        path.write_text(content, encoding="utf-8")
        send(page, address, language, path)
        checks.page(page, f"{language} {name}")
