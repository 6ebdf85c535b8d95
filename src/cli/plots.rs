//! A folder of pictures.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::{input::shown, result_file::write};
use crate::{
    domain::Language,
    plot::{Plot, page::gallery},
};

/// Writes pictures into a folder, each as an SVG file, and one page of all with their figures as tables.
pub(super) fn write_plots(
    folder: &Path,
    language: Language,
    title: &str,
    plots: &[Plot],
) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the folder {}", shown(folder)))?;
    for plot in plots {
        write(&folder.join(format!("{}.svg", plot.name)), plot.picture.file().as_bytes())?;
    }
    write(&folder.join("plots.html"), gallery(language, title, plots).as_bytes())
}
