//! Tests of the whole, in one binary.

#![expect(clippy::unwrap_used, reason = "a test may fail that way")]

mod api;
mod batch;
mod cli;
mod client;
mod import;
mod program;
mod properties;
mod tidy;
mod world;
