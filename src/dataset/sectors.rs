//! placeholder until the starter branch lands
use crate::domain::Bilingual;
/// Sector of an ISCO code.
pub fn sector_of_isco(_code: &str) -> &'static str {
    ""
}
/// Name.
pub fn sector_name(_key: &str) -> Option<Bilingual<String>> {
    None
}
/// Keys.
pub fn sector_keys() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}
