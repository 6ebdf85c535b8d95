"""kompetensnav beside scipy, scikit-learn, numpy, bm25s and HiGHS: the same rows, the same questions, one
core, the quickest of three times. Prints a table in Markdown, and ends with an error where the answers that
must be the same are not.

    peers.py PROGRAM [DATASET]      PROGRAM is the example `peers` (benches/peers/ours.rs)

`run` in this folder does all of it.
"""

import gc
import importlib.metadata
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import tempfile
import time

import bm25s
import numpy
import scipy.sparse
from sklearn.metrics.pairwise import cosine_similarity

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "oracle"))
import highs  # noqa: E402

TOP = 10
TIMES = 3
PEOPLE, OPTIONS, STARTS = 1750, 20, 500
LONGEST = 600.0
# HiGHS greets on standard output, which is for the table alone.
OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def timed(task, times=TIMES):
    """What comes out, and the seconds of the quickest time."""
    quickest = float("inf")
    for _ in range(times):
        gc.collect()
        begun = time.perf_counter()
        done = task()
        quickest = min(quickest, time.perf_counter() - begun)
    return done, quickest


def read(folder, name):
    with open(pathlib.Path(folder) / name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def problem():
    """People with options on starts, fewer seats and less money than all would take."""
    draw = random.Random(7)
    prices = [draw.randrange(2_000, 40_000) for _ in range(STARTS)]
    mean = 0.8 * PEOPLE / STARTS
    options = lambda: [
        {"value": draw.randrange(20_000_000, 100_000_000), "cost": prices[pool], "pools": [pool], "counts": False}
        for pool in (int(draw.random() ** 1.5 * STARTS) for _ in range(OPTIONS))
    ]
    return {
        "people": [{"group": None, "options": options()} for _ in range(PEOPLE)],
        "seats": [1 + int(draw.random() * 2 * mean) for _ in range(STARTS)],
        "budget": 9_000 * PEOPLE, "targets": [], "shortfall": 0,
    }


def matrix(occupations, skills):
    """Occupations by skills: 1 essential, one half optional, times ln(N / df), rows of length 1."""
    rows, columns, values = [], [], []
    for at, occupation in enumerate(occupations):
        own = {skill: 0.5 for skill in occupation["optional"]}
        own.update({skill: 1.0 for skill in occupation["essential"]})
        rows += [at] * len(own)
        columns += own.keys()
        values += own.values()
    counts = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(len(occupations), skills))
    used = numpy.bincount(counts.indices, minlength=skills)
    idf = numpy.log(len(occupations) / numpy.maximum(used, 1))
    weighted = counts @ scipy.sparse.diags(idf)
    length = numpy.sqrt(numpy.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    length[length == 0] = 1
    return (scipy.sparse.diags(1 / length) @ weighted).tocsr().astype(numpy.float32)


def best(scores):
    """The places of the ten best of each row but itself, best first, and their scores."""
    numpy.fill_diagonal(scores, -1)
    some = numpy.argpartition(-scores, TOP, axis=1)[:, :TOP]
    values = numpy.take_along_axis(scores, some, axis=1)
    order = numpy.argsort(-values, axis=1, kind="stable")
    return numpy.take_along_axis(some, order, axis=1), numpy.take_along_axis(values, order, axis=1)


def best_of(scores, own):
    """The same of one row."""
    scores[own] = -1
    some = numpy.argpartition(-scores, TOP)[:TOP]
    some = some[numpy.argsort(-scores[some], kind="stable")]
    return some, scores[some]


def joined(lists):
    return numpy.array([places for places, _ in lists]), numpy.array([scores for _, scores in lists])


def same_lists(ours, ids, theirs):
    """Lists of the same occupations with the same scores; equal scores may stand in any order."""
    place = {occupation: at for at, occupation in enumerate(ids)}
    places, scores = theirs
    same = 0
    for own, row, values in zip(ours, places, scores):
        own_scores = numpy.array([score for _, score in own])
        close = len(own) == len(row) and numpy.allclose(own_scores, values, atol=2e-5)
        # Who has the last score of the list may be one of several.
        last = values[-1] + 2e-5
        sure = {int(at) for at, value in zip(row, values) if value > last}
        known = {place[occupation] for occupation, score in own}
        same += close and sure <= known
    return same


def similarity(ours, occupations, skills):
    """Rows of the table: ten most similar occupations by skills, for each occupation."""
    ids = [row["id"] for row in occupations]
    count = len(occupations)
    if count <= TOP:
        sys.exit("too few occupations")
    tasks = {
        "scipy, sparse, one after the other": lambda: (lambda m: joined([
            best_of((m @ m[at].T).toarray().ravel(), at) for at in range(count)
        ]))(matrix(occupations, skills)),
        "scipy, sparse times sparse": lambda: best((lambda m: (m @ m.T).toarray())(matrix(occupations, skills))),
        "scikit-learn, `cosine_similarity`": lambda: best(cosine_similarity(matrix(occupations, skills))),
        "numpy, dense": lambda: best((lambda m: m @ m.T)(matrix(occupations, skills).toarray())),
    }
    yield ("ten most similar occupations by skills, for all", "kompetensnav (`SkillCosine`)", ours["seconds"], count, "")
    for name, task in tasks.items():
        found, seconds = timed(task)
        same = same_lists(ours["top"], ids, found)
        if same != count:
            sys.exit(f"{name}: {count - same} of {count} lists differ")
        yield ("", name, seconds, count, f"{same} of {count} lists the same")


def search(ours, occupations):
    """Rows: the ten occupations that a name finds."""
    texts = ours["texts"]
    corpus = [
        " ".join([row["label"]["sv"], row["label"]["en"], *row["alternatives"]["sv"], *row["alternatives"]["en"]])
        for row in occupations
    ]
    ids = [row["id"] for row in occupations]

    def build():
        retriever = bm25s.BM25()
        retriever.index(bm25s.tokenize(corpus, stopwords=None, show_progress=False), show_progress=False)
        return retriever

    retriever, build_seconds = timed(build)
    words = [text for _, text, _ in texts]

    def ask():
        tokens = bm25s.tokenize(words, stopwords=None, show_progress=False)
        return retriever.retrieve(tokens, k=TOP, show_progress=False, n_threads=0)

    (found, _), seconds = timed(ask)

    def share(lists, kind):
        hits = [expected in some for (of, _, expected), some in zip(texts, lists) if of == kind]
        return f"{kind}: {100 * sum(hits) / max(len(hits), 1):.0f} % found"

    kinds = ["as written", "a letter left out"]
    theirs = [[ids[at] for at in row] for row in found]
    of = lambda lists: ", ".join(share(lists, kind) for kind in kinds)
    yield ("an occupation by another of its names, ten best", "kompetensnav (index)", ours["seconds"], len(texts), of(ours["top"]))
    yield ("", "bm25s", seconds, len(texts), of(theirs))
    yield ("building that index", "kompetensnav: occupations, skills, courses", ours["build"], 1, "")
    yield ("", "bm25s: occupations", build_seconds, 1, "")


def plan(ours, asked):
    """Rows: a plan for a cohort, and how far from the best it is at most."""
    gap = (ours["bound"] - ours["worth"]) / ours["worth"]
    yield (
        f"plan for {PEOPLE} people, {OPTIONS} options each, {STARTS} starts", "kompetensnav (`solve`)",
        ours["seconds"], 1, f"{100 * gap:.4f} % below the bound at most",
    )
    for name, wanted in [("HiGHS, as near", max(gap, 1e-6)), ("HiGHS, 1 % near", 1e-2)]:
        solver, _ = highs.solver_of(asked, wanted)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", LONGEST)
        _, seconds = timed(solver.run, 1)
        info = solver.getInfo()
        worth, bound = -info.objective_function_value, -info.mip_dual_bound
        if info.primal_solution_status != 2:
            yield ("", name, seconds, 1, f"no plan within {LONGEST:.0f} s")
            continue
        # Each solver's plan lies below the other's bound, or one of them is wrong.
        if ours["worth"] > bound + 1e-5 * bound or worth > ours["bound"] * (1 + 1e-5):
            sys.exit(f"{name}: plans and bounds contradict: {worth} {bound} {ours['worth']} {ours['bound']}")
        yield ("", name, seconds, 1, f"worth {100 * worth / ours['worth']:.3f} % of ours, {100 * (bound - worth) / worth:.4f} % below its bound")


def table(rows):
    """Prints the rows; the ratio is to kompetensnav's row of the same task."""
    print("| task | who | seconds | each | ratio | what came out |\n|---|---|---|---|---|---|", file=OUT)
    own = None
    for task, who, seconds, times, said in rows:
        own = seconds if task else own
        print(f"| {task} | {who} | {seconds:.3f} | {1e3 * seconds / times:.3f} ms | {seconds / own:.1f} | {said} |", file=OUT, flush=True)


def main():
    program, *more = sys.argv[1:]
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as folder:
        asked = problem()
        file = pathlib.Path(folder) / "problem.json"
        file.write_text(json.dumps(asked))
        rows = pathlib.Path(folder) / "dataset"
        said = subprocess.run([program, rows, file, *more], check=True, capture_output=True).stdout
        ours = json.loads(said)
        occupations, skills = read(rows, "occupations.ndjson"), len(read(rows, "skills.ndjson"))
    packages = ["numpy", "scipy", "scikit-learn", "bm25s", "highspy"]
    named = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    print(f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, one core of {os.cpu_count()}, load before {load[0]:.1f}; "
          f"{len(occupations)} occupations, {skills} skills; Python {platform.python_version()}, {named}\n", file=OUT)
    whole = [("whole answers for all: features, courses, reasons, JSON", "kompetensnav (`recommend`)",
              ours["recommend"]["seconds"], len(occupations), "no peer does this")]
    table([*similarity(ours["similarity"], occupations, skills), *whole,
           *search(ours["search"], occupations), *plan(ours["plan"], asked)])


main()
