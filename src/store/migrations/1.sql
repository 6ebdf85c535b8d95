-- What digests begin with, so that nobody can try what a request held.
CREATE TABLE secret (salt BLOB NOT NULL) STRICT;
INSERT INTO secret VALUES (randomblob(32));

-- What is still to be done to the file itself, such as `compact`.
CREATE TABLE upkeep (what TEXT PRIMARY KEY) STRICT;

-- Batches: a list as intake read it. Nothing of a row that was refused is here but its line and the reason.
-- While it comes, its state is `arriving` and nobody knows of it.
CREATE TABLE batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    today TEXT NOT NULL,
    paths INTEGER NOT NULL,
    report TEXT NOT NULL DEFAULT 'null',
    state TEXT NOT NULL DEFAULT 'arriving',
    meta TEXT,
    summary TEXT,
    fault TEXT,
    rows INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    erased INTEGER NOT NULL DEFAULT 0,
    recount_due INTEGER NOT NULL DEFAULT 0,
    idempotency BLOB UNIQUE,
    request BLOB
) STRICT;

-- `made_up`: the list gave no reference, and the row is called by its line. Other lists have the same.
CREATE TABLE rows (
    batch INTEGER NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    reference TEXT,
    made_up INTEGER NOT NULL,
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

-- Who is named in a plan, in what it is made by or in a decision about it.
CREATE TABLE plan_people (
    plan INTEGER NOT NULL REFERENCES plans (number) ON DELETE CASCADE,
    reference TEXT NOT NULL,
    UNIQUE (reference, plan)
) STRICT;
CREATE INDEX plan_people_by_plan ON plan_people (plan);

-- What is still to be done, the oldest first; `attempts` are the times that the process ended in its midst.
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
    reference TEXT NOT NULL,
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

-- What councils say of occupations, in the order it came.
CREATE TABLE signals (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    signal TEXT NOT NULL UNIQUE
) STRICT;
