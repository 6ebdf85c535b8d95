//! Ways to pay for studies in words.

use crate::domain::{Answer, Bilingual, Funding, FundingCode, Language, Pathway, Shared};

/// What comes into question for a path in a line: confirmed ways first, with the next day to apply;
/// empty where nothing does.
pub fn funding_in_question(ways: &[Shared<Funding>], language: Language) -> String {
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
pub fn adviser<'a>(paths: impl Iterator<Item = &'a Pathway>) -> Option<&'a Bilingual<String>> {
    let mut ways = paths.flat_map(|path| &path.plan.funding);
    let advice = ways.find(|way| way.code == FundingCode::Advice && way.answer != Answer::No);
    advice.map(|way| &way.text)
}

fn short(way: &Funding, language: Language) -> String {
    let name = self::way(way.code, language);
    let Some(day) = way.apply_from else { return name.to_owned() };
    let open = language.pick("nästa ansökningsdag", "next day to apply");
    format!("{name} ({open} {day})")
}

/// A way of paying for studies by name.
pub fn way(code: FundingCode, language: Language) -> &'static str {
    match code {
        FundingCode::Oss => language.pick("omställningsstudiestöd", "transition study grant"),
        FundingCode::ShortStudy => language.pick("kortvarigt studiestöd", "short study support"),
        FundingCode::ShortTime => {
            language.pick("ersättning vid korttidsarbete", "refund in short-time work")
        }
        FundingCode::Esf => language.pick("ESF-projekt", "ESF project"),
        FundingCode::KomvuxPriority => language.pick("förtur till komvux", "priority to komvux"),
        FundingCode::Advice => language.pick("rådgivning", "advice"),
    }
}
