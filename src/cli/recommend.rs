//! `kompetensnav recommend`.

use std::{io::Write, path::PathBuf};

use anyhow::Result;

use super::{argument::asked, indented, open, present, skills, timeline, worker::Worker};
use crate::{domain::Language, engine::DEFAULT_PATHS};

/// Arguments of `recommend`.
#[derive(Debug, clap::Args)]
#[command(group(asked(&["text"])))]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    signals: open::Signals,
    #[command(flatten)]
    worker: Worker,
    /// Text of a CV whose job titles, licences and surest skills are added; see `kompetensnav skills`.
    #[arg(long = "text", value_name = "FILE")]
    text: Option<PathBuf>,
    /// Paths per list.
    #[arg(long, default_value_t = DEFAULT_PATHS, value_parser = paths)]
    paths: usize,
    /// Language of the text.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
    /// Draw the best path's time, courses and deadlines: SVG, or a page with a table where the name ends
    /// in .html.
    #[arg(long, value_name = "FILE")]
    timeline: Option<PathBuf>,
    /// Machine-readable answer.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    // Before any work: a picture that cannot be drawn is known at once.
    args.timeline.as_deref().map(timeline::is_page).transpose()?;
    let mut asked = args.worker.asked()?;
    if let Some(path) = &args.text {
        asked.text.push('\n');
        asked.text.push_str(&skills::text(path)?);
    }
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    let answer = asked.told(&engine).recommend(&engine, args.paths);
    if let Some(path) = &args.timeline {
        timeline::draw(&answer, path, args.lang)?;
    }
    if args.json {
        indented::write(out, &answer)?;
    } else {
        present::write(&answer, engine.dataset(), args.lang, out)?;
    }
    Ok(())
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    match text {
        "sv" => Ok(Language::Sv),
        "en" => Ok(Language::En),
        _ => Err("languages are sv and en".into()),
    }
}

/// Paths per list, 1 to 100.
pub(super) fn paths(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=100) => Ok(number),
        _ => Err("give a number from 1 to 100".into()),
    }
}
