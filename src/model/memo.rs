//! What texts were read as, for lists say the same titles and skills again and again.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What was made of texts, by text. It says nothing of who wrote them, and changes no answer: a text is
/// read the same each time.
#[derive(Debug)]
pub(crate) struct Memo<T> {
    kept: Mutex<Halves<T>>,
    most: usize,
    longest: usize,
}

/// What was asked for lately, and before that.
#[derive(Debug)]
struct Halves<T> {
    newer: HashMap<String, T>,
    older: HashMap<String, T>,
}

impl<T: Clone> Memo<T> {
    /// Remembers the last `most` different texts of at most `longest` bytes that were asked for, and up to as many
    /// before them: what lists repeat stays, however much comes once.
    pub(crate) fn new(most: usize, longest: usize) -> Self {
        let kept = Halves { newer: HashMap::new(), older: HashMap::new() };
        Self { kept: Mutex::new(kept), most: most.max(1), longest }
    }

    /// What was made of a text before.
    pub(crate) fn get(&self, text: &str) -> Option<T> {
        let mut kept = self.kept();
        if let Some(made) = kept.newer.get(text) {
            return Some(made.clone());
        }
        let (text, made) = kept.older.remove_entry(text)?;
        self.put(kept, text, made.clone());
        Some(made)
    }

    /// Remembers what was made of a text.
    pub(crate) fn keep(&self, text: &str, made: &T) {
        let kept = self.kept();
        if text.len() <= self.longest && !kept.newer.contains_key(text) {
            self.put(kept, text.to_owned(), made.clone());
        }
    }

    fn put(&self, mut kept: MutexGuard<'_, Halves<T>>, text: String, made: T) {
        let mut forgotten = HashMap::new();
        if kept.newer.len() >= self.most {
            let newer = mem::take(&mut kept.newer);
            forgotten = mem::replace(&mut kept.older, newer);
        }
        kept.newer.insert(text, made);
        // Nobody waits while much is given back.
        drop(kept);
        drop(forgotten);
    }

    fn kept(&self) -> MutexGuard<'_, Halves<T>> {
        // A lock that a panic left behind still guards whole values.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was made of a text before, or else what `make` makes of it, which is the costly part.
    pub(crate) fn read(&self, text: &str, make: impl FnOnce() -> T) -> T {
        self.get(text).unwrap_or_else(|| {
            let made = make();
            self.keep(text, &made);
            made
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_text_is_read_once_and_a_long_one_each_time() {
        let memo = Memo::new(9, 3);
        let nobody = || unreachable!("it was read before");
        assert_eq!(memo.read("abc", || 1), 1);
        assert_eq!(memo.read("abc", nobody), 1);
        assert_eq!(memo.read("abcd", || 1), 1);
        assert_eq!(memo.read("abcd", || 2), 2);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let memo = Memo::new(8, 9);
        memo.keep("again", &0);
        for number in 1..100 {
            memo.keep(&number.to_string(), &number);
            assert_eq!(memo.get("again"), Some(0), "what is asked for again stays");
            let kept = memo.kept.lock().unwrap();
            assert!(kept.newer.len() <= 8 && kept.older.len() <= 8, "{kept:?}");
        }
        assert_eq!((memo.get("99"), memo.get("1")), (Some(99), None));
    }

    #[test]
    fn the_last_ones_that_were_asked_for_stay() {
        for most in [0, 1, 2, 5] {
            let memo = Memo::new(most, 9);
            let made = Cell::new(0);
            for round in 0..4 {
                for number in 0..most.max(1) {
                    let make = || made.set(made.get() + 1);
                    memo.read(&number.to_string(), make);
                }
                assert_eq!(made.get(), most.max(1), "round {round}");
            }
        }
    }
}
