//! The command line: one file a command. Commands get their output stream passed in; only this
//! file touches the process.

mod argument;
mod audit;
mod batch;
mod doctor;
mod encoder;
mod esf;
mod eval;
mod explore;
mod forecast;
mod funding;
mod import;
mod indented;
mod index;
mod input;
mod intake;
mod keys;
mod list;
mod open;
mod plan;
mod plan_text;
mod plots;
mod present;
mod recommend;
mod result_file;
mod serve;
mod skills;
mod timeline;
mod train;
mod window;
mod worker;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Finds ways on for workers whose jobs end: occupations, gaps and courses.
#[derive(Debug, Parser)]
#[command(name = "kompetensnav", version = env!("KOMPETENSNAV_VERSION"), about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read official files from a folder into a data set.
    Import(import::Args),
    /// Suggest paths for one worker.
    Recommend(Box<recommend::Args>),
    /// Find routes over stepping stones to occupations that no single move reaches.
    Routes(Box<explore::RouteArgs>),
    /// Tell the smallest changes that open an occupation which is closed today.
    Counterfactuals(Box<explore::Args>),
    /// Put two to six occupations side by side (--wanted).
    Compare(Box<explore::Args>),
    /// Tell when a worker has time for studies, by the rules of notice and furlough.
    Window(window::Args),
    /// Find the skills that a CV, an ad or a course text speaks of.
    Skills(skills::Args),
    /// Show how a list or document is read: columns, rows, and what is wrong with them.
    Intake(intake::Args),
    /// Suggest paths for a whole list of workers.
    Batch(batch::Args),
    /// Plan a whole list under one budget: who takes which way and which course start.
    Plan(Box<plan::Args>),
    /// Forecast what a notice needs from counts, before names exist.
    Forecast(forecast::Args),
    /// Compare what a batch suggests between groups of people.
    Audit(audit::Args),
    /// Export hours of training by participant and month.
    Esf(esf::Args),
    /// Let a network read titles and texts by what they mean, beside their letters.
    #[command(subcommand)]
    Encoder(encoder::Command),
    /// Measure the engine on judged sets, beside simple baselines.
    Eval(eval::Args),
    /// Answer questions over HTTP as JSON.
    Serve(serve::Args),
    /// Make, list and remove keys of the service.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Tell whether a service can start here and give answers that hold today.
    Doctor(doctor::Args),
    /// Build the search index of a data set anew.
    Index(index::Args),
    /// Train the similarity model of a data set.
    Train(train::Args),
}

/// Runs the command of the process' arguments. A closed pipe counts as success.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::stdout().lock();
    let done = match cli.command {
        Command::Import(args) => import::run(&args, &mut out),
        Command::Recommend(args) => recommend::run(&args, &mut out),
        Command::Routes(args) => explore::routes(&args, &mut out),
        Command::Counterfactuals(args) => explore::counterfactuals(&args, &mut out),
        Command::Compare(args) => explore::compare(&args, &mut out),
        Command::Window(args) => window::run(&args, &mut out),
        Command::Skills(args) => skills::run(&args, &mut out),
        Command::Intake(args) => intake::run(&args, &mut out),
        Command::Batch(args) => batch::run(&args, &mut out),
        Command::Plan(args) => plan::run(&args, &mut out),
        Command::Forecast(args) => forecast::run(&args, &mut out),
        Command::Esf(args) => esf::run(&args, &mut out),
        Command::Audit(args) => audit::run(&args, &mut out),
        Command::Encoder(command) => encoder::run(&command, &mut out),
        Command::Eval(args) => eval::run(&args, &mut out),
        Command::Serve(args) => serve::run(&args, &mut out),
        Command::Keys(command) => keys::run(&command, &mut out),
        Command::Doctor(args) => doctor::run(&args, &mut out),
        Command::Index(args) => index::run(&args, &mut out),
        Command::Train(args) => train::run(&args, &mut out),
    };
    match done.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed as well; there is nowhere left to say so.
            let _unsaid = writeln!(io::stderr(), "error: {}", said(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes; a cause that is already told is not told again.
fn said(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.contains(&cause) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&cause);
    }
    said
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = match cause.downcast_ref::<serde_json::Error>() {
            // Its chain leaves out the system's error that it holds.
            Some(json) => json.io_error_kind(),
            None => cause.downcast_ref::<io::Error>().map(io::Error::kind),
        };
        kind == Some(io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;
    use crate::dataset;

    #[test]
    fn a_cause_is_told_once() {
        let refused = || io::Error::from(io::ErrorKind::PermissionDenied);
        let error: anyhow::Error = dataset::Error::io("set", refused()).into();
        assert_eq!(said(&error).matches("permission denied").count(), 1, "{error:#}");
        let error = Err::<(), _>(refused()).context("cannot write set").unwrap_err();
        assert_eq!(said(&error), "cannot write set: permission denied");
    }
}
