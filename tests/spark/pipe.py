"""Runs a batch on a local Spark by `pipe` and compares it with the program alone.

    python3 tests/spark/pipe.py PROGRAM

Needs pyspark (requirements.txt) and Java. The workers are made up here: known and unknown titles, two
with one reference, broken lines. Spark cuts them into five partitions, each goes through a program of
its own, and what comes back must be the same bytes in the same order.
"""

import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession

WORKERS = 1000
PARTITIONS = 5
TITLES = ["servitris", "kock", "CNC-operatör", "lastbilschaufför", "butikssäljare", "svetsare", "xyzzyq"]


def worker(number: int) -> str:
    if number % 97 == 0:
        return "no worker at all"
    title = TITLES[number % len(TITLES)]
    profile = {"titles": [title], "weeks_left": number % 40, "municipality": "Göteborg"}
    if number % 3:
        profile["ref"] = f"W{number // 2 * 2}"
    return json.dumps(profile, ensure_ascii=False)


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    command = [program, "batch", "--stdin", "--today", "2026-11-01", "--paths", "2"]
    lines = [worker(number) for number in range(WORKERS)]
    alone = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True)
    expected = alone.stdout.splitlines()
    assert len(expected) == WORKERS, f"{len(expected)} records of {WORKERS} rows"
    with tempfile.TemporaryDirectory() as folder:
        profiles = Path(folder) / "profiles.ndjson"
        profiles.write_text("\n".join(lines) + "\n", encoding="utf-8")
        spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        rows = spark.sparkContext.textFile(str(profiles), PARTITIONS)
        partitions = rows.getNumPartitions()
        answers = rows.pipe(shlex.join(command), checkCode=True).collect()
        spark.stop()
    assert partitions >= PARTITIONS, f"{partitions} partitions"
    differ = sum(one != other for one, other in zip(answers, expected, strict=True))
    assert differ == 0, f"{differ} of {WORKERS} records differ"
    print(f"{WORKERS} records of {partitions} partitions are those of the program alone")


if __name__ == "__main__":
    main()
