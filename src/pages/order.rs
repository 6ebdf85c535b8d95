//! The order for a cohort plan, as the form of a list gives it.

use super::{Fault, Fields};
use crate::{
    cohort::FairBy,
    domain::Language,
    hub::{AskedStart, PlanAsk},
    intake::quantity::Quantity,
};

/// Most starts that a form names.
const STARTS: usize = 200;

/// What a field of an order is called; nothing where it is none.
pub(super) fn label(field: &str, language: Language) -> Option<String> {
    let (sv, en) = match field {
        "budget_kr" => ("Budget i kronor", "Budget in kronor"),
        "fair_share" => ("Rättvis fördelning", "Fair shares"),
        "price_per_week_kr" => ("Pris för en kursvecka", "Price of a week"),
        _ => {
            let (column, at) = field.strip_prefix("start-")?.split_once('-')?;
            let row = at.parse::<usize>().ok().filter(|at| *at < STARTS)? + 1;
            let (sv, en) = match column {
                "seats" => ("Platser", "Seats"),
                "price" => ("Kronor per plats", "Kronor a seat"),
                _ => return None,
            };
            let on = language.pick("på rad", "on row");
            return Some(format!("{} {on} {row}", language.pick(sv, en)));
        }
    };
    Some(language.pick(sv, en).to_owned())
}

/// Rows of the form that name a course.
fn rows(fields: &Fields) -> impl Iterator<Item = usize> {
    (0..STARTS).take_while(|at| !fields.get(&format!("start-course-{at}")).is_empty())
}

/// What is wrong with an order that [`order`] has read, by JSON pointer, as faults of the fields of its form.
pub fn faults<'a>(
    told: impl Iterator<Item = (&'a str, &'a str)>,
    fields: &Fields,
    language: Language,
) -> Vec<Fault> {
    // Rows without seats are none of the order.
    let said = rows(fields).filter(|at| !fields.get(&format!("start-seats-{at}")).is_empty());
    let said: Vec<usize> = said.collect();
    let fault = |(pointer, detail): (&str, &str)| {
        if let Some((at, what)) = start_of(pointer) {
            let text = match what {
                "course" => language.pick(
                    "kursen finns inte längre; töm raden",
                    "the course is no longer there; empty the row",
                ),
                _ => language.pick(
                    "starten kan inte användas. Dagen får inte ha passerat, och platser och pris inte vara orimligt stora; rätta eller töm raden",
                    "the start cannot be used. Its day must not have passed, and seats and price not be out of all reason; correct or empty the row",
                ),
            };
            let field = said.get(at).map(|row| format!("start-seats-{row}")).unwrap_or_default();
            let name = label(&field, language);
            let name =
                name.unwrap_or_else(|| language.pick("Kursstart", "Course start").to_owned());
            return Fault::new(field, format!("{name}: {text}"));
        }
        let field = pointer.trim_start_matches('/');
        match label(field, language) {
            Some(name) => Fault::new(field, format!("{name}: {detail}")),
            None => Fault::new("", crate::words::capital(detail)),
        }
    };
    told.map(fault).collect()
}

/// The place in the list of starts that a JSON pointer is about, and what of it.
fn start_of(pointer: &str) -> Option<(usize, &str)> {
    let rest = pointer.strip_prefix("/starts/")?;
    let (at, what) = rest.split_once('/').unwrap_or((rest, ""));
    Some((at.parse().ok()?, what))
}

/// The order of a form for a plan of a batch, or what is wrong with it.
pub fn order(fields: &Fields, batch: &str, language: Language) -> Result<PlanAsk, Vec<Fault>> {
    let mut reader = Reader { fields, language, faults: Vec::new() };
    let usual = PlanAsk::default();
    let starts = rows(fields).filter_map(|at| reader.start(at)).collect();
    let ask = PlanAsk {
        batch_id: batch.to_owned(),
        budget_kr: reader.whole("budget_kr", Quantity::Kronor),
        starts,
        fair_share: fields.get("fair_share").parse().ok(),
        fair_share_by: match fields.get("fair_share_by") {
            "workplace" => FairBy::Workplace,
            _ => FairBy::Sector,
        },
        price_per_week_kr: reader
            .whole("price_per_week_kr", Quantity::Kronor)
            .map_or(usual.price_per_week_kr, limited),
        outside_window: !fields.get("outside_window").is_empty(),
        ..usual
    };
    if reader.faults.is_empty() { Ok(ask) } else { Err(reader.faults) }
}

/// A number as an order holds it: one that is too great for it is too great for the plan, which says so.
fn limited(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Reader<'a> {
    fields: &'a Fields,
    language: Language,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, name: &str, sv: &str, en: &str) {
        let label = label(name, self.language).unwrap_or_default();
        let text = self.language.pick(sv, en);
        self.faults.push(Fault::new(name, format!("{label}: {text}")));
    }

    fn whole(&mut self, name: &str, of: Quantity) -> Option<u64> {
        let text = self.fields.get(name);
        if text.is_empty() {
            return None;
        }
        let number = of.read(text).filter(|number| (0.0..1e12).contains(number));
        if number.is_none() {
            self.fault(
                name,
                "skriv ett helt tal, till exempel 250 000",
                "write a whole number, such as 250 000",
            );
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1e12")]
        number.map(|number| number.round() as u64)
    }

    /// A start of the form; `None` where no seats are said.
    fn start(&mut self, at: usize) -> Option<AskedStart> {
        let seats = self.whole(&format!("start-seats-{at}"), Quantity::People);
        let price = self.whole(&format!("start-price-{at}"), Quantity::Kronor);
        // A seat without a price would be free, and a price without seats say nothing.
        let free = seats.is_some_and(|seats| seats > 0) && price.is_none();
        if free || seats.is_none() && price.is_some() {
            let missing = if seats.is_none() { "seats" } else { "price" };
            self.fault(
                &format!("start-{missing}-{at}"),
                "skriv både platser och pris, eller inget av dem. Utan kostnad är priset 0",
                "write both seats and price, or neither. Without cost the price is 0",
            );
        }
        Some(AskedStart {
            course: self.fields.get(&format!("start-course-{at}")).to_owned(),
            start: self.fields.get(&format!("start-day-{at}")).parse().ok(),
            seats: limited(seats?),
            price_kr: price.map_or(0, limited),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_people_write_it() {
        let fields = Fields::new(
            [
                ("budget_kr", "250 000 kr"),
                ("fair_share", "0.8"),
                ("start-course-0", "k1"),
                ("start-day-0", "2027-01-18"),
                ("start-seats-0", "12"),
                ("start-price-0", "9 500"),
                ("start-course-1", "k2"),
                ("start-day-1", "2027-01-18"),
                ("start-seats-1", ""),
                ("start-course-2", "k3"),
                ("start-day-2", "2027-02-01"),
                ("start-seats-2", "0"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        );
        let ask = order(&fields, "b", Language::Sv).unwrap();
        assert_eq!(
            (ask.budget_kr, ask.fair_share, ask.starts.len()),
            (Some(250_000), Some(0.8), 2)
        );
        assert_eq!((ask.starts[0].seats, ask.starts[0].price_kr), (12, 9_500));
        assert_eq!((ask.starts[1].course.as_str(), ask.starts[1].seats), ("k3", 0));
        for (name, other) in
            [("start-seats-1", "start-price-1"), ("start-price-1", "start-seats-1")]
        {
            let half = fields.clone().without(|field| field == name).with(name, "3");
            assert_eq!(order(&half, "b", Language::Sv).unwrap_err()[0].field, other);
        }
        let dear = fields.clone().with("price_per_week_kr", "5 000 000 000");
        let price = order(&dear, "b", Language::Sv).unwrap().price_per_week_kr;
        assert_eq!(price, u32::MAX, "more than a plan allows, and not the usual price");
        let wrong = fields.without(|name| name == "budget_kr").with("budget_kr", "mycket");
        let faults = order(&wrong, "b", Language::En).unwrap_err();
        assert_eq!(faults[0].field, "budget_kr");
        assert!(!faults[0].text.contains("mycket"));
    }

    #[test]
    fn what_is_wrong_with_a_start_leads_to_its_row() {
        let pairs = [
            ("start-course-0", "k1"),
            ("start-course-1", "k2"),
            ("start-seats-1", "3"),
            ("start-course-2", "k3"),
            ("start-seats-2", "4"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let fields = Fields::new(pairs.into());
        let told = [
            ("/starts/1/course", "x"),
            ("/starts/0", "x"),
            ("/starts/9", "x"),
            ("/budget_kr", "högst 5"),
            ("/seed", "nej"),
        ];
        let found = faults(told.into_iter(), &fields, Language::Sv);
        let named: Vec<&str> = found.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(named, ["start-seats-2", "start-seats-1", "", "budget_kr", ""]);
        assert!(found[0].text.starts_with("Platser på rad 3: kursen finns inte"), "{found:?}");
        assert_eq!(found[3].text, "Budget i kronor: högst 5");
    }
}
