//! Checks against the judgements and the published scorers, where they are at hand.
