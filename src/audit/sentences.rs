//! Differences in sentences that a steering group understands, in Swedish and English.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Coverage, LEVEL, PlanCompared,
    compare::{Column, Comparison, Estimate, Value},
    count_said,
    person::Measure,
    words::{Unit, title, words},
};
use crate::{
    cohort::PlanStatus,
    domain::{Bilingual, Language},
};

/// A difference in words and its figures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditFinding)]
pub struct Finding {
    /// Name of the column in the file of groups.
    pub column: String,
    /// What is compared.
    pub measure: Measure,
    /// The difference in a sentence, with its interval and the numbers of people.
    pub text: Bilingual<String>,
    /// The same among people with the same present occupation, or that this cannot be said.
    pub same_occupation: Bilingual<String>,
    /// The figures.
    pub comparison: Comparison,
}

/// Differences that are found, and those that may be chance; the surest first.
pub(super) fn findings(columns: &[Column]) -> (Vec<Finding>, Vec<Finding>) {
    let mut all: Vec<Finding> = columns
        .iter()
        .flat_map(|column| column.tables.iter().map(move |table| (column, table)))
        .flat_map(|(column, table)| {
            let seen = table.comparisons.iter().filter(|c| c.p.is_some_and(|p| p < LEVEL));
            seen.map(move |comparison| finding(column, table.measure, comparison))
        })
        .collect();
    let chance = |finding: &Finding| finding.comparison.p.unwrap_or(1.0);
    all.sort_by(|a, b| chance(a).total_cmp(&chance(b)));
    all.into_iter().partition(|finding| finding.comparison.p_holm.is_some_and(|p| p < LEVEL))
}

fn finding(column: &Column, measure: Measure, comparison: &Comparison) -> Finding {
    let said = |language| sentence(column, measure, comparison, language);
    let inside = |language| same_occupation(measure, comparison, language);
    Finding {
        column: column.name.clone(),
        measure,
        text: Bilingual::new(said(Language::Sv), said(Language::En)),
        same_occupation: Bilingual::new(inside(Language::Sv), inside(Language::En)),
        comparison: comparison.clone(),
    }
}

/// The difference in a sentence.
fn sentence(column: &Column, measure: Measure, found: &Comparison, language: Language) -> String {
    let words = words(measure);
    let at = usize::from(language == Language::En);
    let fewer = found.difference < 0.0;
    let who = |place: Option<usize>| match place.and_then(|at| column.groups.get(at)) {
        Some(group) => named(&group.value, &column.name, language),
        None => language.pick("övriga", "all others").to_owned(),
    };
    let (group, other) = (who(Some(found.group)), who(found.other));
    let x = words.unit.amount(found.difference.abs(), language);
    let than = language.pick("än", "than");
    let said = if words.less[0].is_empty() {
        let (clause, degree) = (words.clause[at], degree(fewer, language));
        match (measure.is_share(), language) {
            (true, Language::Sv) => format!(
                "Andelen {clause} är {x} procentenheter {degree} {} än {}",
                among(&group, language),
                among(&other, language)
            ),
            (true, Language::En) => format!(
                "The share {clause} is {x} percentage points {degree} among {group} than among {other}"
            ),
            (false, Language::Sv) => format!(
                "Andelen {clause} är i genomsnitt {x} procentenheter {degree} för {group} än för {other}"
            ),
            (false, Language::En) => format!(
                "The share of {clause} is {x} percentage points {degree} on average for {group} than for {other}"
            ),
        }
    } else {
        let doing = if fewer { words.less[at] } else { words.more[at] };
        format!("{group} {} {than} {other}", doing.replace("{x}", &x))
    };
    let people = people(found.people, found.others, language);
    format!("{} ({}{people}).", capital(&said), interval(words.unit, found, language))
}

/// The interval of a difference, told in its direction.
fn interval(unit: Unit, found: &Comparison, language: Language) -> String {
    let (low, high) =
        if found.difference < 0.0 { (-found.high, -found.low) } else { (found.low, found.high) };
    let [low, high] = [low, high].map(|end| unit.amount(end, language));
    let to = language.pick("till", "to");
    format!("95\u{a0}%: {low} {to} {high}")
}

/// The numbers of people after an interval, where they may be told.
fn people(one: Option<usize>, other: Option<usize>, language: Language) -> String {
    let Some((one, other)) = one.zip(other) else { return String::new() };
    let (one, other) = (language.count(one), language.count(other));
    match language {
        Language::Sv => format!("; {one} och {other} personer"),
        Language::En => format!("; {one} and {other} people"),
    }
}

fn same_occupation(measure: Measure, found: &Comparison, language: Language) -> String {
    let Some(Estimate { people, value, low, high }) = found.same_occupation else {
        let sv = "För få i båda grupperna har samma yrke i dag för att jämföra dem.";
        let en = "Too few of both groups have the same occupation today to compare them.";
        return language.pick(sv, en).to_owned();
    };
    let unit = words(measure).unit;
    // In the direction of the difference of all.
    let turn = if found.difference < 0.0 { -1.0 } else { 1.0 };
    let (low, high) = if turn < 0.0 { (-high, -low) } else { (low, high) };
    let (sv, en) = there_too(low, high);
    let [value, low, high] = [value * turn, low, high].map(|end| unit.amount(end, language));
    let counted = people.map_or_else(String::new, |people| {
        format!("; {} {}", language.count(people), language.pick("personer", "people"))
    });
    match language {
        Language::Sv => format!(
            "Bland dem som har samma yrke i dag: {value} (95\u{a0}%: {low} till {high}{counted}), {sv}."
        ),
        Language::En => format!(
            "Among those with the same occupation today: {value} (95\u{a0}%: {low} to \
             {high}{counted}), {en}."
        ),
    }
}

/// What an interval among people of one occupation says, in the direction of the difference of all.
fn there_too(low: f64, high: f64) -> (&'static str, &'static str) {
    if low > 0.0 {
        ("skillnaden finns även där", "the difference is there as well")
    } else if high < 0.0 {
        ("skillnaden är den omvända där", "the difference is the other way round there")
    } else {
        ("ingen säker skillnad", "no sure difference")
    }
}

fn degree(fewer: bool, language: Language) -> &'static str {
    if fewer { language.pick("lägre", "lower") } else { language.pick("högre", "higher") }
}

/// A group as it is named in a sentence, in small letters.
fn named(value: &Value, column: &str, language: Language) -> String {
    match value {
        Value::Stated(text) => match sex(text) {
            Some([sv, en]) => language.pick(sv, en).to_owned(),
            None => format!("{} {text} ({column})", language.pick("gruppen", "the group")),
        },
        Value::NotStated => match language {
            Language::Sv => format!("de utan uppgift ({column})"),
            Language::En => format!("those without a value ({column})"),
        },
        Value::Together => match language {
            Language::Sv => format!("de små grupperna tillsammans ({column})"),
            Language::En => format!("the small groups together ({column})"),
        },
    }
}

/// A group as a table names it.
pub(super) fn heading(value: &Value, language: Language) -> String {
    match value {
        Value::Stated(text) => text.clone(),
        Value::NotStated => language.pick("uppgift saknas", "not stated").to_owned(),
        Value::Together => {
            language.pick("små grupper tillsammans", "small groups together").to_owned()
        }
    }
}

/// The plural of common words for women and men.
fn sex(text: &str) -> Option<[&'static str; 2]> {
    match text.to_lowercase().as_str() {
        "kvinna" | "kvinnor" | "woman" | "women" | "female" | "k" | "f" => {
            Some(["kvinnor", "women"])
        }
        "man" | "män" | "men" | "male" | "m" => Some(["män", "men"]),
        _ => None,
    }
}

fn among(group: &str, language: Language) -> String {
    let within = group.starts_with("gruppen ");
    if within && language == Language::Sv { format!("i {group}") } else { format!("bland {group}") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// What was compared in each column without a sure difference.
pub(super) fn not_found(columns: &[Column]) -> Vec<Bilingual<String>> {
    columns
        .iter()
        .map(|column| {
            let calm: Vec<Measure> = column
                .tables
                .iter()
                .filter(|table| !table.comparisons.is_empty())
                .filter(|table| {
                    table.comparisons.iter().all(|c| c.p_holm.is_none_or(|p| p >= LEVEL))
                })
                .map(|table| table.measure)
                .collect();
            let list = |language| {
                calm.iter().map(|m| title(*m, language).to_lowercase()).collect::<Vec<_>>().join("; ")
            };
            let name = &column.name;
            if column.groups.len() < 2 {
                return Bilingual::new(
                    format!("{name}: ingen jämförelse, det finns inte två grupper med minst fem personer."),
                    format!("{name}: no comparison, there are no two groups of at least five people."),
                );
            }
            if calm.is_empty() {
                return Bilingual::new(
                    format!("{name}: en säker skillnad hittades i allt som kunde jämföras."),
                    format!("{name}: a sure difference was found in everything that could be compared."),
                );
            }
            Bilingual::new(
                format!(
                    "{name}: ingen säker skillnad i {}. En skillnad inom tabellens intervall kan ändå finnas.",
                    list(Language::Sv)
                ),
                format!(
                    "{name}: no sure difference in {}. There may still be one inside the interval of the table.",
                    list(Language::En)
                ),
            )
        })
        .collect()
}

/// What the audit cannot tell.
pub(super) fn unknown(coverage: &Coverage, columns: &[Column]) -> Vec<Bilingual<String>> {
    let mut said: Vec<_> = columns.iter().filter_map(left_out).collect();
    let mut counted = |count: Option<usize>, sv: &str, en: &str| {
        if count != Some(0) {
            said.push(Bilingual::new(
                format!("{} {sv}", capital(&count_said(count, Language::Sv))),
                format!("{} {en}", capital(&count_said(count, Language::En))),
            ));
        }
    };
    counted(
        coverage.refused,
        "rader i listan avvisades och har inget svar; vilka grupper de hör till syns inte här.",
        "rows of the list were refused and have no answer; which groups they are of is not seen here.",
    );
    counted(
        coverage.without_groups,
        "svar har en referens som inte finns i gruppfilen; de är inte med.",
        "answers have a reference that is not in the file of groups; they are left out.",
    );
    counted(
        coverage.without_answer,
        "referenser i gruppfilen har inget svar; de är inte med.",
        "references of the file of groups have no answer; they are left out.",
    );
    counted(
        coverage.repeated,
        "svar har en referens som redan kommit; det första räknas.",
        "answers have a reference that came before; the first counts.",
    );
    counted(
        coverage.unpriced,
        "personers kurser har okänt pris; kronor jämförs bara för övriga.",
        "people's courses have an unknown price; kronor are compared for the others only.",
    );
    let hidden = columns.iter().flat_map(|column| &column.tables).map(|table| table.hidden).sum();
    counted(
        Some(hidden),
        "uppgifter visas inte, för att de skulle säga något om färre än fem personer.",
        "figures are not shown because they would tell of fewer than five people.",
    );
    if !coverage.employees {
        said.push(Bilingual::new(
            "Könsfördelningen i de föreslagna yrkena mättes inte; ge tabellen med --employees.",
            "The sexes in the suggested occupations were not measured; give the table by --employees.",
        ));
    }
    said.extend(coverage.plan.iter().flat_map(planned));
    said.extend(always(coverage.plan.is_some()));
    said
}

/// That people are left out because of a column.
pub(super) fn left_out(column: &Column) -> Option<Bilingual<String>> {
    let name = &column.name;
    column.left_out.then(|| {
        Bilingual::new(
            format!(
                "{name}: de minsta grupperna är tillsammans färre än fem personer. De är utelämnade ur \
                 hela granskningen, så att de andra grupperna kan visas."
            ),
            format!(
                "{name}: the smallest groups are fewer than five people together. They are left out of \
                 the whole audit, so that the other groups can be shown."
            ),
        )
    })
}

/// What is to be known of the plan that is compared.
fn planned(plan: &PlanCompared) -> Vec<Bilingual<String>> {
    let mut said = Vec::new();
    if plan.status == PlanStatus::Draft {
        said.push(Bilingual::new(
            format!("Planen från {} är ett utkast; ingen har beslutat om den.", plan.as_of),
            format!("The plan of {} is a draft; nobody has decided on it.", plan.as_of),
        ));
    }
    if plan.unknown != Some(0) {
        let count = |language| capital(&count_said(plan.unknown, language));
        said.push(Bilingual::new(
            format!("{} av dem som jämförs finns inte i planen.", count(Language::Sv)),
            format!("{} of those compared are not in the plan.", count(Language::En)),
        ));
    }
    if !plan.same_versions {
        said.push(Bilingual::new(
            "Planen gjordes med en annan version eller datamängd än förslagen.",
            "The plan was made with another version or data set than the suggestions.",
        ));
    }
    said
}

/// Limits that every audit has.
fn always(planned: bool) -> [Bilingual<String>; 3] {
    [
        Bilingual::new(
            "Grupper kan ha olika yrken, kompetenser, uppsägningstid och önskemål. Jämförelsen inom \
             samma yrke tar bort yrket, inte resten: en skillnad är en fråga, inget bevis för \
             diskriminering, och ingen skillnad är inget bevis för motsatsen.",
            "Groups may differ in occupations, skills, notice and wishes. The comparison inside the same \
             occupation takes out the occupation, not the rest: a difference is a question and no proof \
             of discrimination, and no difference is no proof of the opposite.",
        ),
        if planned {
            Bilingual::new(
                "Förslag och en plan jämförs. Vad rådgivare och arbetsgivare sedan bestämde, vem som \
                 började och hur det gick syns inte här.",
                "Suggestions and a plan are compared. What advisers and employers then decided, who began \
                 and how it went is not seen here.",
            )
        } else {
            Bilingual::new(
                "Förslag jämförs. Vad rådgivare och arbetsgivare sedan bestämde, vem som fick en plats och \
                 hur det gick syns inte här.",
                "Suggestions are compared. What advisers and employers then decided, who got a seat and \
                 how it went is not seen here.",
            )
        },
        Bilingual::new(
            "Varje kolumn jämförs för sig; kombinationer, såsom äldre kvinnor, syns bara om de är en \
             egen kolumn.",
            "Each column is compared by itself; combinations, such as older women, are seen only where \
             they are a column of their own.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_there_too_only_where_the_interval_is_on_its_side_of_nothing() {
        assert_eq!(there_too(0.1, 2.0).1, "the difference is there as well");
        assert_eq!(there_too(-2.0, -0.1).1, "the difference is the other way round there");
        for (low, high) in [(0.0, 0.0), (-0.1, 2.0), (0.0, 1.0)] {
            assert_eq!(there_too(low, high).1, "no sure difference");
        }
    }
}
