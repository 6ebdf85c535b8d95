//! Swedish public holidays (lag 1989:253) and the eves that count as such for nearly all work.

use jiff::civil::{Date, Weekday};

/// Whether a day is no Saturday, Sunday, public holiday, Midsummer Eve, Christmas Eve or New Year's
/// Eve. Counted, no table: a few operations.
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

fn is_holiday(day: Date) -> bool {
    match (day.month(), day.day()) {
        // New Year, Epiphany, May Day, the national day, Christmas and its eves.
        (1, 1 | 6) | (5, 1) | (6, 6) | (12, 24 | 25 | 26 | 31) => return true,
        // Midsummer Eve, the Friday before Midsummer Day, which is a Saturday from 20 to 26 June.
        (6, 19..=25) if day.weekday() == Weekday::Friday => return true,
        // All Saints' Day and Midsummer Day are Saturdays.
        _ => {}
    }
    // From 20 March to 3 June.
    if !(3..=6).contains(&day.month()) {
        return false;
    }
    // Good Friday, Easter Monday, Ascension Day; Easter and Whit Sunday are Sundays.
    easter(day.year())
        .is_some_and(|easter| matches!(day.day_of_year() - easter.day_of_year(), -2 | 1 | 39))
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
fn easter(year: i16) -> Option<Date> {
    let whole = i32::from(year);
    let (golden, century, of_century) = (whole % 19, whole / 100, whole % 100);
    let moon = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let leaps = 2 * (century % 4) + 2 * (of_century / 4);
    let weekday = (32 + leaps - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let number = epact + weekday - 7 * late + 114;
    let (month, day) = (number / 31, number % 31 + 1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date};

    use super::*;

    #[test]
    fn days_that_hang_on_easter_are_counted_from_it() {
        let mut day = date(1900, 1, 1);
        while day.year() < 2200 {
            let easter = easter(day.year()).unwrap();
            let hangs = [-2, 1, 39].iter().any(|days| easter + days.days() == day);
            let fixed = matches!(
                (day.month(), day.day()),
                (1, 1 | 6) | (5, 1) | (6, 6) | (12, 24 | 25 | 26 | 31)
            );
            let midsummer_eve = day.month() == 6
                && (19..=25).contains(&day.day())
                && day.weekday() == Weekday::Friday;
            assert_eq!(is_holiday(day), hangs || fixed || midsummer_eve, "{day}");
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn easter_is_where_the_almanac_has_it() {
        for (year, month, day) in [
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2028, 4, 16),
            (2038, 4, 25),
        ] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn red_days_and_eves_are_no_working_days() {
        for day in [
            date(2026, 4, 3),   // Good Friday
            date(2026, 4, 6),   // Easter Monday
            date(2026, 5, 14),  // Ascension
            date(2026, 6, 19),  // Midsummer Eve
            date(2026, 12, 24), // Christmas Eve
            date(2027, 1, 6),   // Epiphany
            date(2026, 11, 28), // a Saturday
        ] {
            assert!(!is_working_day(day), "{day}");
        }
        for day in [date(2026, 4, 2), date(2026, 6, 18), date(2026, 11, 27), date(2026, 6, 26)] {
            assert!(is_working_day(day), "{day}");
        }
    }
}
