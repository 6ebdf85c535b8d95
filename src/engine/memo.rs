//! What words were read as, for lists say the same titles and skills again and again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::domain::{Candidate, ResolvedConcept};

/// What a text was read as: concepts, or suggestions where it was not understood.
pub(super) type Read = Result<Vec<ResolvedConcept>, Vec<Candidate>>;

/// Texts that are remembered, in some 2 KB each. When they are too many all are forgotten: what lists
/// repeat is soon there again.
const MOST: usize = 8_192;
/// Longest text that is remembered, in bytes; no list repeats longer ones.
const LONGEST: usize = 200;

/// Readings by text. They say nothing of who wrote them, and change no answer: a text is read the
/// same each time.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<HashMap<String, Read>>);

impl Memo {
    /// What a text was read as before, or else what `read` makes of it, which is the costly part.
    pub(super) fn read(&self, text: &str, read: impl FnOnce() -> Read) -> Read {
        // A lock that a panic left behind still guards whole readings.
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().get(text).cloned();
        if let Some(known) = known {
            return known;
        }
        let found = read();
        if text.len() <= LONGEST {
            let mut kept = kept();
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(text.to_owned(), found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_and_a_long_one_each_time() {
        let memo = Memo::default();
        let nobody = || unreachable!("it was read before");
        assert_eq!(memo.read("a", || Err(Vec::new())), Err(Vec::new()));
        assert_eq!(memo.read("a", nobody), Err(Vec::new()));
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(memo.read(&long, || Ok(Vec::new())), Ok(Vec::new()));
        assert_eq!(memo.read(&long, || Err(Vec::new())), Err(Vec::new()));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let memo = Memo::default();
        for number in 0..=MOST {
            let _read = memo.read(&number.to_string(), || Ok(Vec::new()));
        }
        assert_eq!(memo.0.lock().unwrap().len(), 1);
    }
}
