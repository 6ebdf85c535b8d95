//! References of a list that were accepted, by which one that comes twice is found.

use std::{
    collections::HashMap,
    env,
    fs::File,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::PathBuf,
};

/// References that memory holds, in 14 MB: as many as a table of 2^20 places takes before it grows, and more
/// than nearly all lists have.
const HELD: usize = 7 << 17;
/// Bits of a hash that say where in a run it would stand.
const PLACE_BITS: u32 = 16;
/// A reference in a run: eight bytes of hash, four of line.
const BYTES: usize = 12;

/// Hashes of references with the lines they stand on. Beyond [`HELD`] they lie in a file, and memory does not grow;
/// a lookup then takes a short read of it. Each time memory is full the file is written anew with what was held, in all
/// some 6 bytes times the square of the references by [`HELD`]: 0.7 GB for ten million.
#[derive(Debug)]
pub(super) struct Claims {
    /// The latest. A hash is in its halves: as one number it would leave four bytes empty beside each line.
    held: HashMap<[u32; 2], u32>,
    most: usize,
    run: Option<Run>,
    folder: PathBuf,
}

/// References that left memory, in the order of their hashes, in a file without a name.
#[derive(Debug)]
struct Run {
    file: File,
    /// References before those whose hashes begin with so many; one more at the end.
    before: Vec<u32>,
}

impl Claims {
    /// None yet.
    pub(super) fn new() -> Self {
        Self::of(HELD, env::temp_dir())
    }

    fn of(most: usize, folder: PathBuf) -> Self {
        Self { held: HashMap::new(), most, run: None, folder }
    }

    /// Notes a reference; the line of the one before where it was noted already.
    ///
    /// # Errors
    /// Where what was noted can not be read again.
    pub(super) fn note(&mut self, reference: &str, line: u64) -> io::Result<Option<u64>> {
        let mut hasher = DefaultHasher::new();
        reference.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(&earlier) = self.held.get(&halves(hash)) {
            return Ok(Some(u64::from(earlier)));
        }
        if let Some(run) = &mut self.run
            && let Some(earlier) = run.line(hash)?
        {
            return Ok(Some(u64::from(earlier)));
        }
        if self.held.len() >= self.most {
            match Run::write(&self.held, self.run.as_mut(), &self.folder) {
                Ok(run) => {
                    self.run = Some(run);
                    self.held.clear();
                }
                // No room there: memory goes on holding them.
                Err(_) => self.most = self.most.saturating_mul(2),
            }
        }
        // A list of more lines than that is told of the last that can be counted.
        self.held.insert(halves(hash), u32::try_from(line).unwrap_or(u32::MAX));
        Ok(None)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "halves")]
const fn halves(hash: u64) -> [u32; 2] {
    [(hash >> 32) as u32, hash as u32]
}

const fn whole([high, low]: [u32; 2]) -> u64 {
    (high as u64) << 32 | low as u64
}

/// Which of the parts of a run a hash belongs to.
const fn place(hash: u64) -> usize {
    (hash >> (u64::BITS - PLACE_BITS)) as usize
}

impl Run {
    /// Writes what is held, and what an older run has, into a new one.
    fn write(
        held: &HashMap<[u32; 2], u32>,
        old: Option<&mut Self>,
        folder: &PathBuf,
    ) -> io::Result<Self> {
        let mut held: Vec<(u64, u32)> =
            held.iter().map(|(&hash, &line)| (whole(hash), line)).collect();
        held.sort_unstable();
        let mut held = held.into_iter().peekable();
        let mut before = vec![0; (1 << PLACE_BITS) + 1];
        let mut file = io::BufWriter::new(tempfile::tempfile_in(folder)?);
        let mut put = |hash: u64, line: u32| {
            before[place(hash) + 1] += 1;
            file.write_all(&hash.to_le_bytes())?;
            file.write_all(&line.to_le_bytes())
        };
        if let Some(old) = old {
            old.file.seek(SeekFrom::Start(0))?;
            let count = old.before.last().copied().unwrap_or_default();
            let mut entries = io::BufReader::with_capacity(1 << 16, &mut old.file);
            for _ in 0..count {
                let (mut known, mut line) = ([0; 8], [0; 4]);
                entries.read_exact(&mut known)?;
                entries.read_exact(&mut line)?;
                let (known, line) = (u64::from_le_bytes(known), u32::from_le_bytes(line));
                while let Some((hash, at)) = held.next_if(|(hash, _)| *hash < known) {
                    put(hash, at)?;
                }
                put(known, line)?;
            }
        }
        for (hash, line) in held {
            put(hash, line)?;
        }
        for at in 1..before.len() {
            before[at] += before[at - 1];
        }
        Ok(Self { file: file.into_inner().map_err(io::IntoInnerError::into_error)?, before })
    }

    /// The line of a reference with this hash.
    fn line(&mut self, hash: u64) -> io::Result<Option<u32>> {
        let at = place(hash);
        let [from, to] = [self.before[at] as usize, self.before[at + 1] as usize];
        if from == to {
            return Ok(None);
        }
        let mut near = vec![0; (to - from) * BYTES];
        self.file.seek(SeekFrom::Start((from * BYTES) as u64))?;
        self.file.read_exact(&mut near)?;
        let (entries, _) = near.as_chunks::<BYTES>();
        let sought = hash.to_le_bytes();
        let found = entries.iter().find(|entry| entry[..8] == sought);
        Ok(found.map(|&[.., a, b, c, d]| u32::from_le_bytes([a, b, c, d])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(at: u64) -> String {
        format!("A{at}")
    }

    /// Notes 5,000 references, and each again.
    fn note_all(claims: &mut Claims) {
        for at in 1..=5_000 {
            assert_eq!(claims.note(&name(at), at).unwrap(), None, "{at}");
        }
        for at in 1..=5_000 {
            assert_eq!(claims.note(&name(at), 9_999).unwrap(), Some(at));
        }
    }

    #[test]
    fn a_reference_is_found_again_with_its_first_line() {
        let mut claims = Claims::new();
        note_all(&mut claims);
        assert!(claims.run.is_none());
        assert_eq!(claims.note("far", u64::MAX).unwrap(), None);
        assert_eq!(claims.note("far", 1).unwrap(), Some(u64::from(u32::MAX)));
    }

    #[test]
    fn references_that_left_memory_are_found_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut claims = Claims::of(1_000, folder.path().to_owned());
        note_all(&mut claims);
        let run = claims.run.unwrap();
        assert_eq!((run.before.last(), claims.held.len()), (Some(&4_000), 1_000));
        // They are spread, or one place would be read whole.
        let widest = run.before.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(widest < Some(10), "{widest:?}");
        // Nothing is left behind.
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn without_room_on_disk_memory_holds_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut claims = Claims::of(1_000, folder.path().join("absent"));
        note_all(&mut claims);
        assert_eq!((claims.run.is_none(), claims.held.len()), (true, 5_000));
    }
}
