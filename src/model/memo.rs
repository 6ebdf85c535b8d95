//! What texts were read as, for lists say the same titles and skills again and again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// What was made of texts, by text. It says nothing of who wrote them, and changes no answer: a text is
/// read the same each time.
#[derive(Debug)]
pub(crate) struct Memo<T> {
    kept: Mutex<HashMap<String, T>>,
    most: usize,
    longest: usize,
}

impl<T: Clone> Memo<T> {
    /// Remembers texts of at most `longest` bytes. When they are more than `most` all are forgotten: what
    /// lists repeat is soon there again.
    pub(crate) fn new(most: usize, longest: usize) -> Self {
        Self { kept: Mutex::default(), most, longest }
    }

    /// What was made of a text before.
    pub(crate) fn get(&self, text: &str) -> Option<T> {
        // A lock that a panic left behind still guards whole values.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned()
    }

    /// Remembers what was made of a text.
    pub(crate) fn keep(&self, text: &str, made: &T) {
        if text.len() > self.longest {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.most {
            kept.clear();
        }
        kept.insert(text.to_owned(), made.clone());
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
        for number in 0..=8 {
            memo.keep(&number.to_string(), &number);
        }
        assert_eq!(memo.kept.lock().unwrap().len(), 1);
    }
}
