//! A worker's best path as a picture of time.

use std::path::Path;

use anyhow::{Context as _, Result};
use maud::html;

use super::{argument::form, result_file::write};
use crate::{
    domain::{Language, Recommendation},
    plot::page::document,
    words::time_and_courses,
};

/// Whether the name is that of a page.
///
/// # Errors
/// Where it is neither that of a page nor of a picture.
pub(super) fn is_page(path: &Path) -> Result<bool> {
    form(path, &[("svg", false), ("html", true)])
}

/// Writes the best path's time and courses as SVG, or as a page with a table where the name ends in
/// `.html`.
pub(super) fn draw(answer: &Recommendation, path: &Path, language: Language) -> Result<()> {
    let best = answer.best().context("there is no path to draw")?;
    let (title, description, drawn) = time_and_courses(&answer.window, best, language)
        .context("no day of the path is known, so there is nothing to draw; give dates")?;
    let is_page = is_page(path)?;
    let text = if is_page {
        let body = html! { p { (description) } (drawn.figure()) };
        document(language, &title, &body)
    } else {
        drawn.file()
    };
    write(path, text.as_bytes())
}
