//! Cells about the employment: its dates, the days and hours that are free.

use jiff::civil::Date;

use super::{
    cell,
    column::Column,
    problem::{Code, Problem},
    quantity::Quantity,
    worker::Row,
};
use crate::{
    domain::{Dates, Period, Status, Weekday},
    window::pattern,
};

/// Most months of notice that any agreement gives.
const MONTHS: std::ops::RangeInclusive<f64> = 0.0..=24.0;

impl Row<'_> {
    /// Reads the dates. One that the worker's time hangs on and that is no date refuses the row: it
    /// would quietly promise courses that do not fit. Another is left out, and so is the less
    /// important of two in an order that cannot be; both are said.
    pub(super) fn dates(&mut self, status: Option<Status>) -> Result<Dates, Problem> {
        let end = end_column(status);
        // Without a status the last day ends the time, too.
        let ends =
            |column: Column| end == Some(column) || status.is_none() && column == Column::LastDay;
        let mut read = |column: Column| -> Result<Option<Date>, Problem> {
            let Some(text) = self.text(column) else { return Ok(None) };
            let date = cell::date(&text);
            if date.is_some() {
                if ends(column) && cell::may_begin_with_the_month(&text) {
                    self.warn(
                        Code::DayFirst,
                        column,
                        "Läst med dagen först; skriv ÅÅÅÅ-MM-DD om månaden står först.",
                        "Read with the day first; write YYYY-MM-DD if the month stands first.",
                    );
                }
                return Ok(date);
            }
            if end == Some(column) {
                return Err(Problem::new(
                    Code::BadDate,
                    "Ingen dag som är säker. Raden lästes inte: tiden för studier räknas till den \
                     dagen. Skriv ÅÅÅÅ-MM-DD; en dag som kan läsas på två sätt (27-03-31), en månad utan dag och \
                     år utanför 1930-2100 läses inte.",
                    "No day that is sure. The row was not read: the time for studies is counted \
                     to that day. Write YYYY-MM-DD; a day that can be read in two ways (27-03-31), a month without \
                     a day and years outside 1930-2100 are not read.",
                )
                .of(column.key()));
            }
            self.warn(
                Code::BadDate,
                column,
                "Ingen dag som är säker. Raden lästes utan den; skriv ÅÅÅÅ-MM-DD.",
                "No day that is sure. The row was read without it; write YYYY-MM-DD.",
            );
            Ok(None)
        };
        let mut dates = Dates {
            employed_since: read(Column::TenureStart)?,
            filed: read(Column::Filed)?,
            notice: read(Column::Notice)?,
            last_day: read(Column::LastDay)?,
            released_from: read(Column::ReleasedFrom)?,
            furlough_from: read(Column::FurloughFrom)?,
            furlough_to: read(Column::FurloughTo)?,
            ..Dates::default()
        };
        dates.affected = self.whole(Column::Affected, Quantity::People, 1.0..=1_000_000.0);
        dates.notice_months = self.whole(Column::NoticeMonths, Quantity::Months, MONTHS);
        dates.parental_leave = self.leaves();
        self.put_in_order(&mut dates);
        Ok(dates)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in its range")]
    fn whole<T: TryFrom<u64>>(
        &mut self,
        column: Column,
        of: Quantity,
        range: std::ops::RangeInclusive<f64>,
    ) -> Option<T> {
        T::try_from(self.number(column, of, range)?.round() as u64).ok()
    }

    /// Parental leaves, each as first and last day with `/` between.
    fn leaves(&mut self) -> Vec<Period> {
        let (mut leaves, mut wrong) = (Vec::new(), false);
        for text in self.list(Column::ParentalLeave, &['|', ';']) {
            let period = text.split_once('/').and_then(|(from, to)| {
                let (from, to) = (cell::date(from.trim())?, cell::date(to.trim())?);
                (from <= to).then_some(Period { from, to })
            });
            wrong |= period.is_none();
            leaves.extend(period);
        }
        if wrong {
            self.warn(
                Code::BadDate,
                Column::ParentalLeave,
                "En föräldraledighet lästes inte; skriv första och sista dag: ÅÅÅÅ-MM-DD/ÅÅÅÅ-MM-DD.",
                "A parental leave was not read; write first and last day: YYYY-MM-DD/YYYY-MM-DD.",
            );
        }
        leaves
    }

    /// Says which dates are in an order that cannot be, and leaves out the one that matters less.
    fn put_in_order(&mut self, dates: &mut Dates) {
        let mut check = |keep: Option<Date>,
                         kept: Column,
                         other: &mut Option<Date>,
                         column: Column| {
            let (Some(keep), Some(found)) = (keep, *other) else { return };
            let (first, then) = match column {
                Column::ReleasedFrom if kept == Column::Notice => ((keep, kept), (found, column)),
                _ => ((found, column), (keep, kept)),
            };
            if first.0 <= then.0 {
                return;
            }
            *other = None;
            let (early, late) = (first.1.key(), then.1.key());
            let left_out = column.key();
            self.warn(
                Code::DatesDisordered,
                then.1,
                &format!("{late} ligger före {early}; {left_out} lästes inte, kontrollera båda."),
                &format!("{late} is before {early}; {left_out} was not read, check both."),
            );
        };
        check(dates.last_day, Column::LastDay, &mut dates.notice, Column::Notice);
        check(dates.last_day, Column::LastDay, &mut dates.released_from, Column::ReleasedFrom);
        check(dates.notice, Column::Notice, &mut dates.released_from, Column::ReleasedFrom);
        check(
            dates.furlough_to,
            Column::FurloughTo,
            &mut dates.furlough_from,
            Column::FurloughFrom,
        );
        for (end, column) in [
            (dates.notice, Column::Notice),
            (dates.last_day, Column::LastDay),
            (dates.furlough_from, Column::FurloughFrom),
        ] {
            check(end, column, &mut dates.employed_since, Column::TenureStart);
        }
    }

    /// Says where the end has passed.
    pub(super) fn warn_of_passed(&mut self, status: Option<Status>, dates: &Dates, as_of: Date) {
        let (last, furlough) =
            ((dates.last_day, Column::LastDay), (dates.furlough_to, Column::FurloughTo));
        let ends = match status {
            Some(Status::Permitterad | Status::Korttid) => [furlough, last],
            Some(Status::Arbetslos) => return,
            _ => [last, furlough],
        };
        let end = ends.into_iter().find_map(|(date, column)| date.map(|date| (date, column)));
        if let Some((_, column)) = end.filter(|(date, _)| *date < as_of) {
            self.warn(
                Code::DatePassed,
                column,
                "Dagen har passerat; inga veckor återstår.",
                "The day has passed; no weeks are left.",
            );
        }
    }

    /// Days of the week that are free, in Swedish or English, short or long.
    pub(super) fn weekdays(&mut self) -> Vec<Weekday> {
        let (mut days, mut unknown) = (Vec::new(), false);
        for word in self.list(Column::Weekdays, &['|', ',', ';', '/', ' ']) {
            let word = word.to_lowercase();
            let named = NAMES.iter().find(|(names, _)| names.split(' ').any(|name| name == word));
            unknown |= named.is_none();
            days.extend(named.map(|(_, day)| *day));
        }
        if unknown {
            self.warn(
                Code::BadNumber,
                Column::Weekdays,
                "En veckodag lästes inte; skriv mån, tis, ons, tor, fre, lör eller sön.",
                "A day of the week was not read; write mon, tue, wed, thu, fri, sat or sun.",
            );
        }
        pattern(&days)
    }
}

/// Names of the days of the week.
const NAMES: [(&str, Weekday); 7] = [
    ("mån måndag mon monday", Weekday::Mon),
    ("tis tisdag tue tuesday", Weekday::Tue),
    ("ons onsdag wed wednesday", Weekday::Wed),
    ("tor tors torsdag thu thursday", Weekday::Thu),
    ("fre fredag fri friday", Weekday::Fri),
    ("lör lördag sat saturday", Weekday::Sat),
    ("sön söndag sun sunday", Weekday::Sun),
];

/// The date that a worker's time for studies hangs on.
fn end_column(status: Option<Status>) -> Option<Column> {
    match status? {
        Status::Varslad | Status::Uppsagd => Some(Column::LastDay),
        Status::Permitterad | Status::Korttid => Some(Column::FurloughTo),
        Status::Anstalld | Status::Arbetslos => None,
    }
}
