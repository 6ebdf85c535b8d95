//! References of a list that were accepted, by which one that comes twice is found.

use std::{
    collections::HashMap,
    env,
    fs::File,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

/// References that memory holds, in 14 MB: as many as a table of 2^20 places takes before it grows, and more
/// than nearly all lists have.
const HELD: usize = 7 << 17;
/// Bits of a hash that say where in a run it would stand.
const PLACE_BITS: u32 = 12;
/// A reference in a run: eight bytes of hash, four of line.
const BYTES: usize = 12;

/// Hashes of references with the lines they stand on. Beyond [`HELD`] they lie in a file, and memory does not
/// grow but by 16 KB a run: what is new is nearly always known to be from [`Filter`], and one that comes again
/// takes a short read of each run.
#[derive(Debug)]
pub(super) struct Claims {
    /// The latest. A hash is in its halves: as one number it would leave four bytes empty beside each line.
    held: HashMap<[u32; 2], u32>,
    most: usize,
    left: Option<Left>,
    folder: PathBuf,
}

/// References that left memory, in a file without a name.
#[derive(Debug)]
struct Left {
    file: File,
    runs: Vec<Run>,
    filter: Filter,
}

/// What left memory at once, in the order of hashes.
#[derive(Debug)]
struct Run {
    /// Where it begins in the file, in bytes.
    start: u64,
    /// References before those whose hashes begin with so many; one more at the end.
    before: Vec<u32>,
}

/// Two bits for each hash that left memory, among 2^27, which are 16 MB: where one of them is not set, the hash
/// is new. Of ten million it takes one of fifty new ones for known, and then the file is asked (Bloom 1970); of a
/// hundred million more than half.
#[derive(Debug)]
struct Filter(Vec<u64>);

impl Claims {
    /// None yet.
    pub(super) fn new() -> Self {
        Self::of(HELD, env::temp_dir())
    }

    fn of(most: usize, folder: PathBuf) -> Self {
        Self { held: HashMap::new(), most, left: None, folder }
    }

    /// Notes a reference; the line of the one before where it was noted already.
    ///
    /// # Errors
    /// Where what was noted can not be read again.
    pub(super) fn note(&mut self, reference: &str, line: u64) -> io::Result<Option<u64>> {
        let mut hasher = DefaultHasher::new();
        reference.hash(&mut hasher);
        let hash = hasher.finish();
        let mut earlier = self.held.get(&halves(hash)).copied();
        if earlier.is_none()
            && let Some(left) = &mut self.left
        {
            earlier = left.line(hash)?;
        }
        if earlier.is_some() {
            return Ok(earlier.map(u64::from));
        }
        if self.held.len() >= self.most {
            self.leave();
        }
        // A list of more lines than that is told of the last that can be counted.
        self.held.insert(halves(hash), u32::try_from(line).unwrap_or(u32::MAX));
        Ok(None)
    }

    /// Puts what is held into the file. Where that has no room, memory goes on holding it.
    fn leave(&mut self) {
        if self.left.is_none() {
            self.left = Left::new(&self.folder).ok();
        }
        match self.left.as_mut().map(|left| left.take(&self.held)) {
            Some(Ok(())) => self.held.clear(),
            Some(Err(_)) | None => self.most = self.most.saturating_mul(2),
        }
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

impl Left {
    fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile_in(folder)?, runs: Vec::new(), filter: Filter::new() })
    }

    /// Writes a run behind those there are; what an attempt without room wrote is written over.
    fn take(&mut self, held: &HashMap<[u32; 2], u32>) -> io::Result<()> {
        let mut sorted: Vec<(u64, u32)> =
            held.iter().map(|(&hash, &line)| (whole(hash), line)).collect();
        sorted.sort_unstable();
        let start = self.runs.last().map_or(0, Run::end);
        self.file.seek(SeekFrom::Start(start))?;
        let mut file = io::BufWriter::new(&mut self.file);
        let mut before = vec![0; (1 << PLACE_BITS) + 1];
        for (hash, line) in &sorted {
            before[place(*hash) + 1] += 1;
            file.write_all(&hash.to_le_bytes())?;
            file.write_all(&line.to_le_bytes())?;
        }
        file.flush()?;
        drop(file);
        for at in 1..before.len() {
            before[at] += before[at - 1];
        }
        for (hash, _) in sorted {
            self.filter.set(hash);
        }
        self.runs.push(Run { start, before });
        Ok(())
    }

    /// The line of a reference with this hash.
    fn line(&mut self, hash: u64) -> io::Result<Option<u32>> {
        if !self.filter.may_hold(hash) {
            return Ok(None);
        }
        let mut near = Vec::new();
        for run in &self.runs {
            let (start, bytes) = run.near(hash);
            near.resize(bytes, 0);
            self.file.seek(SeekFrom::Start(start))?;
            self.file.read_exact(&mut near)?;
            let (entries, _) = near.as_chunks::<BYTES>();
            let sought = hash.to_le_bytes();
            if let Some(&[.., a, b, c, d]) = entries.iter().find(|entry| entry[..8] == sought) {
                return Ok(Some(u32::from_le_bytes([a, b, c, d])));
            }
        }
        Ok(None)
    }
}

impl Run {
    /// Where the next one begins.
    fn end(&self) -> u64 {
        self.start + self.before.last().map_or(0, |&all| u64::from(all) * BYTES as u64)
    }

    /// Where in the file the hash would stand, and how many bytes are to be read from there.
    fn near(&self, hash: u64) -> (u64, usize) {
        let at = place(hash);
        let [from, to] = [self.before[at], self.before[at + 1]];
        (self.start + u64::from(from) * BYTES as u64, (to - from) as usize * BYTES)
    }
}

impl Filter {
    const BITS: u32 = 27;

    fn new() -> Self {
        Self(vec![0; 1 << (Self::BITS - u64::BITS.ilog2())])
    }

    /// Both bits of a hash: the word each is in, and the bit in it.
    fn bits(hash: u64) -> [(usize, u64); 2] {
        [hash, hash >> Self::BITS].map(|number| {
            let bit = number & ((1 << Self::BITS) - 1);
            let word = (bit / u64::from(u64::BITS)) as usize;
            (word, 1 << (bit % u64::from(u64::BITS)))
        })
    }

    fn set(&mut self, hash: u64) {
        for (word, bit) in Self::bits(hash) {
            self.0[word] |= bit;
        }
    }

    /// `false` where the hash was never set.
    fn may_hold(&self, hash: u64) -> bool {
        Self::bits(hash).iter().all(|&(word, bit)| self.0[word] & bit != 0)
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
        assert!(claims.left.is_none());
        assert_eq!(claims.note("far", u64::MAX).unwrap(), None);
        assert_eq!(claims.note("far", 1).unwrap(), Some(u64::from(u32::MAX)));
    }

    #[test]
    fn references_that_left_memory_are_found_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut claims = Claims::of(1_000, folder.path().to_owned());
        note_all(&mut claims);
        let left = claims.left.unwrap();
        let ends: Vec<u64> = left.runs.iter().map(Run::end).collect();
        assert_eq!((ends, claims.held.len()), (vec![12_000, 24_000, 36_000, 48_000], 1_000));
        // They are spread, or one place would be read whole.
        let widest = left.runs[0].before.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(widest < Some(10), "{widest:?}");
        // What is new is known to be without the file.
        let asked = (10_000..20_000).filter(|at: &u64| {
            let mut hasher = DefaultHasher::new();
            name(*at).hash(&mut hasher);
            left.filter.may_hold(hasher.finish())
        });
        assert!(asked.count() < 10);
        // Nothing is left behind.
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn without_room_on_disk_memory_holds_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut claims = Claims::of(1_000, folder.path().join("absent"));
        note_all(&mut claims);
        assert_eq!((claims.left.is_none(), claims.held.len()), (true, 5_000));
    }
}
