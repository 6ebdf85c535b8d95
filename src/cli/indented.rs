//! JSON for people.

use std::io::Write;

use anyhow::Result;
use serde::Serialize;

/// What a level is set in by.
const STEP: &[u8] = b"  ";

/// Writes a value with a line for each part of it, and ends the last line. Values that answers share are written as
/// they were kept, in one line: so the whole is written in one first, and then parted.
pub(super) fn write(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    let line = serde_json::to_vec(value)?;
    let mut parted: Vec<u8> = Vec::with_capacity(line.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let begin = |parted: &mut Vec<u8>, depth: usize| {
        parted.push(b'\n');
        (0..depth).for_each(|_| parted.extend(STEP));
    };
    for (at, byte) in line.iter().copied().enumerate() {
        if in_text {
            parted.push(byte);
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        let before = at.checked_sub(1).map(|at| line[at]);
        let is_empty = matches!((before, byte), (Some(b'{'), b'}') | (Some(b'['), b']'));
        if matches!(byte, b'}' | b']') {
            depth -= 1;
            if !is_empty {
                begin(&mut parted, depth);
            }
        } else if matches!(before, Some(b'{' | b'[' | b',')) {
            begin(&mut parted, depth);
        }
        parted.push(byte);
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b':' => parted.push(b' '),
            _ => {}
        }
    }
    parted.push(b'\n');
    Ok(out.write_all(&parted)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shared;

    #[test]
    fn it_is_what_others_write_and_shared_values_are_parted_too() {
        let value = serde_json::json!({
            "empty": [[], {}, ""], "text": "a, \"b\": {c} [d] \\", "numbers": [1, -2.5, null, true],
            "deep": {"list": [{"sv": "å\n", "en": "\\\""}]},
        });
        let written = |value: &dyn Fn(&mut Vec<u8>) -> Result<()>| {
            let mut out = Vec::new();
            value(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let pretty =
            |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap() + "\n";
        assert_eq!(written(&|out| write(out, &value)), pretty(&value));
        let shared = [Shared::new(value.clone()), Shared::new(value.clone())];
        let plain = serde_json::json!([value, value]);
        assert_eq!(written(&|out| write(out, &shared)), pretty(&plain));
        for alone in [serde_json::json!([]), serde_json::json!("text"), serde_json::json!(7)] {
            assert_eq!(written(&|out| write(out, &alone)), pretty(&alone));
        }
    }
}
