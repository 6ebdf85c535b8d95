//! `plan`: a small list on the starter set, run as advisers run it; the optimiser beside `HiGHS` where
//! Python has `highspy`.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use kompetensnav::{
    cohort::{Choice, POINT, Person, Plan, PlanStatus, Problem, solve},
    model::SplitMix,
};
use serde_json::json;
use tempfile::TempDir;

use crate::program::{Ran, real_files, run, text};

const TODAY: &str = "2026-11-01";
const HEADER: &str = "ref;status;yrke;kompetenser;korkort;kommun;sista_dag\n";

/// A folder with a list of people of several trades, some of whom lack a licence for their next work.
struct Hub {
    folder: TempDir,
}

fn rows() -> Vec<String> {
    let trades = ["Servitris", "Lagerarbetare", "Butikssäljare", "Montör, bilindustri", "Kock"];
    (0..30)
        .map(|at| {
            let (trade, last) = (trades[at % trades.len()], ["2027-03-31", "2027-05-31"][at % 2]);
            format!("P{at:02};uppsagd;{trade};;;Göteborg;{last}\n")
        })
        .collect()
}

impl Hub {
    fn new(rows: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("list.csv"), HEADER.to_owned() + &rows.concat()).unwrap();
        Self { folder }
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Runs `plan` on the list; words that name a file of the folder become its path.
    fn run(&self, more: &[&str]) -> Ran {
        let path = |word: &str| match word.rsplit_once('.') {
            Some((_, "csv" | "json")) => text(&self.folder.path().join(word)).to_owned(),
            _ => word.to_owned(),
        };
        let words: Vec<String> = more.iter().map(|word| path(word)).collect();
        let list = text(&self.folder.path().join("list.csv")).to_owned();
        let mut all = vec!["plan", "--today", TODAY];
        if !more.contains(&"--approve") {
            all.push(&list);
        }
        all.extend(words.iter().map(String::as_str));
        run(&all)
    }

    fn plan(&self, more: &[&str]) -> Plan {
        self.run(&[more, &["--out", "plan.json"]].concat()).success();
        serde_json::from_str(&self.read("plan.json")).unwrap()
    }
}

/// Seats for all courses that a plan without limits takes, few of each, on two days.
fn starts(plan: &Plan, seats: u32) -> String {
    let mut text = "course;start;seats;price_kr\n".to_owned();
    for course in &plan.unlimited {
        for day in ["2026-12-07", "2027-01-11"] {
            let _written = writeln!(text, "{};{day};{seats};9 000", course.course);
        }
    }
    text
}

/// A plan within its limits, with everybody in it once.
fn assert_sound(plan: &Plan, people: usize) {
    let placed = plan.assignments.iter().map(|person| &person.r#ref);
    let missed = plan.unassigned.iter().map(|person| &person.r#ref);
    let all: BTreeSet<&String> = placed.chain(missed).collect();
    assert_eq!(all.len(), people);
    assert_eq!(plan.assignments.len() + plan.unassigned.len(), people);
    let spent: u64 = plan.assignments.iter().map(|person| u64::from(person.way.cost_kr)).sum();
    assert_eq!(spent, plan.totals.spent_kr);
    assert!(plan.settings.budget_kr.is_none_or(|budget| spent <= budget));
    let mut taken = BTreeMap::new();
    for course in plan.assignments.iter().flat_map(|person| &person.way.courses) {
        *taken.entry((course.id.clone(), course.start)).or_insert(0) += 1;
    }
    for start in &plan.starts {
        let found = taken.get(&(start.course.clone(), start.start)).copied().unwrap_or(0);
        assert_eq!(found, start.taken, "{start:?}");
        assert!(start.taken <= start.seats, "{start:?}");
    }
    for person in &plan.assignments {
        let parts = &person.way.parts;
        let sum = parts.direct + parts.gap_closed + parts.wish + parts.weeks + parts.cost;
        assert!((sum - person.way.worth).abs() < 0.01, "{person:?}");
        assert!(person.way.fits_window != Some(false) || person.locked, "{person:?}");
    }
    assert!(plan.totals.worth <= plan.totals.bound + 1e-6);
}

#[test]
fn a_plan_is_a_draft_within_budget_and_seats() {
    let hub = Hub::new(&rows());
    let error = hub.run(&["--out", "plan.xlsx"]).failure(1);
    assert!(error.contains("name it .json, .csv"), "{error}");
    let free = hub.plan(&[]);
    assert_sound(&free, 30);
    assert_eq!(free.status, PlanStatus::Draft);
    assert!(free.unlimited.len() > 1, "courses are planned: {free:#?}");
    hub.write("starts.csv", &starts(&free, 2));
    let few = hub.plan(&["--starts", "starts.csv", "--only-starts", "--budget", "40000"]);
    assert_sound(&few, 30);
    assert!(few.unlimited.is_empty() && few.totals.seats_taken > 0);
    assert!(
        few.totals.spent_kr <= 40_000 && few.totals.spent_kr > 20_000,
        "{}",
        few.totals.spent_kr
    );
    let none = hub.plan(&["--starts", "starts.csv", "--only-starts", "--budget", "0"]);
    assert_sound(&none, 30);
    assert_eq!(none.totals.seats_taken, 0);
    let more = none.more_budget.as_ref().unwrap();
    assert!(more.better > 0 && more.worth > 0.0, "{more:?}");
    hub.write("starts.csv", &starts(&free, 0));
    let closed = hub.plan(&["--starts", "starts.csv", "--only-starts"]);
    assert_sound(&closed, 30);
    let helped = closed.starts.iter().filter_map(|start| start.more.as_ref());
    assert!(helped.map(|more| more.better).sum::<u32>() > 0, "seats would help: {closed:#?}");
}

#[test]
fn whose_occupation_was_read_unsurely_is_told_in_the_plan() {
    let titles = [("A", "Servitris"), ("B", "Servitris (Grand Hotel)"), ("C", "Kock")];
    let rows =
        titles.map(|(name, title)| format!("{name};uppsagd;{title};;;Göteborg;2027-03-31\n"));
    let hub = Hub::new(&rows);
    let plan = hub.plan(&["--out", "plan.csv"]);
    let asked: Vec<(&str, bool)> =
        plan.assignments.iter().map(|one| (one.r#ref.as_str(), one.ask.is_some())).collect();
    assert_eq!(asked, [("A", false), ("B", true), ("C", false)]);
    let table = hub.read("plan.csv");
    let noted: Vec<&str> = table.lines().filter(|row| row.contains("osäkert läst yrke")).collect();
    assert!(noted.len() == 1 && noted[0].starts_with("B;"), "{table}");
    for row in table.lines().skip(1).filter(|row| row.contains(";planned;")) {
        let cells: Vec<&str> = row.split(';').collect();
        assert_eq!(cells[4].is_empty(), cells[9].is_empty(), "no course, nothing to fit: {row}");
    }
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_change_no_byte() {
    let hub = Hub::new(&rows());
    hub.write("starts.csv", &starts(&hub.plan(&[]), 1));
    let with = ["--starts", "starts.csv", "--budget", "60000", "--fair-share", "0.8"];
    hub.plan(&[&with[..], &["--threads", "1"]].concat());
    let one = hub.read("plan.json");
    let mut turned = rows();
    turned.reverse();
    turned.swap(3, 17);
    hub.write("list.csv", &(HEADER.to_owned() + &turned.concat()));
    hub.plan(&[&with[..], &["--threads", "2"]].concat());
    assert!(one == hub.read("plan.json"), "the plan differs");
}

#[test]
fn an_adviser_locks_a_row_of_the_table_and_the_next_plan_keeps_it() {
    let hub = Hub::new(&rows());
    hub.write("starts.csv", &starts(&hub.plan(&[]), 2));
    let with = ["--starts", "starts.csv", "--only-starts", "--budget", "60000"];
    hub.run(&[&with[..], &["--out", "plan.csv"]].concat()).success();
    let table = hub.read("plan.csv");
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    let chosen = lines.iter_mut().find(|line| line.contains(";alternative;")).unwrap();
    let cells: Vec<String> = chosen.split(';').map(str::to_owned).collect();
    *chosen = chosen.replacen(";;alternative;", ";ja;alternative;", 1);
    hub.write("choices.csv", &lines.join("\r\n"));
    let again = hub.plan(&[&with[..], &["--choices", "choices.csv"]].concat());
    assert_sound(&again, 30);
    let kept = again.assignments.iter().find(|person| person.r#ref == cells[0]).unwrap();
    assert!(kept.locked && kept.way.occupation_id == cells[18], "{kept:#?}");
    // The workbook of the Swedish pages, saved as CSV, has other headings.
    let mut swedish = lines.join("\r\n");
    for (key, heading) in [
        ("ref;locked;", "Referens;Låst;"),
        (";starts;", ";Kursstarter;"),
        (";occupation_id;course_ids", ";Yrkets id;Kursernas id"),
    ] {
        assert!(swedish.contains(key), "{key}");
        swedish = swedish.replacen(key, heading, 1);
    }
    hub.write("val.csv", &swedish);
    assert_eq!(hub.plan(&[&with[..], &["--choices", "val.csv"]].concat()), again);
    // An approved plan is kept as a whole, whatever else is asked for.
    hub.run(&["--approve", "plan.json", "--by", "Anna, GR"]).success();
    let error = hub.run(&["--approve", "plan.json", "--by", "Bo"]).failure(1);
    assert!(error.contains("Anna, GR") && error.contains(TODAY), "{error}");
    let approved: Plan = serde_json::from_str(&hub.read("plan.json")).unwrap();
    assert_eq!(approved.status, PlanStatus::Approved);
    hub.write("approved.json", &hub.read("plan.json"));
    let more = ["--choices", "approved.json", "--seed", "9", "--week-points", "3"];
    let next = hub.plan(&[&with[..], &more].concat());
    assert_eq!(next.status, PlanStatus::Draft, "a new plan is a draft again");
    for before in &approved.assignments {
        let now = next.assignments.iter().find(|person| person.r#ref == before.r#ref).unwrap();
        assert_eq!(now.way.courses, before.way.courses, "{}", before.r#ref);
    }
}

#[test]
fn locks_that_cannot_be_kept_are_named() {
    let hub = Hub::new(&rows());
    hub.write("starts.csv", &starts(&hub.plan(&[]), 2));
    let with = ["--starts", "starts.csv", "--only-starts"];
    let plan = hub.plan(&with);
    let taken = plan.assignments.iter().filter(|person| !person.way.courses.is_empty());
    let mut locked = "ref;locked;occupation_id;course_ids;starts\n".to_owned();
    for person in taken {
        let course = &person.way.courses[0];
        let day = course.start.map(|day| day.to_string()).unwrap_or_default();
        let row =
            |name: &str| format!("{name};ja;{};{};{day}\n", person.way.occupation_id, course.id);
        locked += &row(&person.r#ref);
    }
    locked += "P00;ja;;;\nP98;ja;;;\nP03;kanske;;;\nP04;ja;no-such;;\n19811218-9876;ja;;;\n";
    hub.write("choices.csv", &locked);
    hub.write("starts.csv", &starts(&hub.plan(&[]), 1));
    let again = hub.plan(&[&with[..], &["--choices", "choices.csv"]].concat());
    assert_sound(&again, 30);
    let reasons: Vec<&str> = again.unassigned.iter().map(|person| person.reason.as_str()).collect();
    assert!(reasons.contains(&"lock_seats"), "{reasons:?}");
    let said: Vec<&str> =
        again.refused_choices.iter().map(|problem| problem.message.en.as_str()).collect();
    for part in ["not among the rows", "kanske", "no-such", "personnummer"] {
        assert!(said.iter().any(|text| text.contains(part)), "{part}: {said:?}");
    }
    let written = hub.read("plan.json");
    assert!(!written.contains("9876") && !written.contains("P98"), "nobody is found there");
}

#[test]
fn every_sector_has_its_share_or_the_plan_says_why_not() {
    let hub = Hub::new(&rows());
    hub.write("starts.csv", &starts(&hub.plan(&[]), 1));
    let with = ["--starts", "starts.csv", "--only-starts", "--budget", "30000"];
    let plan = hub.plan(&[&with[..], &["--fair-share", "1"]].concat());
    assert_sound(&plan, 30);
    for sector in plan.sectors.iter().filter(|sector| !sector.key.is_empty()) {
        let wanted = u64::from(sector.wanted.unwrap());
        let label = &sector.label.en;
        let said = plan.findings.iter().any(|finding| finding.en.contains(label.as_str()));
        assert!(sector.with_courses >= wanted || said, "{sector:?} {:?}", plan.findings);
    }
    // Ways without courses are no share of the courses.
    let courses: u64 = plan.sectors.iter().map(|sector| sector.with_courses).sum();
    assert_eq!(courses, plan.totals.placed - plan.totals.without_courses);
    let wanted: u32 = plan.sectors.iter().filter_map(|sector| sector.wanted).sum();
    assert!(u64::from(wanted) <= courses + 5, "{:?}", plan.sectors);
}

/// Twenty people of two workplaces, written in two ways, two of each of five trades at either.
fn workplaces() -> Hub {
    let hub = Hub::new(&[]);
    let row = |at: usize| {
        let place =
            ["Norra fabriken", "Södra fabriken", "norra fabriken", "Södra fabriken"][at % 4];
        let trades =
            ["Lokalvårdare", "Hotellstädare", "Truckförare", "Vårdbiträde", "CNC-operatör"];
        let trade = trades[at / 4];
        format!("P{at:02};uppsagd;{trade};Göteborg;2027-05-31;{place}\n")
    };
    let rows: String = (0..20).map(row).collect();
    hub.write("list.csv", &("ref;status;yrke;kommun;sista_dag;Arbetsställe\n".to_owned() + &rows));
    hub
}

#[test]
fn courses_are_shared_between_workplaces_where_the_list_has_them() {
    let hub = workplaces();
    let free = hub.plan(&[]);
    assert_eq!(free.workplaces.len(), 2, "spelling in capitals is none: {:?}", free.workplaces);
    hub.write("starts.csv", &starts(&free, 1));
    let with = ["--starts", "starts.csv", "--only-starts", "--budget", "54000"];
    let fair = ["--fair-share", "1", "--fair-share-by", "workplace"];
    let plan = hub.plan(&[&with[..], &fair].concat());
    assert_sound(&plan, 20);
    assert!(plan.sectors.iter().all(|sector| sector.wanted.is_none()), "{:?}", plan.sectors);
    let courses: u64 = plan.workplaces.iter().map(|place| place.with_courses).sum();
    assert!(courses > 1, "{:?}", plan.workplaces);
    for place in &plan.workplaces {
        assert_eq!(place.people, 10);
        let possible = place.possible.unwrap_or(u32::MAX).min(place.wanted.unwrap());
        assert!(place.with_courses >= u64::from(possible), "{place:?}");
    }
    let said = hub.run(&[&with[..], &fair].concat()).success();
    assert!(said.contains("Norra fabriken: ") && said.contains("rättvis andel minst"), "{said}");
    // What is no group of a plan, and a list without workplaces.
    let error = hub.run(&["--fair-share", "1", "--fair-share-by", "kon"]).failure(2);
    assert!(error.contains("attribute of people"), "{error}");
    let error = Hub::new(&rows()).run(&fair).failure(1);
    assert!(error.contains("arbetsplats"), "{error}");
}

#[test]
fn a_plan_has_pictures_and_hours() {
    let hub = Hub::new(&rows());
    hub.write("starts.csv", &starts(&hub.plan(&[]), 3));
    let folder = text(&hub.folder.path().join("pictures")).to_owned();
    let plan = hub.plan(&["--starts", "starts.csv", "--budget", "90000", "--plots", &folder]);
    for name in ["seats_by_week", "budget"] {
        let svg = hub.read(&format!("pictures/{name}.svg"));
        assert!(svg.contains("<title>") && svg.contains("<desc>") && !svg.contains("NaN"), "{svg}");
    }
    let page = hub.read("pictures/plots.html");
    assert_eq!(page.matches("<figure>").count(), 2);
    assert!(page.matches("<caption>").count() == 2 && page.contains("90\u{a0}000"), "{page}");
    // The hours are those of the courses that the plan gives, month by month.
    let [plan_file, out] = ["plan.json", "esf.csv"].map(|name| hub.folder.path().join(name));
    let said = run(&["esf", "--plan", text(&plan_file), "--out", text(&out)]).success();
    assert!(said.contains("The plan is a draft"), "{said}");
    let mut hours: BTreeMap<String, f64> = BTreeMap::new();
    for row in hub.read("esf.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(';').collect();
        *hours.entry(cells[0].to_owned()).or_default() +=
            cells[4].replace(',', ".").parse::<f64>().unwrap();
    }
    assert!(!hours.is_empty());
    for person in &plan.assignments {
        let courses = person.way.courses.iter();
        let dated = courses.filter(|course| course.ends.is_some() || course.reckoned.is_some());
        let expected: f64 =
            dated.filter_map(|course| course.weeks).map(|weeks| f64::from(weeks) * 40.0).sum();
        let found = hours.get(&person.r#ref).copied().unwrap_or(0.0);
        // A month is written to a tenth of an hour.
        assert!((found - expected).abs() < 1.0, "{}: {found} {expected}", person.r#ref);
    }
    let error = run(&["esf", "--out", text(&out)]).failure(2);
    assert!(error.contains("<RESULT>"), "{error}");
    hub.write("none.json", "[]");
    let none = hub.folder.path().join("none.json");
    let error = run(&["esf", "--plan", text(&none), "--out", text(&out)]).failure(1);
    assert!(error.contains("is no plan"), "{error}");
}

#[test]
fn lists_and_files_that_are_odd_are_told() {
    let hub = Hub::new(&[]);
    assert_sound(&hub.plan(&["--budget", "1000"]), 0);
    let refused =
        Hub::new(&["19811218-9876;uppsagd;Kock;;;;\n".to_owned(), "A;;;;;;\n".to_owned()]);
    let plan = refused.plan(&[]);
    assert_sound(&plan, 0);
    assert_eq!((plan.totals.rows, plan.refused_rows.len()), (2, 2));
    let one = Hub::new(&rows()[..1]);
    one.write("starts.csv", "course;start;seats;price_kr\nno-such;2027-01-11;3;1\n");
    let error = one.run(&["--starts", "starts.csv"]).failure(1);
    assert!(error.contains("line 2") && error.contains("`no-such`"), "{error}");
    let error = one.run(&["--out", "list.csv"]).failure(1);
    assert!(error.contains("another name"), "{error}");
    let error = one.run(&["--fair-share", "1.5"]).failure(2);
    assert!(error.contains("0 to 1"), "{error}");
    one.write("plan.json", "{}");
    let error = one.run(&["--approve", "plan.json", "--by", "Anna"]).failure(1);
    assert!(error.contains("is no plan"), "{error}");
    one.plan(&[]);
    for by in ["19811218-9876", " "] {
        let error = one.run(&["--approve", "plan.json", "--by", by]).failure(1);
        assert!(!error.contains("9876"), "{error}");
    }
}

#[test]
fn the_list_of_1750_workers_is_planned_whole() {
    let Some(official) = real_files() else { return };
    let list = official.join("cohorts/personforteckning_1750.csv");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan.json");
    let more = ["--budget", "29177901", "--fair-share", "0.8", "--today", TODAY, "--paths", "3"];
    run(&[&["plan", text(&list), "--out", text(&out)], &more[..]].concat()).success();
    let plan: Plan = serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    assert_sound(&plan, 1_730);
    assert!(plan.totals.gap_percent < 0.1, "{:?}", plan.totals);
}

/// People with options on few seats and little money.
fn short(seed: u64, people: usize, pools: usize) -> Problem {
    let mut random = SplitMix(seed);
    let seats = (0..pools).map(|_| Some(u32::try_from(random.below(5)).unwrap())).collect();
    let people = (0..people).map(|at| {
        let options = (0..6).map(|_| {
            let taken: BTreeSet<u32> = (0..=random.below(3) / 2)
                .map(|_| u32::try_from(random.below(pools)).unwrap())
                .collect();
            Choice {
                value: POINT * i64::try_from(20 + random.below(80)).unwrap(),
                cost: u32::try_from(1_000 * random.below(20)).unwrap(),
                pools: taken.into_iter().collect(),
                counts: random.below(2) == 0,
            }
        });
        let options = options.collect();
        Person { reference: format!("P{at}"), group: Some(at % 3), options, locked: None }
    });
    let people: Vec<Person> = people.collect();
    let budget = Some(people.len() as u64 * 4_000);
    let targets = vec![u32::try_from(people.len() / 4).unwrap(), 0, 3];
    Problem { people, seats, budget, targets, seed }
}

/// A Python with `highspy`: that of `KOMPETENSNAV_PYTHON`, else `python3`.
fn python() -> Option<String> {
    let python = env::var("KOMPETENSNAV_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&python).args(["-c", "import highspy"]).output();
    let found = probe.is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: no Python with highspy (KOMPETENSNAV_PYTHON names one)");
    }
    found.then_some(python)
}

fn optimum(python: &str, problem: &Problem, shortfall: i64) -> i64 {
    let people: Vec<_> = problem
        .people
        .iter()
        .map(|person| {
            let options: Vec<_> = person
                .options
                .iter()
                .map(|o| {
                    json!({"value": o.value, "cost": o.cost, "pools": o.pools, "counts": o.counts})
                })
                .collect();
            json!({"group": person.group, "options": options})
        })
        .collect();
    let asked = json!({"people": people, "seats": problem.seats, "budget": problem.budget,
                       "targets": problem.targets, "shortfall": shortfall});
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/highs.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().last().unwrap().parse().unwrap()
}

#[test]
fn plan_and_bound_hold_the_optimum_of_another_solver_between_them() {
    let Some(python) = python() else { return };
    for (seed, people, pools) in [(1, 40, 12), (2, 80, 20), (3, 120, 30), (4, 60, 40)] {
        let problem = short(seed, people, pools);
        let solution = solve(&problem).unwrap();
        let best = optimum(&python, &problem, solution.shortfall);
        // HiGHS rounds at about a millionth of a point.
        assert!(solution.worth <= best + 10, "{seed}: {} > {best}", solution.worth);
        assert!(best <= solution.bound + 10, "{seed}: {best} > {}", solution.bound);
        let short = (best - solution.worth) as f64 / best as f64;
        println!("{people} people: {:.3} % below the optimum", 100.0 * short);
        assert!(short < 0.005, "{seed}: {short}");
    }
}
