-- Address of the decision that a plan is; none of one that was made before, or that somebody was erased from: it
-- cannot be made again.
ALTER TABLE plans ADD COLUMN decision TEXT;
CREATE INDEX plans_by_decision ON plans (decision);
