//! `kompetensnav window`, and the options of time that `recommend` shares.

use std::io::Write;

use anyhow::Result;
use jiff::{ZonedDateTime, civil::Date};

use super::{
    argument::{day, whole},
    indented, open,
    recommend::language,
    worker::{refuse, weeks},
};
use crate::{
    dataset::{DataSet, starter},
    domain::{Language, Period, Profile, Situation, Status, Weekday, Window},
    intake::check,
    window::{pattern, window},
    words,
};

/// What is known of a worker's time.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Time {
    /// uppsagd, varslad, permitterad, korttid, anställd or arbetslös.
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// Employed from, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = day)]
    employed_since: Option<Date>,
    /// Day the filing of redundancies (varsel) was made.
    #[arg(long, value_name = "DATE", value_parser = day)]
    filed: Option<Date>,
    /// How many people the filing is about.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>(1..=1_000_000))]
    affected: Option<u32>,
    /// Day of notice (uppsägning).
    #[arg(long, value_name = "DATE", value_parser = day)]
    notice: Option<Date>,
    /// Months of notice that an agreement gives instead of the law.
    #[arg(long, value_name = "MONTHS", value_parser = whole::<u8>(0..=24))]
    notice_months: Option<u8>,
    /// Last day of employment.
    #[arg(long, value_name = "DATE", value_parser = day)]
    last_day: Option<Date>,
    /// First day released from work during the notice (arbetsbefriad).
    #[arg(long, value_name = "DATE", value_parser = day)]
    released_from: Option<Date>,
    /// First day of the furlough or of short-time work.
    #[arg(long, value_name = "DATE", value_parser = day)]
    furlough_from: Option<Date>,
    /// Last day of it.
    #[arg(long, value_name = "DATE", value_parser = day)]
    furlough_to: Option<Date>,
    /// Full-time parental leave, as FROM/TO; repeat for more.
    #[arg(long = "parental-leave", value_name = "DATE/DATE", value_parser = period)]
    parental_leave: Vec<Period>,
    /// Agreement area, such as TRR or TSL.
    #[arg(long, value_name = "NAME")]
    agreement: Option<String>,
    /// Weeks until the notice or furlough ends, where no date says it.
    #[arg(long, value_name = "WEEKS", value_parser = weeks)]
    weeks_left: Option<f32>,
    /// Hours a week free for studies.
    #[arg(long, value_name = "HOURS", value_parser = weeks)]
    hours_per_week: Option<f32>,
    /// Days of the week free for studies, comma-separated: mon,tue,wed,thu,fri,sat,sun.
    #[arg(long, value_delimiter = ',', value_parser = weekday)]
    weekdays: Vec<Weekday>,
    /// Day the answer is seen from; today unless given.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
}

impl Time {
    /// Adds what the options say to a profile.
    pub(super) fn add_to(&self, profile: &mut Profile) {
        let dates = &mut profile.dates;
        profile.status = self.status.or(profile.status);
        dates.employed_since = self.employed_since.or(dates.employed_since);
        dates.filed = self.filed.or(dates.filed);
        dates.affected = self.affected.or(dates.affected);
        dates.notice = self.notice.or(dates.notice);
        dates.notice_months = self.notice_months.or(dates.notice_months);
        dates.last_day = self.last_day.or(dates.last_day);
        dates.released_from = self.released_from.or(dates.released_from);
        dates.furlough_from = self.furlough_from.or(dates.furlough_from);
        dates.furlough_to = self.furlough_to.or(dates.furlough_to);
        dates.parental_leave.extend(&self.parental_leave);
        profile.agreement = self.agreement.clone().or_else(|| profile.agreement.take());
        profile.weeks_left = self.weeks_left.or(profile.weeks_left);
        profile.hours_per_week = self.hours_per_week.or(profile.hours_per_week);
        profile.weekdays.extend(&self.weekdays);
        profile.weekdays = pattern(&profile.weekdays);
        let today = self.today.or(profile.as_of).unwrap_or_else(|| ZonedDateTime::now().date());
        profile.as_of = Some(today);
    }
}

/// Arguments of `window`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    time: Time,
    /// Language of the text.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
    /// Machine-readable answer.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut profile = Profile::default();
    args.time.add_to(&mut profile);
    let situation = Situation::of(&profile);
    refuse(&check::check_situation(&situation))?;
    let dataset = args.data.folder().map_or_else(starter::dataset, DataSet::load)?;
    let window = window(&situation, &dataset.rules);
    if args.json {
        indented::write(out, &window)?;
    } else {
        write(&window, args.lang, out)?;
    }
    Ok(())
}

/// A window as text.
fn write(window: &Window, language: Language, out: &mut impl Write) -> Result<()> {
    let pick = |sv: &'static str, en: &'static str| match language {
        Language::Sv => sv,
        Language::En => en,
    };
    if let Some(ends) = window.ends {
        let weeks = window.weeks.unwrap_or_default();
        let last = if window.earliest {
            pick("Sista dag, tidigast", "Last day, at the earliest")
        } else {
            pick("Sista dag", "Last day")
        };
        let left = pick("veckor kvar", "weeks left");
        writeln!(out, "{last}: {ends} ({weeks:.1} {left})")?;
    } else {
        writeln!(out, "{}", pick("Inget slut är känt.", "No end is known."))?;
    }
    if let Some(start) = window.latest_useful_start {
        let said = pick("Senaste start för en veckas heltid", "Latest start of one full-time week");
        writeln!(out, "{said}: {start}")?;
    }
    for interval in &window.intervals {
        let until =
            interval.to.map_or_else(|| pick("tills vidare", "open").into(), |to| to.to_string());
        let from = interval.from.map(|from| from.to_string()).unwrap_or_default();
        let state = words::state(interval);
        let state = state.get(language);
        let call = pick(", måste gå att avbryta", ", must be possible to interrupt");
        let call = if interval.interruptible { call } else { "" };
        writeln!(out, "  {from} – {until}: {} ({state}{call})", words::hours(interval, language))?;
    }
    let title = |out: &mut dyn Write, sv, en| writeln!(out, "{}", pick(sv, en));
    title(out, "Regler", "Rules")?;
    for rule in &window.rules {
        let firm = words::firm(rule.evidence, language);
        let link = if rule.url.is_empty() { "" } else { " " };
        writeln!(out, "  {} [{}, {firm}{link}{}]", rule.text.get(language), rule.source, rule.url)?;
    }
    if !window.ask.is_empty() {
        title(out, "Fråga", "Ask")?;
        for question in &window.ask {
            writeln!(out, "  {}", question.get(language))?;
        }
    }
    Ok(())
}

fn status(text: &str) -> Result<Status, String> {
    Status::parse(text)
        .ok_or_else(|| "use uppsagd, varslad, permitterad, korttid, anställd or arbetslös".into())
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let named = serde_json::from_value(serde_json::Value::String(text.trim().to_lowercase()));
    named.map_err(|_unknown| "days are mon, tue, wed, thu, fri, sat and sun".into())
}

fn period(text: &str) -> Result<Period, String> {
    let days = text.split_once('/').and_then(|(from, to)| {
        Some(Period { from: from.trim().parse().ok()?, to: to.trim().parse().ok()? })
    });
    days.ok_or_else(|| "write first and last day, such as 2027-01-18/2027-05-31".into())
}
