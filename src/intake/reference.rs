//! References as people order them.

use std::cmp::Ordering;

/// The order of references for people: what is written in digits counts as a number, so that `A2` stands
/// before `A10`. Those that differ in zeros alone are ordered as texts.
pub fn by_number(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    while let (Some(first), Some(second)) = (left.chars().next(), right.chars().next()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, rest) = digits(left);
            let (beside, remains) = digits(right);
            (left, right) = (rest, remains);
            number.len().cmp(&beside.len()).then_with(|| number.cmp(beside))
        } else {
            (left, right) = (&left[first.len_utf8()..], &right[second.len_utf8()..]);
            first.cmp(&second)
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| one.cmp(other))
}

/// The digits at the start of a text without zeros before them, and what follows.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_ordered_as_numbers() {
        let mut all = ["B1", "A10", "A2", "10", "9", "A02", "A2-11", "A2-3", "", "Å1"];
        all.sort_by(|one, other| by_number(one, other));
        assert_eq!(all, ["", "9", "10", "A02", "A2", "A2-3", "A2-11", "A10", "B1", "Å1"]);
    }
}
