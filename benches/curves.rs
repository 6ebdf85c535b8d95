//! Curves over sizes, both axes by powers of ten: one panel a unit, one below the other.
//!
//! The pictures of the program (`plot`) are for advisers: bars and weeks. This one only the benchmarks
//! need, so it is here.

use std::collections::BTreeMap;

use maud::{Markup, html};

/// One measured value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// What grows: a panel's curves are all of one.
    pub(super) series: &'static str,
    /// How large it is.
    pub(super) size: usize,
    /// What was measured.
    pub(super) measure: String,
    pub(super) unit: String,
    pub(super) value: f64,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 70.0;
/// Room for the names of curves, right.
const NAMES: f64 = 180.0;
const PANEL: f64 = 260.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 36.0;
/// Least distance of two names.
const LINE: f64 = 15.0;

/// The points of one panel by the name of their curve, ascending by size.
type Curves<'a> = BTreeMap<&'a str, Vec<(f64, f64)>>;

/// The picture as a file of its own. Values that are not above 0 have no place on such axes.
pub(super) fn svg(points: &[Point]) -> String {
    let mut panels: BTreeMap<(&str, &str), Curves<'_>> = BTreeMap::new();
    for point in points.iter().filter(|point| point.value > 0.0 && point.size > 0) {
        let panel = panels.entry((point.series, point.unit.as_str())).or_default();
        panel.entry(&point.measure).or_default().push((point.size as f64, point.value));
    }
    let height = PANEL * panels.len() as f64;
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Growth"
            viewBox=(format!("0 0 {WIDTH} {height}")) width=(WIDTH) height=(height) lang="en" {
            title { "Growth" }
            desc { "Time and memory by the number of occupations, courses and workers." }
            style { "svg{color:#1b1b1b;background:#fff;font:13px system-ui,sans-serif}text{fill:currentColor}" }
            @for (at, ((series, unit), curves)) in panels.iter().enumerate() {
                g transform=(format!("translate(0 {})", PANEL * at as f64)) {
                    text x="8" y="18" font-weight="600" { (unit) " by " (series) }
                    (panel(curves))
                }
            }
        }
    };
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", picture.into_string())
}

/// From which power of ten to which an axis goes, and where it lies in the picture.
#[derive(Debug, Clone, Copy)]
struct Axis {
    powers: [i32; 2],
    ends: [f64; 2],
}

impl Axis {
    fn over(values: impl Iterator<Item = f64> + Clone, ends: [f64; 2]) -> Self {
        let low = power(values.clone().fold(f64::MAX, f64::min).log10().floor());
        let high = power(values.fold(f64::MIN_POSITIVE, f64::max).log10().ceil());
        Self { powers: [low, high.max(low + 1)], ends }
    }

    fn place(self, value: f64) -> f64 {
        let [low, high] = self.powers.map(f64::from);
        let [from, to] = self.ends;
        let at = from + (value.log10() - low) / (high - low) * (to - from);
        (at * 10.0).round() / 10.0
    }

    /// Each power of ten with its name.
    fn ticks(self) -> impl Iterator<Item = (f64, String)> {
        (self.powers[0]..=self.powers[1]).map(move |power| {
            let value = 10_f64.powi(power);
            (self.place(value), if power > 4 { format!("10^{power}") } else { value.to_string() })
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a logarithm of what a program measures")]
fn power(logarithm: f64) -> i32 {
    logarithm as i32
}

fn panel(curves: &Curves<'_>) -> Markup {
    let points = || curves.values().flatten();
    let x = Axis::over(points().map(|point| point.0), [LEFT, WIDTH - NAMES]);
    let y = Axis::over(points().map(|point| point.1), [PANEL - BOTTOM, TOP]);
    html! {
        @for (at, name) in x.ticks() {
            line x1=(at) x2=(at) y1=(TOP) y2=(PANEL - BOTTOM) stroke="#ccc" {}
            text x=(at) y=(PANEL - BOTTOM + 18.0) text-anchor="middle" { (name) }
        }
        @for (at, name) in y.ticks() {
            line x1=(LEFT) x2=(WIDTH - NAMES) y1=(at) y2=(at) stroke="#ccc" {}
            text x=(LEFT - 8.0) y=(at + 4.0) text-anchor="end" { (name) }
        }
        @for (name, points) in curves {
            polyline fill="none" stroke="currentColor" stroke-width="1.5"
                points=(corners(points, x, y)) {}
            @for (size, value) in points {
                circle cx=(x.place(*size)) cy=(y.place(*value)) r="3" fill="currentColor" {
                    title { (name) ", " (size) ": " (format!("{value:.3}")) }
                }
            }
        }
        @for (at, name) in names(curves, x, y) {
            text x=(WIDTH - NAMES + 8.0) y=(at + 4.0) { (name) }
        }
    }
}

fn corners(points: &[(f64, f64)], x: Axis, y: Axis) -> String {
    let corner = |(size, value): &(f64, f64)| format!("{},{}", x.place(*size), y.place(*value));
    points.iter().map(corner).collect::<Vec<_>>().join(" ")
}

/// Where the name of each curve stands: at its end, below the name above it.
fn names<'a>(curves: &Curves<'a>, x: Axis, y: Axis) -> Vec<(f64, String)> {
    let last = |(name, points): (&&'a str, &Vec<(f64, f64)>)| {
        points.last().map(|(size, value)| {
            let short = x.ends[1] - x.place(*size) > LINE;
            let from = if short { format!(" (to {size})") } else { String::new() };
            (y.place(*value), format!("{name}{from}"))
        })
    };
    let mut names: Vec<(f64, String)> = curves.iter().filter_map(last).collect();
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = f64::MIN;
    for (at, _) in &mut names {
        *at = at.max(free);
        free = *at + LINE;
    }
    names
}
