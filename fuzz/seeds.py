#!/usr/bin/env python3
"""Writes the first inputs of each target into target/fuzz/corpus, from this project's own tests, examples and
starter tables; nothing official is among them. A target's first bytes choose what is done with the rest,
so each text is written once for every choice.

    fuzz/seeds.py [PROGRAM]     PROGRAM, a built kompetensnav, adds results and plans it writes
"""

import io
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "target" / "fuzz" / "corpus"
LONGEST = 6000


def literals(*folders):
    """Texts of the tests in source files, as their bytes."""
    for folder in folders:
        path = ROOT / folder
        for file in sorted(path.rglob("*.rs")) if path.is_dir() else [path]:
            text = file.read_text()
            tests = text if "tests" in file.parts else text.partition("#[cfg(test)]")[2]
            for raw in re.findall(r'r#"(.*?)"#', tests, re.S):
                yield raw.encode()
            for quoted in re.findall(r'(?<![#\w])"((?:[^"\\]|\\.)*)"', tests, re.S):
                text = re.sub(r"\\\n\s*", "", quoted)
                known = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "0": "\0"}
                text = re.sub(r"\\([nrt\"\\0])", lambda found: known[found[1]], text)
                text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
                if len(text) > 15:
                    yield text.encode("utf-8", "replace")


def workbook(rows):
    """The bytes of a workbook of one sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheet = "".join(
        f'<row r="{at}">'
        + "".join(
            f'<c r="{"ABCDEFGHIJKLMNOP"[column]}{at}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for column, cell in enumerate(row)
        )
        + "</row>"
        for at, row in enumerate(rows, 1)
    )
    files = {
        "_rels/.rels": f'<Relationships xmlns="{pack}"><Relationship Id="a" Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{link}"><sheets><sheet name="A" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{pack}"><Relationship Id="r" Type="{link}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    # Stored, not packed, so that a changed byte of the text is not a broken archive; its checksum is.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def examples():
    """Bodies of the examples of the interface: everything in fences."""
    for name in ["docs/api.md", "docs/batch.md", "docs/engineer.md", "docs/commands.md"]:
        for fence in re.findall(r"```\w*\n(.*?)```", (ROOT / name).read_text(), re.S):
            yield fence.encode()
            for body in re.findall(r"^[\[{].*?^[\]}]|^\{.*\}$", fence, re.S | re.M):
                yield body.encode()


def tables():
    """The first rows of the starter tables."""
    for file in sorted((ROOT / "data").glob("*.csv")):
        yield "\n".join(file.read_text().splitlines()[:6]).encode()


def cells(texts):
    """What stands between the marks of lists and tables."""
    for text in texts:
        yield from re.split(rb"[;,\t\n\"|]+", text)


def made_by(program):
    """A result and a plan of a few made-up people."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "list.csv").write_text("ref;yrke;status;sista_dag\nA1;servitris;uppsagd;2027-02-28\n")
        day = ["--today", "2026-11-01"]
        for command, out in [("batch", "out.ndjson"), ("plan", "plan.json")]:
            words = [program, command, folder / "list.csv", "--paths", "1", "--out", folder / out, *day]
            subprocess.run(words, check=True, capture_output=True)
            yield (folder / out).read_bytes()


def write(target, choices, texts, longest=LONGEST):
    """Each text once for every choice, shortest first where there are many."""
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted({text for text in texts if len(text) <= longest}, key=lambda text: (len(text), text))
    for number, text in enumerate(known):
        for choice in choices:
            (folder / f"{number:04}-{choice.hex()}").write_bytes(choice + text)
    print(f"{target}: {len(known)} texts for {len(choices)} choices")


def main():
    one = [bytes([choice]) for choice in range(32)]
    book = workbook([["ref", "yrke", "sista_dag"], ["A1", "Svetsare", "2027-01-31"]])
    lists = [*literals("src/intake"), book]
    # As sent in twelve forms, as a filter, as text.
    write("intake", [*(bytes([0, form]) for form in range(12)), bytes([2, 0]), bytes([3, 0])], lists)
    headed = [bytes([0, column, column]) for column in range(64)]
    # Cells of a few; of each column the first letters are found by the fuzzer.
    write("words", [*headed[::8], *(bytes([way]) for way in range(4, 8))], cells([*literals("src/intake"), *tables()]), 60)
    named = literals("src/forecast", "src/audit", "src/cohort", "src/esf", "src/dataset/hub", "src/api/keys.rs")
    write("tables", one[:17], [*named, *tables()])
    made = list(made_by(sys.argv[1])) if sys.argv[1:] and sys.argv[1] else []
    write("results", one[:5], [*made, *literals("src/batch", "src/domain", "src/cohort")], 1 << 20)
    write("official", one[:17], [*literals("src/dataset/import"), book])
    write("stored", one[:6], [bytes(24), b"\x04" + bytes(5) * 2])
    bodies = [*examples(), *lists[:40], book]
    write("api", [bytes([route, kind]) for route in range(24) for kind in (0, 1, 5, 7)], bodies, 2000)


if __name__ == "__main__":
    main()
