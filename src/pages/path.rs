//! One path in words.

use maud::{Markup, html};

use super::{headed, joined, said};
use crate::{
    domain::{
        Answer, Bilingual, FundingCode, GapSkill, Language, Licence, Pathway, PlannedCourse,
        Reason, Selection, Shared,
    },
    words,
};

/// Skills named of each kind.
const NAMED: usize = 6;
/// Skills named of a course.
const TAUGHT: usize = 4;
const DAYS_A_WEEK: f32 = 7.0;

/// How a path is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller<'a> {
    pub(super) language: Language,
    pub(super) licences: &'a [Licence],
}

impl Teller<'_> {
    fn say<'a>(&self, sv: &'a str, en: &'a str) -> &'a str {
        self.language.pick(sv, en)
    }

    pub(super) fn licence(&self, key: &str) -> Markup {
        let found = self.licences.iter().find(|licence| licence.key == key);
        html! { @match found { Some(found) => { (said(&found.label, self.language)) } None => { (key) } } }
    }

    /// The name of the target, with what the labour market calls it.
    pub(super) fn name(&self, path: &Pathway) -> Markup {
        html! {
            (headed(&path.label, self.language))
            @if self.language == Language::Sv && is_another_name(&path.known_as, &path.label.sv) { " (" (path.known_as) ")" }
        }
    }

    /// The path in two or three sentences.
    pub(super) fn summary(&self, path: &Pathway) -> String {
        let gap = &path.gap;
        let (have, all) = (gap.essential_have, gap.essential_total);
        let skills = match self.language {
            _ if all == 0 => String::new(),
            Language::Sv => format!("{have} av {all} nödvändiga kompetenser finns redan. "),
            Language::En => format!("{have} of {all} essential skills are there already. "),
        };
        format!("{skills}{}", self.training(path))
    }

    /// What the courses of a path come to, in a sentence.
    fn training(&self, path: &Pathway) -> String {
        let plan = &path.plan;
        let number = plan.courses.len();
        if number == 0 {
            if gap_is_closed(path) {
                return self.say("Ingen kurs behövs.", "No course is needed.").to_owned();
            }
            let none = path.against.iter().find(|reason| reason.code == "no_course_found");
            let none = none.map(|reason| words::capital(reason.text.get(self.language)));
            return none.map(|said| format!("{said}.")).unwrap_or_default();
        }
        let courses = match (number, self.language) {
            (1, Language::Sv) => "En kurs".to_owned(),
            (1, Language::En) => "One course".to_owned(),
            (_, Language::Sv) => format!("{number} kurser"),
            (_, Language::En) => format!("{number} courses"),
        };
        let length = plan.total_weeks.map(|weeks| {
            format!("{}{}", self.say(" på ", " of "), words::length(weeks, self.language))
        });
        let closes = 100.0 * plan.covered;
        let part = match self.language {
            Language::Sv => format!(" ger uppskattningsvis {closes:.0} % av det som saknas"),
            Language::En => {
                let give = if number == 1 { "gives" } else { "give" };
                format!(", which {give} an estimated {closes:.0} % of what is missing")
            }
        };
        let part = if closes >= 1.0 {
            part
        } else {
            self.say(" hör till vägen", " for the path").to_owned()
        };
        format!("{courses}{}{part}. {}", length.unwrap_or_default(), self.fit(path))
    }

    /// Whether the courses fit the worker's time.
    fn fit(&self, path: &Pathway) -> String {
        let weeks = path.plan.margin_days.map(|days| days as f32 / DAYS_A_WEEK);
        let number = |weeks: f32| self.language.number(f64::from(weeks.abs()), 0);
        match (path.plan.fits_window, weeks, self.language) {
            (Some(true), Some(weeks), language) => {
                let [days, many] = match language {
                    Language::Sv => [["dag", "dagar"], ["vecka", "veckor"]],
                    Language::En => [["day", "days"], ["week", "weeks"]],
                };
                let margin = if weeks < 1.5 {
                    words::many(weeks * DAYS_A_WEEK, days, language)
                } else {
                    words::many(weeks, many, language)
                };
                let said = self.say("Ryms i tiden. Marginal", "Fits the time. To spare");
                format!("{said}: {margin}.")
            }
            (Some(true), None, _) => {
                self.say("Ingen sista dag är känd.", "No last day is known.").to_owned()
            }
            (Some(false), Some(weeks), Language::Sv) if weeks <= -1.0 => {
                format!("Ryms inte: slutar {} v efter periodens slut.", number(weeks))
            }
            (Some(false), Some(weeks), Language::En) if weeks <= -1.0 => {
                format!("Does not fit: ends {} weeks after the period does.", number(weeks))
            }
            (Some(false), ..) => {
                self.say("Ryms inte i tiden.", "Does not fit the time.").to_owned()
            }
            (None, ..) => self
                .say(
                    "Om det ryms i tiden går inte att säga än.",
                    "Whether it fits the time cannot be said yet.",
                )
                .to_owned(),
        }
    }

    /// All of a path as a list of terms, as it stands on a sheet of its own.
    pub(super) fn sheet(&self, path: &Pathway) -> Markup {
        html! { dl { (self.there(path)) (self.gap(path)) (self.courses(path, true)) (self.rest(path)) (self.case(path)) (self.funding(path, true)) } }
    }

    /// What decides about a path, as a list of terms.
    pub(super) fn facts(&self, path: &Pathway) -> Markup {
        html! { dl { (self.gap(path)) (self.courses(path, false)) (self.case(path)) } }
    }

    /// What else is known of it.
    pub(super) fn more(&self, path: &Pathway) -> Markup {
        let near = path.variants.iter().map(|other| said(&other.label, self.language));
        let near = (!path.variants.is_empty()).then(|| joined(near, ", "));
        html! {
            dl {
                (self.there(path))
                (self.rest(path))
                (self.funding(path, false))
                (self.term("Nära", "Close to it", near))
                (self.term("Poäng", "Score", Some(html! { (self.score(path)) })))
            }
        }
    }

    /// The courses of a path and whether they fit, in some words.
    pub(super) fn short(&self, path: &Pathway) -> String {
        let plan = &path.plan;
        let courses = match (plan.courses.len(), self.language) {
            (0, _) => return self.training(path).trim_end_matches('.').to_lowercase(),
            (1, Language::Sv) => "1 kurs".to_owned(),
            (1, Language::En) => "1 course".to_owned(),
            (number, Language::Sv) => format!("{number} kurser"),
            (number, Language::En) => format!("{number} courses"),
        };
        let weeks = plan.total_weeks.map(|weeks| words::length(weeks, self.language));
        let fit = match plan.fits_window {
            Some(true) => Some(self.say("ryms i tiden", "fits the time")),
            Some(false) => Some(self.say("ryms inte i tiden", "does not fit the time")),
            None => None,
        };
        let parts = [Some(courses), weeks, fit.map(str::to_owned)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn there(&self, path: &Pathway) -> Markup {
        self.term("Har redan", "There already", self.skills(&path.gap.have))
    }

    fn gap(&self, path: &Pathway) -> Markup {
        let gap = &path.gap;
        let licences = gap.licences.iter().map(|licence| said(&licence.label, self.language));
        let licences = (!gap.licences.is_empty()).then(|| joined(licences, ", "));
        html! {
            @if gap.missing_essential.is_empty() {
                (self.term("Bra att lära sig", "Good to learn", self.skills(&gap.missing_optional)))
            } @else {
                (self.term("Saknas", "Missing", self.skills(&gap.missing_essential)))
            }
            (self.term("Behörighet som saknas", "Licence missing", licences))
        }
    }

    fn rest(&self, path: &Pathway) -> Markup {
        let rest = self.names(&path.plan.remains).filter(|_| !path.plan.courses.is_empty());
        self.term(
            "Återstår helt eller delvis efter kurserna",
            "Left wholly or in part after the courses",
            rest,
        )
    }

    /// Labour market, reasons for and against.
    fn case(&self, path: &Pathway) -> Markup {
        let figures = [words::wage, words::outlook, words::ads];
        let figures: Vec<String> =
            figures.iter().filter_map(|figure| figure(&path.demand, self.language)).collect();
        let figures = (!figures.is_empty()).then(|| {
            html! { ul { @for figure in &figures { li { (words::capital(figure)) } } } }
        });
        html! {
            (self.term("Talar för", "Speaks for", self.reasons(&path.reasons)))
            (self.term("Talar emot", "Speaks against", self.reasons(&path.against)))
            (self.term("Arbetsmarknad och lön", "Labour market and wage", figures))
        }
    }

    /// A score in a sentence, with its parts.
    fn score(&self, path: &Pathway) -> String {
        let parts = words::parts(&path.parts, self.language);
        let (points, share) = (path.score, 100.0 * path.feasible);
        match self.language {
            Language::Sv => format!(
                "{points:.0} poäng: {parts}. Av yrkesbyten med samma poäng har experter angett {share:.0} % som rimliga; de anger få, så andelen är försiktig."
            ),
            Language::En => format!(
                "{points:.0} points: {parts}. Of moves with that score experts named {share:.0} % as feasible; they name few, so the share is cautious."
            ),
        }
    }

    fn term(&self, sv: &str, en: &str, text: Option<Markup>) -> Markup {
        html! { @if let Some(text) = text { div { dt { (self.say(sv, en)) } dd { (text) } } } }
    }

    fn skills(&self, skills: &Selection<GapSkill>) -> Option<Markup> {
        let labels: Vec<&Bilingual<String>> = skills.iter().map(|skill| &*skill.label).collect();
        self.labels(&labels)
    }

    fn names(&self, names: &[Shared<Bilingual<String>>]) -> Option<Markup> {
        self.labels(&names.iter().map(|name| &**name).collect::<Vec<_>>())
    }

    /// Names in a row, those beyond the first few behind a word to open.
    fn labels(&self, labels: &[&Bilingual<String>]) -> Option<Markup> {
        let (first, more) = labels.split_at(NAMED.min(labels.len()));
        let named = |labels: &[&Bilingual<String>]| {
            joined(labels.iter().map(|label| said(label, self.language)), ", ")
        };
        (!labels.is_empty()).then(|| {
            html! {
                (named(first))
                @if !more.is_empty() {
                    details .rest {
                        summary { (self.say("och ", "and ")) (more.len()) (self.say(" till", " more")) }
                        (named(more))
                    }
                }
            }
        })
    }

    fn courses(&self, path: &Pathway, whole: bool) -> Markup {
        let courses = &path.plan.courses;
        let listed = (!courses.is_empty()).then(|| {
            html! { ol { @for course in courses { li { (self.course(course, whole)) } } } }
        });
        self.term("Kurser", "Courses", listed)
    }

    fn course(&self, course: &PlannedCourse, whole: bool) -> Markup {
        let title = said(&course.title, self.language);
        let is_link = course.url.starts_with("https://") || course.url.starts_with("http://");
        let mut gives: Vec<Markup> = course.grants.iter().map(|key| self.licence(key)).collect();
        gives.extend(course.closes.iter().take(TAUGHT).map(|label| said(label, self.language)));
        html! {
            @if is_link { a href=(course.url) rel="noreferrer external" { (title) } } @else { strong { (title) } }
            span .block { (joined(self.course_facts(course).into_iter().map(|fact| html! { (fact) }), " · ")) }
            @let days = self.course_days(course);
            @if !days.is_empty() { span .block { (days) } }
            @let timing = &course.timing;
            @if !timing.text(self.language).is_empty() { span .block { (headed(timing, self.language)) "." } }
            @if !gives.is_empty() { span .block { (self.say("Ger: ", "Gives: ")) (joined(gives, ", ")) } }
            @let before = &course.prerequisites;
            @if whole && !before.text(self.language).is_empty() { span .block { (self.say("Förkunskaper: ", "Required: ")) (said(before, self.language)) } }
        }
    }

    /// Form, length, place, price and how firm it is.
    fn course_facts(&self, course: &PlannedCourse) -> Vec<String> {
        let language = self.language;
        let mut facts = vec![words::capital(words::form(&course.form, language))];
        let length = |weeks| words::course_length(weeks, course.pace_pct, language);
        facts.extend(course.weeks.map(length));
        facts.extend((!course.provider.is_empty()).then(|| course.provider.clone()));
        let place = course.places.first().filter(|place| !course.provider.contains(place.as_str()));
        facts.extend(place.cloned());
        let way = self.say("min resa", "min away");
        facts.extend(course.commute_min.map(|minutes| format!("{minutes} {way}")));
        facts.extend(course.price_kr.map(|kr| match kr {
            0 => self.say("utan avgift", "no fee").to_owned(),
            kr => words::kronor(u64::from(kr), language),
        }));
        facts.push(words::basis(&course.basis, language).to_owned());
        facts
    }

    /// The days of a course in a sentence; empty where none is known.
    fn course_days(&self, course: &PlannedCourse) -> String {
        let mut said = Vec::new();
        match (&course.start, course.ends, course.reckoned) {
            (Some(start), Some(ends), _) => said.push(match self.language {
                Language::Sv => format!("Börjar {start}, slutar {ends}."),
                Language::En => format!("Begins {start}, ends {ends}."),
            }),
            (Some(start), None, _) => said.push(match self.language {
                Language::Sv => format!("Börjar {start}."),
                Language::En => format!("Begins {start}."),
            }),
            (None, _, Some(days)) => said.push(match self.language {
                Language::Sv => format!(
                    "Kan tas {} till {}; ingen skola har lovat dagarna.",
                    days.from, days.to
                ),
                Language::En => format!(
                    "Could be taken {} to {}; no school has promised the days.",
                    days.from, days.to
                ),
            }),
            (None, _, None) => {}
        }
        said.extend(course.apply_by.as_ref().map(|day| match self.language {
            Language::Sv => format!("Sista ansökningsdag {day}."),
            Language::En => format!("Apply by {day}."),
        }));
        said.join(" ")
    }

    fn reasons(&self, reasons: &[Reason]) -> Option<Markup> {
        (!reasons.is_empty()).then(|| {
            html! { ul { @for reason in reasons { li { (headed(&reason.text, self.language)) } } } }
        })
    }

    fn funding(&self, path: &Pathway, whole: bool) -> Markup {
        let ways = &path.plan.funding;
        let line = words::funding_in_question(ways, self.language);
        let open = ways.iter().filter(|way| way.is_open() && way.code != FundingCode::Advice);
        let asks =
            open.filter(|way| way.answer == Answer::Unknown).filter_map(|way| way.ask.as_ref());
        let mut asks: Vec<&Bilingual<String>> = asks.collect();
        // Two ways may hang on one answer.
        asks.dedup();
        let told = (!line.is_empty()).then(|| {
            html! {
                (words::capital(&line)) "."
                @if whole && !asks.is_empty() {
                    ul { @for ask in asks { li { (said(ask, self.language)) } } }
                }
            }
        });
        self.term("Studiestöd", "Funding", told)
    }
}

/// Whether a name tells more than a label: another one but for commas, hyphens and capitals.
fn is_another_name(name: &str, label: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    !name.is_empty() && letters(name) != letters(label)
}

fn gap_is_closed(path: &Pathway) -> bool {
    path.gap.missing_essential.is_empty() && path.gap.licences.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_tells_the_same_is_no_other() {
        assert!(!is_another_name("Montör metallprodukter", "montör, metallprodukter"));
        assert!(!is_another_name("", "svetsare"));
        assert!(is_another_name("Braskaminmontör", "eldstadsinstallatör"));
    }
}
