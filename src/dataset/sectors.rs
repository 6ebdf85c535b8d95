//! placeholder until the starter branch lands
/// Sector of an ISCO code.
pub fn of_isco(_code: &str) -> &'static str {
    ""
}
