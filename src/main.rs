//! The `kompetensnav` command.

use std::process::ExitCode;

/// An answer is some thousand small texts; a quarter of a batch went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kompetensnav::cli::run()
}
