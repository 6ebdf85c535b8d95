//! The result as a table: one line a path, and one for a row without a path.

use std::io::{self, Write};

use super::{Form, Outcome, Record};
use crate::{
    domain::{Language, Pathway, Recommendation},
    intake::Problem,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    /// With one decimal, or two where it is a share.
    Real,
    /// `true` or `false`; in words `ja`, `nej` or `okänt`.
    Flag,
}

/// A column of the table.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name in CSV and Parquet.
    pub(super) key: &'static str,
    /// Its heading for advisers.
    pub(super) heading: &'static str,
    pub(super) kind: Kind,
}

const fn column(key: &'static str, heading: &'static str, kind: Kind) -> Column {
    Column { key, heading, kind }
}

/// Columns, those of the worker at both ends.
pub(super) const COLUMNS: [Column; 28] = [
    column("line", "Rad", Kind::Whole),
    column("file", "Fil", Kind::Text),
    column("ref", "Referens", Kind::Text),
    column("result", "Resultat", Kind::Text),
    column("list", "Lista", Kind::Text),
    column("rank", "Plats", Kind::Whole),
    column("score", "Poäng", Kind::Real),
    column("occupation", "Yrke", Kind::Text),
    column("occupation_id", "Yrkets id", Kind::Text),
    column("ssyk", "SSYK", Kind::Text),
    column("essential_have", "Nödvändiga kompetenser som finns", Kind::Whole),
    column("essential_total", "Nödvändiga kompetenser", Kind::Whole),
    column("missing", "Saknas", Kind::Text),
    column("licences_missing", "Behörigheter som saknas", Kind::Text),
    column("courses", "Kurser", Kind::Text),
    column("course_ids", "Kursernas id", Kind::Text),
    column("starts", "Kursstarter", Kind::Text),
    column("course_weeks", "Veckor på heltid", Kind::Real),
    column("fits_window", "Ryms i tiden", Kind::Flag),
    column("ready", "Klar", Kind::Text),
    column("mean_wage", "Medellön", Kind::Whole),
    column("wage_change", "Löneskillnad", Kind::Whole),
    column("ads_region", "Annonser i länet", Kind::Whole),
    column("read_titles", "Läst som yrke", Kind::Text),
    column("understood_as", "Förstått som", Kind::Text),
    column("title_confidence", "Så säkert är yrket förstått", Kind::Real),
    column("not_understood", "Inte förstått", Kind::Text),
    column("problems", "Anmärkningar", Kind::Text),
];
/// Columns before those of the path, and after them.
const BEFORE: usize = 5;
const AFTER: usize = 5;

/// Writes the lines of a record.
pub(super) fn write(record: &Record, form: Form, out: &mut Vec<u8>) -> io::Result<()> {
    let mut table = writer(form, out);
    let line = record.line.map(|line| line.to_string()).unwrap_or_default();
    let file = join(record.file.as_deref().into_iter(), form);
    match &record.outcome {
        Outcome::Refused { error } => {
            let mut cells = vec![String::new(); COLUMNS.len()];
            [cells[0], cells[1]] = [line, file];
            named("refused", form).clone_into(&mut cells[3]);
            cells[COLUMNS.len() - 1] = match form {
                Form::Words => remark(error),
                _ => error.to_string(),
            };
            table.write_record(&cells)?;
        }
        Outcome::Answered { warnings, recommendation } => {
            let lists = [
                ("wanted", &recommendation.wanted),
                ("own_sector", &recommendation.own_sector),
                ("change_sector", &recommendation.change_sector),
            ];
            let head = Head::of([line, file], recommendation, warnings, form);
            let mut any = false;
            for (list, paths) in lists {
                for path in paths {
                    table.write_record(head.row(list, Some(path)))?;
                    any = true;
                }
            }
            if !any {
                table.write_record(head.row("", None))?;
            }
        }
    }
    table.flush()
}

/// Cells that all lines of a worker share.
struct Head {
    before: [String; BEFORE - 1],
    after: [String; AFTER],
    form: Form,
}

impl Head {
    fn of(
        [line, file]: [String; 2],
        answer: &Recommendation,
        warnings: &[Problem],
        form: Form,
    ) -> Self {
        let occupations = || answer.understood.occupations.iter();
        let not_understood = answer.understood.unmatched.iter();
        let before = [
            line,
            file,
            join(answer.r#ref.as_deref().into_iter(), form),
            named(answer.match_status.key(), form).to_owned(),
        ];
        let confidence = occupations().next().map(|concept| format!("{:.2}", concept.confidence));
        let words = form == Form::Words;
        let said = warnings.iter().map(if words { remark } else { coded });
        let said: Vec<String> = said.collect();
        let remarks =
            if words { said.join(" ") } else { join(said.iter().map(String::as_str), form) };
        let after = [
            join(occupations().map(|concept| concept.text.as_str()), form),
            join(occupations().map(|concept| concept.label.text(Language::Sv)), form),
            confidence.unwrap_or_default(),
            join(not_understood.map(|missed| missed.text.as_str()), form),
            remarks,
        ];
        Self { before, after, form }
    }

    fn row(&self, list: &'static str, path: Option<&Pathway>) -> Vec<String> {
        let mut cells = self.before.to_vec();
        cells.push(named(list, self.form).to_owned());
        cells.extend(path.into_iter().flat_map(|path| self.cells(path)));
        cells.resize(COLUMNS.len() - AFTER, String::new());
        cells.extend(self.after.iter().cloned());
        cells
    }

    fn cells(&self, path: &Pathway) -> [String; COLUMNS.len() - BEFORE - AFTER] {
        let number = |value: Option<String>| value.unwrap_or_default();
        let form = self.form;
        let (gap, plan, demand) = (&path.gap, &path.plan, &path.demand);
        let licences = gap.licences.iter().map(|licence| match form {
            Form::Words => licence.label.text(Language::Sv),
            _ => licence.key.as_str(),
        });
        let words = form == Form::Words;
        let unknown = if words { "okänd dag" } else { "?" };
        let starts = plan.courses.iter().map(|course| course.start.as_deref().unwrap_or(unknown));
        let missing = gap.missing_essential.iter().map(|skill| skill.label.text(Language::Sv));
        let titles = plan.courses.iter().map(|course| course.title.text(Language::Sv));
        let [yes, no] = if words { ["ja", "nej"] } else { ["true", "false"] };
        let fits = match plan.fits_window {
            Some(true) => yes,
            Some(false) => no,
            None if words && !plan.courses.is_empty() => "okänt",
            None => "",
        };
        [
            path.rank.to_string(),
            format!("{:.1}", path.score),
            path.label.text(Language::Sv).to_owned(),
            path.id.clone(),
            path.ssyk.first().cloned().unwrap_or_default(),
            gap.essential_have.to_string(),
            gap.essential_total.to_string(),
            join(missing, form),
            join(licences, form),
            join(titles, form),
            join(plan.courses.iter().map(|course| course.id.as_str()), form),
            join(starts, form),
            number(plan.total_weeks.map(|weeks| format!("{weeks:.1}"))),
            fits.to_owned(),
            number(plan.ready.map(|day| day.to_string())),
            number(demand.wage.map(|wage| wage.mean.to_string())),
            number(demand.wage_change.map(|change| change.to_string())),
            number(demand.ads_region.map(|ads| ads.to_string())),
        ]
    }
}

/// What a key of a result or list is called in words.
fn named(key: &'static str, form: Form) -> &'static str {
    if form != Form::Words {
        return key;
    }
    match key {
        "matched" => "har väg",
        "no_match" => "ingen väg inom gränserna",
        "abstain" => "för lite förstått",
        "refused" => "lästes inte",
        "wanted" => "frågat yrke",
        "own_sector" => "samma bransch",
        "change_sector" => "annan bransch",
        other => other,
    }
}

/// What is said about a row, with the column that it is about unless it says that itself.
fn remark(problem: &Problem) -> String {
    let said = &problem.message.sv;
    match &problem.field {
        Some(field) if !said.contains(field.as_str()) => format!("{field}: {said}"),
        _ => said.clone(),
    }
}

/// The code of what is said about a row, with the column that it is about.
fn coded(problem: &Problem) -> String {
    let code = problem.code.key();
    problem.field.as_ref().map_or_else(|| code.to_owned(), |field| format!("{code}:{field}"))
}

/// Writes the names of the columns.
pub(super) fn write_header(form: Form, out: &mut impl Write) -> io::Result<()> {
    let mut table = match form {
        Form::Csv => spreadsheet(out)?,
        Form::Raw | Form::Words | Form::Ndjson => writer(form, out),
    };
    table.write_record(COLUMNS.map(|column| column.key))?;
    table.flush()
}

/// A table as Swedish spreadsheets read it: `;` between cells, and a byte order mark, by which Excel knows
/// UTF-8.
pub(crate) fn spreadsheet<W: Write>(mut out: W) -> io::Result<csv::Writer<W>> {
    out.write_all("\u{feff}".as_bytes())?;
    Ok(writer(Form::Csv, out))
}

fn writer<W: Write>(form: Form, out: W) -> csv::Writer<W> {
    let delimiter = if form == Form::Csv { b';' } else { b',' };
    csv::WriterBuilder::new().delimiter(delimiter).from_writer(out)
}

fn join<'a>(texts: impl Iterator<Item = &'a str>, form: Form) -> String {
    let joined = texts.collect::<Vec<_>>().join(" | ");
    if form == Form::Csv { safe(joined) } else { joined }
}

/// Cells with a formula sign at the start are harmless in the list's own words, but a spreadsheet
/// would run them: they get a quote before them.
pub(crate) fn safe(cell: String) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell }
}

/// Signs at the start of a cell that a spreadsheet takes for a formula.
pub(crate) const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A number with one decimal, as a Swedish spreadsheet reads it.
pub(crate) fn decimal(number: f64) -> String {
    format!("{number:.1}").replace('.', ",")
}
