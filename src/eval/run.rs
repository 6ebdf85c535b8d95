//! A ranking of candidates for every query of a set, and the run file that carries it.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use super::Ranked;
use crate::dataset::Error;

/// What a system answered to the queries of a set, in the order of the set's query file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    queries: Vec<(String, Vec<Ranked>)>,
}

impl Run {
    /// A run from answers, best first; a candidate named twice keeps its better rank.
    pub fn new(answers: impl IntoIterator<Item = (String, Vec<Ranked>)>) -> Self {
        let queries = answers
            .into_iter()
            .map(|(query, mut candidates)| {
                let mut seen = HashSet::new();
                candidates.retain(|candidate| seen.insert(candidate.id.clone()));
                (query, candidates)
            })
            .collect();
        Self { queries }
    }

    /// Candidate ids by query, best first; queries without an answer are absent.
    pub(super) fn by_query(&self) -> HashMap<&str, Vec<&str>> {
        self.queries
            .iter()
            .filter(|(_, candidates)| !candidates.is_empty())
            .map(|(query, candidates)| {
                (query.as_str(), candidates.iter().map(|c| c.id.as_str()).collect())
            })
            .collect()
    }

    /// Writes `query <TAB> rank <TAB> candidate <TAB> score`, one line a candidate, ranks from 1.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (query, candidates) in &self.queries {
            for (at, candidate) in candidates.iter().enumerate() {
                let Ranked { id, score } = candidate;
                writeln!(out, "{query}\t{rank}\t{id}\t{score}", rank = at + 1)?;
            }
        }
        Ok(())
    }
}

/// Writes a run into a file, and the folders it stands in.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written.
pub fn write_run(run: &Run, path: &Path) -> Result<(), Error> {
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = BufWriter::new(File::create(path)?);
        run.write(&mut out)?;
        out.flush()
    };
    write().map_err(|source| Error::io(path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_start_at_one_and_a_second_mention_is_dropped() {
        let answers = [Ranked::new("b", 2.0), Ranked::new("a", 0.5), Ranked::new("b", 0.25)];
        let run = Run::new([("q1".to_owned(), answers.to_vec()), ("q2".to_owned(), Vec::new())]);
        let mut bytes = Vec::new();
        run.write(&mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "q1\t1\tb\t2\nq1\t2\ta\t0.5\n");
        assert_eq!(run.by_query().into_iter().collect::<Vec<_>>(), [("q1", vec!["b", "a"])]);
    }
}
