//! Tests of the whole, in one binary.

#![expect(clippy::unwrap_used, reason = "a test may fail that way")]

mod batch;
mod cli;
mod import;
mod program;
mod properties;
mod tidy;
