//! Names of sources.

use crate::domain::Language;

/// Names that a data set has in English, with what they are in Swedish.
const SWEDISH: [(&str, &str); 7] = [
    ("ESCO, European Commission", "ESCO, Europeiska kommissionen"),
    (
        "Crosswalks ESCO-JobTech (Arbetsförmedlingen) and SSYK 2012-ISCO-08 (SCB, JobTech)",
        "Nycklar ESCO-JobTech (Arbetsförmedlingen) och SSYK 2012-ISCO-08 (SCB, JobTech)",
    ),
    (
        "Labour market per occupation group, SCB and Arbetsförmedlingen",
        "Arbetsmarknaden per yrkesgrupp, SCB och Arbetsförmedlingen",
    ),
    ("Course pages of providers (schema.org)", "Anordnares kurssidor (schema.org)"),
    (
        "The hub's own files over the starter set",
        "Omställningsorganisationens egna filer över startmängden",
    ),
    ("kompetensnav starter set", "kompetensnavs startmängd"),
    ("Joins between the sources", "Kopplingar mellan källorna"),
];

/// The name and publisher of a source, by its title in the data set.
pub fn source(title: &str, language: Language) -> &str {
    let swedish = SWEDISH.iter().find(|(own, _)| *own == title);
    swedish.map_or(title, |(_, swedish)| language.pick(swedish, title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sources_are_in_the_language_of_the_page() {
        for (english, swedish) in SWEDISH {
            assert_eq!(source(english, Language::En), english);
            assert_eq!(source(english, Language::Sv), swedish);
        }
        assert_eq!(source("Susa-navet, Skolverket", Language::Sv), "Susa-navet, Skolverket");
    }
}
