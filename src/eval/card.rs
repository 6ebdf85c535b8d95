//! The model card: prose written by hand, with a marked block of measured figures for each kind of
//! weights.

use std::fmt;

use sha2::{Digest, Sha256};

/// Weights that have a file of their own and a block in the model card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeightsKind {
    /// Of moves between occupations.
    Moves,
    /// Of job titles.
    Titles,
    /// Of skills in sentences.
    Skills,
    /// Of titles and skills where an encoder is on.
    Encoder,
}

impl WeightsKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Moves, Self::Titles, Self::Skills, Self::Encoder];

    /// Name of their file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Moves => "ranker.json",
            Self::Titles => "titles.json",
            Self::Skills => "skills.json",
            Self::Encoder => "encoder.json",
        }
    }
}

impl fmt::Display for WeightsKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Moves => "moves",
            Self::Titles => "titles",
            Self::Skills => "skills",
            Self::Encoder => "encoder",
        })
    }
}

/// What is wrong with a card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the card has no block of {kind}: write the lines `<!-- {kind}: -->` and `<!-- end of {kind} -->` where its figures belong"
)]
pub struct NoBlock {
    /// The kind whose block is missing.
    pub kind: WeightsKind,
}

/// What tells weights files apart: the first 16 hexadecimal digits of their SHA-256.
pub fn weights_fingerprint(file: &[u8]) -> String {
    let mut digits = crate::dataset::hex(&Sha256::digest(file));
    digits.truncate(16);
    digits
}

/// The card with the figures of a kind, measured for the weights with this fingerprint, in the place of
/// those in its block; everything else stays.
///
/// # Errors
/// Where the card has no such block.
pub fn write_figures(
    card: &str,
    kind: WeightsKind,
    fingerprint: &str,
    figures: &str,
) -> Result<String, NoBlock> {
    let (from, to) = block(card, kind).ok_or(NoBlock { kind })?;
    let (before, after) = (&card[..from], &card[to..]);
    let mark = format!("{} weights {fingerprint} -->", opening(kind));
    Ok(format!("{before}{mark}\n\n{}\n\n{after}", figures.trim()))
}

/// Fingerprint of the weights that the figures of a kind were measured for; `None` where the card has
/// none.
pub fn measured_for(card: &str, kind: WeightsKind) -> Option<&str> {
    let (from, to) = block(card, kind)?;
    card[from..to].strip_prefix(&opening(kind))?.strip_prefix(" weights ")?.split(' ').next()
}

fn opening(kind: WeightsKind) -> String {
    format!("<!-- {kind}:")
}

/// Where a block begins, and where its last line does.
fn block(card: &str, kind: WeightsKind) -> Option<(usize, usize)> {
    let from = card.find(&opening(kind))?;
    let to = card[from..].find(&format!("<!-- end of {kind} -->"))? + from;
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_replaced_and_prose_stays() {
        let card = "# Card\nbefore\n<!-- moves: -->\nold\n<!-- end of moves -->\nbetween\n\
                    <!-- titles: weights abc -->\nkept\n<!-- end of titles -->\nafter\n";
        assert_eq!(measured_for(card, WeightsKind::Moves), None);
        assert_eq!(measured_for(card, WeightsKind::Titles), Some("abc"));
        let written = write_figures(card, WeightsKind::Moves, "12", "| a |\n").unwrap();
        let wanted = card.replace("moves: -->\nold\n", "moves: weights 12 -->\n\n| a |\n\n");
        assert_eq!(written, wanted);
        assert_eq!(measured_for(&written, WeightsKind::Moves), Some("12"));
        let again = write_figures(&written, WeightsKind::Moves, "12", "| a |\n").unwrap();
        assert_eq!(again, written);
        let error = write_figures(card, WeightsKind::Skills, "12", "").unwrap_err().to_string();
        assert!(error.contains("no block of skills") && error.contains("<!-- skills: -->"));
    }
}
