//! `kompetensnav routes`, `counterfactuals` and `compare`: what lies beyond the two lists.

use std::io::Write;

use anyhow::{Result, bail};

use super::{argument::asked, indented, open, recommend::language, worker::Worker};
use crate::{
    domain::{
        Bilingual, Comparison, Counterfactuals, Language, MatchStatus, ResolvedProfile, Routes,
    },
    engine::{DEFAULT_ROUTES, MOST_HOPS},
    words,
};

/// Arguments that the three commands share.
#[derive(Debug, clap::Args)]
#[command(group(asked(&[])))]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    worker: Worker,
    /// Language of the text.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
    /// Machine-readable answer.
    #[arg(long)]
    json: bool,
}

/// Arguments of `routes`.
#[derive(Debug, clap::Args)]
pub(super) struct RouteArgs {
    #[command(flatten)]
    shared: Args,
    /// Most moves of a route, 1 to 3.
    #[arg(long, default_value_t = MOST_HOPS, value_parser = hops)]
    hops: usize,
    /// Routes shown.
    #[arg(long, default_value_t = DEFAULT_ROUTES, value_parser = super::recommend::paths)]
    routes: usize,
}

fn hops(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(hops) if (1..=MOST_HOPS).contains(&hops) => Ok(hops),
        _ => Err(format!("give a number from 1 to {MOST_HOPS}")),
    }
}

pub(super) fn routes(args: &RouteArgs, out: &mut impl Write) -> Result<()> {
    let RouteArgs { shared, hops, routes } = args;
    let asked = shared.worker.asked()?;
    let engine = open::engine(&shared.data)?;
    let answer = engine.routes(&asked.told(&engine).profile, *hops, *routes);
    if shared.json {
        indented::write(out, &answer)
    } else {
        write_routes(&answer, shared.lang, out)
    }
}

pub(super) fn counterfactuals(args: &Args, out: &mut impl Write) -> Result<()> {
    let asked = args.worker.asked()?;
    let engine = open::engine(&args.data)?;
    let answer = engine.counterfactuals(&asked.told(&engine).profile);
    if args.json { indented::write(out, &answer) } else { write_doors(&answer, args.lang, out) }
}

pub(super) fn compare(args: &Args, out: &mut impl Write) -> Result<()> {
    let asked = args.worker.asked()?;
    if !(2..=6).contains(&asked.profile.wanted.len()) {
        bail!("compare two to six occupations: name each with --wanted");
    }
    let engine = open::engine(&args.data)?;
    let answer = engine.compare(&asked.told(&engine).profile);
    if args.json {
        indented::write(out, &answer)
    } else {
        write_comparison(&answer, args.lang, out)
    }
}

/// Says where there is nothing to show.
fn nothing(
    status: MatchStatus,
    language: Language,
    none: [&str; 2],
    out: &mut impl Write,
) -> Result<()> {
    let said = match status {
        MatchStatus::Matched => return Ok(()),
        MatchStatus::NoMatch => language.pick(none[0], none[1]),
        MatchStatus::Abstain => language.pick(
            "För lite är känt. Ange yrke (--title) eller kompetens (--skill).",
            "Too little is known. Give an occupation (--title) or a skill (--skill).",
        ),
    };
    Ok(writeln!(out, "{said}")?)
}

/// Says which words were not understood: an answer without them is one to another question.
fn missed(understood: &ResolvedProfile, language: Language, out: &mut impl Write) -> Result<()> {
    for missed in &understood.unmatched {
        let said = language.pick("Förstods inte", "Not understood");
        writeln!(out, "{said}: {}", missed.text)?;
    }
    Ok(())
}

fn write_routes(answer: &Routes, language: Language, out: &mut impl Write) -> Result<()> {
    missed(&answer.understood, language, out)?;
    let none = ["Ingen väg i så få steg är rimlig.", "No route of so few moves is viable."];
    nothing(answer.match_status, language, none, out)?;
    for (route, rank) in answer.routes.iter().zip(1..) {
        let label = route.label.marked(language);
        writeln!(out, "\n {rank:>2}. {label}  ({})", words::route(route, language))?;
        for (hop, step) in route.hops.iter().zip(1..) {
            let label = hop.label.marked(language);
            writeln!(out, "     {step}. {label} ({})", words::hop(hop, language))?;
            for course in &hop.courses {
                writeln!(out, "        → {}", course.marked(language))?;
            }
        }
    }
    for target in &answer.unreached {
        let said = language.pick("Nås inte", "Not reached");
        writeln!(out, "{said}: {}", target.label.marked(language))?;
    }
    let talk = language.pick(
        "Förslag att samtala om, inget beslut.",
        "Suggestions to talk about, not a decision.",
    );
    Ok(writeln!(out, "\n{} {talk}", words::about_routes(language))?)
}

fn write_doors(answer: &Counterfactuals, language: Language, out: &mut impl Write) -> Result<()> {
    missed(&answer.understood, language, out)?;
    let none = ["Inget nära yrke är stängt.", "No near occupation is closed."];
    nothing(answer.match_status, language, none, out)?;
    for door in &answer.doors {
        writeln!(out, "\n{} ({:.0})", door.label.marked(language), door.score)?;
        for why in &door.closed_by {
            writeln!(out, "  − {}", why.marked(language))?;
        }
        for opening in &door.openings {
            writeln!(out, "  + {}", words::opening(opening, language))?;
        }
        if door.openings.is_empty() {
            let said = language.pick("inga två ändringar räcker", "no two changes are enough");
            writeln!(out, "  · {said}")?;
        }
    }
    Ok(())
}

fn write_comparison(answer: &Comparison, language: Language, out: &mut impl Write) -> Result<()> {
    for (target, number) in answer.targets.iter().zip(1..) {
        writeln!(out, "{number}. {}", target.label.marked(language))?;
    }
    missed(&answer.understood, language, out)?;
    for row in &answer.rows {
        writeln!(out, "\n{} [{}: {}]", row.label.get(language), row.evidence.key(), row.source)?;
        for (cell, number) in row.cells.iter().zip(1..) {
            let unknown = language.pick("okänt", "unknown");
            let said = cell
                .as_ref()
                .map_or(unknown.into(), |cell: &Bilingual<String>| cell.marked(language));
            writeln!(out, "  {number}. {said}")?;
        }
    }
    Ok(())
}
