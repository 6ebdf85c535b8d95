//! Values that many answers share.

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A value that many answers hold without copying it. Answers are mostly such values (names of skills, rules
/// of funding), so each is written as JSON once, when it is first asked for, and copied from then on.
pub struct Shared<T>(Arc<Kept<T>>);

/// A value with its JSON, which is written when it is first asked for.
pub(super) struct Kept<T> {
    pub(super) value: T,
    /// The value in JSON; `None` inside where it has none.
    written: OnceLock<Option<Box<RawValue>>>,
    /// What a brief answer holds instead.
    brief: OnceLock<Shared<T>>,
}

impl<T> Kept<T> {
    pub(super) fn new(value: T) -> Self {
        Self { value, written: OnceLock::new(), brief: OnceLock::new() }
    }

    /// The value as JSON; `alone` says that nobody else has it, and it is written once in any case.
    pub(super) fn once(&self, alone: bool) -> Once<'_, T> {
        Once { kept: self, alone }
    }
}

/// A kept value on its way into an answer.
pub(super) struct Once<'k, T> {
    kept: &'k Kept<T>,
    alone: bool,
}

impl<T: Serialize> Serialize for Once<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Kept { value, written, .. } = self.kept;
        let write = || serde_json::value::to_raw_value(value).ok();
        let written = match written.get() {
            None if self.alone => None,
            _ => written.get_or_init(write).as_ref(),
        };
        match written {
            Some(written) => written.serialize(serializer),
            None => value.serialize(serializer),
        }
    }
}

impl<T> Shared<T> {
    /// A value to share.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Kept::new(value)))
    }

    /// What a brief answer holds instead, which `make` makes the first time.
    pub(super) fn brief(&self, make: impl FnOnce(&T) -> T) -> Self {
        self.0.brief.get_or_init(|| Self::new(make(self))).clone()
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Shared<T> {}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.once(Arc::strong_count(&self.0) == 1).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Bilingual;

    #[test]
    fn shared_values_are_the_same_json_and_the_same_values() {
        let plain = Bilingual::new("svetsa \"tunt\"", "weld");
        let shared = Shared::new(plain.clone());
        let list = serde_json::to_string(&[shared.clone(), shared.clone()]).unwrap();
        assert_eq!(list, serde_json::to_string(&[&plain, &plain]).unwrap());
        let read: Vec<Shared<Bilingual<String>>> = serde_json::from_str(&list).unwrap();
        assert_eq!(read, [shared.clone(), shared.clone()]);
        assert_eq!(serde_json::to_value(&shared).unwrap(), serde_json::to_value(&plain).unwrap());
        let alone = Shared::new(33.3_f32);
        let twice = [alone.clone(), alone.clone()];
        assert_eq!(serde_json::to_string(&twice).unwrap(), "[33.3,33.3]");
        drop(twice);
        assert_eq!(serde_json::to_string(&alone).unwrap(), "33.3");
        assert_eq!(serde_json::to_string(&Shared::new(33.3_f32)).unwrap(), "33.3");
        assert_eq!(format!("{shared:?}"), format!("{plain:?}"));
        assert_ne!(shared, Shared::new(Bilingual::default()));
        let brief = shared.brief(|whole| Bilingual::new(whole.sv.clone(), ""));
        assert_eq!(*brief, Bilingual::new("svetsa \"tunt\"", ""));
        assert_eq!(shared.brief(|_| unreachable!("it is made once")), brief);
        assert_eq!(shared, shared.clone(), "what is brief is no part of it");
    }
}
