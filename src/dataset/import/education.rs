//! Levels of education in Arbetsförmedlingen's sentences about what an occupation asks for.

use crate::domain::Education;

/// The levels a sentence names, ascending; empty where it names none.
///
/// The sentences are free text with few patterns. One that says there is no formal requirement
/// counts as that alone, even where it goes on to call some education an advantage.
pub(super) fn levels(sentence: &str) -> Vec<Education> {
    let text = sentence.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["inga formella utbildningskrav", "inga krav på formell utbildning"])
        || says(&["har inga krav på", "inga specifika förkunskaper", "upplärda på arbetsplatsen"])
    {
        return vec![Education::NoRequirement];
    }
    let mut levels = Vec::new();
    if says(&["ingen formell utbildning"]) {
        levels.push(Education::NoRequirement);
    }
    // "eftergymnasial" holds "gymnasial": only what is left without it is upper secondary.
    if text.replace("eftergymnasial", "").contains("gymnasi") {
        levels.push(Education::UpperSecondary);
    }
    // "yrkeshögskola" holds "högskola" in the same way.
    let beyond = text.replace("yrkeshögskol", "");
    let higher = ["högskole", "högskola", "universitet", "socionom"]
        .iter()
        .any(|word| beyond.contains(word));
    if says(&["yrkeshögskol"]) || (!higher && says(&["eftergymnasial"])) {
        levels.push(Education::PostSecondary);
    }
    if higher {
        levels.push(Education::Higher);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use Education::{Higher, NoRequirement, PostSecondary, UpperSecondary};

    #[test]
    fn a_sentence_names_its_levels() {
        for (sentence, expected) in [
            ("Kräver utbildning på gymnasienivå.", vec![UpperSecondary]),
            ("Kräver eftergymnasial utbildning på högskole- eller universitetsnivå.", vec![Higher]),
            ("Gymnasieskola eller eftergymnasial utbildning.", vec![UpperSecondary, PostSecondary]),
            ("Vanligen Yrkeshögskola.", vec![PostSecondary]),
            ("Universitetsnivå, alternativt via Yrkeshögskolan.", vec![PostSecondary, Higher]),
            ("Inga formella utbildningskrav, gärna gymnasieutbildning.", vec![NoRequirement]),
            (
                "I vissa fall ingen formell utbildning, annars gymnasiet.",
                vec![NoRequirement, UpperSecondary],
            ),
            ("Intern utbildning hos branschen.", vec![]),
        ] {
            assert_eq!(levels(sentence), expected, "{sentence}");
        }
    }
}
