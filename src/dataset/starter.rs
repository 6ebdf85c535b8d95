//! placeholder until the starter branch lands
use super::{DataSet, Error};
/// The starter set.
pub fn dataset() -> Result<DataSet, Error> {
    Ok(DataSet::default())
}
