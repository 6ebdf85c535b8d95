-- Batches: a list as intake read it. Nothing of a row that was refused is here but its line and the reason.
CREATE TABLE batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    today TEXT NOT NULL,
    paths INTEGER NOT NULL,
    report TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    meta TEXT,
    summary TEXT,
    fault TEXT,
    erased INTEGER NOT NULL DEFAULT 0,
    idempotency BLOB UNIQUE,
    request BLOB
) STRICT;

CREATE TABLE rows (
    batch INTEGER NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    reference TEXT,
    row BLOB NOT NULL,
    record BLOB,
    status TEXT,
    decision TEXT,
    UNIQUE (batch, number)
) STRICT;
CREATE INDEX rows_by_reference ON rows (reference);
CREATE INDEX rows_by_decision ON rows (decision);

CREATE TABLE plans (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    batch INTEGER NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    ask TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    plan TEXT,
    fault TEXT,
    idempotency BLOB UNIQUE,
    request BLOB
) STRICT;
CREATE INDEX plans_by_batch ON plans (batch);

-- What people decided about a plan, in order.
CREATE TABLE plan_decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    plan INTEGER NOT NULL REFERENCES plans (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    decision TEXT NOT NULL
) STRICT;
CREATE INDEX plan_decisions_by_plan ON plan_decisions (plan);

-- What is still to be done, the oldest first.
CREATE TABLE work (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER REFERENCES batches (number) ON DELETE CASCADE,
    plan INTEGER REFERENCES plans (number) ON DELETE CASCADE,
    attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX work_by_batch ON work (batch);
CREATE INDEX work_by_plan ON work (plan);

-- Single answers that somebody asked to keep: the question and what the answer was, as SHA-256.
CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    reference TEXT,
    meta TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_reference ON decisions (reference);

-- What advisers did with suggestions. Nothing reads it but people.
CREATE TABLE overrides (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    decision TEXT NOT NULL,
    reference TEXT,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX overrides_by_reference ON overrides (reference);
CREATE INDEX overrides_by_decision ON overrides (decision);
