//! Numbers as people of a language write them.

use super::Language;

impl Language {
    /// A number with so many decimals: `1 234,5` in Swedish, `1,234.5` in English; spaces do not break,
    /// and there is no minus before zero.
    pub fn number(self, value: f64, decimals: usize) -> String {
        let (group, point) = match self {
            Self::Sv => ('\u{a0}', ','),
            Self::En => (',', '.'),
        };
        let written = format!("{:.decimals$}", value.abs());
        let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
        let mut text = String::new();
        if value < 0.0 && written.chars().any(|c| c.is_ascii_digit() && c != '0') {
            text.push('\u{2212}');
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if !rest.is_empty() {
            text.push(point);
            text.push_str(rest);
        }
        text
    }

    /// A count of people or things.
    pub fn count(self, count: usize) -> String {
        self.number(count as f64, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_two_languages() {
        for (value, decimals, sv, en) in [
            (0.84, 1, "0,8", "0.8"),
            (-0.04, 1, "0,0", "0.0"),
            (-0.84, 1, "\u{2212}0,8", "\u{2212}0.8"),
            (1_203.0, 0, "1\u{a0}203", "1,203"),
            (29_177_901.0, 0, "29\u{a0}177\u{a0}901", "29,177,901"),
            (999.96, 1, "1\u{a0}000,0", "1,000.0"),
        ] {
            assert_eq!(Language::Sv.number(value, decimals), sv);
            assert_eq!(Language::En.number(value, decimals), en);
        }
    }
}
