//! Tests of the whole, in one binary.

#![expect(clippy::unwrap_used, reason = "a test may fail that way")]

mod api;
mod client;
mod world;
