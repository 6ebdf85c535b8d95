//! What breaks, and what must come of it: damaged files, killed runs, full disks, slow and hostile
//! clients, bombs, and a long time under load. `tests/faults` starts all of it and the tests elsewhere
//! that belong to it; each test here prints a table of what it tried and what came of it.
//!
//! What takes long is ignored in the ordinary run.

mod artefacts;
mod bombs;
mod clients;
mod disk;
mod kills;
mod service_kills;
mod service_starts;
mod soak;

use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use kompetensnav::model::SplitMix;

/// What a test tried and what came of it; printed when the test ends, however it ends.
struct Tried {
    title: &'static str,
    rows: Vec<(String, BTreeMap<&'static str, usize>)>,
}

impl Tried {
    fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    /// Counts one attempt and what came of it.
    fn count(&mut self, what: &str, came: &'static str) {
        let known = self.rows.iter().position(|(known, _)| known == what);
        let at = known.unwrap_or_else(|| {
            self.rows.push((what.to_owned(), BTreeMap::new()));
            self.rows.len() - 1
        });
        *self.rows[at].1.entry(came).or_default() += 1;
    }

    /// How often this came of anything.
    fn times(&self, came: &str) -> usize {
        self.rows.iter().filter_map(|(_, counts)| counts.get(came)).sum()
    }
}

impl Drop for Tried {
    fn drop(&mut self) {
        println!("\n| {} | tried | came of it |\n|---|---|---|", self.title);
        for (what, counts) in &self.rows {
            let came: Vec<String> =
                counts.iter().map(|(came, times)| format!("{times} {came}")).collect();
            println!("| {what} | {} | {} |", counts.values().sum::<usize>(), came.join(", "));
        }
    }
}

/// Copies of a file as disks, copies and downloads leave them, each with what was done to it: cut at
/// several lengths, grown, a block of zeros in it, single bits turned over. The same for the same bytes.
fn damaged(whole: &[u8], flips: usize) -> Vec<(&'static str, Vec<u8>)> {
    let length = whole.len();
    let mut copies = vec![("grown", [whole, b"x"].concat())];
    if length == 0 {
        return copies;
    }
    let line = whole.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut cuts = vec![0, 1, line, length / 4, length / 2, length * 3 / 4, length - 1];
    cuts.retain(|cut| *cut < length);
    cuts.sort_unstable();
    cuts.dedup();
    copies.extend(cuts.into_iter().map(|cut| ("cut", whole[..cut].to_vec())));
    let mut zeros = whole.to_vec();
    zeros[length / 3..].iter_mut().take(512).for_each(|byte| *byte = 0);
    copies.push(("a block of zeros", zeros));
    let mut random = SplitMix(length as u64);
    for _ in 0..flips {
        let mut copy = whole.to_vec();
        copy[random.below(length)] ^= 1 << random.below(8);
        copies.push(("a bit turned over", copy));
    }
    copies
}

/// A text of so many rows.
fn rows(numbers: Range<usize>, row: impl Fn(usize) -> String) -> String {
    numbers.map(row).collect()
}

/// Groups of the people of [`crate::hub::list`], for an audit.
fn groups(people: usize) -> String {
    "ref;kon\n".to_owned() + &rows(1..people + 1, |at| format!("A{at};{}\n", ["k", "m"][at % 2]))
}

/// Puts every damaged copy of a file in its place and asks: an error that says what and how to mend it, or
/// the same answer as before. Leaves the file as it was.
#[track_caller]
fn damage(
    tried: &mut Tried,
    (what, file, flips): (&str, &Path, usize),
    answer: impl Fn() -> Result<String, String>,
) {
    let whole = fs::read(file).unwrap();
    let right = answer().unwrap();
    for (how, bytes) in damaged(&whole, flips) {
        fs::write(file, bytes).unwrap();
        let came = catch_unwind(AssertUnwindSafe(&answer));
        let came = came.unwrap_or_else(|_| panic!("{what}, {how}: a panic"));
        let row = format!("{what}: {how}");
        match came {
            Ok(found) if found == right => tried.count(&row, "the same answer"),
            Ok(_) => tried.count(&row, "ANOTHER ANSWER"),
            Err(error) => {
                assert!(error.contains(": "), "{row}: no cure in {error:?}");
                tried.count(&row, "refused");
            }
        }
    }
    fs::write(file, &whole).unwrap();
    assert_eq!(answer().as_deref(), Ok(right.as_str()), "{what} is not as it was");
}
