//! The options and the file that say who a worker is, shared by the commands about one worker.

use std::{
    io::{self, Cursor, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow, bail};
use jiff::ZonedDateTime;

use super::{argument::whole, funding, input, window::Time};
use crate::{
    dataset::sectors,
    domain::{Answer, CourseForm, FundingCode, LanguageLevel, Limits, Profile, is_unit_group},
    engine::Engine,
    intake::{
        self, Row, Told,
        check::{self, Finding},
        personnummer,
    },
};

/// Largest profile and largest document, bytes: a document may hold a photo.
const MAX_PROFILE: usize = 1 << 20;
const MAX_DOCUMENT: u64 = 16 << 20;

/// What is known of one worker.
#[derive(Debug, clap::Args)]
pub(super) struct Worker {
    /// JSON profile, or a document about one person (JSON Resume, Europass, HR Open, a profile of
    /// Arbetsförmedlingen, the text of a CV as .txt); `-` reads standard input. Other options add to it.
    #[arg(value_name = "PROFILE")]
    file: Option<PathBuf>,
    /// Present or former occupation as the worker says it; repeat for earlier ones.
    #[arg(long = "title", value_name = "TITLE")]
    titles: Vec<String>,
    /// Skill as the worker says it; repeat for more.
    #[arg(long = "skill", value_name = "SKILL")]
    skills: Vec<String>,
    /// Licence held, such as CE or truckkort; repeat for more.
    #[arg(long = "licence", value_name = "LICENCE")]
    licences: Vec<String>,
    /// Occupation that is asked about, however it ranks; repeat for more.
    #[arg(long = "wanted", value_name = "TITLE")]
    wanted: Vec<String>,
    /// SSYK 2012 code of the present occupation.
    #[arg(long, value_parser = ssyk)]
    ssyk: Option<String>,
    /// Municipality the worker lives in.
    #[arg(long)]
    municipality: Option<String>,
    /// Sector key that counts as the worker's own, instead of the occupation's.
    #[arg(long, value_parser = sector)]
    sector: Option<String>,
    #[command(flatten)]
    time: Time,
    #[arg(
        long = "funding",
        value_name = "WAY=ANSWER",
        value_parser = funding::confirmed,
        help = "What an adviser found out of a way to pay for studies, such as oss=yes; repeat for \
                more. Ways: oss, short_study, short_time, esf, komvux_priority, advice"
    )]
    funding: Vec<(FundingCode, Answer)>,
    /// Only courses of these forms, comma-separated.
    #[arg(long, value_delimiter = ',', value_parser = form)]
    forms: Vec<String>,
    /// Only courses at a distance.
    #[arg(long)]
    distance_only: bool,
    /// Level of Swedish: A1, A2, B1, B2, C1 or C2.
    #[arg(long, value_name = "LEVEL", value_parser = swedish)]
    swedish: Option<LanguageLevel>,
    /// Longest way to a course in minutes, one way, from the municipality.
    #[arg(long, value_name = "MINUTES", value_parser = whole::<u16>(0..=1_440))]
    max_commute: Option<u16>,
    /// Longest course in weeks at full time.
    #[arg(long, value_name = "WEEKS", value_parser = weeks)]
    max_weeks: Option<f32>,
    /// Lowest acceptable mean wage, kronor a month.
    #[arg(long, value_name = "KRONOR", value_parser = whole::<u32>(0..=1_000_000))]
    min_wage: Option<u32>,
    /// Occupation or SSYK code never to suggest; repeat for more.
    #[arg(long = "exclude", value_name = "TITLE|SSYK")]
    exclude: Vec<String>,
}

fn swedish(text: &str) -> Result<LanguageLevel, String> {
    LanguageLevel::parse(text).ok_or_else(|| "use A1, A2, B1, B2, C1 or C2".to_owned())
}

/// Findings as an error, by field and cure and without the value.
pub(super) fn refuse(findings: &[Finding]) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let said = findings.iter().map(|Finding { pointer, code, detail }| {
        format!("{} ({}): {}", pointer.trim_start_matches('/'), code.replace('_', " "), detail.en)
    });
    bail!("the profile cannot be used; {}", said.collect::<Vec<_>>().join("; "))
}

impl Worker {
    /// The profile of the file with the options added, checked, and the text of a document.
    pub(super) fn asked(&self) -> Result<Asked> {
        let read = self.file.as_deref().map(read).transpose()?.unwrap_or_default();
        let Asked { mut profile, text } = read;
        let Limits { forms, exclude, .. } = &mut profile.limits;
        forms.extend(self.forms.iter().cloned());
        exclude.extend(self.exclude.iter().cloned());
        profile.titles.extend(self.titles.iter().cloned());
        profile.skills.extend(self.skills.iter().cloned());
        profile.licences.extend(self.licences.iter().cloned());
        profile.wanted.extend(self.wanted.iter().cloned());
        profile.ssyk = self.ssyk.clone().or(profile.ssyk);
        profile.municipality = self.municipality.clone().or(profile.municipality);
        profile.sector = self.sector.clone().or(profile.sector);
        self.time.add_to(&mut profile);
        let said = self.funding.iter().map(|(code, answer)| (code.key().to_owned(), *answer));
        profile.funding.extend(said);
        profile.limits.distance_only |= self.distance_only;
        profile.swedish = self.swedish.or(profile.swedish);
        let commute = &mut profile.limits.max_commute_min;
        *commute = self.max_commute.or(*commute);
        profile.limits.max_weeks = self.max_weeks.or(profile.limits.max_weeks);
        profile.limits.min_wage = self.min_wage.or(profile.limits.min_wage);
        refuse(&check::check(&profile))?;
        Ok(Asked { profile, text })
    }
}

/// What is asked about a worker.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) profile: Profile,
    /// What a document tells beside it.
    pub(super) text: String,
}

impl Asked {
    /// The question to the engine.
    pub(super) fn told(self, engine: &Engine) -> Told {
        intake::told(engine, self.profile, &self.text)
    }
}

/// Reads a profile, or a document that holds one person; what of it was not read is said on
/// standard error.
fn read(path: &Path) -> Result<Asked> {
    let bytes = input::bytes(path, MAX_DOCUMENT, "give the profile or document of one person")?;
    let shown = input::shown(path);
    if intake::is_profile(&bytes) {
        let too_large = bytes.len() > MAX_PROFILE;
        let text = String::from_utf8(bytes).ok();
        let text = text.with_context(|| format!("{shown} is not UTF-8; save it as UTF-8"))?;
        if too_large {
            bail!("{shown} is larger than {MAX_PROFILE} bytes; a profile is one JSON object");
        }
        return Ok(Asked { profile: profile(&text, &shown)?, text: String::new() });
    }
    let from_input = path == Path::new("-");
    let name = if from_input { "standard input".into() } else { path.display().to_string() };
    let today = ZonedDateTime::now().date();
    let mut rows = intake::from_reader(Cursor::new(bytes), &name, None, today)?;
    let (first, more) = (rows.next(), rows.next().is_some());
    let Some(Row { outcome, .. }) = first else { bail!("{shown} holds no person") };
    if more {
        let persons = 2 + rows.count();
        bail!("{shown} holds {persons} persons or profiles; `kompetensnav batch` answers each");
    }
    let worker = outcome.map_err(|problem| anyhow!("{shown} cannot be used: {problem}"))?;
    for warning in &worker.warnings {
        // Standard error may be closed; there is nowhere left to say so.
        let _unsaid = writeln!(io::stderr(), "Note: {}", warning.message.en);
    }
    let mut profile = worker.profile;
    if from_input && profile.r#ref.as_ref() == Some(&name) {
        profile.r#ref = None;
    }
    Ok(Asked { profile, text: worker.text })
}

fn profile(text: &str, shown: &str) -> Result<Profile> {
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    if read.is_err() && personnummer::found_in(text) {
        // The library's message quotes what it stumbles over.
        bail!("{shown} is not a profile and holds what looks like a personnummer; remove it");
    }
    read.with_context(|| format!("{shown} is not a profile; docs/commands.md has the fields"))
}

fn ssyk(text: &str) -> Result<String, String> {
    let code = text.trim();
    if is_unit_group(code) {
        Ok(code.to_owned())
    } else {
        Err("an SSYK 2012 code has four digits, such as 7223".into())
    }
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

pub(super) fn weeks(text: &str) -> Result<f32, String> {
    let number = text.replace(',', ".").parse().ok();
    let number = number.filter(|number| (0.0..=1_000.0).contains(number));
    number.ok_or_else(|| "write a number from 0 to 1000, such as 12 or 7,5".to_owned())
}
