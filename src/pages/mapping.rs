//! How a list is read: each header with its column, which can be corrected, and the rows that are refused.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{Fields, View, said};
use crate::{
    domain::Language,
    intake::{Code, Meaning, Problem, ReadColumn, Report, columns},
};

/// Longest header that is told whole.
const TOLD: usize = 40;

/// Columns with what they hold, in both languages.
const NAMES: [(&str, &str, &str); 35] = [
    ("ref", "Referens", "Reference"),
    ("status", "Situation", "Situation"),
    ("yrke", "Yrke", "Occupation"),
    ("ssyk", "SSYK-kod", "SSYK code"),
    ("kompetenser", "Kompetenser", "Skills"),
    ("korkort", "Körkort och behörigheter", "Licences and certificates"),
    ("onskat_yrke", "Önskat yrke", "Wanted occupation"),
    ("kommun", "Hemkommun", "Home municipality"),
    ("sektor", "Bransch", "Sector"),
    ("arbetsplats", "Arbetsplats", "Workplace"),
    ("anstalld_fran", "Anställd från", "Employed from"),
    ("uppsagd_datum", "Uppsägningsdatum", "Day of notice"),
    ("uppsagningstid_man", "Uppsägningstid i månader", "Months of notice"),
    ("varsel_datum", "Varsel anmält", "Redundancies notified"),
    ("antal_berorda", "Hur många varslet gäller", "How many the notification is about"),
    ("foraldraledig", "Föräldraledighet", "Parental leave"),
    ("per_datum", "Dag att räkna från", "Day to count from"),
    ("lediga_dagar", "Lediga veckodagar", "Free days of the week"),
    ("sista_dag", "Sista anställningsdag", "Last day of employment"),
    ("arbetsbefriad_fran", "Arbetsbefriad från", "Released from work from"),
    ("permitterad_fran", "Permitterad från", "Furlough from"),
    ("permitterad_tom", "Permitterad till och med", "Furlough until"),
    ("frigjorda_h_vecka", "Frigjorda timmar i veckan", "Free hours a week"),
    ("veckor_kvar", "Veckor kvar", "Weeks left"),
    ("studieform", "Studieform", "Form of study"),
    ("endast_distans", "Endast distans", "Distance only"),
    ("max_veckor", "Längsta utbildning", "Longest training"),
    ("min_lon", "Lägsta lön", "Lowest wage"),
    ("uteslut", "Yrken att utesluta", "Occupations to leave out"),
    ("finansiering", "Studiestöd", "Funding"),
    ("omstallningsstudiestod", "Omställningsstudiestöd", "Transition study grant"),
    ("avtalsomrade", "Avtalsområde", "Agreement area"),
    ("max_pendling_min", "Längsta resväg", "Longest way to a course"),
    ("sprak", "Nivå i svenska", "Level of Swedish"),
    ("-", "Läses inte", "Not read"),
];

fn name_of(key: &str, language: Language) -> &str {
    let found = NAMES.iter().find(|(own, ..)| *own == key);
    found.map_or(key, |(_, sv, en)| language.pick(sv, en))
}

/// What a page of corrections says headers mean, as `Header=column`: what was changed, and what had been
/// said before.
pub fn said_of_headers(fields: &Fields) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0_usize.. {
        let header = fields.get(&format!("header-{at}"));
        let column = fields.get(&format!("column-{at}"));
        if column.is_empty() {
            return all;
        }
        if fields.get(&format!("was-{at}")) != column && !header.is_empty() {
            all.push(format!("{header}={column}"));
        }
    }
    all
}

/// What became of the rows of a list, as it is kept beside it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Told {
    rows: u64,
    read: u64,
    notes: Vec<Problem>,
    refused: std::collections::BTreeMap<String, Sort>,
    warnings: std::collections::BTreeMap<String, Sort>,
}

#[derive(Debug, Clone, Deserialize)]
struct Sort {
    rows: u64,
    places: Vec<String>,
    first: Problem,
}

impl Told {
    pub(super) fn of(report: &Value) -> Option<Self> {
        serde_json::from_value(report.clone()).ok()
    }

    /// Rows that are refused.
    pub(super) fn refused(&self) -> u64 {
        self.rows - self.read
    }

    /// All sorts of trouble, with the lines where they were met.
    pub(super) fn troubles(&self, view: &View) -> Markup {
        let language = view.language;
        let notes: Vec<&Problem> = self.notes.iter().filter(|note| !is_in_table(note)).collect();
        html! {
            @if !self.refused.is_empty() {
                h2 { (view.say("Rader som inte läses", "Rows that are not read")) }
                ul { @for sort in self.refused.values() { li { (sort.told(language)) } } }
            }
            @if !self.warnings.is_empty() {
                h2 { (view.say("Rader som läses, men inte helt som de står", "Rows that are read, but not quite as they stand")) }
                ul { @for sort in self.warnings.values() { li { (sort.told(language)) } } }
            }
            @if !notes.is_empty() {
                h2 { (view.say("Om listan i stort", "About the list as a whole")) }
                ul { @for note in notes { li { (said(&note.message, language)) } } }
            }
        }
    }
}

/// Whether the table of headers says the same, and has the cure.
fn is_in_table(note: &Problem) -> bool {
    use Code::{GuessedColumns, MappedColumns, UnknownColumns, UnusedColumns};
    matches!(note.code, GuessedColumns | MappedColumns | UnknownColumns | UnusedColumns)
}

/// A message without the parts that speak of options of the command line.
pub fn without_options(message: &str) -> String {
    let parts = message.split("; ").filter(|part| !part.contains("--"));
    let kept = parts.collect::<Vec<_>>().join("; ");
    if kept.ends_with('.') { kept } else { format!("{kept}.") }
}

impl Sort {
    fn told(&self, language: Language) -> Markup {
        let places = crate::words::and_more(&self.places, 10, language);
        html! {
            strong { (self.rows) " " @if self.rows == 1 { (language.pick("rad", "row")) } @else { (language.pick("rader", "rows")) } }
            " (" (language.pick("rad ", "line ")) (places) "): " (said(&self.first.message, language))
        }
    }
}

/// The page about a list that waits under a name.
pub fn page(view: &View, waiting: &str, sheet: &str, report: &Report) -> String {
    let name = view.say("Så läses listan", "How the list is read");
    let told = serde_json::to_value(report).ok().as_ref().and_then(Told::of);
    let body = html! {
        p .lead { (lead(report, view.language)) }
        form method="post" action=(view.url("/lists/accept")) {
            input type="hidden" name="waiting" value=(waiting);
            @if !sheet.is_empty() { input type="hidden" name="sheet" value=(sheet); }
            @if !report.columns.is_empty() { (table(view, &report.columns)) }
            @if let Some(told) = &told { (told.troubles(view)) }
            div .actions {
                @if report.read > 0 { button .main type="submit" { (view.say("Ta emot listan", "Accept the list")) } }
                @if !report.columns.is_empty() { button type="submit" formaction=(view.url("/lists/map")) { (view.say("Läs om med mina val", "Read again with my choices")) } }
                a href=(view.url("/lists")) { (view.say("Avbryt", "Cancel")) }
            }
            p .hint { (view.say("Inget är sparat än. Listan glöms om en halvtimme om du inte tar emot den.", "Nothing is kept yet. The list is forgotten in half an hour unless you accept it.")) }
        }
    };
    view.page(name, &body)
}

fn lead(report: &Report, language: Language) -> String {
    let (rows, read) = (report.rows, report.read);
    match (language, read) {
        (Language::Sv, _) if rows == 0 => "Listan har inga rader under rubrikraden.".to_owned(),
        (Language::En, _) if rows == 0 => "The list has no rows below its header.".to_owned(),
        (Language::Sv, 0) => format!(
            "Ingen av listans {rows} rader kan läsas. Rätta rubrikerna nedan eller filen, och försök igen."
        ),
        (Language::En, 0) => format!(
            "None of the {rows} rows can be read. Correct the headers below or the file, and try again."
        ),
        (Language::Sv, _) if rows == read => {
            format!("Alla {rows} rader kan läsas. Kontrollera att rubrikerna är rätt tolkade.")
        }
        (Language::En, _) if rows == read => {
            format!("All {rows} rows can be read. Check that the headers are understood.")
        }
        (Language::Sv, _) => format!(
            "{read} av {rows} rader kan läsas. Kontrollera rubrikerna och raderna som inte läses."
        ),
        (Language::En, _) => format!(
            "{read} of {rows} rows can be read. Check the headers and the rows that are not read."
        ),
    }
}

fn table(view: &View, read: &[ReadColumn]) -> Markup {
    html! {
        div .scroll role="region" tabindex="0" aria-label=(view.say("Rubriker", "Headers")) {
            table {
                caption { (view.say("Rubriker och vad de läses som", "Headers and what they are read as")) }
                thead {
                    tr {
                        th scope="col" { (view.say("Rubrik i listan", "Header of the list")) }
                        th scope="col" { (view.say("Läses som", "Read as")) }
                        th scope="col" { (view.say("Hur vi vet", "How that is known")) }
                        th scope="col" { (view.say("Ifyllda rader", "Rows filled")) }
                    }
                }
                tbody { @for (at, column) in read.iter().enumerate() { (row(view, at, column)) } }
            }
        }
    }
}

fn row(view: &View, at: usize, column: &ReadColumn) -> Markup {
    let language = view.language;
    let now = column.column.unwrap_or("-");
    let chosen = matches!(column.meaning, Meaning::Mapped | Meaning::LeftOut);
    // A header that is not told whole cannot be named, and who somebody is is never read.
    let fixed = column.meaning == Meaning::AboutThePerson
        || column.header == "?"
        || column.header.is_empty()
        || column.header.chars().count() >= TOLD;
    html! {
        tr {
            th scope="row" #{ "header-" (at) } { (column.header) }
            td .word {
                @if fixed {
                    input type="hidden" name={ "column-" (at) } value=(now);
                    input type="hidden" name={ "was-" (at) } value=(now);
                    (name_of(now, language))
                } @else {
                    input type="hidden" name={ "header-" (at) } value=(column.header);
                    @if !chosen { input type="hidden" name={ "was-" (at) } value=(now); }
                    select name={ "column-" (at) } aria-labelledby={ "header-" (at) } {
                        option value="-" selected[now == "-"] { (name_of("-", language)) }
                        @for key in columns() { option value=(key) selected[now == key] { (name_of(key, language)) } }
                    }
                }
            }
            td .word { (meaning(column.meaning, language)) }
            td { (column.filled) }
        }
    }
}

fn meaning(meaning: Meaning, language: Language) -> &'static str {
    match meaning {
        Meaning::Known => language.pick("känd rubrik", "known header"),
        Meaning::Guessed => language.pick("gissad, kontrollera", "guessed, please check"),
        Meaning::Mapped => language.pick("du har sagt det", "you said so"),
        Meaning::Unused => language.pick("påverkar inga förslag", "affects no suggestion"),
        Meaning::LeftOut => language.pick("du har tagit bort den", "you left it out"),
        Meaning::AboutThePerson => {
            language.pick("om vem någon är: läses aldrig", "about who somebody is: never read")
        }
        Meaning::Unknown => language.pick("okänd rubrik", "unknown header"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_command_line_are_not_told() {
        let said = without_options(
            "Ingen rubrikrad; första raden ska ha ref;yrke; --map \"A=b\" hjälper, och --x.",
        );
        assert_eq!(said, "Ingen rubrikrad; första raden ska ha ref;yrke.");
    }

    #[test]
    fn every_column_has_a_name() {
        for key in columns() {
            assert!(NAMES.iter().any(|(own, ..)| *own == key), "{key}");
        }
    }

    #[test]
    fn what_was_changed_or_said_before_is_said() {
        let fields = Fields::new(
            [
                ("header-0", "Roll"),
                ("was-0", "-"),
                ("column-0", "yrke"),
                ("header-1", "Ort"),
                ("was-1", "kommun"),
                ("column-1", "kommun"),
                ("header-2", "Slut"),
                ("column-2", "sista_dag"),
                ("column-3", "-"),
                ("was-3", "-"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        );
        assert_eq!(said_of_headers(&fields), ["Roll=yrke", "Slut=sista_dag"]);
    }
}
