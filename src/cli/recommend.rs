//! `kompetensnav recommend`.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::{input, open, present, skills};
use crate::{
    dataset::sectors,
    domain::{CourseForm, Language, Limits, Profile, Status, is_unit_group},
    engine::{DEFAULT_PATHS, DEFAULT_SKILLS, SURE_CONFIDENCE},
    intake::{
        check::{self, Finding},
        personnummer,
    },
};

/// Most job titles taken from a text, the first ones.
const TITLES: usize = 5;

/// Arguments of `recommend`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    /// JSON profile; `-` reads standard input. Other options add to it.
    profile: Option<PathBuf>,
    /// Present or former occupation as the worker says it; repeat for earlier ones.
    #[arg(long = "title", value_name = "TITLE")]
    titles: Vec<String>,
    /// Skill as the worker says it; repeat for more.
    #[arg(long = "skill", value_name = "SKILL")]
    skills: Vec<String>,
    /// Text of a CV whose job titles, licences and surest skills are added; see `kompetensnav skills`.
    #[arg(long = "text", value_name = "FILE")]
    text: Option<PathBuf>,
    /// Licence held, such as CE or truckkort; repeat for more.
    #[arg(long = "licence", value_name = "LICENCE")]
    licences: Vec<String>,
    /// Occupation that is asked about, however it ranks; repeat for more.
    #[arg(long = "wanted", value_name = "TITLE")]
    wanted: Vec<String>,
    /// SSYK 2012 code of the present occupation.
    #[arg(long, value_parser = ssyk)]
    ssyk: Option<String>,
    /// uppsagd, varslad, permitterad, korttid, anställd or arbetslös.
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// Municipality the worker lives in.
    #[arg(long)]
    municipality: Option<String>,
    /// Sector key that counts as the worker's own, instead of the occupation's.
    #[arg(long, value_parser = sector)]
    sector: Option<String>,
    /// Weeks until the notice or furlough ends.
    #[arg(long, value_name = "WEEKS", value_parser = weeks)]
    weeks_left: Option<f32>,
    /// Hours a week free for studies.
    #[arg(long, value_name = "HOURS", value_parser = weeks)]
    hours_per_week: Option<f32>,
    /// Only courses of these forms, comma-separated.
    #[arg(long, value_delimiter = ',', value_parser = form)]
    forms: Vec<String>,
    /// Only courses at a distance.
    #[arg(long)]
    distance_only: bool,
    /// Longest course in weeks at full time.
    #[arg(long, value_name = "WEEKS", value_parser = weeks)]
    max_weeks: Option<f32>,
    /// Lowest acceptable mean wage, kronor a month.
    #[arg(long, value_name = "KRONOR")]
    min_wage: Option<u32>,
    /// Occupation or SSYK code never to suggest; repeat for more.
    #[arg(long = "exclude", value_name = "TITLE|SSYK")]
    exclude: Vec<String>,
    /// Paths per list.
    #[arg(long, default_value_t = DEFAULT_PATHS, value_parser = paths)]
    paths: usize,
    /// Language of the text.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
    /// Machine-readable answer.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut profile = profile(args)?;
    checked(&profile)?;
    let text = args.text.as_deref().map(skills::text).transpose()?;
    let engine = open::engine(&args.data)?;
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
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        writeln!(out)?;
    } else {
        present::write(&answer, engine.dataset(), args.lang, out)?;
    }
    Ok(())
}

/// Refuses what no profile may hold, by field and cure and without the value.
fn checked(profile: &Profile) -> Result<()> {
    let findings = check::check(profile);
    if findings.is_empty() {
        return Ok(());
    }
    let said = findings.iter().map(|Finding { pointer, code, detail }| {
        format!("{} ({}): {}", pointer.trim_start_matches('/'), code.replace('_', " "), detail.en)
    });
    bail!("the profile cannot be used; {}", said.collect::<Vec<_>>().join("; "))
}

/// The profile of the file with the options added.
fn profile(args: &Args) -> Result<Profile> {
    let mut profile = args.profile.as_deref().map(read).transpose()?.unwrap_or_default();
    let Limits { forms, exclude, .. } = &mut profile.limits;
    forms.extend(args.forms.iter().cloned());
    exclude.extend(args.exclude.iter().cloned());
    profile.titles.extend(args.titles.iter().cloned());
    profile.skills.extend(args.skills.iter().cloned());
    profile.licences.extend(args.licences.iter().cloned());
    profile.wanted.extend(args.wanted.iter().cloned());
    profile.ssyk = args.ssyk.clone().or(profile.ssyk);
    profile.status = args.status.or(profile.status);
    profile.municipality = args.municipality.clone().or(profile.municipality);
    profile.sector = args.sector.clone().or(profile.sector);
    profile.weeks_left = args.weeks_left.or(profile.weeks_left);
    profile.hours_per_week = args.hours_per_week.or(profile.hours_per_week);
    profile.limits.distance_only |= args.distance_only;
    profile.limits.max_weeks = args.max_weeks.or(profile.limits.max_weeks);
    profile.limits.min_wage = args.min_wage.or(profile.limits.min_wage);
    Ok(profile)
}

fn read(path: &Path) -> Result<Profile> {
    let text = input::read(path, "save it as UTF-8", "a profile is one JSON object")?;
    let shown = input::shown(path);
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    if read.is_err() && personnummer::found_in(&text) {
        // The library's message quotes what it stumbles over.
        bail!("{shown} is not a profile and holds what looks like a personnummer; remove it");
    }
    read.with_context(|| format!("{shown} is not a profile; README shows the fields"))
}

fn ssyk(text: &str) -> Result<String, String> {
    let code = text.trim();
    if is_unit_group(code) {
        Ok(code.to_owned())
    } else {
        Err("an SSYK 2012 code has four digits, such as 7223".into())
    }
}

fn status(text: &str) -> Result<Status, String> {
    Status::parse(text)
        .ok_or_else(|| "use uppsagd, varslad, permitterad, korttid, anställd or arbetslös".into())
}

fn sector(key: &str) -> Result<String, String> {
    if sectors::sector_name(key).is_some() {
        return Ok(key.to_owned());
    }
    Err(format!("sectors are {}", sectors::sector_keys().collect::<Vec<_>>().join(", ")))
}

fn form(text: &str) -> Result<String, String> {
    let keys = CourseForm::ALL.map(CourseForm::key).join(", ");
    let form = CourseForm::from_key(&text.trim().to_lowercase());
    Ok(form.ok_or_else(|| format!("forms are {keys}"))?.key().to_owned())
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    match text {
        "sv" => Ok(Language::Sv),
        "en" => Ok(Language::En),
        _ => Err("languages are sv and en".into()),
    }
}

fn weeks(text: &str) -> Result<f32, String> {
    let number: f32 = text
        .replace(',', ".")
        .parse()
        .map_err(|error| format!("{error}; write for example 12 or 7,5"))?;
    if number.is_finite() && (0.0..=1_000.0).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{text} is not between 0 and 1000"))
    }
}

/// Paths per list, 1 to 100.
pub(super) fn paths(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=100) => Ok(number),
        _ => Err("give a number from 1 to 100".into()),
    }
}
