//! A notice before names exist: counts of people by occupation -> what they are likely to need.
//!
//! The filing of a notice (*varsel*) says how many of which occupation leave when; who they are is known
//! months later. For each row of [`Counts`] some people are drawn as they may turn out to be: an
//! occupation of the SSYK group, skills, years of employment and by them the last day. The engine answers
//! each. Then the whole notice is drawn many times from these, and every figure gets what it is on
//! average and the range that nine of ten draws lie in.
//!
//! * [`Assumptions`] is the table of what is assumed; nothing of it stands in the code.
//! * [`forecast`] gives a [`Forecast`]; the same counts, day and data give the same bytes for any order of
//!   the rows and any number of threads.
//! * [`Comparison`] puts the later named list beside it.
//!
//! The range holds chance and the spread of what is drawn. That the assumptions or the engine may be wrong
//! is not in it.

mod assumptions;
mod comparison;
mod counts;
mod page;
mod tally;
mod typical;
mod understood;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

pub use assumptions::{Assumption, Assumptions};
pub use comparison::{Compared, ComparedRow, Comparison};
pub use counts::{BadRow, Count, Counts};

use self::{
    tally::{Book, Names, Tally, Way, ways},
    typical::Person,
    understood::Understood,
};
use crate::{
    domain::{Bilingual, Meta, Recommendation},
    engine::Engine,
    model::SplitMix,
};

/// Draws of the whole notice.
const DRAWS: usize = 400;
/// Paths per list and person that may be chosen.
const PATHS: usize = 3;
/// Entries of each list.
const LISTED: usize = 25;
/// Lower and upper end of a range: nine of ten draws lie between.
const ENDS: [f64; 2] = [0.05, 0.95];
/// Salt of the draws, so that they do not repeat the numbers the people were drawn by.
const SALT: u64 = 2;

/// What a notice is likely to need.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Forecast {
    /// Day it is made.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// People of all rows.
    pub people: u32,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRow>,
    /// Counties (*län*) of the file that the courses and ads of the data are not about, as written.
    pub other_counties: Vec<String>,
    /// Rows of which nothing was understood, as written, with their people.
    pub not_understood: Vec<Named>,
    /// Titles of which it is not sure what occupation they are, as written (`key`), with the one that the figures
    /// read them as (`label`) and their people.
    pub unsure: Vec<Named>,
    /// People with a path in their own sector.
    pub own_sector: Range,
    /// People whose path changes sector.
    pub change_sector: Range,
    /// People without a path.
    pub no_path: Range,
    /// People whose path has courses.
    pub with_courses: Range,
    /// Weeks of courses at full time, of all.
    pub course_weeks: Range,
    /// What courses cost the hub, kronor: known prices, and those of bought courses as assumed.
    pub kronor: Range,
    /// Occupations that people go to, most people first.
    pub targets: Vec<Named>,
    /// Courses and the seats they need, most first.
    pub courses: Vec<Named>,
    /// People who begin a course, by the Monday of the week.
    pub begins: Vec<Week>,
    /// Beginnings of courses without a day.
    pub undated: Range,
    /// Skills and licences that people miss and no course of their plan gives, most people first.
    pub missing: Vec<Named>,
    /// What was assumed.
    pub assumptions: Vec<Assumption>,
    /// Versions of program, data and model.
    pub meta: Meta,
}

/// A figure: what it is on average, and the range that nine of ten draws lie in.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
#[schema(as = ForecastRange)]
pub struct Range {
    /// 5 % of the draws lie below.
    pub low: f64,
    /// Mean of all draws.
    pub expected: f64,
    /// 5 % of the draws lie above.
    pub high: f64,
}

/// A figure with its name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastNamed)]
pub struct Named {
    /// Id or key.
    pub key: String,
    /// Its name.
    pub label: Bilingual<String>,
    /// People.
    pub people: Range,
}

/// A figure of a week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastWeek)]
pub struct Week {
    /// Its Monday.
    #[schema(value_type = String, format = Date)]
    pub monday: Date,
    /// People.
    pub people: Range,
}

/// People that stand for a row.
struct Crowd<'a> {
    count: &'a Count,
    /// Shares of the occupations they may have.
    occupations: Vec<f64>,
    people: Vec<Typical>,
}

/// Somebody who stands for people of a row.
struct Typical {
    /// Share of the people of their occupation.
    share: f64,
    /// People of chance whose place they take.
    places: usize,
    /// The ways that lie open, the best first.
    ways: Vec<Way>,
}

impl Typical {
    /// How common they are in a draw: their share, as uncertain as that of so many people.
    fn weight(&self, random: &mut SplitMix) -> f64 {
        let one = |_| -(1.0 - random.share()).ln();
        self.share * (0..self.places).map(one).sum::<f64>() / self.places as f64
    }
}

/// The notice drawn many times.
struct Drawn {
    book: Book,
    tallies: Vec<Tally>,
    /// The same draws, were everybody to take the best path: what a named list says.
    by_the_best: Vec<Tally>,
}

/// Forecasts a notice: some 2 ms of one core for each of 48 people of a row, or of six for each
/// occupation of an SSYK group without a title (at most 96), and a second.
pub fn forecast(
    engine: &Engine,
    counts: &Counts,
    assumed: &Assumptions,
    today: Date,
) -> (Forecast, Comparison) {
    let mut book = Book::default();
    let (crowds, Understood { not_understood, unsure }) =
        crowds(engine, counts, assumed, today, &mut book);
    let drawn: Vec<(Tally, Tally)> =
        (0..DRAWS as u64).into_par_iter().map(|draw| draw_all(&crowds, assumed, draw)).collect();
    let (tallies, by_the_best) = drawn.into_iter().unzip();
    let drawn = Drawn { book, tallies, by_the_best };
    let told = Forecast {
        as_of: today,
        people: counts.people(),
        bad_rows: counts.bad.clone(),
        other_counties: counts.counties.iter().filter(|name| !is_home(name)).cloned().collect(),
        not_understood,
        unsure,
        own_sector: drawn.range(|tally| f64::from(tally.own)),
        change_sector: drawn.range(|tally| f64::from(tally.change)),
        no_path: drawn.range(|tally| f64::from(tally.none)),
        with_courses: drawn.range(|tally| f64::from(tally.with_courses)),
        course_weeks: drawn.range(|tally| tally.weeks),
        kronor: drawn.range(|tally| tally.kronor),
        targets: drawn.named(&drawn.book.targets, |tally| &tally.targets),
        courses: drawn.named(&drawn.book.courses, |tally| &tally.courses),
        begins: drawn.weeks(),
        undated: drawn.range(|tally| f64::from(tally.undated)),
        missing: drawn.named(&drawn.book.gaps, |tally| &tally.gaps),
        assumptions: assumed.rows.clone(),
        meta: engine.meta(),
    };
    (told, Comparison::of(drawn))
}

/// Draws the people of each row and answers them, on all cores.
fn crowds<'a>(
    engine: &Engine,
    counts: &'a Counts,
    assumed: &Assumptions,
    today: Date,
    book: &mut Book,
) -> (Vec<Crowd<'a>>, Understood) {
    let answered: Vec<Vec<(Person, Recommendation)>> = counts
        .rows
        .par_iter()
        .map(|count| {
            let people = typical::people(engine, count, assumed, today);
            let answer = |person: Person| {
                let answer = engine.recommend(&person.profile, PATHS);
                (person, answer)
            };
            people.into_par_iter().map(answer).collect()
        })
        .collect();
    let (mut crowds, mut understood) = (Vec::new(), Understood::default());
    for (count, answers) in counts.rows.iter().zip(answered) {
        understood.note(count, &answers);
        let people = answers
            .iter()
            .map(|(Person { share, places, .. }, answer)| Typical {
                share: *share,
                places: *places,
                ways: ways(answer, book),
            })
            .collect();
        let occupations = typical::occupations(engine, count, assumed);
        let occupations = occupations.into_iter().map(|(_, share)| share).collect();
        crowds.push(Crowd { count, occupations, people });
    }
    (crowds, understood)
}

/// Draws the whole notice once: as people choose, and as the best path is.
fn draw_all(crowds: &[Crowd<'_>], assumed: &Assumptions, draw: u64) -> (Tally, Tally) {
    let (mut chosen, mut best) = (Tally::default(), Tally::default());
    // How many take no course, and prices, are unknown in the same way for all.
    let mut random = SplitMix(SALT ^ draw.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut between = |low: &str, high: &str| {
        let (low, high) = (assumed.value(low), assumed.value(high));
        low + (high - low) * random.share()
    };
    let no_course = between("no_course_low", "no_course_high");
    let price = between("open_price_low", "open_price_high");
    let shares =
        Shares { wish: assumed.value("wish"), no_course, alike: assumed.value("colleagues") };
    let mut urns = BTreeMap::new();
    for crowd in crowds {
        let drawn = crowd.draw(shares, draw, urns.entry(crowd.group()).or_default());
        for (person, people) in crowd.people.iter().zip(drawn) {
            for (at, [studying, not]) in people.into_iter().enumerate() {
                for (people, studies) in [(studying, true), (not, false)] {
                    if people > 0 {
                        best.add(person.ways.first(), people, studies);
                        chosen.add(person.ways.get(at), people, studies);
                    }
                }
            }
        }
    }
    for tally in [&mut chosen, &mut best] {
        tally.kronor += tally.open_weeks * price;
    }
    (chosen, best)
}

/// What a draw of the notice goes by.
#[derive(Debug, Clone, Copy)]
struct Shares {
    wish: f64,
    no_course: f64,
    /// Share of pairs of colleagues who have the same occupation for that reason.
    alike: f64,
}

/// People drawn so far of one group, by occupation: an urn that who comes next is drawn from.
///
/// People of a group who get notice together mostly do the same work, which occupation is not known: with
/// each for themselves every draw would have the mix of the whole country. As in Blackwell and
/// MacQueen's urn (1973), the next has the occupation of one who was drawn, or one of their own.
#[derive(Debug, Default)]
struct Urn(Vec<u32>);

impl Urn {
    /// The occupation of the next; `ends` are the shares of all, added up.
    fn next(&mut self, ends: &[f64], alike: f64, random: &mut SplitMix) -> usize {
        self.0.resize(ends.len(), 0);
        let drawn: u32 = self.0.iter().sum();
        let before = f64::from(drawn) * alike;
        let at = if random.share() * (1.0 - alike + before) < before {
            let mut left = random.below(drawn as usize);
            let copied = self.0.iter().position(|people| {
                let here = left < *people as usize;
                left = left.saturating_sub(*people as usize);
                here
            });
            copied.unwrap_or_default()
        } else {
            pick(ends, random)
        };
        self.0[at] += 1;
        at
    }
}

/// Sums of all values up to each.
fn ends(values: impl Iterator<Item = f64>) -> Vec<f64> {
    values
        .scan(0.0, |so_far, value| {
            *so_far += value;
            Some(*so_far)
        })
        .collect()
}

/// A place by chance, as likely as its value is large.
fn pick(ends: &[f64], random: &mut SplitMix) -> usize {
    let place = random.share() * ends.last().copied().unwrap_or_default();
    ends.partition_point(|end| *end <= place).min(ends.len().saturating_sub(1))
}

impl Crowd<'_> {
    /// The people who may be colleagues: of one SSYK group, or of one title.
    fn group(&self) -> (&Option<String>, &Option<String>) {
        (&self.count.ssyk, &self.count.title)
    }

    /// How many of the row are like each of its people and take each of their ways, with and without its
    /// courses; somebody without a way takes the first that is not there.
    fn draw(&self, shares: Shares, draw: u64, urn: &mut Urn) -> Vec<Vec<[u32; 2]>> {
        let mut random = SplitMix(typical::seed(self.count, SALT.wrapping_add(draw << 8)));
        let occupations = ends(self.occupations.iter().copied());
        // As many people of each occupation, one occupation after the other.
        let size = self.people.len() / self.occupations.len();
        // How common each of them is, is not known either: Rubin's Bayesian bootstrap (1981).
        let inside: Vec<Vec<f64>> = self
            .people
            .chunks(size)
            .map(|people| ends(people.iter().map(|person| person.weight(&mut random))))
            .collect();
        let mut drawn: Vec<Vec<[u32; 2]>> =
            self.people.iter().map(|person| vec![[0; 2]; person.ways.len().max(1)]).collect();
        for _ in 0..self.count.people {
            let occupation = urn.next(&occupations, shares.alike, &mut random);
            let at = occupation * size + pick(&inside[occupation], &mut random);
            let others = self.people[at].ways.len().saturating_sub(1);
            let other = random.share() < shares.wish && others > 0;
            let way = if other { 1 + random.below(others) } else { 0 };
            let idle = usize::from(random.share() < shares.no_course);
            drawn[at][way][idle] += 1;
        }
        drawn
    }
}

impl Drawn {
    fn range(&self, of: impl Fn(&Tally) -> f64) -> Range {
        range(self.tallies.iter().map(of).collect())
    }

    /// The figures of a list, most people first, equal ones by key.
    fn named(&self, names: &Names, of: impl Fn(&Tally) -> &BTreeMap<usize, u32>) -> Vec<Named> {
        let mut list: Vec<Named> = (0..names.labels.len())
            .map(|number| {
                let (key, label) = names.labels[number].clone();
                let people = self.range(|tally| at(of(tally), &number));
                Named { key, label, people }
            })
            .filter(|named| named.people.high >= 1.0)
            .collect();
        list.sort_by(|a, b| {
            b.people.expected.total_cmp(&a.people.expected).then_with(|| a.key.cmp(&b.key))
        });
        list.truncate(LISTED);
        list
    }

    fn weeks(&self) -> Vec<Week> {
        let weeks: BTreeSet<Date> =
            self.tallies.iter().flat_map(|tally| tally.begins.keys().copied()).collect();
        let week =
            |monday: Date| Week { monday, people: self.range(|tally| at(&tally.begins, &monday)) };
        weeks.into_iter().map(week).collect()
    }
}

/// Whether a county is the one the data are about, by name, letter or code.
fn is_home(county: &str) -> bool {
    let county = county.to_lowercase();
    let county = county.trim_end_matches(" län").trim_end_matches('s');
    ["västra götaland", "vastra gotaland", "o", "14"].contains(&county)
}

fn at<K: Ord>(counts: &BTreeMap<K, u32>, key: &K) -> f64 {
    counts.get(key).copied().map_or(0.0, f64::from)
}

fn range(mut values: Vec<f64>) -> Range {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let end = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few hundred"
        )]
        let place = (share * last as f64).round() as usize;
        values.get(place).copied().unwrap_or_default()
    };
    let [low, high] = ENDS.map(end);
    Range { low, expected: values.iter().sum::<f64>() / values.len().max(1) as f64, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of urns whose first two people have the same of ten occupations.
    fn same(alike: f64) -> f64 {
        let ends = ends([0.1; 10].into_iter());
        let mut random = SplitMix(7);
        let urns = 20_000;
        let same = (0..urns)
            .filter(|_| {
                let mut urn = Urn::default();
                urn.next(&ends, alike, &mut random) == urn.next(&ends, alike, &mut random)
            })
            .count();
        same as f64 / f64::from(urns)
    }

    #[test]
    fn pairs_of_colleagues_have_the_same_occupation_as_often_as_assumed() {
        for (alike, expected) in [(0.0, 0.1), (0.3, 0.37), (1.0, 1.0)] {
            let found = same(alike);
            // Four standard errors.
            assert!((found - expected).abs() < 0.014, "{alike}: {found}");
        }
    }

    #[test]
    fn any_pair_of_an_urn_is_as_alike_as_the_first() {
        let ends = ends([0.1; 10].into_iter());
        let mut random = SplitMix(8);
        let urns = 20_000;
        let same = (0..urns).filter(|_| {
            let mut urn = Urn::default();
            let people: Vec<usize> = (0..30).map(|_| urn.next(&ends, 0.3, &mut random)).collect();
            people[12] == people[29]
        });
        let found = same.count() as f64 / f64::from(urns);
        assert!((found - 0.37).abs() < 0.014, "{found}");
    }
}
