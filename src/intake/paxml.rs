//! PAXml 2.2 (paxml.se), the payroll systems' file of persons: one at a time, so that a broken end
//! costs only what stands there.
//!
//! Of a person only the employee number, the job title, the SSYK code and the days of the
//! employment are read; names, addresses, pay and accounts are passed over. The personnummer has an
//! element of its own, which is passed over as well: a person without an employee number is refused.

use super::{
    Format,
    cell::{Cell, clean},
    column::Column,
    document::Node,
    personnummer,
    problem::{Code, Problem, Refusal},
    source::{Draft, Found, Source, refused_number},
    xml::{Elements, Step},
};

/// Elements that are read, by what they hold.
const TITLE: [&str; 4] = ["befattning", "yrke", "titel", "yrkesbenamning"];
const SSYK: [&str; 3] = ["ssyk", "ssykkod", "yrkeskod"];
const FIRST_DAY: [&str; 3] = ["anstdatum", "anstallningsdatum", "anstdat"];
const LAST_DAY: [&str; 5] = ["slutdatum", "anstslut", "avgdatum", "avgangsdatum", "slutdat"];
/// Elements around those.
const AROUND: [&str; 2] = ["anstallning", "anstallningar"];
/// The personnummer where it is an attribute; as an element it is passed over with the others.
const NUMBER_OF_THE_PERSON: [&str; 3] = ["persnr", "personnr", "personnummer"];

/// The persons of a file.
#[derive(Debug)]
pub(super) struct Paxml {
    elements: Elements,
    number: u64,
    ended: bool,
    /// Whether the file ended without a person.
    empty: bool,
}

impl Paxml {
    /// The persons after the root element has begun.
    pub(super) fn new(elements: Elements) -> Self {
        Self { elements, number: 0, ended: false, empty: false }
    }

    /// The next person; `None` where the file ends whole.
    fn person(&mut self) -> Result<Option<Node>, Refusal> {
        loop {
            self.elements.renew();
            match self.elements.step()? {
                Step::Begin(node, empty) if node.name == "person" => {
                    let person =
                        if empty { node } else { self.elements.rest_of(node, is_skipped)? };
                    return Ok(Some(person));
                }
                Step::Eof => return Ok(None),
                Step::Begin(..) | Step::End => {}
            }
        }
    }
}

impl Source for Paxml {
    fn next_row(&mut self) -> Option<Found> {
        if self.ended {
            return None;
        }
        let person = self.person();
        self.number += 1;
        match person {
            Ok(Some(person)) => Some(Found::at(self.number, draft(&person))),
            Ok(None) => {
                self.ended = true;
                self.empty = self.number == 1;
                None
            }
            Err(refusal) => {
                self.ended = true;
                Some(Found::at(self.number, Err(broken(self.number - 1, &refusal))))
            }
        }
    }

    fn format(&self) -> Option<Format> {
        Some(Format::Paxml)
    }

    fn notes(&self) -> Vec<Problem> {
        if !self.empty {
            return Vec::new();
        }
        vec![Problem::new(
            Code::NotAProfile,
            "Filen har inga personer; be löneavdelningen om personalregistret, inte om tider och löner.",
            "The file holds no persons; ask payroll for the register of persons, not for times and pay.",
        )]
    }
}

/// All but what is read: an account may be a personnummer, an address is nobody's business.
fn is_skipped(name: &str) -> bool {
    let read = [&TITLE[..], &SSYK, &FIRST_DAY, &LAST_DAY, &AROUND].concat();
    !read.contains(&name)
}

fn draft(person: &Node) -> Result<Draft, Problem> {
    let number = clean(person.text("anstid"));
    let is_number = |child: &Node| NUMBER_OF_THE_PERSON.contains(&child.name.as_str());
    let mut told = person.children.iter().filter(|child| !is_number(child));
    if personnummer::found_in(&number) || number.is_empty() {
        return Err(no_number());
    }
    if told.any(|child| child.any(personnummer::found_in)) {
        return Err(refused_number());
    }
    let mut employments = Vec::new();
    person.below(&["anstallning"], &mut employments);
    if employments.is_empty() {
        employments.push(person);
    }
    let first = |node: &Node, names: &[&str]| -> String {
        let mut found = Vec::new();
        node.below(names, &mut found);
        let texts = found.iter().map(|node| clean(&node.text));
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    // The last one to begin is the one that ends now.
    let mut latest = employments[0];
    for employment in &employments[1..] {
        if first(employment, &FIRST_DAY) > first(latest, &FIRST_DAY) {
            latest = employment;
        }
    }
    let fields = [
        (Column::Ref, number),
        (Column::Titles, first(latest, &TITLE)),
        (Column::Ssyk, first(latest, &SSYK)),
        (Column::TenureStart, first(latest, &FIRST_DAY)),
        (Column::LastDay, first(latest, &LAST_DAY)),
    ];
    let fields = fields.into_iter().filter(|(_, text)| !text.is_empty());
    let fields = fields.map(|(column, text)| (column, Cell::Text(text))).collect();
    Ok(Draft { fields, has_ref: true, ..Draft::default() })
}

fn no_number() -> Problem {
    Problem::new(
        Code::Personnummer,
        "Personen har inget eget anställningsnummer (anstid), bara ett personnummer, som inte läses; \
         låt lönesystemet exportera anställningsnumret.",
        "The person has no employee number of its own (anstid), only a personnummer, which is not \
         read; let payroll export the employee number.",
    )
    .of("anstid")
}

fn broken(before: u64, refusal: &Refusal) -> Problem {
    let Refusal { problem, cure } = refusal;
    Problem::new(
        Code::Unreadable,
        format!("Efter {before} personer: {}; resten saknas, {}.", problem.sv, cure.sv),
        format!("After {before} persons: {}; the rest is missing, {}.", problem.en, cure.en),
    )
}
