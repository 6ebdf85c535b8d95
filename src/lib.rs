//! kompetensnav: from a worker's skills to a way on.

pub mod api;
pub mod batch;
pub mod cli;
pub mod dataset;
pub mod domain;
pub mod engine;
pub mod eval;
pub mod index;
pub mod intake;
pub mod model;
