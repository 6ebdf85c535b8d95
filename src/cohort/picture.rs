//! A plan as pictures: who begins when, and what it costs.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::document::Plan;
use crate::{
    domain::Language,
    plot::{Bar, Plot, Words, bars},
    window::monday_of,
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
        let (mut weeks, mut undated) = (BTreeMap::<Date, u32>::new(), 0_u32);
        for course in courses {
            match course.start {
                Some(day) => *weeks.entry(monday_of(day)).or_default() += 1,
                None => undated += 1,
            }
        }
        let mut list: Vec<Bar> = weeks
            .into_iter()
            .map(|(day, people)| Bar::of(day.to_string(), f64::from(people)))
            .collect();
        if undated > 0 {
            let name = language.pick("ingen publicerad start", "no published start");
            list.push(Bar::of(name, f64::from(undated)));
        }
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
        let totals = &self.totals;
        let mut list = Vec::new();
        if let Some(kronor) = self.settings.budget_kr {
            list.push(Bar::of(language.pick("Ram", "Frame"), kronor as f64));
        }
        list.push(Bar::of(language.pick("Planen", "The plan"), totals.spent_kr as f64));
        list.push(Bar::of(
            language.pick("varav antaget pris", "of it at an assumed price"),
            totals.assumed_kr as f64,
        ));
        list.extend(self.sectors.iter().map(|sector| {
            let unknown = language.pick("okänd sektor", "unknown sector");
            let label = Some(sector.label.text(language)).filter(|label| !label.is_empty());
            Bar::of(label.unwrap_or(unknown), sector.spent_kr as f64)
        }));
        let columns = [language.pick("Post", "Item"), language.pick("Kronor", "Kronor")];
        let picture = bars(words, columns, &list, |kronor| language.number(kronor, 0));
        Plot { name: "budget", picture }
    }
}
