//! kompetensnav: from a worker's skills to a way on.
pub mod cli;
pub mod dataset;
pub mod domain;
pub mod eval;
