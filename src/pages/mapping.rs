//! How a list is read: each header with its column, which can be corrected, and the rows that are refused.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{Fields, View, said};
use crate::{
    domain::Language,
    intake::{Code, Meaning, Problem, ReadColumn, Report, columns, says_what_workers_can},
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

/// A header as a page of corrections sends it.
struct SaidOf<'f> {
    header: &'f str,
    /// The column that is chosen for it.
    column: &'f str,
    /// Whether the page that was looked at showed another.
    is_changed: bool,
    /// Whether somebody had chosen before.
    is_chosen: bool,
}

fn headers(fields: &Fields) -> impl Iterator<Item = SaidOf<'_>> {
    let said = |at: usize| {
        let get = |name| fields.get(&format!("{name}-{at}"));
        let (header, column) = (get("header"), get("column"));
        let (is_changed, is_chosen) = (get("shown") != column, !get("chosen").is_empty());
        (!column.is_empty()).then_some(SaidOf { header, column, is_changed, is_chosen })
    };
    (0..).map_while(said)
}

/// What a page of corrections says headers mean, as `Header=column`: what was changed, and what had been
/// said before.
pub fn said_of_headers(fields: &Fields) -> Vec<String> {
    let said = headers(fields).filter(|one| !one.header.is_empty());
    let said = said.filter(|one| one.is_changed || one.is_chosen);
    said.map(|one| format!("{}={}", one.header, one.column)).collect()
}

/// Whether a form says of headers what the page that was looked at did not show.
pub fn is_changed(fields: &Fields) -> bool {
    headers(fields).any(|one| one.is_changed)
}

/// Whether a field goes along to the page in the other language: what is said of headers.
pub fn is_of_headers(name: &str) -> bool {
    ["header-", "column-", "shown-", "chosen-"].iter().any(|start| name.starts_with(start))
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
    /// The same by column, where it was met in several.
    #[serde(default)]
    fields: std::collections::BTreeMap<String, Self>,
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
                ul { @for sort in self.refused.values().flat_map(Sort::by_column) { li { (sort.told(language)) } } }
            }
            @if !self.warnings.is_empty() {
                h2 { (view.say("Rader som läses, men inte helt som de står", "Rows that are read, but not quite as they stand")) }
                ul { @for sort in self.warnings.values().flat_map(Sort::by_column) { li { (sort.told(language)) } } }
            }
            @if !notes.is_empty() {
                h2 { (view.say("Om listan i stort", "About the list as a whole")) }
                ul { @for note in notes { li { (without_options(note.message.text(language))) } } }
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
    let options = ["--", "frågeparametern", "query parameter"];
    let is_option = |part: &&str| options.iter().any(|option| part.contains(option));
    let parts = message.split("; ").filter(|part| !is_option(part));
    let kept = parts.collect::<Vec<_>>().join("; ");
    if kept.ends_with('.') { kept } else { format!("{kept}.") }
}

impl Sort {
    /// Itself, or its columns where it was met in several.
    fn by_column(&self) -> Vec<&Self> {
        if self.fields.is_empty() { vec![self] } else { self.fields.values().collect() }
    }

    fn told(&self, language: Language) -> Markup {
        let mut places = crate::words::and_more(&self.places, 10, language);
        if self.rows > self.places.len() as u64 {
            places = format!("{} {places}", language.pick("bland annat", "among others"));
        }
        let column = self.first.field.as_deref().map(|key| name_of(key, language));
        html! {
            strong { (self.rows) " " @if self.rows == 1 { (language.pick("rad", "row")) } @else { (language.pick("rader", "rows")) } }
            " (" (language.pick("rad ", "line ")) (places) "): "
            @if let Some(column) = column { strong { (column) } ": " }
            (said(&self.first.message, language))
        }
    }
}

/// A list that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The name under which it waits.
    pub waiting: &'a str,
    /// The sheet that was asked for; empty for the first.
    pub sheet: &'a str,
    /// How it is read.
    pub report: &'a Report,
    /// Whether somebody wanted to accept it as it had not been shown yet.
    pub is_changed: bool,
}

impl Shown<'_> {
    /// Whether no column says what the workers can do: such a list cannot be accepted.
    pub fn is_unfinished(&self) -> bool {
        let columns = &self.report.columns;
        let mut read = columns.iter().filter_map(|column| column.column);
        !columns.is_empty() && !read.any(says_what_workers_can)
    }
}

/// The page about a list that waits.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let Shown { waiting, sheet, report, is_changed } = *shown;
    let name = view.say("Så läses listan", "How the list is read");
    let told = serde_json::to_value(report).ok().as_ref().and_then(Told::of);
    let is_unfinished = shown.is_unfinished();
    let body = html! {
        @if is_unfinished { (unfinished(view)) } @else if is_changed { (changed(view)) }
        p .lead { (lead(report, view.language)) }
        form method="post" action=(view.url("/lists/accept")) {
            input type="hidden" name="waiting" value=(waiting);
            @if !sheet.is_empty() { input type="hidden" name="sheet" value=(sheet); }
            @if !report.columns.is_empty() { (table(view, &report.columns)) }
            @if let Some(told) = &told { (told.troubles(view)) }
            div .actions {
                @if report.read > 0 && !is_unfinished { button .main type="submit" { (view.say("Ta emot listan", "Accept the list")) } }
                @if !report.columns.is_empty() { button type="submit" formaction=(view.url("/lists/map")) { (view.say("Läs om med mina val", "Read again with my choices")) } }
                button .link type="submit" formaction=(view.url("/lists/forget")) { (view.say("Avbryt och glöm listan", "Cancel and forget the list")) }
            }
            p .hint { (view.say("Inget är sparat än. Listan glöms när du avbryter, och om en halvtimme om du inte tar emot den.", "Nothing is kept yet. The list is forgotten when you cancel, and in half an hour unless you accept it.")) }
        }
    };
    view.page(name, &body)
}

/// What is said where a list was to be accepted as nobody had seen it.
fn changed(view: &View) -> Markup {
    html! {
        div .note #changed role="alert" tabindex="-1" autofocus {
            h2 { (view.say("Listan är inte mottagen än", "The list is not accepted yet")) }
            p { (view.say("Du ändrade hur en rubrik läses. Nu visas listan som den läses med dina val: stämmer det, ta emot den.", "You changed how a header is read. The list is now shown as it is read with your choices: if that is right, accept it.")) }
        }
    }
}

/// What is said of a list that says nothing of what the workers can do.
fn unfinished(view: &View) -> Markup {
    html! {
        div .note #unfinished role="alert" tabindex="-1" autofocus {
            h2 { (view.say("Ingen kolumn säger vad personerna kan", "No column says what the people can do")) }
            p { (view.say("Välj i tabellen vilken rubrik som är Yrke, SSYK-kod eller Kompetenser, och läs om listan. Innan dess kan den inte tas emot.", "Choose in the table which header is Occupation, SSYK code or Skills, and read the list again. Before that it cannot be accepted.")) }
        }
    }
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

/// Names of the columns of the table of headers.
fn columns_of<'a>(language: Language) -> [&'a str; 3] {
    match language {
        Language::Sv => ["Läses som", "Hur vi vet", "Ifyllda rader"],
        Language::En => ["Read as", "How that is known", "Rows filled"],
    }
}

fn table(view: &View, read: &[ReadColumn]) -> Markup {
    let [reads, known, filled] = columns_of(view.language);
    html! {
        div .scroll role="region" tabindex="0" aria-label=(view.say("Rubriker", "Headers")) {
            table .stack .inputs {
                caption { (view.say("Rubriker och vad de läses som", "Headers and what they are read as")) }
                thead {
                    tr {
                        th scope="col" { (view.say("Rubrik i listan", "Header of the list")) }
                        th .word scope="col" { (reads) }
                        th .word scope="col" { (known) }
                        th scope="col" { (filled) }
                    }
                }
                tbody { @for (at, column) in read.iter().enumerate() { (row(view, at, column)) } }
            }
        }
    }
}

fn row(view: &View, at: usize, column: &ReadColumn) -> Markup {
    let language = view.language;
    let [reads, known, filled] = columns_of(language);
    let now = column.column.unwrap_or("-");
    let chosen = matches!(column.meaning, Meaning::Mapped | Meaning::LeftOut);
    // A header that is not told whole cannot be named, and who somebody is is never read.
    let fixed = column.meaning == Meaning::AboutThePerson
        || column.header == "?"
        || column.header.is_empty()
        || column.header.chars().count() >= TOLD;
    html! {
        tr {
            th scope="row" {
                span #{ "header-" (at) } { (column.header) }
                @if !column.values.is_empty() { span .more { (view.say("till exempel ", "for example ")) (column.values.join("; ")) } }
            }
            td .word data-label=(reads) {
                input type="hidden" name={ "shown-" (at) } value=(now);
                @if fixed {
                    input type="hidden" name={ "column-" (at) } value=(now);
                    (name_of(now, language))
                } @else {
                    input type="hidden" name={ "header-" (at) } value=(column.header);
                    @if chosen { input type="hidden" name={ "chosen-" (at) } value="yes"; }
                    select name={ "column-" (at) } aria-labelledby={ "header-" (at) } {
                        option value="-" selected[now == "-"] { (name_of("-", language)) }
                        @for key in columns() { option value=(key) selected[now == key] { (name_of(key, language)) } }
                    }
                }
            }
            td .word data-label=(known) { (meaning(column.meaning, language)) }
            td data-label=(filled) { (column.filled) }
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
                ("shown-0", "-"),
                ("column-0", "yrke"),
                ("header-1", "Ort"),
                ("shown-1", "kommun"),
                ("column-1", "kommun"),
                ("header-2", "Slut"),
                ("shown-2", "sista_dag"),
                ("chosen-2", "yes"),
                ("column-2", "sista_dag"),
                ("column-3", "-"),
                ("shown-3", "-"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        );
        assert_eq!(said_of_headers(&fields), ["Roll=yrke", "Slut=sista_dag"]);
        assert!(is_changed(&fields));
        assert!(!is_changed(&fields.without(|name| name.ends_with("-0")).with("column-0", "")));
        let seen = fields.without(|name| name == "shown-0").with("shown-0", "yrke");
        assert!(!is_changed(&seen));
    }
}
