//! `kompetensnav forecast`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use jiff::{ZonedDateTime, civil::Date};

use super::{
    argument::{day, whole},
    input, open,
    plots::write_plots,
    recommend::language,
    result_file::write,
};
use crate::{
    domain::Language,
    forecast::{Assumptions, Compared, Counts, Forecast, forecast},
    intake::sheet::Sheet,
};

/// Arguments of `forecast`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    /// Counts: a table of `ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang`; only antal and one of
    /// the first two are needed.
    counts: PathBuf,
    /// Named list that came later, as the result of `batch` in NDJSON: shown beside the forecast of it.
    #[arg(long, value_name = "RESULT")]
    compare: Option<PathBuf>,
    /// Assumptions instead of the shipped ones (data/README.md, forecast.csv).
    #[arg(long, value_name = "FILE")]
    assumptions: Option<PathBuf>,
    /// Frame in kronor, drawn beside the cost of courses.
    #[arg(long, value_name = "KRONOR", value_parser = whole::<u32>(0..=1_000_000_000))]
    budget: Option<u32>,
    /// Write the forecast as an HTML file with pictures.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write all figures as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the pictures into this folder, as SVG.
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    /// Day it is made; today unless given. Give it to get the same bytes again.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<Date>,
    /// Language of the text, the HTML file and the pictures.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let read = [Some(&args.counts), args.compare.as_ref(), args.assumptions.as_ref()];
    let read: Vec<&Path> = read.into_iter().flatten().map(PathBuf::as_path).collect();
    for written in [&args.html, &args.json].into_iter().flatten() {
        input::spare(&read, written, "forecast")?;
    }
    input::apart(args.html.iter().chain(&args.json))?;
    let assumed = match &args.assumptions {
        Some(path) => {
            let bytes =
                fs::read(path).with_context(|| format!("cannot read {}", input::shown(path)))?;
            Assumptions::parse(&bytes, &input::shown(path))?
        }
        None => Assumptions::shipped()?,
    };
    let counts = Counts::of(&Sheet::open(&args.counts)?)?;
    let engine = open::engine(&args.data)?;
    let today = args.today.unwrap_or_else(|| ZonedDateTime::now().date());
    let (forecast, comparison) = forecast(&engine, &counts, &assumed, today);
    let later = match &args.compare {
        Some(path) => Some(comparison.read(input::answers(path)?, &forecast.meta)?),
        None => None,
    };
    files(args, &forecast, later.as_ref())?;
    write!(out, "{}", forecast.text(args.lang, later.as_ref()))?;
    Ok(())
}

fn files(args: &Args, forecast: &Forecast, later: Option<&Compared>) -> Result<()> {
    if let Some(path) = &args.html {
        write(path, forecast.page(args.lang, args.budget, later).as_bytes())?;
    }
    if let Some(path) = &args.json {
        let both = serde_json::json!({ "forecast": forecast, "compared": later });
        let mut text = serde_json::to_vec_pretty(&both)?;
        text.push(b'\n');
        write(path, &text)?;
    }
    if let Some(folder) = &args.plots {
        let title = args.lang.pick("Bilder av en prognos", "Pictures of a forecast");
        write_plots(folder, args.lang, title, &forecast.plots(args.lang, args.budget))?;
    }
    Ok(())
}
