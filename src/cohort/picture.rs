//! A plan as pictures: who begins when, and what it costs.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};

use super::document::Plan;
use crate::{
    domain::Language,
    plot::{Bar, Plot, Words, bars},
};

impl Plan {
    /// Pictures of course places by week and of kronor.
    pub fn plots(&self, language: Language) -> Vec<Plot> {
        vec![self.seats(language), self.budget(language)]
    }

    fn seats(&self, language: Language) -> Plot {
        let words = Words {
            language,
            title: language.pick(
                "Kursplatser, efter veckan då kursen börjar",
                "Course places, by the week the course begins",
            ),
            description: language.pick(
                "En stapel för varje vecka, efter veckans måndag, med antalet platser i kurser som har en \
                 publicerad start då. Sist står platser i kurser utan publicerad start.",
                "A bar for each week, by its Monday, with the number of places in courses that have a \
                 published first day then. Those of courses without one stand last.",
            ),
        };
        let courses = self.assignments.iter().flat_map(|person| &person.way.courses);
        let mut weeks: BTreeMap<Option<Date>, u32> = BTreeMap::new();
        for course in courses {
            *weeks.entry(course.start.and_then(monday)).or_default() += 1;
        }
        let undated = weeks.remove(&None);
        let name = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        let mut list: Vec<Bar> =
            weeks.into_iter().map(|(day, people)| bar(name(day), f64::from(people))).collect();
        list.extend(undated.map(|people| {
            bar(
                language.pick("ingen publicerad start", "no published start").to_owned(),
                f64::from(people),
            )
        }));
        let columns = [
            language.pick("Vecka från", "Week from"),
            language.pick("Kursplatser", "Course places"),
        ];
        let picture = bars(words, columns, &list, |people| language.number(people, 0));
        Plot { name: "seats_by_week", picture }
    }

    fn budget(&self, language: Language) -> Plot {
        let words = Words {
            language,
            title: language.pick("Kronor för kurser", "Kronor for courses"),
            description: language.pick(
                "Vad planen kostar, hur mycket av det som vilar på ett antaget pris, varje sektors del, \
                 och ramen där den är given.",
                "What the plan costs, how much of it rests on an assumed price, each sector's part, and the \
                 frame where it is given.",
            ),
        };
        let item = |sv: &str, en: &str| language.pick(sv, en).to_owned();
        let totals = &self.totals;
        let mut list = Vec::new();
        if let Some(kronor) = self.settings.budget_kr {
            list.push(bar(item("Ram", "Frame"), kronor as f64));
        }
        list.push(bar(item("Planen", "The plan"), totals.spent_kr as f64));
        list.push(bar(
            item("varav antaget pris", "of it at an assumed price"),
            totals.assumed_kr as f64,
        ));
        list.extend(self.sectors.iter().map(|sector| {
            let label = sector.label.text(language);
            let label = if label.is_empty() {
                language.pick("okänd sektor", "unknown sector")
            } else {
                label
            };
            bar(label.to_owned(), sector.spent_kr as f64)
        }));
        let columns = [language.pick("Post", "Item"), language.pick("Kronor", "Kronor")];
        let picture = bars(words, columns, &list, |kronor| language.number(kronor, 0));
        Plot { name: "budget", picture }
    }
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
}

fn bar(name: String, value: f64) -> Bar {
    Bar { name, value, between: None }
}
