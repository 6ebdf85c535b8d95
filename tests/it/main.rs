//! Tests of the whole, in one binary.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail that way, and says what it skips"
)]

mod api;
mod audit;
mod batch;
mod built;
mod cli;
mod client;
mod council;
mod docs;
mod encoder;
mod faults;
mod forecast;
mod hub;
mod import;
mod intake;
mod operate;
mod pages;
mod plan;
mod program;
mod properties;
#[cfg(feature = "otel")]
mod spans;
mod tidy;
mod train;
mod world;
