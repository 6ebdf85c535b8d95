//! The option that confirms a way to pay for studies.

use crate::domain::{Answer, FundingCode};

/// Reads `oss=yes`.
pub(super) fn confirmed(text: &str) -> Result<(FundingCode, Answer), String> {
    let (code, answer) =
        text.split_once('=').ok_or("write a way and an answer, such as oss=yes")?;
    let code = FundingCode::from_key(code.trim())
        .ok_or_else(|| format!("ways are {}", FundingCode::keys()))?;
    let answer = Answer::parse(answer).ok_or("answers are yes, no and unknown")?;
    Ok((code, answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_is_a_known_way_and_a_known_answer() {
        assert_eq!(confirmed("oss=yes"), Ok((FundingCode::Oss, Answer::Yes)));
        assert_eq!(confirmed("esf=nej"), Ok((FundingCode::Esf, Answer::No)));
        for (wrong, says) in [("oss", "oss=yes"), ("csn=yes", "komvux_priority"), ("oss=x", "no")] {
            assert!(confirmed(wrong).unwrap_err().contains(says), "{wrong}");
        }
    }
}
