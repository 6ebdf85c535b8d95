//! `kompetensnav skills`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use serde::Serialize;

use super::{argument::whole, indented, input, open, recommend::language};
use crate::{
    domain::{Language, MatchStatus, Meta, SkillEvidence, SkillsInText},
    engine::{DEFAULT_SKILLS, LEAST_PERCENT, MOST_SENTENCES},
    intake::free_text,
};

/// Longest sentence shown around the words, characters.
const SHOWN: usize = 100;
/// Other readings shown of the same words.
const OTHERS: usize = 3;

/// Arguments of `skills`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    /// Text of a CV, an ad or a course, or a JSON document; `-` reads standard input.
    file: PathBuf,
    /// Language of the text, sv or en; each sentence in its own unless given.
    #[arg(long, value_name = "LANG", value_parser = language)]
    text_lang: Option<Language>,
    /// Language of the answer.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
    /// Most skills shown.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SKILLS, value_parser = whole::<usize>(0..=1_000_000))]
    limit: usize,
    /// Least confidence of a skill shown, per cent.
    #[arg(long, value_name = "PERCENT", default_value_t = LEAST_PERCENT, value_parser = whole::<u8>(0..=100))]
    least: u8,
    /// Machine-readable answer.
    #[arg(long)]
    json: bool,
}

/// The machine-readable answer.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    found: &'a SkillsInText,
    meta: Meta,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let text = text(&args.file)?;
    let engine = open::engine(&args.data)?;
    let least = f32::from(args.least) / 100.0;
    let found = engine.skills_in_text(&text, args.text_lang, least, args.limit);
    if args.json {
        return indented::write(out, &Answer { found: &found, meta: engine.meta() });
    }
    write(&found, args, out)?;
    Ok(())
}

/// The free text of a file, or of standard input.
pub(super) fn text(path: &Path) -> Result<String> {
    let not_utf8 = "save it as text in UTF-8, a PDF or Word file too";
    let text = input::read(path, not_utf8, "give the text of one person, ad or course")?;
    free_text::free_text(&text).or_else(|finding| {
        let code = finding.code.replace('_', " ");
        bail!("{} cannot be used ({code}): {}", input::shown(path), finding.detail.en)
    })
}

fn write(found: &SkillsInText, args: &Args, out: &mut impl Write) -> io::Result<()> {
    let language = args.lang;
    if found.match_status == MatchStatus::Abstain {
        let sv = "Texten har ingen mening att läsa.";
        return writeln!(out, "{}", language.pick(sv, "The text has no sentence to read."));
    }
    if !found.titles.is_empty() {
        let titles = found.titles.join(" | ");
        writeln!(out, "{} {titles}", language.pick("Yrken i texten:", "Job titles in the text:"))?;
    }
    if found.unread > 0 {
        let unread = found.unread;
        match language {
            Language::Sv => writeln!(
                out,
                "Bara de första {MOST_SENTENCES} olika meningarna är lästa, {unread} inte; lämna in texten i delar."
            )?,
            Language::En => writeln!(
                out,
                "Only the first {MOST_SENTENCES} different sentences were read, {unread} not; give the text in parts."
            )?,
        }
    }
    if found.skills.is_empty() {
        writeln!(
            out,
            "{}",
            language.pick("Ingen kompetens är säker nog.", "No skill is sure enough.")
        )?;
        return match (args.least, language) {
            (0, _) => Ok(()),
            (least, Language::Sv) => writeln!(out, "--least under {least} visar fler."),
            (least, Language::En) => writeln!(out, "--least below {least} shows more."),
        };
    }
    write_skills(found, language, out)
}

fn write_skills(found: &SkillsInText, language: Language, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", language.pick("Kompetenser i texten", "Skills in the text"))?;
    for skill in &found.skills {
        let percent = (skill.confidence * 100.0).round();
        writeln!(out, "  {percent:>3} %  {}", skill.label.marked(language))?;
        if let Some(place) = skill.evidence.first() {
            writeln!(out, "         {}", said(place))?;
        }
        let others: Vec<_> =
            skill.alternatives.iter().take(OTHERS).map(|o| o.label.marked(language)).collect();
        if !others.is_empty() {
            writeln!(out, "         {} {}", language.pick("eller:", "or:"), others.join(" | "))?;
        }
    }
    writeln!(
        out,
        "{}",
        language.pick(
            "Procenten: andelen sådana förslag som sakkunniga själva angav för meningar i platsannonser.",
            "The percentage: the share of such proposals that experts named for sentences of job ads.",
        )
    )
}

/// The words of a place with what stands around them.
fn said(SkillEvidence { before, words, after, .. }: &SkillEvidence) -> String {
    let spare = SHOWN.saturating_sub(words.chars().count()) / 2;
    let skipped = before.chars().count().saturating_sub(spare);
    let head: String = before.chars().skip(skipped).collect();
    let tail: String = after.chars().take(spare).collect();
    let [from, to] = [skipped > 0, tail.len() < after.len()].map(|cut| if cut { "…" } else { "" });
    format!("{from}{head}«{words}»{tail}{to}")
}
