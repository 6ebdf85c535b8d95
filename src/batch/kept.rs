//! Records that were kept as lines of NDJSON, made into the other forms of a result.

use super::{Form, Record, Summary, table};

/// A kept line that is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kept line is no record of `batch`; it was changed or is of another version")]
pub struct Unlike;

/// The lines that a kept record has in a result of this form. A table begins with the heading of
/// [`table_lines`] for `None`.
///
/// # Errors
/// [`Unlike`] where the line is none of this version.
pub fn table_lines(kept: Option<&[u8]>, form: Form) -> Result<Vec<u8>, Unlike> {
    let mut lines = Vec::new();
    let Some(kept) = kept else {
        if form != Form::Ndjson {
            // Writing to memory cannot fail.
            table::write_header(form, &mut lines).map_err(|_full| Unlike)?;
        }
        return Ok(lines);
    };
    Ok(match form {
        Form::Ndjson => [kept, b"\n"].concat(),
        Form::Csv | Form::Raw | Form::Words => record(kept)?.bytes(form),
    })
}

/// Counts a kept record.
///
/// # Errors
/// [`Unlike`] where the line is none of this version.
pub fn count(summary: &mut Summary, kept: &[u8]) -> Result<(), Unlike> {
    summary.add(&record(kept)?);
    Ok(())
}

fn record(kept: &[u8]) -> Result<Record, Unlike> {
    // The library's message could quote what a worker wrote.
    serde_json::from_slice(kept).map_err(|_quotes| Unlike)
}
