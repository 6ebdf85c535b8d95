//! Bars with an axis: a count or an amount by name or by week, with its interval.

use maud::html;

use super::{
    Picture, Words, at, frame,
    page::{Cell, table},
};

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub name: String,
    /// Its length.
    pub value: f64,
    /// From where to where it may lie, where that is not sure.
    pub between: Option<(f64, f64)>,
}

impl Bar {
    /// One whose length is sure.
    pub fn of(name: impl Into<String>, value: f64) -> Self {
        Self { name: name.into(), value, between: None }
    }
}

/// Width of a picture.
const WIDTH: f64 = 720.0;
/// Height of a bar with the space around it.
const STEP: f64 = 26.0;
/// Room for names, left.
const NAMES: f64 = 300.0;
/// Room for figures, right.
const FIGURES: f64 = 120.0;
/// Letters of a name that fit into its room.
const LETTERS: usize = 34;

/// Lying bars, one below the other, each with its name and its figure as text. `column` is what the bars
/// are of, `figure` writes a value.
pub fn bars(
    words: Words<'_>,
    column: [&str; 2],
    bars: &[Bar],
    figure: impl Fn(f64) -> String,
) -> Picture {
    let longest = bars.iter().map(|bar| bar.between.map_or(bar.value, |(_, high)| high));
    let longest = longest.fold(0.0_f64, f64::max).max(f64::MIN_POSITIVE);
    let scale = (WIDTH - NAMES - FIGURES) / longest;
    let height = 40.0 + STEP * bars.len() as f64;
    let content = html! {
        text x="0" y="18" font-weight="600" { (words.title) }
        line x1=(at(NAMES)) x2=(at(NAMES)) y1="30" y2=(at(height - 6.0)) stroke="currentColor" {}
        @for (row, bar) in bars.iter().enumerate() {
            @let y = 34.0 + STEP * row as f64;
            @let long = (bar.value * scale).max(0.0);
            @let end = bar.between.map_or(long, |(_, high)| (high * scale).max(long));
            text x=(at(NAMES - 8.0)) y=(at(y + 14.0)) text-anchor="end" { (cut(&bar.name)) }
            rect x=(at(NAMES)) y=(at(y)) width=(at(long)) height="18" fill="currentColor"
                fill-opacity="0.55" {}
            @if let Some((low, high)) = bar.between {
                path d=(whisker(NAMES + low * scale, NAMES + high * scale, y + 9.0))
                    stroke="currentColor" stroke-width="1.5" fill="none" {}
            }
            text x=(at(NAMES + end + 6.0)) y=(at(y + 14.0)) { (figure(bar.value)) }
        }
    };
    let [name, value] = column.map(str::to_owned);
    let uncertain = bars.iter().any(|bar| bar.between.is_some());
    let mut columns = vec![name, value];
    if uncertain {
        let ends = [("Lågt", "Low"), ("Högt", "High")];
        columns.extend(ends.map(|(sv, en)| words.language.pick(sv, en).to_owned()));
    }
    let row = |bar: &Bar| {
        let mut cells = vec![Cell::Figure(figure(bar.value))];
        if uncertain {
            let (low, high) = bar.between.unwrap_or((bar.value, bar.value));
            cells.extend([low, high].map(|end| Cell::Figure(figure(end))));
        }
        (bar.name.clone(), cells)
    };
    let rows: Vec<(String, Vec<Cell>)> = bars.iter().map(row).collect();
    Picture {
        svg: frame(words, WIDTH, height, &content),
        table: table(words.title, &columns, &rows),
    }
}

/// A line with a stroke at each end.
fn whisker(from: f64, to: f64, y: f64) -> String {
    let (from, to, up, down, y) = (at(from), at(to), at(y - 4.0), at(y + 4.0), at(y));
    format!("M{from} {up}V{down}M{from} {y}H{to}M{to} {up}V{down}")
}

/// A name that fits; the table has it whole.
fn cut(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    #[test]
    fn a_picture_says_its_figures_as_text_and_escapes_names() {
        let list = [
            Bar { name: "svetsa <metall> & mer".into(), value: 12.0, between: Some((8.0, 16.0)) },
            Bar { name: "x".repeat(60), value: 0.0, between: None },
        ];
        let words =
            Words { language: Language::Sv, title: "Luckor", description: "Vad som saknas." };
        let picture = bars(words, ["Kompetens", "Personer"], &list, |n| format!("{n:.0} st"));
        let svg = picture.file();
        assert!(svg.contains("role=\"img\"") && svg.contains("<title>Luckor</title>"), "{svg}");
        assert!(svg.contains("<desc>Vad som saknas.</desc>") && svg.contains("12 st"), "{svg}");
        assert!(svg.contains("svetsa &lt;metall&gt; &amp; mer"), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(picture.figure().0.contains(&"x".repeat(60)), "the table has the name whole");
        let none = bars(words, ["a", "b"], &[], |n| n.to_string());
        assert!(!none.file().contains("NaN"));
    }
}
