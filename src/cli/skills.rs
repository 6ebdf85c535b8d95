//! `kompetensnav skills`.

use std::{
    fs,
    io::{self, Read as _, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::{open, recommend::language};
use crate::{
    domain::{Language, MatchStatus, Meta, SkillEvidence, SkillsInText},
    engine::{DEFAULT_SKILLS, LEAST_CONFIDENCE},
    intake::free_text,
};

/// Longest file that is read, bytes.
const MAX_FILE: u64 = 1 << 20;
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
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SKILLS)]
    limit: usize,
    /// Least confidence of a skill shown, per cent.
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=100))]
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
        serde_json::to_writer_pretty(&mut *out, &Answer { found: &found, meta: engine.meta() })?;
        writeln!(out)?;
        return Ok(());
    }
    write(&found, args.lang, out)?;
    Ok(())
}

/// The text of a file, or of standard input.
pub(super) fn text(path: &Path) -> Result<String> {
    let mut text = String::new();
    let shown = path.display();
    let reader: Box<dyn io::Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(fs::File::open(path).with_context(|| format!("cannot open {shown}"))?)
    };
    reader.take(MAX_FILE + 1).read_to_string(&mut text).with_context(|| {
        format!("cannot read {shown} as UTF-8; a PDF or Word file must be saved as text")
    })?;
    if text.len() as u64 > MAX_FILE {
        bail!("{shown} is larger than {MAX_FILE} bytes; give the text of one person, ad or course");
    }
    free_text::free_text(&text).or_else(|finding| {
        bail!("{shown} cannot be used ({}): {}", finding.code.replace('_', " "), finding.detail.en)
    })
}

fn write(found: &SkillsInText, language: Language, out: &mut impl Write) -> io::Result<()> {
    let pick = |sv: &'static str, en: &'static str| match language {
        Language::Sv => sv,
        Language::En => en,
    };
    match found.match_status {
        MatchStatus::Abstain => {
            return writeln!(
                out,
                "{}",
                pick("Texten har ingen mening att läsa.", "The text has no sentence to read.")
            );
        }
        MatchStatus::NoMatch => {
            let least = (LEAST_CONFIDENCE * 100.0).round();
            let sv = format!("Ingen kompetens är säker nog; --least under {least} visar fler.");
            let en = format!("No skill is sure enough; --least below {least} shows more.");
            return writeln!(
                out,
                "{}",
                match language {
                    Language::Sv => sv,
                    Language::En => en,
                }
            );
        }
        MatchStatus::Matched => {}
    }
    if !found.titles.is_empty() {
        writeln!(
            out,
            "{} {}",
            pick("Yrken i texten:", "Job titles in the text:"),
            found.titles.join(" | ")
        )?;
    }
    writeln!(out, "{}", pick("Kompetenser i texten", "Skills in the text"))?;
    for skill in &found.skills {
        let percent = (skill.confidence * 100.0).round();
        writeln!(out, "  {percent:>3} %  {}", skill.label.marked(language))?;
        if let Some(place) = skill.evidence.first() {
            writeln!(out, "         {}", said(place))?;
        }
        let others: Vec<_> =
            skill.alternatives.iter().take(OTHERS).map(|o| o.label.marked(language)).collect();
        if !others.is_empty() {
            writeln!(out, "         {} {}", pick("eller:", "or:"), others.join(" | "))?;
        }
    }
    writeln!(
        out,
        "{}",
        pick(
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
