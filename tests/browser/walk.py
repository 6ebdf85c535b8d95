"""Walks through the pages in a real browser: an adviser's morning and a notice, by keyboard, in both languages.

Usage: walk.py PROGRAM [CHROMIUM]. The last line is `N checks hold, M do not`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import morning
import notice
from checks import Checks, tab_to
from service import Service

LANGUAGES = ("sv", "en")


def watched(context, checks):
    """A page whose scripts must not fail and which loads nothing from elsewhere."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    # A request that is refused on purpose is told in the console, too.
    told = lambda message: message.type == "error" and "the server responded with a status" not in message.text
    page.on("console", lambda message: checks.that(not told(message), f"console: {message.text}"))
    page.on("request", lambda request: checks.that("q=" not in request.url, f"what is typed stands in an address: {request.url}"))
    page.on("pageerror", lambda error: checks.that(False, f"script: {error}"))
    return page


def key_of(program, name, keys):
    """A new key of an adviser, in a file of keys."""
    made = subprocess.run([program, "keys", "add", "--role", "adviser", "--name", name, "--keys", keys],
                          capture_output=True, text=True, check=True)
    return next(word for word in made.stdout.split() if word.startswith("kn_"))


def signed_in(checks, browser, program, folder):
    """Keys: who has none signs in, the cookie is no script's, and whoever signs out is out."""
    keys = folder / "keys.csv"
    key = key_of(program, "anna", keys)
    with Service(program, folder / "keys.log", "--keys", keys) as service:
        context = browser.new_context()
        page = watched(context, checks)
        page.goto(f"{service.address}/sv/person")
        checks.that(page.url.endswith("/sv/sign-in"), "who is not known signs in")
        checks.page(page, "sign in")
        tab_to(page, "#key")
        page.keyboard.type("kn_fel")
        page.keyboard.press("Enter")
        page.wait_for_selector("#errors")
        checks.page(page, "wrong key")
        tab_to(page, "#key")
        page.keyboard.type(key)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        cookie = context.cookies()[0]
        checks.that(cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/", f"the cookie: {cookie}")
        checks.that(key not in str(cookie), "the cookie is not the key")
        page.goto(f"{service.address}/sv/lists")
        checks.that(page.locator("#list").count() == 0, "an adviser accepts no lists")
        checks.page(page, "lists of an adviser")
        gone(checks, context, page, service.address, key)
        page.goto(f"{service.address}/sv/person")
        page.fill("#title", "svetsa")
        page.locator("#title").press("r")
        page.wait_for_selector("#title-list [role=option]")
        page.locator("header form[action$='/sign-out'] button").click()
        page.wait_for_url("**/sign-in")
        page.goto(f"{service.address}/sv/person")
        checks.that(page.url.endswith("/sv/sign-in"), "whoever signs out is out")
        context.close()


def busy(checks, browser, program, folder):
    """Whoever asks more than their key may is told so on a page, and goes on a moment later."""
    keys = folder / "few.csv"
    key = key_of(program, "bo", keys)
    with Service(program, folder / "few.log", "--keys", keys, "--rate", "1") as service:
        context = browser.new_context()
        page = watched(context, checks)
        page.goto(f"{service.address}/sv/sign-in")
        page.fill("#key", key)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        for language, words in (("sv", "Många frågar just nu"), ("en", "Many are asking just now")):
            # Now and then one is allowed again: the first that is not is looked at.
            came = (page.goto(f"{service.address}/{language}/person") for _ in range(60))
            refused = next((answer for answer in came if answer.status == 429), None)
            checks.that(refused and int(refused.header_value("retry-after")) > 0, f"{language}: many are refused")
            checks.that(page.locator("h1").inner_text() == words, f"{language}: it is said that many ask")
            checks.page(page, f"many ask, {language}")
        page.wait_for_timeout(3_000)
        checks.that(page.goto(f"{service.address}/sv/person").status == 200, "a moment later it is answered")
        context.close()


def gone(checks, context, page, address, key):
    """Whoever is signed out while they write signs in again and has lost nothing."""
    page.goto(f"{address}/sv/person")
    page.fill("#title", "svetsare")
    other = context.new_page()
    other.goto(f"{address}/sv")
    other.locator("header button.link").click()
    other.wait_for_url("**/sign-in")
    other.close()
    page.locator("main button.main").click()
    page.wait_for_selector("#key")
    checks.page(page, "a form without a session")
    page.locator("header button.link").click()
    page.wait_for_selector("html[lang=en] #key")
    page.fill("#key", key)
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action='/en/person/paths']")
    checks.that(key not in page.content(), "the key is not repeated")
    checks.page(page, "signed in again")
    page.locator("main button.main").click()
    page.wait_for_selector("article.path")
    checks.that("svetsare" in page.locator("main").inner_text(), "what was written is still there")


def documents(checks, browser, program, folder):
    """The pages that the commands write."""
    run = lambda *args: subprocess.run([program, *map(str, args)], check=True, capture_output=True, cwd=folder)
    titles = ["Servitris", "Svetsare", "Lagerarbetare"]
    rows = [f"A{at};{titles[at % 3]};uppsagd;2027-03-31" for at in range(30)]
    (folder / "list.csv").write_text("ref;yrke;status;sista_dag\n" + "\n".join(rows), encoding="utf-8")
    groups = [f"A{at};{'kvinna' if at % 2 else 'man'}" for at in range(30)]
    (folder / "groups.csv").write_text("ref;kon\n" + "\n".join(groups), encoding="utf-8")
    (folder / "counts.csv").write_text("yrke;antal;forsta_avgang;sista_avgang\nServitris;40;2027-01-31;2027-06-30\nqwxz;5;;\n", encoding="utf-8")
    run("batch", "list.csv", "--out", "paths.ndjson", "--plots", "plots", "--today", "2026-11-02")
    page = browser.new_page()
    for language in LANGUAGES:
        run("recommend", "--title", "servitris", "--status", "uppsagd", "--last-day", "2027-03-31", "--today", "2026-11-02",
            "--timeline", f"timeline-{language}.html", "--lang", language)
        run("audit", "paths.ndjson", "--groups", "groups.csv", "--html", f"audit-{language}.html", "--lang", language)
        run("forecast", "counts.csv", "--today", "2026-11-02", "--html", f"forecast-{language}.html", "--lang", language)
    for path in sorted(folder.glob("*.html")) + sorted((folder / "plots").glob("*.html")):
        page.goto(f"file://{path}")
        checks.page(page, path.name)
    page.close()


def main():
    program = str(Path(sys.argv[1]).resolve())
    chromium = sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/chromium"
    checks = Checks()
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        with Service(program, folder / "log") as service:
            for language in LANGUAGES:
                context = browser.new_context(accept_downloads=True)
                page = watched(context, checks)
                morning.morning(checks, page, service.address, language)
                morning.mistakes(checks, page, service.address, language)
                morning.pasted(checks, page, service.address, language)
                notice.notice(checks, page, service.address, language, folder)
                context.close()
                morning.without_scripts(checks, browser, service.address, language)
        signed_in(checks, browser, program, folder)
        busy(checks, browser, program, folder)
        documents(checks, browser, program, folder)
        browser.close()
        log = (folder / "log").read_text()
        checks.that('"level":"ERROR"' not in log, "the service logged errors")
        checks.that("640823" not in log, "the service logged a personnummer")
    return checks.ended()


if __name__ == "__main__":
    sys.exit(main())
