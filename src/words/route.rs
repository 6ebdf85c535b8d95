//! Routes over stepping stones in words.

use super::{capital, kronor, many};
use crate::domain::{Edit, Hop, Language, Opening, Route, length_in_words};

/// What is known of a move: `38 % rimliga, medellön 42 900 kr, 10 veckor heltid`.
pub fn hop(hop: &Hop, language: Language) -> String {
    let share = 100.0 * hop.feasible;
    let wage = hop.wage.map(|wage| {
        format!("{} {}", language.pick("medellön", "mean wage"), kronor(wage.into(), language))
    });
    let training = match hop.weeks {
        Some(weeks) if hop.courses.is_empty() && weeks <= 0.0 => {
            language.pick("utan utbildning", "without training").to_owned()
        }
        Some(weeks) => super::length(weeks, language),
        None => language.pick("utbildningens längd okänd", "length of training unknown").to_owned(),
    };
    let share = match language {
        Language::Sv => format!("{share:.0} % rimliga"),
        Language::En => format!("{share:.0} % feasible"),
    };
    [Some(share), wage, Some(training)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A route in short: `2 steg, sammanlagt 36 veckor`.
pub fn route(route: &Route, language: Language) -> String {
    let words = [language.pick("steg", "move"), language.pick("steg", "moves")];
    let steps = many(route.hops.len() as f32, words, language);
    let Some(weeks) = route.total_weeks else { return steps };
    let length = length_in_words(weeks);
    format!("{steps}, {} {}", language.pick("sammanlagt", "in all"), length.text(language))
}

/// Changes that open an occupation together: `Skaffa B-körkort och 12 dagar till`.
pub fn opening(opening: &Opening, language: Language) -> String {
    let edits = opening.edits.iter().map(Edit::in_words);
    let edits: Vec<String> = edits.map(|said| said.text(language).to_owned()).collect();
    capital(&edits.join(language.pick(" och ", " and ")))
}

/// What the share of a move and the length of a route mean.
pub fn about_routes(language: Language) -> &'static str {
    language.pick(
        "Procenten är andelen byten med samma likhet som experter har angett som rimliga; de anger få. En väg är så säker som dess \
         minst säkra steg. Ett halvt års arbete räknas vid varje mellansteg (antaget).",
        "Percent are the share of moves as like as this one that experts named as feasible; they name few. A route is as sure as its \
         least sure move. Half a year of work counts at every stepping stone (assumed).",
    )
}
