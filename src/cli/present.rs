//! A recommendation as text that a person likes to read.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::{self, Write},
};

use crate::{
    dataset::{DataSet, Manifest, sectors, starter::ESCO_STATEMENT},
    domain::{
        Bilingual, Candidate, Demand, Gap, GapSkill, Language, Licence, MatchStatus, Pathway,
        PlannedCourse, Recommendation, ResolvedProfile, Selection,
    },
    words::{self, and_more, capital},
};

/// Skills named per path before "and n more".
const NAMED_SKILLS: usize = 5;
/// Skills named per course.
const NAMED_CLOSED: usize = 3;
/// Characters of a fingerprint that tell data sets apart.
const FINGERPRINT: usize = 12;

/// The words of one language.
struct Words<'a> {
    language: Language,
    licences: &'a [Licence],
}

impl Words<'_> {
    fn pick<'a>(&self, sv: &'a str, en: &'a str) -> &'a str {
        self.language.pick(sv, en)
    }

    /// A text, marked where it is only known in the other language.
    fn text<'a>(&self, text: &'a Bilingual<String>) -> Cow<'a, str> {
        text.marked(self.language)
    }

    /// The name of the licence with this key.
    fn licence<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        let licence = self.licences.iter().find(|licence| licence.key == key);
        licence.map_or(Cow::Borrowed(key), |licence| self.text(&licence.label))
    }

    /// What a text that was not understood was given as.
    fn field<'a>(&self, field: &'a str) -> &'a str {
        match field {
            "wanted" => self.pick("önskat yrke", "wanted"),
            "title" => self.pick("yrke", "occupation"),
            "skill" => self.pick("kompetens", "skill"),
            "licence" => self.pick("behörighet", "licence"),
            "ssyk" => "SSYK",
            "municipality" => self.pick("kommun", "municipality"),
            "agreement" => self.pick("avtalsområde", "agreement area"),
            "exclude" => self.pick("undantag", "exclusion"),
            _ => field,
        }
    }
}

/// Writes a recommendation as text, with the sources of its figures.
pub(super) fn write(
    answer: &Recommendation,
    dataset: &DataSet,
    language: Language,
    out: &mut impl Write,
) -> io::Result<()> {
    let words = Words { language, licences: &dataset.taxonomy.licences };
    understood(&answer.understood, &words, out)?;
    match answer.match_status {
        MatchStatus::Matched => {}
        MatchStatus::Abstain => {
            return writeln!(
                out,
                "\n{}",
                words.pick(
                    "För lite är känt för att föreslå något. Ange yrke (--title), kompetens \
                     (--skill) eller SSYK-kod (--ssyk).",
                    "Too little is known to suggest anything. Give an occupation (--title), a \
                     skill (--skill) or an SSYK code (--ssyk).",
                )
            );
        }
        MatchStatus::NoMatch => {
            writeln!(
                out,
                "\n{}",
                words.pick("Inget yrke klarar gränserna.", "No occupation passes the limits.")
            )?;
        }
    }
    if !answer.wanted.is_empty() {
        list(words.pick("Efterfrågat", "Asked about"), &answer.wanted, &words, out)?;
    }
    let sector = sectors::sector_name(&answer.understood.sector);
    let sector = sector.map(|name| format!(": {}", words.text(&name))).unwrap_or_default();
    let own = format!("{}{sector}", words.pick("Samma bransch", "Same sector"));
    list(&own, &answer.own_sector, &words, out)?;
    list(words.pick("Byta bransch", "Change of sector"), &answer.change_sector, &words, out)?;
    excluded(&answer.excluded, &words, out)?;
    sources(answer, &dataset.manifest, &words, out)
}

/// What the answer is, and what it rests on.
fn sources(
    answer: &Recommendation,
    manifest: &Manifest,
    words: &Words<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let said = words.pick(
        "Förslag att samtala om, inget beslut. Poäng: det nuvarande yrket självt får 90, och upp \
         till 10 till för hur många som arbetar i yrkesgruppen. Procent: så stor andel av flyttar med \
         samma poäng har experter angett som rimliga; de anger få, så andelen är försiktig.",
        "Suggestions to talk about, not a decision. Score: the present occupation itself gets 90, \
         and up to 10 more for how many work in the occupation group. Percent: the share of moves \
         with that score that experts named as feasible; they name few, so the share is cautious.",
    );
    writeln!(out, "\n{said}")?;
    let paths = answer.wanted.iter().chain(&answer.own_sector).chain(&answer.change_sector);
    if let Some(text) = words::adviser(paths) {
        writeln!(out, "{}: {}", words.pick("Om studiestöd", "About funding"), words.text(text))?;
    }
    let keys = figure_sources(answer);
    let titles: Vec<&str> = (manifest.sources.iter())
        .filter(|source| keys.contains(source.key.as_str()))
        .map(|source| words::source(&source.title, words.language))
        .collect();
    if !titles.is_empty() {
        let name = words.pick("Lön, annonser och prognos", "Wage, ads and forecast");
        writeln!(out, "{name}: {}.", titles.join(", "))?;
    }
    let dataset = answer.meta.dataset.get(..FINGERPRINT).unwrap_or(&answer.meta.dataset);
    let name = words.pick("datamängd", "data set");
    let encoder = answer.meta.encoder.as_ref().map(|whole| {
        let encoder = whole.get(..FINGERPRINT).unwrap_or(whole);
        format!(", {} {encoder}", words.pick("språkmodell", "encoder"))
    });
    let (engine, encoder) = (&answer.meta.engine, encoder.unwrap_or_default());
    writeln!(out, "kompetensnav {engine}, {name} {dataset}{encoder}. {ESCO_STATEMENT}")
}

/// Keys of the sources that the figures of the paths come from.
fn figure_sources(answer: &Recommendation) -> BTreeSet<&str> {
    let paths = answer.own_sector.iter().chain(&answer.change_sector);
    paths.map(|path| path.demand.source.as_str()).filter(|key| !key.is_empty()).collect()
}

fn understood(found: &ResolvedProfile, words: &Words<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", words.pick("Uppfattat", "Understood"))?;
    let rows = [
        (words.pick("yrke", "occupation"), &found.occupations),
        (words.pick("kompetens", "skill"), &found.skills),
        (words.pick("önskat yrke", "wanted"), &found.wanted),
    ];
    for (name, concepts) in rows {
        for concept in concepts {
            let (text, label) = (&concept.text, words.text(&concept.label));
            let sure = if !concept.sure && !concept.alternatives.is_empty() {
                let others = names(&concept.alternatives, words);
                format!("  {} {others}", words.pick("osäkert; kan också vara", "unsure; or"))
            } else {
                String::new()
            };
            writeln!(out, "  {name:<11} {text} → {label}{sure}")?;
        }
    }
    if !found.licences.is_empty() {
        let name = words.pick("behörighet", "licence");
        let held: Vec<_> = found.licences.iter().map(|key| words.licence(key)).collect();
        writeln!(out, "  {name:<11} {}", held.join(", "))?;
    }
    for missed in &found.unmatched {
        let others = names(&missed.suggestions, words);
        let others = if others.is_empty() {
            String::new()
        } else {
            format!("; {} {others}?", words.pick("menades", "perhaps"))
        };
        let name = words.pick("ej förstått", "not read");
        writeln!(out, "  {name:<11} {} ({}){others}", missed.text, words.field(&missed.field))?;
    }
    Ok(())
}

fn names(candidates: &[Candidate], words: &Words<'_>) -> String {
    let names = candidates.iter().take(3).map(|candidate| words.text(&candidate.label));
    names.collect::<Vec<_>>().join("; ")
}

fn list(title: &str, paths: &[Pathway], words: &Words<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    if paths.is_empty() {
        return writeln!(out, "  {}", words.pick("inget förslag", "no suggestion"));
    }
    for path in paths {
        pathway(path, words, out)?;
    }
    Ok(())
}

fn pathway(path: &Pathway, words: &Words<'_>, out: &mut impl Write) -> io::Result<()> {
    let points = words.pick("poäng", "points");
    let mut label = capital(&words.text(&path.label));
    if !path.known_as.is_empty() && words.language == Language::Sv {
        label = format!("{label} ({})", path.known_as);
    }
    let share = 100.0 * path.feasible;
    writeln!(out, "\n {:>2}. {label:<52} {:>3.0} {points}, {share:.0} %", path.rank, path.score)?;
    if !path.variants.is_empty() {
        let variants: Vec<_> = path.variants.iter().map(|other| words.text(&other.label)).collect();
        let near = words.pick("Nära", "Close to it");
        writeln!(out, "     {near}: {}", variants.join("; "))?;
    }
    let facts = demand(&path.demand, words);
    if !facts.is_empty() {
        writeln!(out, "     {facts}")?;
    }
    let parts = words::parts(&path.parts, words.language);
    if !parts.is_empty() {
        writeln!(out, "     {}: {parts}", words.pick("Poäng", "Score"))?;
    }
    gap(&path.gap, words, out)?;
    for course in &path.plan.courses {
        writeln!(out, "     → {}", self::course(course, words))?;
    }
    let funding = words::funding_in_question(&path.plan.funding, words.language);
    if !funding.is_empty() {
        writeln!(out, "     {}: {funding}", words.pick("Studiestöd", "Funding"))?;
    }
    for reason in &path.reasons {
        writeln!(out, "     + {}", words.text(&reason.text))?;
    }
    for reason in &path.against {
        writeln!(out, "     − {}", words.text(&reason.text))?;
    }
    Ok(())
}

fn gap(gap: &Gap, words: &Words<'_>, out: &mut impl Write) -> io::Result<()> {
    if !gap.missing_essential.is_empty() {
        let missing = skills(&gap.missing_essential, words);
        writeln!(out, "     {}: {missing}", words.pick("Saknas", "Missing"))?;
    }
    if gap.missing_essential.is_empty() && !gap.missing_optional.is_empty() {
        let missing = skills(&gap.missing_optional, words);
        writeln!(out, "     {}: {missing}", words.pick("Bra att lära", "Good to learn"))?;
    }
    Ok(())
}

fn skills(skills: &Selection<GapSkill>, words: &Words<'_>) -> String {
    let names: Vec<_> = skills.iter().map(|skill| words.text(&skill.label)).collect();
    and_more(&names, NAMED_SKILLS, words.language)
}

fn demand(demand: &Demand, words: &Words<'_>) -> String {
    let language = words.language;
    let group = (!demand.ssyk.is_empty()).then(|| {
        let group = words.text(&demand.group);
        format!("SSYK {} {group}", demand.ssyk).trim_end().to_owned()
    });
    let figures = [words::wage, words::ads, words::outlook].map(|said| said(demand, language));
    group.into_iter().chain(figures.into_iter().flatten()).collect::<Vec<_>>().join(" · ")
}

fn course(course: &PlannedCourse, words: &Words<'_>) -> String {
    let language = words.language;
    let mut facts = vec![words::form(&course.form, language).to_owned()];
    if let Some(weeks) = course.weeks {
        facts.push(words::course_length(weeks, course.pace_pct, language));
    }
    if let Some(place) = course.places.first() {
        facts.push(place.clone());
    }
    facts.push(words::basis(&course.basis, language).to_owned());
    if let Some(start) = course.start.as_ref().filter(|_| !course.timing.sv.is_empty()) {
        facts.push(format!("{} {start}", words.pick("start", "starts")));
    }
    let timing = words.text(&course.timing);
    facts.extend((!timing.is_empty()).then(|| timing.into_owned()));
    let text = format!("{} ({})", words.text(&course.title), facts.join(", "));
    let mut gives: Vec<_> = course.grants.iter().map(|key| words.licence(key)).collect();
    gives.extend(course.closes.iter().take(NAMED_CLOSED).map(|label| words.text(label)));
    if gives.is_empty() { text } else { format!("{text}: {}", gives.join(", ")) }
}

fn excluded(candidates: &[Candidate], words: &Words<'_>, out: &mut impl Write) -> io::Result<()> {
    if candidates.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", words.pick("Utelämnat", "Left out"))?;
    for candidate in candidates {
        let reason = candidate.reason.as_ref().map(|reason| words.text(reason)).unwrap_or_default();
        writeln!(out, "  {} – {reason}", words.text(&candidate.label))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Barometer, LicenceKind, Shared},
        model::NAMES,
    };

    #[test]
    fn licences_have_names_lengths_number_words_and_judgements_a_language() {
        let licences = [Licence {
            key: "truck_b".into(),
            label: Bilingual::new("Truckkort B", "Forklift certificate B"),
            alternatives: Vec::new(),
            kind: LicenceKind::Certificate,
            issuer: String::new(),
            included_in: Vec::new(),
            groups: Vec::new(),
        }];
        let planned = PlannedCourse {
            title: Bilingual::new("Truckutbildning", ""),
            form: "short".into(),
            basis: "offer".into(),
            weeks: Some(1.0),
            closes: vec![Shared::new(Bilingual::new("", "drive a forklift"))],
            grants: vec!["truck_b".into()],
            ..PlannedCourse::default()
        };
        let judged = Barometer {
            name: "Truckförare".into(),
            opportunities: "små".into(),
            forecast: String::new(),
        };
        let outlook = Demand { barometer: Shared::new(vec![judged]), ..Demand::default() };
        for (language, text, said) in [
            (
                Language::Sv,
                "Truckutbildning (kortkurs, 1 vecka heltid, utannonserad): Truckkort B, \
                 drive a forklift [en]",
                "möjligheter till arbete: små (gäller Truckförare)",
            ),
            (
                Language::En,
                "Truckutbildning [sv] (short course, 1 week full time, on offer): \
                 Forklift certificate B, drive a forklift",
                "job opportunities: limited (for Truckförare)",
            ),
        ] {
            let words = Words { language, licences: &licences };
            assert_eq!(course(&planned, &words), text);
            assert_eq!(demand(&outlook, &words), said);
        }
    }

    #[test]
    fn every_feature_has_a_name() {
        for language in [Language::Sv, Language::En] {
            assert!(NAMES.iter().all(|name| !words::feature(name, language).contains('_')));
        }
        assert!(NAMES.iter().all(|name| words::feature(name, Language::Sv) != *name));
    }
}
