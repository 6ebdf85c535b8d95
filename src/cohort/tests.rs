//! The optimiser against every plan there is, on problems small enough to try them all.

use proptest::prelude::*;

use super::{
    Choice, POINT, Person, Problem, Refusal, Solution, fair_shares, more_budget, more_seats, solve,
};

/// What a plan is worth where it is allowed: within seats and budget, less the price of missing places.
fn worth(problem: &Problem, choice: &[Option<usize>], shortfall: i64) -> Option<i64> {
    let mut seats = problem.seats.clone();
    let (mut spent, mut value) = (0, 0);
    let mut places = vec![0; problem.targets.len()];
    for (person, option) in problem.people.iter().zip(choice) {
        let Some(option) = option.map(|option| &person.options[option]) else { continue };
        value += option.value;
        spent += u64::from(option.cost);
        for pool in &option.pools {
            if let Some(left) = &mut seats[*pool as usize] {
                *left = left.checked_sub(1)?;
            }
        }
        if let Some(group) = person.group.filter(|_| option.counts) {
            places[group] += 1;
        }
    }
    if problem.budget.is_some_and(|budget| spent > budget) {
        return None;
    }
    let missing = problem.targets.iter().zip(places);
    let missing: i64 = missing.map(|(target, got)| i64::from(target.saturating_sub(got))).sum();
    Some(value - shortfall * missing)
}

/// The best of all choices of the people that are left.
fn go(problem: &Problem, free: &[usize], choice: &mut Vec<Option<usize>>, shortfall: i64) -> i64 {
    let Some((at, rest)) = free.split_first() else {
        return worth(problem, choice, shortfall).unwrap_or(i64::MIN);
    };
    let options = problem.people[*at].options.len();
    let mut best = i64::MIN;
    for option in (0..options).map(Some).chain([None]) {
        choice[*at] = option;
        best = best.max(go(problem, rest, choice, shortfall));
    }
    best
}

/// The best of all plans in which locks that can be kept are kept, as the solution says it.
fn best_of_all(problem: &Problem, solution: &Solution) -> i64 {
    let free: Vec<usize> =
        (0..problem.people.len()).filter(|at| problem.people[*at].locked.is_none()).collect();
    let mut choice: Vec<Option<usize>> = problem
        .people
        .iter()
        .enumerate()
        .map(|(at, person)| person.locked.filter(|_| !solution.refused.contains_key(&at)))
        .collect();
    go(problem, &free, &mut choice, solution.shortfall)
}

fn choices(pools: u32) -> impl Strategy<Value = Vec<Choice>> {
    let taken = proptest::collection::btree_set(0..pools, 0..3);
    let option = (0_i64..100, 0_u32..4, taken, proptest::bool::ANY).prop_map(
        |(value, cost, pools, counts)| Choice {
            counts,
            value: value * POINT / 7,
            cost: cost * 1_000,
            pools: pools.into_iter().collect(),
        },
    );
    proptest::collection::vec(option, 0..4)
}

/// Up to six people, three pools, a budget, two groups, locks.
fn problems() -> impl Strategy<Value = Problem> {
    let person = (choices(3), proptest::option::of(0_usize..2), proptest::option::of(0_usize..4));
    let people = proptest::collection::vec(person, 0..6);
    let seats = proptest::collection::vec(proptest::option::weighted(0.9, 0_u32..3), 3);
    let budget = proptest::option::weighted(0.8, 0_u64..9_000);
    let targets = proptest::collection::vec(0_u32..3, 2);
    (people, seats, budget, targets, 0_u64..4).prop_map(|(people, seats, budget, targets, seed)| {
        let people = people.into_iter().enumerate().map(|(at, (options, group, locked))| Person {
            reference: format!("p{at}"),
            group,
            locked: locked.filter(|at| *at < options.len()),
            options,
        });
        Problem { people: people.collect(), seats, budget, targets, seed }
    })
}

#[test]
fn two_people_of_one_group_are_weighed_together() {
    // One place of the first group must count, and two count. Each may give theirs up alone, not both.
    let option =
        |value, cost, pools: &[u32], counts| Choice { counts, value, cost, pools: pools.to_vec() };
    let person = |at: usize, group, options| Person {
        reference: format!("p{at}"),
        group,
        locked: None,
        options,
    };
    let problem = Problem {
        people: vec![
            person(0, None, vec![option(3_857_142, 0, &[0], false)]),
            person(
                1,
                Some(0),
                vec![option(13_000_000, 2_000, &[0], false), option(8_571_428, 0, &[], true)],
            ),
            person(2, None, Vec::new()),
            person(
                3,
                Some(0),
                vec![option(8_571_428, 0, &[0], true), option(5_285_714, 3_000, &[], false)],
            ),
        ],
        seats: vec![Some(2), None, None],
        budget: Some(3_000),
        targets: vec![1, 0],
        seed: 3,
    };
    let solution = solve(&problem).unwrap();
    assert!(more_budget(&problem, &solution, 2_000).worth >= 0);
}

proptest! {
    #[test]
    fn a_plan_is_allowed_and_lies_between_nothing_and_the_bound(problem in problems()) {
        let solution = solve(&problem).unwrap();
        let own = worth(&problem, &solution.choice, solution.shortfall);
        prop_assert_eq!(own, Some(solution.worth));
        let best = best_of_all(&problem, &solution);
        prop_assert!(solution.worth <= best, "{} > {best}", solution.worth);
        prop_assert!(best <= solution.bound, "{best} > {}", solution.bound);
        for (at, person) in problem.people.iter().enumerate() {
            if person.locked.is_some() {
                let kept = solution.choice[at] == person.locked;
                prop_assert!(kept != solution.refused.contains_key(&at));
            }
        }
    }

    #[test]
    fn the_order_of_people_changes_nothing(problem in problems(), turn in 0_usize..6) {
        let solution = solve(&problem).unwrap();
        let mut turned = problem.clone();
        let by = turn.min(problem.people.len());
        turned.people.rotate_left(by);
        let mut other = solve(&turned).unwrap();
        other.choice.rotate_right(by);
        prop_assert_eq!(&solution.choice, &other.choice);
        prop_assert_eq!((solution.worth, solution.bound), (other.worth, other.bound));
    }

    #[test]
    fn more_never_harms(problem in problems(), pool in 0_usize..3) {
        let solution = solve(&problem).unwrap();
        let seats = more_seats(&problem, &solution, pool, 2);
        let kronor = more_budget(&problem, &solution, 2_000);
        prop_assert!(seats.worth >= 0 && kronor.worth >= 0);
        let mut richer = problem;
        richer.seats[pool] = richer.seats[pool].map(|seats| seats + 2);
        let bound = solve(&richer).unwrap().bound;
        prop_assert!(solution.worth + seats.worth <= bound || !solution.refused.is_empty());
    }

    #[test]
    fn shares_ask_for_no_more_than_can_be(problem in problems()) {
        let mut free = problem;
        free.targets = vec![0, 0];
        let plain = solve(&free).unwrap();
        let shares = fair_shares(&free, &plain, 0.8).unwrap();
        let mut fair = free;
        fair.targets = shares.iter().map(|share| share.target()).collect();
        let planned = solve(&fair).unwrap();
        prop_assert!(planned.worth <= plain.bound);
        let wanted: u32 = shares.iter().map(|share| share.wanted).sum();
        prop_assert!(wanted <= plain.places.iter().sum::<u32>());
    }
}

fn choice(points: i64, cost: u32, pools: &[u32]) -> Choice {
    Choice { value: points * POINT, cost, pools: pools.to_vec(), counts: true }
}

fn person(reference: &str, options: Vec<Choice>) -> Person {
    Person { reference: reference.to_owned(), options, ..Person::default() }
}

#[test]
fn a_seat_goes_to_whom_it_is_worth_most_and_the_other_takes_the_next_best() {
    let problem = Problem {
        people: vec![
            person("a", vec![choice(90, 0, &[0]), choice(80, 0, &[1])]),
            person("b", vec![choice(85, 0, &[0]), choice(20, 0, &[1])]),
        ],
        seats: vec![Some(1), Some(1)],
        ..Problem::default()
    };
    let solution = solve(&problem).unwrap();
    assert_eq!(solution.choice, [Some(1), Some(0)]);
    assert_eq!(solution.worth, 165 * POINT);
    assert!(solution.gap() < 1e-3, "{solution:?}");
    let help = more_seats(&problem, &solution, 0, 1);
    assert_eq!((help.better, help.worse, help.placed, help.worth), (1, 0, 0, 10 * POINT));
}

#[test]
fn without_money_only_what_costs_nothing_is_planned() {
    let options = || vec![choice(90, 5_000, &[0]), choice(30, 0, &[])];
    let people = ["a", "b", "c"].map(|name| person(name, options()));
    let mut problem = Problem {
        people: Vec::from(people),
        seats: vec![Some(2)],
        budget: Some(0),
        ..Problem::default()
    };
    let solution = solve(&problem).unwrap();
    assert_eq!(solution.choice, [Some(1); 3]);
    let help = more_budget(&problem, &solution, 10_000);
    assert_eq!((help.better, help.placed, help.worth), (2, 0, 120 * POINT));
    problem.budget = None;
    let solution = solve(&problem).unwrap();
    assert_eq!((solution.spent, solution.taken[0]), (10_000, 2));
}

#[test]
fn a_lock_is_kept_against_what_would_be_better_and_named_where_it_cannot() {
    let options = || vec![choice(90, 0, &[0]), choice(30, 0, &[])];
    let mut people = ["a", "b", "c"].map(|name| person(name, options()));
    people[0].locked = Some(1);
    people[1].locked = Some(0);
    people[2].locked = Some(0);
    let mut problem =
        Problem { people: Vec::from(people), seats: vec![Some(1)], ..Problem::default() };
    let solution = solve(&problem).unwrap();
    assert_eq!(solution.choice[0], Some(1), "kept though a seat would be worth more");
    assert_eq!(solution.refused.len(), 1);
    assert!(solution.refused.values().all(|why| *why == Refusal::Seats { pool: 0 }));
    assert_eq!(solution.taken, [1]);
    problem.seats = vec![Some(2)];
    assert!(solve(&problem).unwrap().refused.is_empty());
}

#[test]
fn a_small_group_gets_its_share_where_it_can() {
    let mut people: Vec<Person> =
        (0..8).map(|at| person(&format!("a{at}"), vec![choice(90, 0, &[0])])).collect();
    people.extend((0..4).map(|at| person(&format!("b{at}"), vec![choice(40, 0, &[0])])));
    for (at, person) in people.iter_mut().enumerate() {
        person.group = Some(usize::from(at >= 8));
    }
    let mut problem =
        Problem { people, seats: vec![Some(6)], targets: vec![0, 0], ..Problem::default() };
    let free = solve(&problem).unwrap();
    assert_eq!(free.places, [6, 0]);
    let shares = fair_shares(&problem, &free, 1.0).unwrap();
    assert_eq!(shares.iter().map(|share| share.target()).collect::<Vec<_>>(), [4, 2]);
    problem.targets = vec![4, 2];
    assert_eq!(solve(&problem).unwrap().places, [4, 2]);
    problem.people.iter_mut().skip(9).for_each(|person| person.options.clear());
    let shares = fair_shares(&problem, &free, 1.0).unwrap();
    assert_eq!((shares[1].wanted, shares[1].target()), (2, 1), "one of them has an option");
}

#[test]
fn a_way_without_a_seat_is_no_share_of_the_seats() {
    // Both groups have places enough, but all seats go to the first, to whom they are worth more.
    let direct = || Choice { counts: false, ..choice(30, 0, &[]) };
    let mut people: Vec<Person> = (0..8)
        .map(|at| {
            person(&format!("p{at}"), vec![choice(if at < 4 { 90 } else { 50 }, 0, &[0]), direct()])
        })
        .collect();
    for (at, person) in people.iter_mut().enumerate() {
        person.group = Some(usize::from(at >= 4));
    }
    let mut problem =
        Problem { people, seats: vec![Some(4)], targets: vec![0, 0], ..Problem::default() };
    let free = solve(&problem).unwrap();
    assert_eq!(free.places, [4, 0]);
    assert_eq!(free.choice.iter().flatten().count(), 8);
    let shares = fair_shares(&problem, &free, 1.0).unwrap();
    problem.targets = shares.iter().map(|share| share.target()).collect();
    assert_eq!(problem.targets, [2, 2]);
    let fair = solve(&problem).unwrap();
    assert_eq!(
        (fair.places.as_slice(), fair.choice.iter().flatten().count()),
        ([2, 2].as_slice(), 8)
    );
    assert!(fair.gap() < 1e-3, "{fair:?}");
}

#[test]
fn problems_that_are_none_are_named() {
    let twice = Problem {
        people: vec![person("a", Vec::new()), person("a", Vec::new())],
        ..Problem::default()
    };
    assert!(solve(&twice).unwrap_err().to_string().contains("the reference a is used twice"));
    let unknown =
        Problem { people: vec![person("a", vec![choice(1, 0, &[0])])], ..Problem::default() };
    assert!(solve(&unknown).unwrap_err().to_string().contains("pools"));
    let mut lost = Problem { people: vec![person("a", Vec::new())], ..Problem::default() };
    lost.people[0].locked = Some(0);
    assert!(solve(&lost).unwrap_err().to_string().contains("locked"));
    let empty = solve(&Problem::default()).unwrap();
    assert_eq!((empty.worth, empty.bound, empty.choice.len()), (0, 0, 0));
}
