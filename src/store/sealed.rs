//! Bytes behind their checksum. `SQLite` has none over what a cell holds: a bit that turns over on the disk
//! would be another answer.

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};

/// What sealed bytes begin with; the JSON of stores from before seals never does.
const MARK: u8 = 1;
/// Bytes of a seal: the mark and the checksum.
const SEAL: usize = 5;

/// Bytes that are sealed on their way into the store and checked on their way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed(pub(super) Vec<u8>);

/// JSON of an object that is sealed in the same way and stays a text: the checksum stands before it, in
/// hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SealedText(pub(super) String);

/// Bytes of the checksum of a text.
const DIGITS: usize = 8;

/// Sealed bytes that are not as they were written.
#[derive(Debug, thiserror::Error)]
#[error("a row of the store is damaged; stop the service and bring back the last copy of its file")]
struct Damaged;

/// Bytes with their seal.
pub(super) fn seal(bytes: &[u8]) -> Vec<u8> {
    [&[MARK], &crc32fast::hash(bytes).to_le_bytes()[..], bytes].concat()
}

impl ToSql for Sealed {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(seal(&self.0).into())
    }
}

impl FromSql for Sealed {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        let damaged = || FromSqlError::other(Damaged);
        match bytes.first() {
            Some(&MARK) => {
                let (start, rest) = bytes.split_at_checked(SEAL).ok_or_else(damaged)?;
                let same = start[1..] == crc32fast::hash(rest).to_le_bytes();
                if same { Ok(Self(rest.to_vec())) } else { Err(damaged()) }
            }
            Some(b'{') => Ok(Self(bytes.to_vec())),
            _ => Err(damaged()),
        }
    }
}

fn digits(text: &str) -> String {
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}

impl ToSql for SealedText {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok((digits(&self.0) + &self.0).into())
    }
}

impl FromSql for SealedText {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        if text.starts_with('{') {
            return Ok(Self(text.to_owned()));
        }
        match text.split_at_checked(DIGITS) {
            Some((seal, rest)) if seal == digits(rest) => Ok(Self(rest.to_owned())),
            _ => Err(FromSqlError::other(Damaged)),
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::types::Value;

    use super::*;

    #[test]
    fn every_bit_counts() {
        let whole = seal(b"{\"ref\": \"A1\"}");
        let read = |bytes: &[u8]| Sealed::column_result(ValueRef::Blob(bytes));
        assert_eq!(read(&whole).unwrap().0, b"{\"ref\": \"A1\"}");
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&damaged).unwrap_err().to_string().contains("bring back"), "{bit}");
        }
        assert!((0..whole.len()).all(|cut| read(&whole[..cut]).is_err()));
        assert_eq!(read(b"{}").unwrap().0, b"{}", "as it was kept before there were seals");
    }

    #[test]
    fn every_bit_of_a_text_counts() {
        let whole = SealedText("{\"å\": 1}".to_owned());
        let ToSqlOutput::Owned(Value::Text(text)) = whole.to_sql().unwrap() else {
            panic!("it is no text")
        };
        let read = |bytes: &[u8]| SealedText::column_result(ValueRef::Text(bytes));
        assert_eq!(read(text.as_bytes()), Ok(whole));
        for bit in 0..text.len() * 8 {
            let mut damaged = text.clone().into_bytes();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&damaged).is_err(), "{bit}");
        }
        assert!((0..text.len()).all(|cut| read(&text.as_bytes()[..cut]).is_err()));
        assert_eq!(read(b"{}").unwrap().0, "{}", "as it was kept before there were seals");
    }
}
