"""Solves one assignment problem exactly, as a mixed-integer programme with HiGHS (PyPI highspy).

Standard input, JSON: {"people": [{"group": 0 | null, "options": [{"value": 1, "cost": 1, "pools": [0],
"counts": true}]}],
"seats": [1 | null], "budget": 1 | null, "targets": [1], "shortfall": 1}. Standard output: what the best
plan is worth, less the price of missing places. Whole numbers all through.
"""

import json
import sys

import highspy


def rows_of(problem):
    """Columns with their values, and rows (least, most, [(column, coefficient)])."""
    values, rows = [], []
    seats = [[] for _ in problem["seats"]]
    spent, placed = [], [[] for _ in problem["targets"]]
    for person in problem["people"]:
        own = []
        for option in person["options"]:
            column = len(values)
            values.append(option["value"])
            own.append((column, 1))
            spent.append((column, option["cost"]))
            if person["group"] is not None and option["counts"]:
                placed[person["group"]].append((column, 1))
            for pool in option["pools"]:
                seats[pool].append((column, 1))
        rows.append((0, 1, own))
    limits = zip(problem["seats"], seats)
    rows += [(0, limit, columns) for limit, columns in limits if limit is not None]
    if problem["budget"] is not None:
        rows.append((0, problem["budget"], spent))
    missing = []
    for target, columns in zip(problem["targets"], placed):
        column = len(values) + len(missing)
        missing.append((column, target))
        rows.append((target, highspy.kHighsInf, columns + [(column, 1)]))
    return values, missing, rows


def solver_of(problem, gap=0.0):
    """HiGHS with the problem, and what the columns of people are worth."""
    values, missing, rows = rows_of(problem)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    for value in values:
        solver.addCol(-float(value), 0.0, 1.0, 0, [], [])
    for _, target in missing:
        solver.addCol(float(problem["shortfall"]), 0.0, float(target), 0, [], [])
    for column in range(len(values)):
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    for least, most, columns in rows:
        columns = [(column, factor) for column, factor in columns if factor != 0]
        names, factors = [c for c, _ in columns], [float(f) for _, f in columns]
        solver.addRow(float(least), float(most), len(columns), names, factors)
    return solver, values


def main():
    problem = json.load(sys.stdin)
    solver, values = solver_of(problem)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        sys.exit(f"no optimum: {solver.getModelStatus()}")
    chosen = [round(x) for x in solver.getSolution().col_value]
    worth = sum(value * x for value, x in zip(values, chosen))
    worth -= problem["shortfall"] * sum(chosen[len(values):])
    print(worth)


if __name__ == "__main__":
    main()
