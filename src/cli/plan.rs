//! `kompetensnav plan`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::{
    argument::{self, whole},
    batch, input,
    list::List,
    open, plan_text,
    plots::write_plots,
    recommend,
    result_file::{ResultFile, part_of},
};
use crate::{
    cohort::{
        Ask, Choices, FairBy, Order, PRICE_PER_WEEK, Plan, Starts, table, ways::Settings,
        worth::Weights,
    },
    domain::Language,
    engine::DEFAULT_PATHS,
    intake::personnummer,
};

/// Longest file of starts or choices, bytes.
const MAX_FILE: u64 = 1 << 28;

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    signals: open::Signals,
    #[command(flatten)]
    list: List,
    /// Kronor that may be spent; without it no limit.
    #[arg(long, value_name = "KR", value_parser = whole::<u64>(0..=1_000_000_000_000))]
    budget: Option<u64>,
    /// Course starts the hub buys, CSV `course;start;seats;price_kr`: id of the course, first day, seats,
    /// kronor a seat. Courses that are not in it have no limit of seats.
    #[arg(long, value_name = "FILE")]
    starts: Option<PathBuf>,
    /// Plan with the courses of --starts alone.
    #[arg(long, requires = "starts")]
    only_starts: bool,
    /// What is locked: the CSV of an earlier plan with `ja` under `locked`, or an approved plan.
    #[arg(long, value_name = "FILE")]
    choices: Option<PathBuf>,
    /// Share of its proportional number of course places that each sector should have at least, 0 to 1.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    fair_share: Option<f64>,
    /// What fair shares are between: sector, or workplace where the list has a column arbetsplats.
    #[arg(long, value_name = "GROUP", default_value = "sector", requires = "fair_share", value_parser = fair_by)]
    fair_share_by: FairBy,
    /// The plan: JSON, or CSV for advisers where the name ends in .csv; repeat for both.
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Write pictures of course places by week and of kronor into this folder: SVG files, and a page with
    /// the figures as tables.
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    #[command(flatten)]
    weights: WeightArgs,
    /// Kronor a full-time week costs the hub in a course of an industry body or firm without a known
    /// price. Courses of public school forms cost it nothing.
    #[arg(long, value_name = "KR", default_value_t = PRICE_PER_WEEK, value_parser = whole::<u32>(0..=1_000_000))]
    price_per_week: u32,
    /// Let workers have courses that do not fit their window.
    #[arg(long)]
    outside_window: bool,
    /// Paths per list and worker.
    #[arg(long, default_value_t = DEFAULT_PATHS, value_parser = recommend::paths)]
    paths: usize,
    /// Key of the order in which equals take turns.
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>(0..=u64::MAX))]
    seed: u64,
    /// Worker threads; all cores unless given. The plan is the same for any number.
    #[arg(long, value_parser = batch::threads)]
    threads: Option<usize>,
    /// Language of the summary.
    #[arg(long, default_value = "sv", value_parser = recommend::language)]
    lang: Language,
    /// Approve this plan (JSON) instead of making one; it is written in place, or to --out.
    #[arg(long, value_name = "PLAN", requires = "by", conflicts_with_all = ["path", "budget", "starts", "choices", "plots"])]
    approve: Option<PathBuf>,
    /// Name or role of the person who approves.
    #[arg(long, value_name = "NAME", requires = "approve")]
    by: Option<String>,
}

/// Weights of the objective; a move that is sure, in full demand, is worth 100 points.
#[derive(Debug, clap::Args)]
struct WeightArgs {
    /// Points for closing the whole gap of a move that is not feasible without, in full demand.
    #[arg(long = "gap-points", value_name = "POINTS", default_value_t = Weights::default().gap, value_parser = points)]
    gap: f64,
    /// Points that a week of waiting or studying costs.
    #[arg(long = "week-points", value_name = "POINTS", default_value_t = Weights::default().week, value_parser = points)]
    week: f64,
    /// Points that 10,000 kronor cost, beside the budget.
    #[arg(long = "cost-points", value_name = "POINTS", default_value_t = Weights::default().kr_10000, value_parser = points)]
    cost: f64,
    /// Points for an occupation that the worker asked for.
    #[arg(long = "wish-points", value_name = "POINTS", default_value_t = Weights::default().wish, value_parser = points)]
    wish: f64,
}

impl WeightArgs {
    fn weights(&self) -> Weights {
        Weights { gap: self.gap, week: self.week, kr_10000: self.cost, wish: self.wish }
    }
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    // Before any work: a plan that has no form is known at once.
    args.out.iter().chain(&args.approve).try_for_each(|path| is_table(path).map(drop))?;
    if let (Some(plan), Some(by)) = (&args.approve, &args.by) {
        return approve(args, plan, by, out);
    }
    input::apart(&args.out)?;
    let list = args.list.path()?;
    let inputs = [Some(list), args.starts.as_deref(), args.choices.as_deref()];
    for result in args.out.iter().flat_map(|path| [path.clone(), part_of(path)]) {
        if let Some(same) = inputs.into_iter().flatten().find(|i| input::same_file(i, &result)) {
            bail!("{} is read; give the plan another name", same.display());
        }
    }
    // Before any work: a plan that cannot be written is known at once.
    let files = args.out.iter().map(|path| Ok((path, ResultFile::create(path)?)));
    let files: Vec<(&PathBuf, ResultFile)> = files.collect::<Result<_>>()?;
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    }
    let (plan, notes) = make(args)?;
    for (path, file) in files {
        write(&plan, path, file)?;
    }
    if let Some(folder) = &args.plots {
        let title = args.lang.pick("Bilder av en plan", "Pictures of a plan");
        write_plots(folder, args.lang, title, &plan.plots(args.lang))?;
    }
    for note in notes {
        writeln!(out, "{}: {note}", args.lang.pick("Obs", "Note"))?;
    }
    plan_text::write(&plan, args.lang, out)?;
    for path in &args.out {
        writeln!(out, "{} {}", args.lang.pick("Skriven till", "Written to"), path.display())?;
    }
    Ok(())
}

/// The plan of a list, and what is noteworthy about the list.
fn make(args: &Args) -> Result<(Plan, Vec<String>)> {
    let today = args.list.today();
    let mut rows = args.list.open(today)?;
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    let starts = match &args.starts {
        None => Starts::default(),
        Some(path) => Starts::read(&bytes(path)?, &input::shown(path), engine.dataset(), today)?,
    };
    let choices = match &args.choices {
        None => Choices::default(),
        Some(path) => Choices::read(&bytes(path)?, &input::shown(path), engine.dataset())?,
    };
    let weights = args.weights.weights();
    let settings = Settings { paths: args.paths, weights, outside_window: args.outside_window };
    let order = Order {
        budget: args.budget,
        fair_share: args.fair_share,
        fair_share_by: args.fair_share_by,
        settings,
        price_per_week: args.price_per_week,
        only_bought: args.only_starts,
        seed: args.seed,
        today,
    };
    let bar = args.list.path().ok().map(|path| batch::progress(path, rows.format()));
    let tick = |rows| bar.iter().for_each(|bar| bar.set_position(rows));
    let ask = Ask { engine: &engine, starts: &starts, choices: &choices, order };
    let plan = ask.draft(&mut rows, tick)?;
    bar.iter().for_each(indicatif::ProgressBar::finish_and_clear);
    let notes = rows.notes().into_iter();
    let notes = notes.map(|note| note.message.text(args.lang).to_owned()).collect();
    Ok((plan, notes))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    input::bytes(path, MAX_FILE, "give a file of fewer rows")
}

/// Whether a plan of this name is the table for advisers.
fn is_table(path: &Path) -> Result<bool> {
    argument::form(path, &[("json", false), ("csv", true)])
}

fn write(plan: &Plan, path: &Path, mut file: ResultFile) -> Result<()> {
    file.begin(0)?;
    let written = if is_table(path)? {
        table::write(plan, &mut file).map_err(anyhow::Error::from)
    } else {
        serde_json::to_writer_pretty(&mut file, plan)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(file.write_all(b"\n")?))
    };
    written.with_context(|| file.given_up())?;
    file.finish()
}

fn approve(args: &Args, path: &Path, by: &str, out: &mut impl Write) -> Result<()> {
    if personnummer::found_in(by) {
        bail!("--by holds something like a personnummer; give a name or a role");
    }
    let shown = input::shown(path);
    let mut plan = input::plan(path)?;
    let today = args.list.today();
    plan.approve(by, today).with_context(|| format!("{shown} is not approved"))?;
    let results = if args.out.is_empty() { vec![path.to_owned()] } else { args.out.clone() };
    for result in &results {
        write(&plan, result, ResultFile::create(result)?)?;
    }
    writeln!(
        out,
        "{} {} {today}: {shown}",
        args.lang.pick("Godkänd av", "Approved by"),
        by.trim()
    )?;
    Ok(())
}

fn share(text: &str) -> Result<f64, String> {
    match text.replace(',', ".").parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a share from 0 to 1, such as 0.8".into()),
    }
}

fn fair_by(text: &str) -> Result<FairBy, String> {
    match text {
        "sector" => Ok(FairBy::Sector),
        "workplace" => Ok(FairBy::Workplace),
        _ => Err("give sector or workplace; no fair share is by an attribute of people".into()),
    }
}

fn points(text: &str) -> Result<f64, String> {
    match text.replace(',', ".").parse() {
        Ok(points) if (0.0..=1_000.0).contains(&points) => Ok(points),
        _ => Err("give points from 0 to 1000".into()),
    }
}
