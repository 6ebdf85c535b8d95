//! `kompetensnav recommend`.

use std::{collections::BTreeMap, io::Write, path::PathBuf};

use anyhow::Result;

use super::{open, present, skills, timeline, worker::Worker};
use crate::{
    domain::Language,
    engine::{DEFAULT_PATHS, DEFAULT_SKILLS, SURE_CONFIDENCE},
};

/// Most job titles taken from a text, the first ones.
const TITLES: usize = 5;

/// Arguments of `recommend`.
#[derive(Debug, clap::Args)]
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
    let mut profile = args.worker.profile()?;
    let text = args.text.as_deref().map(skills::text).transpose()?;
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    // Labels are not read again: one skill's may be nearer to another's, or name a licence.
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    if let Some(text) = text {
        let found = engine.skills_in_text(&text, None, SURE_CONFIDENCE, DEFAULT_SKILLS);
        profile.titles.extend(found.titles.into_iter().take(TITLES));
        profile.licences.extend(engine.licences_in_text(&text));
        for skill in found.skills {
            let words = skill.evidence.into_iter().next().map(|place| place.words);
            said.insert(skill.id.clone(), words.unwrap_or_default());
            profile.skills.push(skill.id);
        }
    }
    let mut answer = engine.recommend(&profile, args.paths);
    for skill in &mut answer.understood.skills {
        if let Some(words) = said.get(&skill.text) {
            skill.text.clone_from(words);
        }
    }
    if let Some(path) = &args.timeline {
        timeline::draw(&answer, path, args.lang)?;
    }
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        writeln!(out)?;
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
