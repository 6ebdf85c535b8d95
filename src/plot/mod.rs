//! Pictures and pages: SVG that reads as text, and whole HTML documents around it.
//!
//! * A picture has a title and a description, says its numbers as text, draws in the colour of the text
//!   around it, and comes with a table of the same figures ([`Picture`]).
//! * A page ([`page::document`]) is one file without scripts or anything from elsewhere, in light and
//!   dark, for screen and paper. Every text is escaped: maud does so.

mod bars;
pub mod page;
mod timeline;

use maud::{Markup, html};

pub use bars::{Bar, bars};
pub use timeline::{Lane, Mark, Span, Timeline, timeline};

use crate::domain::Language;

/// A picture and the table that says the same.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The `svg` element.
    pub svg: Markup,
    /// Its figures as a table.
    pub table: Markup,
}

impl Picture {
    /// The picture as a file of its own. It brings its colours along, for there is no text around it.
    pub fn file(&self) -> String {
        let svg = self.svg.0.replacen('>', &format!("><style>{STYLE}</style>"), 1);
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{svg}\n")
    }

    /// The picture with its table below, for a page.
    pub fn figure(&self) -> Markup {
        html! { figure { (self.svg) (self.table) } }
    }
}

/// A picture with a name for its file.
#[derive(Debug, Clone)]
pub struct Plot {
    /// Name of the file, without its ending.
    pub name: &'static str,
    /// The picture.
    pub picture: Picture,
}

/// What a picture is about.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Language of its words.
    pub language: Language,
    /// Its name.
    pub title: &'a str,
    /// What it shows, in a sentence.
    pub description: &'a str,
}

/// Colours of a picture that stands alone. Inside a page it takes those of the page, and brings no style that
/// a strict policy of contents would refuse.
const STYLE: &str = "svg{color:#1b1b1b;background:#fff;font:14px system-ui,sans-serif}\
    text{fill:currentColor}\
    @media (prefers-color-scheme:dark){svg{color:#f0f0f0;background:#161616}}";

/// The frame of a picture of this size.
fn frame(words: Words<'_>, width: f64, height: f64, content: &Markup) -> Markup {
    let size = format!("0 0 {width:.0} {height:.0}");
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(words.title) viewBox=(size) width=(format!("{width:.0}"))
            height=(format!("{height:.0}")) lang=(words.language.code()) {
            title { (words.title) }
            desc { (words.description) }
            (content)
        }
    }
}

/// A coordinate without needless digits.
fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
