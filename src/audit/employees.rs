//! How many women and men work in an occupation group today.

use std::collections::BTreeMap;

use crate::intake::{Error, quantity::Quantity, sheet::Sheet};

/// Employed women and men by SSYK group. Only an audit reads them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Employees(BTreeMap<String, f32>);

impl Employees {
    /// Reads a table with the columns `ssyk`, `employees_women` and `employees_men` (or `ssyk`,
    /// `kvinnor`, `man`).
    ///
    /// # Errors
    /// [`Error`] with the line where a count is no number.
    pub fn of(sheet: &Sheet) -> Result<Self, Error> {
        let needed = |names: &[&str]| {
            sheet.column(names).ok_or_else(|| {
                let problem = format!("no column {}; found {}", names[0], sheet.columns.join(", "));
                let cure = "give the columns ssyk, employees_women and employees_men";
                Error::format(&sheet.name, problem, cure)
            })
        };
        let ssyk = needed(&["ssyk", "ssyk4", "ssyk2012", "yrkeskod"])?;
        let women = needed(&["employeeswomen", "kvinnor", "women"])?;
        let men = needed(&["employeesmen", "man", "men"])?;
        let mut shares = BTreeMap::new();
        for row in &sheet.rows {
            let [women, men] =
                [women, men].map(|at| Quantity::People.read(&row.cells[at]).filter(|n| *n >= 0.0));
            let (Some(women), Some(men)) = (women, men) else {
                let place = format!("{}:{}", sheet.name, row.line);
                return Err(Error::format(place, "no number of employees", "write whole numbers"));
            };
            if women + men > 0.0 {
                #[expect(clippy::cast_possible_truncation, reason = "a share of 0 to 1")]
                shares.insert(row.cells[ssyk].clone(), (women / (women + men)) as f32);
            }
        }
        Ok(Self(shares))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Share of women of a group, 0 to 1.
    pub(super) fn share_of_women(&self, ssyk: &str) -> Option<f32> {
        self.0.get(ssyk).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_and_what_is_no_number_is_named() {
        let read = |text: &str| Employees::of(&Sheet::parse(text.as_bytes(), "e.csv").unwrap());
        let table = read("ssyk,employees_women,employees_men\n5321,80,20\n9999,0,0\n").unwrap();
        assert_eq!(table.share_of_women("5321"), Some(0.8));
        assert_eq!(table.share_of_women("9999"), None);
        let said = read("ssyk;kvinnor;män\n5321;..;20\n").unwrap_err().to_string();
        assert!(said.contains("e.csv:2"), "{said}");
        let said = read("ssyk;antal\n5321;3\n").unwrap_err().to_string();
        assert!(said.contains("employeeswomen"), "{said}");
    }
}
