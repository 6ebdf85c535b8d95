//! The optimiser of cohort plans on made-up lists: seconds and proven gap, one line each.
//!
//! * `cohort/1750x500` and `cohort/50000x2000` are [`solve`] with 20 options a person, a budget that is
//!   short, and as many seats as four of five people could take; `/bundles` takes two seats in three of
//!   ten options, `/shares` asks for places of two of five groups, `/alike` gives fifty people each the
//!   same options, as people of one workplace have.
//!
//! Values are drawn evenly from 20 to 100 points, prices from 2,000 to 40,000 kr; some starts are asked
//! for much more than others. The generator is deterministic.

use std::time::Instant;

use kompetensnav::{
    cohort::{Choice, POINT, Person, Problem, solve},
    model::SplitMix,
};

const OPTIONS: usize = 20;
const GROUPS: usize = 5;
/// Kronor a person.
const BUDGET: u64 = 9_000;
/// People with the same options.
const ALIKE: usize = 50;

/// Runs the problems whose name holds `filter`. Where nothing is `measured`, a small one.
pub(super) fn run(filter: &str, measured: bool) {
    if !measured {
        return report("cohort/small", &problem(200, 20, false));
    }
    for (people, starts) in [(1_750, 500), (50_000, 2_000)] {
        let plain = problem(people, starts, false);
        let mut shares = plain.clone();
        let fair = u32::try_from(people / GROUPS).unwrap_or(u32::MAX);
        shares.targets = vec![fair / 4 * 3, 0, 0, 0, fair / 10 * 7];
        let mut alike = plain.clone();
        for at in 0..people {
            let options = alike.people[at / ALIKE * ALIKE].options.clone();
            alike.people[at].options = options;
        }
        let problems = [
            ("", plain),
            ("/bundles", problem(people, starts, true)),
            ("/shares", shares),
            ("/alike", alike),
        ];
        for (kind, problem) in problems {
            let name = format!("cohort/{people}x{starts}{kind}");
            if name.contains(filter) {
                report(&name, &problem);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "as criterion does")]
fn report(name: &str, problem: &Problem) {
    let begin = Instant::now();
    let solution = solve(problem).expect("the problem is sound");
    let seconds = begin.elapsed().as_secs_f64();
    let placed = solution.choice.iter().flatten().count();
    println!(
        "{name}: {seconds:.2} s, gap {:.4} %, {placed} of {} placed, {} of {:?} kr",
        100.0 * solution.gap(),
        problem.people.len(),
        solution.spent,
        problem.budget,
    );
}

/// People with options on starts, some of them on two.
fn problem(people: usize, starts: usize, bundles: bool) -> Problem {
    let mut random = SplitMix(7);
    let mut part = || random.share();
    let prices: Vec<u32> = (0..starts).map(|_| 2_000 + whole(part() * 38_000.0)).collect();
    let mean = people as f64 * 0.8 / starts as f64;
    let seats = (0..starts).map(|_| Some(1 + whole(part() * 2.0 * mean))).collect();
    let people = (0..people).map(|at| {
        let options = (0..OPTIONS).map(|_| {
            let mut pools = vec![whole(part().powf(1.5) * starts as f64)];
            if bundles && part() < 0.3 {
                pools.push(whole(part() * starts as f64));
                pools.sort_unstable();
                pools.dedup();
            }
            let cost = pools.iter().map(|pool| prices[*pool as usize]).sum();
            let value = POINT * i64::from(whole(20_000.0 + part() * 80_000.0)) / 1_000;
            Choice { value, cost, pools, counts: true }
        });
        let options = options.collect();
        let (reference, group) = (format!("W{at}"), Some(at % GROUPS));
        Person { reference, group, options, locked: None }
    });
    let people: Vec<Person> = people.collect();
    let budget = Some(people.len() as u64 * BUDGET);
    Problem { people, seats, budget, targets: vec![0; GROUPS], seed: 1 }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn whole(number: f64) -> u32 {
    number as u32
}
