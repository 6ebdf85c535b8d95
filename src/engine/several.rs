//! One written text that may name several things, or more than the thing.

use super::understood::{ReadAsOne, is_named_so};
use crate::domain::{Candidate, ResolvedConcept};

/// What a text was read as: concepts, or suggestions where it was not understood.
pub(super) type Read = Result<Vec<ResolvedConcept>, Vec<Candidate>>;

/// Words that what somebody has beside the work follows: "lagerarbetare m truckkort".
const WITH: [&str; 8] = ["med", "m", "m.", "m/", "inkl", "inkl.", "with", "w"];
/// Words behind a title that may be of its name ("nattportier") or tell of its hours.
const AT: [&str; 6] = ["natt", "dag", "kväll", "nights", "days", "dag/natt"];

/// A title that is not understood without what employers add to it: in brackets, names behind it (`lackerare
/// Volvo`), what comes with it ([`WITH`]) or when it is done ([`AT`]). The longest first.
pub(super) fn shortened(title: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let outside = |sign: &char| match sign {
        '(' | '[' => {
            depth += 1;
            false
        }
        ')' | ']' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    };
    let kept: String = title.chars().filter(outside).collect();
    let mut words: Vec<&str> = kept.split_whitespace().collect();
    let is_of = |word: &str, list: &[&str]| list.contains(&word.to_lowercase().as_str());
    if let Some(at) = words.iter().skip(1).position(|word| is_of(word, &WITH)) {
        words.truncate(at + 1);
    }
    while words.len() > 1 && words.last().is_some_and(|word| is_of(word, &AT)) {
        words.pop();
    }
    let shouted = !kept.chars().any(char::is_lowercase);
    let is_name = |word: &&str| !shouted && word.starts_with(|sign: char| sign.is_uppercase());
    let least = if words.last().is_some_and(is_name) { 1 } else { words.len() };
    let fewer = (least..=words.len()).rev().take(MOST_PARTS).map(|count| words[..count].join(" "));
    fewer.filter(|shorter| !shorter.is_empty() && shorter != title).collect()
}

/// Signs that part a list written as one text.
const PARTING: [char; 3] = [',', '/', ';'];
/// Words, and signs that stand as words, that do so inside a part; `C++` is no list.
const JOINING: [&str; 6] = ["och", "samt", "eller", "and", "&", "+"];
/// Cosine from which a text with such signs is taken as one name ("montör, bilindustri").
const WHOLE: f32 = 0.75;

/// Cosine of a text that is the label.
const SAME: f32 = 0.97;
/// Most parts of a text that are read: nobody lists more in one cell.
const MOST_PARTS: usize = 12;

/// The parts of a text that was read as one thing though a comma stands in it and none in that thing's name: the
/// reading passes over something that is written.
pub(super) fn passed_over<'t>(text: &'t str, read: &[ResolvedConcept]) -> Vec<&'t str> {
    match read {
        [one] if !one.matched_label.contains(',') && !is_named_so(one) => parts(text, &[',']),
        _ => Vec::new(),
    }
}

/// The parts of a text that may be a list; a comma before a digit is that of a number.
fn parts<'t>(text: &'t str, parting: &[char]) -> Vec<&'t str> {
    let is_decimal = |(at, sign): &(usize, &str)| {
        *sign == "," && text[at + 1..].starts_with(|next: char| next.is_ascii_digit())
    };
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, sign) in text.match_indices(parting).filter(|found| !is_decimal(found)) {
        parts.push(text[from..at].trim());
        from = at + sign.len();
    }
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts.truncate(MOST_PARTS);
    parts
}

/// The pieces of a part between [`JOINING`] words, in any case; none where there is no such word.
fn pieces(part: &str) -> Vec<String> {
    let joins = |word: &&str| JOINING.contains(&word.to_lowercase().as_str());
    let words: Vec<&str> = part.split_whitespace().collect();
    if !words.iter().any(joins) {
        return Vec::new();
    }
    let pieces = words.split(joins).filter(|piece| !piece.is_empty());
    pieces.map(|piece| piece.join(" ")).take(MOST_PARTS).collect()
}

/// Reads a text as one name where that is sure, else as a list where every part is, by itself or piece by
/// piece, else as one name after all. Where nothing but a comma stands between the very names of things
/// (`Svetsare,Truckförare`), the list is surer than a whole that is near a name. `ahead` is told what will be read
/// where there is more than one text.
pub(super) fn whole_or_parts(
    text: &str,
    read: impl Fn(&str) -> ReadAsOne,
    ahead: impl FnOnce(&[&str]),
) -> Read {
    let parts = parts(text, &PARTING);
    let pieces: Vec<Vec<String>> = parts.iter().map(|part| pieces(part)).collect();
    let is_list = text.contains(PARTING) || pieces.iter().any(|pieces| !pieces.is_empty());
    if is_list {
        let pieces = pieces.iter().flatten().map(String::as_str);
        ahead(&[text].into_iter().chain(parts.iter().copied()).chain(pieces).collect::<Vec<_>>());
    }
    let whole = read(text);
    let only = |(concept, _)| vec![concept];
    if !is_list || whole.as_ref().is_ok_and(|(_, cosine)| *cosine >= SAME) {
        return whole.map(only);
    }
    let sure = |part: &str| read(part).ok().filter(|(_, cosine)| *cosine >= WHOLE);
    let in_pieces = |pieces: &[String]| -> Option<Vec<(ResolvedConcept, f32)>> {
        if pieces.is_empty() { None } else { pieces.iter().map(|piece| sure(piece)).collect() }
    };
    let each = parts
        .iter()
        .zip(&pieces)
        .map(|(part, pieces)| sure(part).map(|found| vec![found]).or_else(|| in_pieces(pieces)));
    let listed: Option<Vec<(ResolvedConcept, f32)>> =
        each.collect::<Option<Vec<_>>>().map(|each| each.into_iter().flatten().collect());
    let tight = text.split(',').skip(1).any(|rest| !rest.starts_with(char::is_whitespace));
    let named = |all: &[(ResolvedConcept, f32)]| all.iter().all(|(_, cosine)| *cosine >= SAME);
    // A slash parts alternatives more surely than a comma, which stands in many names.
    let near = !text.contains('/') && whole.as_ref().is_ok_and(|(_, cosine)| *cosine >= WHOLE);
    match listed {
        Some(listed) if !near || tight && named(&listed) => {
            Ok(listed.into_iter().map(|(concept, _)| concept).collect())
        }
        _ => whole.map(only),
    }
}
