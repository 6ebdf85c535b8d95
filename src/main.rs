//! The `kompetensnav` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    kompetensnav::cli::run()
}
