//! `kompetensnav index`.

use std::{io::Write, path::PathBuf};

use anyhow::Result;

use super::open::INDEX;
use crate::{dataset::DataSet, index::Index};

/// Arguments of `index`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The data set folder.
    dataset: PathBuf,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let dataset = DataSet::load(&args.dataset)?;
    let index = Index::build(&dataset, &args.dataset.join(INDEX))?;
    let [occupations, skills, courses] = index.counts();
    writeln!(out, "Indexed {occupations} occupations, {skills} skills and {courses} courses")?;
    Ok(())
}
