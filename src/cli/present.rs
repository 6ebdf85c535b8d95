//! A recommendation as text that a person likes to read.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::{self, Write},
};

use super::funding;
use crate::{
    dataset::{DataSet, Manifest, sectors, starter::ESCO_STATEMENT},
    domain::{
        Bilingual, Candidate, Demand, Gap, GapSkill, Language, Licence, MatchStatus, Pathway,
        PlannedCourse, Recommendation, ResolvedProfile, ScorePart, length_in_words,
    },
};

/// Skills named per path before "and n more".
const NAMED_SKILLS: usize = 5;
/// Skills named per course.
const NAMED_CLOSED: usize = 3;
/// Characters of a fingerprint that tell data sets apart.
const FINGERPRINT: usize = 12;
/// Parts of a score that add less than this, up or down, are not named.
const NAMED_PART: f32 = 0.5;

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
    if let Some(text) = funding::adviser(paths) {
        writeln!(out, "{}: {}", words.pick("Om studiestöd", "About funding"), words.text(text))?;
    }
    let keys = figure_sources(answer);
    let titles: Vec<&str> = (manifest.sources.iter())
        .filter(|source| keys.contains(source.key.as_str()))
        .map(|source| source.title.as_str())
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
            let rival = concept.alternatives.first().map_or(0.0, |other| other.score);
            let unsure = concept.confidence < 0.75 || rival > concept.confidence - 0.03;
            let sure = if unsure && !concept.alternatives.is_empty() {
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
    let parts = parts(&path.parts, words);
    if !parts.is_empty() {
        writeln!(out, "     {}: {parts}", words.pick("Poäng", "Score"))?;
    }
    gap(&path.gap, words, out)?;
    for course in &path.plan.courses {
        writeln!(out, "     → {}", self::course(course, words))?;
    }
    let funding = funding::in_question(&path.plan.funding, words.language);
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

/// What adds to a score and what takes from it.
fn parts(parts: &[ScorePart], words: &Words<'_>) -> String {
    let named = parts.iter().filter(|part| part.contribution.abs() >= NAMED_PART).map(|part| {
        let sign = if part.contribution < 0.0 { "−" } else { "" };
        format!("{} {sign}{:.0}", feature(&part.name, words), part.contribution.abs())
    });
    named.collect::<Vec<_>>().join(", ")
}

/// A feature of the ranker in the reader's language.
fn feature<'a>(name: &'a str, words: &Words<'_>) -> &'a str {
    match name {
        "skill_groups" => words.pick("kompetensgrupper", "skill groups"),
        "work_content" => words.pick("arbetsinnehåll", "work content"),
        "description" => words.pick("beskrivning", "description"),
        "title" => words.pick("benämning", "title"),
        "isco_group" => words.pick("yrkesgrupp", "occupation group"),
        "group_skills" => words.pick("gruppens kompetenser", "skills of the group"),
        "level" => words.pick("nivå", "level"),
        "labour_market" => words.pick("arbetsmarknad", "labour market"),
        _ => name,
    }
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

fn skills(skills: &[GapSkill], words: &Words<'_>) -> String {
    let named: Vec<_> =
        skills.iter().take(NAMED_SKILLS).map(|skill| words.text(&skill.label)).collect();
    let named = named.join(", ");
    if skills.len() > NAMED_SKILLS {
        let more = skills.len() - NAMED_SKILLS;
        return match words.language {
            Language::Sv => format!("{named} och {more} till"),
            Language::En => format!("{named} and {more} more"),
        };
    }
    named
}

fn demand(demand: &Demand, words: &Words<'_>) -> String {
    let mut facts = Vec::new();
    if !demand.ssyk.is_empty() {
        let group = words.text(&demand.group);
        facts.push(format!("SSYK {} {group}", demand.ssyk).trim_end().to_owned());
    }
    if let Some(wage) = demand.wage {
        let change = demand.wage_change.map(|change| format!(" ({change:+})")).unwrap_or_default();
        let name = words.pick("medellön", "mean wage");
        facts.push(format!("{name} {} kr{change} {}", thousands(wage.mean), wage.year));
    }
    if let (Some(ads), Some(year)) = (demand.ads_region, demand.ads_year) {
        let name = words.pick("annonser i regionen", "job ads in the region");
        facts.push(format!("{} {name} {year}", thousands(ads)));
    }
    if !demand.barometer.is_empty() {
        let of = words.pick("gäller", "for");
        let judged = demand.barometer.iter().map(|judged| {
            format!("{} ({of} {})", judged.opportunities_in(words.language), judged.name)
        });
        let judged = judged.collect::<Vec<_>>().join(", ");
        facts.push(format!(
            "{}: {judged}",
            words.pick("möjligheter till arbete", "job opportunities")
        ));
    }
    facts.join(" · ")
}

fn course(course: &PlannedCourse, words: &Words<'_>) -> String {
    let form = match (course.form.as_str(), words.language) {
        ("komvux", _) => "komvux",
        ("yh", Language::Sv) => "yrkeshögskola",
        ("yh", Language::En) => "higher vocational",
        ("yh_course", Language::Sv) => "kort YH-kurs",
        ("yh_course", Language::En) => "short higher vocational",
        ("labour_market", Language::Sv) => "arbetsmarknadsutbildning",
        ("labour_market", Language::En) => "labour-market training",
        ("folkhogskola", Language::Sv) => "folkhögskola",
        ("folkhogskola", Language::En) => "folk high school",
        ("university", Language::Sv) => "högskola",
        ("university", Language::En) => "university",
        ("validation", Language::Sv) => "validering",
        ("validation", Language::En) => "validation",
        (_, Language::Sv) => "kortkurs",
        (_, Language::En) => "short course",
    };
    let basis = match course.basis.as_str() {
        "offer" => words.pick("utannonserad", "on offer"),
        "granted" => words.pick("beviljad av MYH", "granted by MYH"),
        "syllabus" => words.pick("kursplan, fråga kommunen", "syllabus, ask the municipality"),
        _ => words.pick("typisk kurs, inget erbjudande", "typical course, not an offer"),
    };
    let mut facts = vec![form.to_owned()];
    if let Some(weeks) = course.weeks {
        let length = length_in_words(weeks);
        facts.push(format!("{} {}", words.text(&length), words.pick("heltid", "full time")));
    }
    if let Some(place) = course.places.first() {
        facts.push(place.clone());
    }
    facts.push(basis.to_owned());
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

/// 31200 -> "31 200", with a non-breaking space.
fn thousands(number: u32) -> String {
    Language::Sv.number(f64::from(number), 0)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Barometer, LicenceKind},
        model::NAMES,
    };

    fn words(language: Language) -> Words<'static> {
        Words { language, licences: &[] }
    }

    #[test]
    fn licences_have_names_lengths_number_words_and_judgements_a_language() {
        let licences = [Licence {
            key: "truck_b".into(),
            label: Bilingual::new("Truckkort B", "Forklift certificate B"),
            alternatives: Vec::new(),
            kind: LicenceKind::Certificate,
            issuer: String::new(),
            included_in: Vec::new(),
        }];
        let planned = PlannedCourse {
            title: Bilingual::new("Truckutbildning", ""),
            form: "short".into(),
            basis: "offer".into(),
            weeks: Some(1.0),
            closes: vec![Bilingual::new("", "drive a forklift")],
            grants: vec!["truck_b".into()],
            ..PlannedCourse::default()
        };
        let judged = Barometer {
            name: "Truckförare".into(),
            opportunities: "små".into(),
            forecast: String::new(),
        };
        let outlook = Demand { barometer: vec![judged], ..Demand::default() };
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
    fn every_feature_has_a_name_and_small_parts_have_none() {
        let part = |name: &str, contribution: f32| ScorePart {
            name: name.into(),
            value: contribution,
            weight: 1.0,
            contribution,
        };
        for language in [Language::Sv, Language::En] {
            let words = words(language);
            assert!(NAMES.iter().all(|name| !feature(name, &words).contains('_')));
        }
        assert!(NAMES.iter().all(|name| feature(name, &words(Language::Sv)) != *name));
        let all = [part("description", 12.3), part("title", 0.4), part("level", -6.0)];
        assert_eq!(parts(&all, &words(Language::Sv)), "beskrivning 12, nivå −6");
        assert_eq!(parts(&all, &words(Language::En)), "description 12, level −6");
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(312), "312");
        assert_eq!(thousands(31_200), "31\u{a0}200");
        assert_eq!(thousands(1_031_200), "1\u{a0}031\u{a0}200");
    }
}
