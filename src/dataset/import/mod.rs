//! Official files -> [`Parts`](super::Parts): one parser per source.
#![cfg_attr(not(test), expect(dead_code, reason = "the import command calls the sources"))]

mod concepts;
mod crosswalk;
mod education;
mod groups;
mod jobtech;
mod join;
mod market;
#[cfg(test)]
mod real_files;
mod table;
