//! Lanes of time: when something is possible, what is planned, and days that count.

use jiff::{ToSpan as _, civil::Date};
use maud::{Markup, html};

use super::{
    Picture, Words, at, frame,
    page::{Cell, table},
};
use crate::domain::Language;

/// A picture of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// Lanes, the first on top.
    pub lanes: Vec<Lane>,
    /// Days that count, each a line through all lanes.
    pub marks: Vec<Mark>,
}

/// A row of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// What lies in it.
    pub spans: Vec<Span>,
    /// What is said where nothing lies in it.
    pub note: String,
}

/// Days from one to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Last day; absent where it is open.
    pub to: Option<Date>,
    /// What it says.
    pub text: String,
    /// Whether it is only reckoned with: drawn with a broken edge.
    pub reckoned: bool,
}

/// A day that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The day.
    pub day: Date,
    /// What it is.
    pub text: String,
}

const WIDTH: f64 = 880.0;
/// Room for names of lanes, left.
const NAMES: f64 = 190.0;
/// Where the axis ends.
const END: f64 = WIDTH - 20.0;
const TOP: f64 = 56.0;
const STEP: f64 = 44.0;
/// Height of a line of the marks' texts.
const LINE: f64 = 18.0;
/// Pixels a letter takes, about.
const LETTER: f64 = 7.6;
/// Days drawn beyond the last that is named.
const MARGIN: i64 = 14;
/// Longest time that is drawn; what lies beyond is in the table.
const MOST_DAYS: f64 = 3_653.0;

/// The days that are drawn.
#[derive(Debug, Clone, Copy)]
struct Axis {
    from: Date,
    days: f64,
}

impl Axis {
    fn of(timeline: &Timeline) -> Option<Self> {
        let spans = || timeline.lanes.iter().flat_map(|lane| &lane.spans);
        let starts = spans().map(|span| span.from);
        let ends = spans().filter_map(|span| span.to);
        let marks = || timeline.marks.iter().map(|mark| mark.day);
        let from = starts.clone().chain(marks()).min()?;
        let to = starts.chain(ends).chain(marks()).max()?;
        let to = to.checked_add(MARGIN.days()).unwrap_or(to);
        let days = (to - from).get_days();
        Some(Self { from, days: f64::from(days).clamp(1.0, MOST_DAYS) })
    }

    /// Where a day begins.
    fn x(self, day: Date) -> f64 {
        let days = f64::from((day - self.from).get_days()).clamp(0.0, self.days);
        NAMES + days / self.days * (END - NAMES)
    }

    /// First days of months, thinned out so that their names have room.
    fn months(self) -> Vec<Date> {
        let first = self.from.first_of_month();
        let every = (self.days / 30.0 / 11.0).ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "months of ten years at most")]
        let every = every as i64;
        let months = (1..).map(|n| first.checked_add((n * every).months()).ok());
        months.map_while(|day| day.filter(|day| self.x(*day) < END - 40.0)).collect()
    }
}

/// Draws the lanes over a common axis of months. Without a single day there is nothing to draw.
pub fn timeline(words: Words<'_>, timeline: &Timeline) -> Option<Picture> {
    let axis = Axis::of(timeline)?;
    let lanes = TOP + STEP * timeline.lanes.len() as f64;
    let marks = marks(axis, &timeline.marks, lanes);
    let height = lanes + 14.0 + LINE * marks.lines.max(1) as f64;
    let content = html! {
        text x="0" y="18" font-weight="600" font-size="16" { (words.title) }
        (months(axis, words.language, lanes))
        @for (row, lane) in timeline.lanes.iter().enumerate() {
            (drawn(axis, lane, TOP + STEP * row as f64))
        }
        (marks.drawn)
    };
    Some(Picture { svg: frame(words, WIDTH, height, &content), table: listed(words, timeline) })
}

fn months(axis: Axis, language: Language, bottom: f64) -> Markup {
    const SV: [&str; 12] =
        ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"];
    const EN: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut year = None;
    let label = |day: Date, year: &mut Option<i16>| {
        let place = usize::try_from(day.month() - 1).unwrap_or_default();
        let month = match language {
            Language::Sv => SV[place],
            Language::En => EN[place],
        };
        let new = year.replace(day.year()) != Some(day.year());
        if new { format!("{month} {}", day.year()) } else { month.to_owned() }
    };
    html! {
        @for day in axis.months() {
            @let x = at(axis.x(day));
            line x1=(x) x2=(x) y1="44" y2=(at(bottom)) stroke="currentColor" stroke-opacity="0.25" {}
            text x=(x) y="40" font-size="13" { (label(day, &mut year)) }
        }
    }
}

fn drawn(axis: Axis, lane: &Lane, y: f64) -> Markup {
    html! {
        text x="0" y=(at(y + 19.0)) font-weight="600" { (cut(&lane.name, NAMES - 8.0)) }
        @if lane.spans.is_empty() {
            text x=(at(NAMES)) y=(at(y + 20.0)) font-size="13" { (cut(&lane.note, END - NAMES)) }
        }
        @for span in &lane.spans {
            @let from = axis.x(span.from);
            @let to = span.to.and_then(|day| day.tomorrow().ok()).map_or(END, |day| axis.x(day));
            @let width = (to - from).max(2.0);
            rect x=(at(from)) y=(at(y)) width=(at(width)) height="30" fill="currentColor"
                fill-opacity="0.12" stroke="currentColor"
                stroke-dasharray=[span.reckoned.then_some("5 4")] {
                title { (span.text) }
            }
            text x=(at(from + 5.0)) y=(at(y + 20.0)) font-size="13" { (cut(&span.text, width - 8.0)) }
        }
    }
}

/// The marks as drawn and the lines of text they need.
struct Marks {
    drawn: Markup,
    lines: usize,
}

/// Marks stand below the lanes, on as many lines as they need not to cover one another.
fn marks(axis: Axis, marks: &[Mark], top: f64) -> Marks {
    let mut sorted: Vec<&Mark> = marks.iter().collect();
    sorted.sort_by(|a, b| (a.day, &a.text).cmp(&(b.day, &b.text)));
    let mut ends: Vec<f64> = Vec::new();
    let placed: Vec<(f64, f64, String, &'static str)> = sorted
        .iter()
        .map(|mark| {
            let (x, text) = (axis.x(mark.day), format!("{} {}", mark.day, mark.text));
            let long = text.chars().count() as f64 * LETTER;
            // A text that would leave the picture stands to the left of its line.
            let left = x + long > WIDTH;
            let (from, to) = if left { (x - long, x) } else { (x, x + long) };
            let free = ends.iter().position(|end| *end + 8.0 < from);
            let line = free.unwrap_or(ends.len());
            if line == ends.len() {
                ends.push(to);
            } else {
                ends[line] = to;
            }
            let y = top + 18.0 + LINE * line as f64;
            (x, y, text, if left { "end" } else { "start" })
        })
        .collect();
    let drawn = html! {
        @for (x, y, text, anchor) in &placed {
            line x1=(at(*x)) x2=(at(*x)) y1="44" y2=(at(*y)) stroke="currentColor" stroke-width="1.5" {}
            text x=(at(if *anchor == "end" { x - 4.0 } else { x + 4.0 })) y=(at(*y))
                text-anchor=(anchor) font-size="13" { (text) }
        }
    };
    Marks { drawn, lines: ends.len() }
}

/// A text that fits into so many pixels; the table has it whole.
fn cut(text: &str, width: f64) -> String {
    if text.chars().count() as f64 * LETTER <= width {
        return text.to_owned();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few letters")]
    let letters = (width / LETTER).max(0.0) as usize;
    if letters < 4 {
        return String::new();
    }
    let kept: String = text.chars().take(letters - 1).collect();
    format!("{}…", kept.trim_end())
}

/// The same as a table, by day.
fn listed(words: Words<'_>, timeline: &Timeline) -> Markup {
    let say = |sv: &str, en: &str| words.language.pick(sv, en).to_owned();
    let spans = timeline.lanes.iter().flat_map(|lane| {
        lane.spans.iter().map(move |span| {
            let to = span.to.map(|day| day.to_string()).unwrap_or_default();
            (span.from, to, lane.name.clone(), span)
        })
    });
    let mut rows: Vec<(Date, [String; 3])> = spans
        .map(|(from, to, lane, span)| {
            let sure = if span.reckoned {
                say(" (inte säkert)", " (not certain)")
            } else {
                String::new()
            };
            (from, [to, lane, format!("{}{sure}", span.text)])
        })
        .collect();
    let day = |mark: &Mark| (mark.day, [String::new(), say("dag", "day"), mark.text.clone()]);
    rows.extend(timeline.marks.iter().map(day));
    rows.sort_by_key(|(from, _)| *from);
    let columns =
        [say("Från", "From"), say("Till", "To"), say("Vad", "What"), say("Innehåll", "Content")];
    let unknown = timeline.lanes.iter().filter(|lane| lane.spans.is_empty()).map(|lane| {
        let cells = [String::new(), lane.name.clone(), lane.note.clone()];
        (say("okänt", "unknown"), cells.map(Cell::Words).into())
    });
    let dated =
        rows.into_iter().map(|(from, cells)| (from.to_string(), cells.map(Cell::Words).into()));
    let rows: Vec<(String, Vec<Cell>)> = dated.chain(unknown).collect();
    table(words.title, &columns, &rows)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const WORDS: Words<'_> =
        Words { language: Language::Sv, title: "Din väg", description: "Tid och kurser." };

    #[test]
    fn a_picture_of_days_has_every_text_and_every_span() {
        let span = |from, to, text: &str, reckoned| Span { from, to, text: text.into(), reckoned };
        let picture = timeline(
            WORDS,
            &Timeline {
                lanes: vec![
                    Lane {
                        name: "Tid".into(),
                        spans: vec![span(date(2026, 11, 2), None, "fri <tid>", false)],
                        note: String::new(),
                    },
                    Lane {
                        name: "Kurser".into(),
                        spans: vec![span(
                            date(2027, 1, 18),
                            Some(date(2027, 3, 28)),
                            "Svets",
                            true,
                        )],
                        note: String::new(),
                    },
                    Lane { name: "Kurs 2".into(), spans: Vec::new(), note: "okänd <dag>".into() },
                ],
                marks: vec![Mark { day: date(2027, 1, 31), text: "sista dag".into() }],
            },
        );
        let picture = picture.unwrap();
        let svg = picture.file();
        for part in [
            "okänd &lt;dag&gt;",
            "fri &lt;tid&gt;",
            "stroke-dasharray",
            "2027-01-31 sista dag",
            "jan 2027",
        ] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert_eq!(svg.matches("stroke-dasharray").count(), 1);
        assert!(
            picture.table.0.contains("2027-03-28") && picture.table.0.contains("(inte säkert)")
        );
        assert!(timeline(WORDS, &Timeline::default()).is_none());
    }

    #[test]
    fn far_days_do_not_break_the_axis() {
        let far = Mark { day: date(2199, 1, 1), text: "x".into() };
        let near = Mark { day: date(2026, 1, 1), text: "y".into() };
        let picture = timeline(WORDS, &Timeline { lanes: Vec::new(), marks: vec![far, near] });
        let svg = picture.unwrap().file();
        assert!(!svg.contains("NaN") && svg.len() < 20_000, "{}", svg.len());
    }
}
