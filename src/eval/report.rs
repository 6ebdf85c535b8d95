//! What an evaluation found, for people and for machines.

use std::{fmt, io};

use serde::Serialize;

use super::{SetKind, measures::Measure};

/// Measures of one way of counting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// What counts, such as `concept, occupations only`.
    pub name: String,
    /// Queries with an answer in this view.
    pub judged: usize,
    /// Those among them that the system answered at all; the others count 0.
    pub answered: usize,
    /// The measures shown to people.
    #[serde(skip)]
    pub headline: Vec<&'static str>,
    /// All measures.
    pub measures: Vec<Measure>,
}

/// One system's measures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemReport {
    /// Name of the system.
    pub name: String,
    /// One per way of counting; empty where the set has no answers.
    pub views: Vec<View>,
}

/// A system and its baselines on one set, from the same queries.
///
/// Its `Display` is a table: a line a measure, a column a system, each figure with its 95 %
/// half-width. Serialised it holds all measures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetReport {
    /// Name of the set.
    pub set: String,
    /// What it asks.
    pub kind: SetKind,
    /// Queries that were asked.
    pub queries: usize,
    /// What a reader must know of the figures.
    pub notes: Vec<String>,
    /// The system under evaluation first, then the baselines.
    pub systems: Vec<SystemReport>,
}

impl SetReport {
    /// Mean of a measure of a system in a view, for floors and tests.
    pub fn mean(&self, system: &str, view: &str, measure: &str) -> Option<f64> {
        let system = self.systems.iter().find(|found| found.name == system)?;
        Some(find(system, view, measure)?.mean)
    }

    /// The strongest baseline on a measure in a view, by name, with its mean; the first of equals.
    pub fn floor(&self, view: &str, measure: &str) -> Option<(&str, f64)> {
        let baselines = self.systems.iter().skip(1);
        let means = baselines
            .filter_map(|system| Some((system.name.as_str(), find(system, view, measure)?.mean)));
        means.reduce(|best, other| if other.1 > best.1 { other } else { best })
    }

    /// A Markdown row for every view of a judged set: set, view, queries judged, measure, figure with its 95 %
    /// half-width, strongest baseline.
    ///
    /// # Errors
    /// What writing gives.
    pub fn write_rows(&self, out: &mut impl io::Write) -> io::Result<()> {
        let Some(engine) = self.systems.first() else { return Ok(()) };
        for view in &engine.views {
            let Some(&measure) = view.headline.first() else { continue };
            let Some(own) = find(engine, &view.name, measure) else { continue };
            let floor = self.floor(&view.name, measure);
            let floor =
                floor.map_or_else(|| "-".into(), |(name, mean)| format!("{mean:.3} {name}"));
            writeln!(
                out,
                "| {} ({}) | {} | {} | {measure} | {:.3} ± {:.3} | {floor} |",
                self.set, self.kind, view.name, view.judged, own.mean, own.half_width
            )?;
        }
        Ok(())
    }
}

fn find<'a>(system: &'a SystemReport, view: &str, measure: &str) -> Option<&'a Measure> {
    let view = system.views.iter().find(|found| found.name == view)?;
    view.measures.iter().find(|found| found.name == measure)
}

impl fmt::Display for SetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}, {} queries)", self.set, self.kind, self.queries)?;
        let Some(first) = self.systems.first() else {
            return writeln!(f, "  no system answers this kind of set");
        };
        if first.views.is_empty() {
            writeln!(f, "  no answers beside the queries: a run can be written, not scored")?;
        } else {
            write!(f, "  {:<36}", "")?;
            self.systems.iter().try_for_each(|system| write!(f, "{:>20}", system.name))?;
            writeln!(f)?;
        }
        for view in &first.views {
            writeln!(f, "  {} ({} judged, {} answered)", view.name, view.judged, view.answered)?;
            for measure in &view.headline {
                write!(f, "    {measure:<34}")?;
                for system in &self.systems {
                    let figure = find(system, &view.name, measure).map_or_else(
                        || "-".to_owned(),
                        |m| format!("{:.4} ± {:.4}", m.mean, m.half_width),
                    );
                    write!(f, "{figure:>20}")?;
                }
                writeln!(f)?;
            }
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  note: {note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(name: &str, mean: f64) -> SystemReport {
        let measure =
            |name: &str| Measure { name: name.into(), mean, half_width: 0.01, queries: 9 };
        let measures = vec![measure("mrr"), measure("map")];
        let (judged, answered, headline) = (9, 8, vec!["mrr"]);
        let view = View { name: "all".into(), judged, answered, headline, measures };
        SystemReport { name: name.into(), views: vec![view] }
    }

    #[test]
    fn the_table_has_the_baseline_beside_the_figure() {
        let systems = vec![system("engine", 0.5), system("BM25 words", 0.25)];
        let kind = SetKind::Skills;
        let mut report =
            SetReport { set: "s/x".into(), kind, queries: 10, notes: Vec::new(), systems };
        let text = report.to_string();
        let mrr = text.lines().find(|line| line.contains("mrr")).unwrap();
        assert!(mrr.contains("0.5000 ± 0.0100") && mrr.ends_with("0.2500 ± 0.0100"), "{text}");
        assert!(!text.contains("map"), "only headlines are for people");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["systems"][1]["views"][0]["measures"][1]["name"], "map");
        assert_eq!(report.mean("BM25 words", "all", "map"), Some(0.25));
        assert_eq!(report.floor("all", "mrr"), Some(("BM25 words", 0.25)));
        let mut rows = Vec::new();
        report.write_rows(&mut rows).unwrap();
        let row = "| s/x (skills) | all | 9 | mrr | 0.500 ± 0.010 | 0.250 BM25 words |\n";
        assert_eq!(String::from_utf8(rows).unwrap(), row);
        report.systems[0].views.clear();
        assert!(report.to_string().contains("a run can be written"));
    }
}
