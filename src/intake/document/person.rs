//! What is gathered of one person before it is a draft.

use crate::{dataset::plain_text, domain::LanguageLevel};

use crate::intake::{
    cell::{Cell, clean},
    check::{SKILLS, TEXT_CHARS, TITLES},
    column::Column,
    free_text::FREE_TEXT_CHARS,
    personnummer,
    problem::{Code, Problem},
    source::{Draft, refused_number},
};

/// Words between a job title and an employer.
const BEFORE_EMPLOYERS: [&str; 5] = [" på ", " hos ", " vid ", " at ", " @ "];
/// Languages that are Swedish, as documents name it.
const SWEDISH: [&str; 6] = ["sv", "swe", "svenska", "swedish", "sv-se", "sv_se"];

/// One person of a document.
#[derive(Debug, Default)]
pub(in crate::intake) struct Person {
    /// Number of the document or profile.
    id: String,
    titles: Vec<String>,
    skills: Vec<String>,
    wanted: Vec<String>,
    licences: Vec<String>,
    told: Vec<String>,
    learned: Vec<String>,
    swedish: Option<LanguageLevel>,
    only_codes: usize,
}

impl Person {
    /// A person whose document or profile has this number; empty for none.
    pub(in crate::intake) fn of(id: &str) -> Self {
        Self { id: clean(id), ..Self::default() }
    }

    /// A job title, without the employer after it.
    pub(in crate::intake) fn title(&mut self, title: &str) {
        let title = clean(&plain_text(title));
        let cut = BEFORE_EMPLOYERS.iter().filter_map(|word| title.find(word)).min();
        add(&mut self.titles, &title[..cut.unwrap_or(title.len())], &mut self.told);
    }

    /// An occupation that is asked about.
    pub(in crate::intake) fn wish(&mut self, title: &str) {
        add(&mut self.wanted, &clean(&plain_text(title)), &mut self.told);
    }

    /// The name of a skill.
    pub(in crate::intake) fn skill(&mut self, name: &str) {
        add(&mut self.skills, &clean(&plain_text(name)), &mut self.told);
    }

    /// A class of driving licence or the name of another one.
    pub(in crate::intake) fn licence(&mut self, name: &str) {
        add(&mut self.licences, &clean(name), &mut self.told);
    }

    /// A text about what the person does and can do; HTML is made plain.
    pub(in crate::intake) fn tell(&mut self, text: &str) {
        self.told.extend(plain_text(text).lines().map(str::to_owned));
    }

    /// A text about what the person learned: a title there is no job.
    pub(in crate::intake) fn learn(&mut self, text: &str) {
        self.learned.extend(plain_text(text).lines().map(str::to_owned));
    }

    /// A level of a language; others than Swedish say nothing of courses. Of several the lowest
    /// counts.
    pub(in crate::intake) fn language(&mut self, name: &str, level: &str) {
        let name = clean(name).to_lowercase();
        if !SWEDISH.contains(&name.as_str()) {
            return;
        }
        let words = level.split(|c: char| !c.is_alphanumeric());
        if let Some(level) = words.filter_map(LanguageLevel::parse).min() {
            self.swedish = Some(self.swedish.map_or(level, |other| other.min(level)));
        }
    }

    /// Something that is told by a number of a register alone.
    pub(in crate::intake) fn code(&mut self) {
        self.only_codes += 1;
    }

    /// The draft; `stem` is what the person is called where the document has no number.
    ///
    /// # Errors
    /// Where lines together are a personnummer.
    pub(in crate::intake) fn draft(mut self, stem: Option<String>) -> Result<Draft, Problem> {
        let mut draft = Draft { fallback: stem, ..Draft::default() };
        let mut too_many = false;
        for (column, mut list, most) in [
            (Column::Titles, self.titles, TITLES),
            (Column::Wanted, self.wanted, TITLES),
            (Column::Skills, self.skills, SKILLS),
            (Column::Licences, self.licences, SKILLS),
        ] {
            too_many |= list.len() > most;
            list.truncate(most);
            if !list.is_empty() {
                draft.fields.push((column, Cell::List(list)));
            }
        }
        if !self.id.is_empty() {
            draft.fields.push((Column::Ref, Cell::Text(self.id)));
        }
        let swedish = self.swedish.map(|level| Cell::Text(format!("sv {}", level.key())));
        draft.fields.extend(swedish.map(|level| (Column::Swedish, level)));
        if !self.learned.is_empty() {
            self.told.push("Utbildning".to_owned());
            self.told.append(&mut self.learned);
        }
        let (text, cut) = joined(&self.told);
        if personnummer::found_in(&text) {
            return Err(refused_number());
        }
        draft.text = text;
        draft.warnings.extend(warnings(too_many || cut, self.only_codes));
        Ok(draft)
    }
}

/// Adds a value that is not there, case apart; one too long to be a name is a text.
fn add(list: &mut Vec<String>, value: &str, told: &mut Vec<String>) {
    let value = value.trim();
    if value.is_empty() {
    } else if value.chars().count() > TEXT_CHARS {
        told.push(value.to_owned());
    } else if !list.iter().any(|known| known.to_lowercase() == value.to_lowercase()) {
        list.push(value.to_owned());
    }
}

/// The lines as one text, as many as are read, and whether some are left out.
fn joined(lines: &[String]) -> (String, bool) {
    let mut text = String::new();
    let mut left = FREE_TEXT_CHARS;
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        let count = line.chars().count() + 1;
        if count > left {
            return (text, true);
        }
        left -= count;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    (text, false)
}

fn warnings(too_many: bool, only_codes: usize) -> Vec<Problem> {
    let mut warnings = Vec::new();
    if too_many {
        warnings.push(Problem::new(
            Code::TooMany,
            "Dokumentet säger mer än en profil rymmer; det sista lästes inte.",
            "The document says more than a profile holds; the last of it was not read.",
        ));
    }
    if only_codes > 0 {
        warnings.push(Problem::new(
            Code::OnlyCodes,
            format!(
                "Yrken och kompetenser som bara anges med ett nummer i ett register lästes inte: \
                 {only_codes}; hämta profilen med benämningar."
            ),
            format!(
                "Occupations and skills given by a number of a register alone were not read: \
                 {only_codes}; fetch the profile with their names."
            ),
        ));
    }
    warnings
}
