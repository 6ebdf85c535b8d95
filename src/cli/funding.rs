//! Ways to pay for studies: the option that confirms one, and what an answer says of them in a line.

use crate::domain::{Answer, Bilingual, Funding, FundingCode, Language, Pathway};

/// Reads `oss=yes`.
pub(super) fn confirmed(text: &str) -> Result<(FundingCode, Answer), String> {
    let (code, answer) =
        text.split_once('=').ok_or("write a way and an answer, such as oss=yes")?;
    let code = FundingCode::from_key(code.trim())
        .ok_or_else(|| format!("ways are {}", FundingCode::keys()))?;
    let answer = Answer::parse(answer).ok_or("answers are yes, no and unknown")?;
    Ok((code, answer))
}

/// What comes into question for a path in a line: confirmed ways first, with the next day to apply;
/// empty where nothing does.
pub(super) fn in_question(ways: &[Funding], language: Language) -> String {
    let of = |answer: Answer| {
        let ways =
            ways.iter().filter(|way| way.answer == answer && way.code != FundingCode::Advice);
        ways.map(|way| short(way, language)).collect::<Vec<_>>().join(", ")
    };
    let groups = [
        (language.pick("bekräftat", "confirmed"), of(Answer::Yes)),
        (language.pick("att fråga om", "to ask about"), of(Answer::Unknown)),
    ];
    let said = groups.into_iter().filter(|(_, ways)| !ways.is_empty());
    said.map(|(name, ways)| format!("{name} {ways}")).collect::<Vec<_>>().join("; ")
}

/// Who advises on paying for studies: the same for all paths.
pub(super) fn adviser<'a>(
    paths: impl Iterator<Item = &'a Pathway>,
) -> Option<&'a Bilingual<String>> {
    let mut ways = paths.flat_map(|path| &path.plan.funding);
    let advice = ways.find(|way| way.code == FundingCode::Advice && way.answer != Answer::No);
    advice.map(|way| &way.text)
}

fn short(way: &Funding, language: Language) -> String {
    let name = match way.code {
        FundingCode::Oss => language.pick("omställningsstudiestöd", "transition study grant"),
        FundingCode::ShortStudy => language.pick("kortvarigt studiestöd", "short study support"),
        FundingCode::ShortTime => {
            language.pick("ersättning vid korttidsarbete", "refund in short-time work")
        }
        FundingCode::Esf => language.pick("ESF-projekt", "ESF project"),
        FundingCode::KomvuxPriority => language.pick("förtur till komvux", "priority to komvux"),
        FundingCode::Advice => language.pick("rådgivning", "advice"),
    };
    let Some(day) = way.apply_from else { return name.to_owned() };
    let open = language.pick("nästa ansökningsdag", "next day to apply");
    format!("{name} ({open} {day})")
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
