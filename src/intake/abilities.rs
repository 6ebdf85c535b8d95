//! Cells about what a worker can do.

use super::{
    cell::{self, Cell},
    column::Column,
    problem::Code,
    worker::Row,
};

impl Row<'_> {
    /// Skills are separated by `|`. Commas are ambiguous: official names hold one or, seldom, two
    /// (`GeoROG, maskinstyrning`). A cell without `|` is split at commas where there are at least
    /// two outside brackets, else kept whole; both are said.
    pub(super) fn skills(&mut self) -> Vec<String> {
        let column = Column::Skills;
        let mut found = Vec::new();
        let mut commas = [false; 2];
        for cell in self.cells(column) {
            match cell {
                Cell::List(values) => found.extend(values.iter().cloned()),
                Cell::Text(text) => {
                    let parts = cell::split_commas(text);
                    if text.contains(['|', ';', '\n']) || parts.len() == 1 {
                        found.extend(cell::split_list(text, &['|', ';']));
                    } else {
                        let split = parts.len() > 2;
                        commas[usize::from(split)] = true;
                        let whole = [text.as_str()];
                        let values = if split { parts.as_slice() } else { &whole };
                        found.extend(values.iter().map(ToString::to_string));
                    }
                }
            }
        }
        let said = [
            (
                "Ett komma i en kompetens kan höra till namnet eller skilja två; skriv | mellan flera.",
                "A comma in a skill may belong to its name or part two; write | between several.",
            ),
            (
                "Kompetenser delades vid komma; skriv | mellan dem.",
                "Skills were split at commas; write | between them.",
            ),
        ];
        for ((sv, en), seen) in said.into_iter().zip(commas) {
            if seen {
                self.warn(Code::CommaList, column, sv, en);
            }
        }
        cell::unique(found.iter().map(String::as_str))
    }
}
