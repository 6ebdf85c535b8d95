//! The end of a notice period, LAS (1982:80) 11 §, and the earliest exit after a filing, lag
//! (1974:13).

use jiff::{ToSpan as _, civil::Date};

use super::Build;
use crate::domain::{Bilingual, Status};

/// Days that a last day may be before the law's without being asked about: employers count the
/// first or the last day in different ways.
const TOLERANCE: i32 = 3;
/// Fewest people that a filing is about, where they leave at once.
const LEAST_AFFECTED: u32 = 5;

impl Build<'_> {
    /// The last day by the months of notice that law or agreement give; for somebody who is only in
    /// a filing, nothing but the earliest day is known, and that is no end.
    pub(super) fn notice_end(&mut self) -> Option<Date> {
        let Some(notice) = self.situation.dates.notice else {
            self.earliest_exit();
            return None;
        };
        let begins = self.begins(notice);
        let (months, size, key) = self.months(notice)?;
        let end = months_after(begins, months)?;
        if begins != notice {
            let follows = Bilingual::new(format!("från {begins}"), format!("from {begins}"));
            self.book.apply_on("las_11_leave", 0.0, Some(notice), &follows);
        }
        let counted = |sv: &str, en: &str| {
            Bilingual::new(
                format!("{months:.0} mån från {begins}, {sv}: sista dag {end}"),
                format!("{months:.0} months from {begins}, {en}: last day {end}"),
            )
        };
        let follows = match self.tenure(notice) {
            Some(years) if key == "las_11" => counted(
                &format!("{years:.0} hela år anställd"),
                &format!("employed for {years:.0} whole years"),
            ),
            _ if key == "las_11" => {
                self.ask("Sedan när är personen anställd?", "Since when is the person employed?");
                self.window.earliest = true;
                counted("anställningstid okänd", "time of employment unknown")
            }
            _ => counted("enligt avtal", "as agreed"),
        };
        self.book.apply_on(key, size, Some(notice), &follows);
        Some(end)
    }

    /// Asks where a given last day is earlier than the law allows.
    pub(super) fn check_against_law(&mut self, last_day: Date) {
        let notice = self.situation.dates.notice;
        let known = notice.filter(|_| self.status() == Some(Status::Uppsagd));
        let Some(notice) = known.filter(|day| self.tenure(*day).is_some()) else { return };
        let least =
            self.months(notice).and_then(|(months, ..)| months_after(self.begins(notice), months));
        let Some(least) = least else { return };
        let short = super::fit::days(last_day, least);
        if short > TOLERANCE {
            self.window.ask.push(Bilingual::new(
                format!(
                    "Sista dagen {last_day} är {short} dagar före den som uppsägningstiden ger \
                     ({least}). Stämmer datumen?"
                ),
                format!(
                    "The last day {last_day} is {short} days before the one the notice period gives \
                     ({least}). Are the dates right?"
                ),
            ));
        }
    }

    /// First day of the notice period: after a parental leave that the notice falls into.
    fn begins(&self, notice: Date) -> Date {
        let leaves = &self.situation.dates.parental_leave;
        let mut begins = notice;
        // Leaves may follow one another in any order of the list.
        while let Some(leave) = leaves.iter().find(|l| l.from <= begins && begins <= l.to) {
            let Ok(next) = leave.to.tomorrow() else { break };
            begins = next;
        }
        begins
    }

    /// Months of notice, the size they rest on and the rule they come from.
    fn months(&self, notice: Date) -> Option<(f32, f32, &'static str)> {
        if let Some(months) = self.situation.dates.notice_months {
            return Some((f32::from(months), 0.0, "agreed"));
        }
        let years = self.tenure(notice).unwrap_or_default();
        Some((self.book.find("las_11", years, Some(notice))?.number(), years, "las_11"))
    }

    /// Whole years of employment on the day of notice.
    fn tenure(&self, notice: Date) -> Option<f32> {
        let since = self.situation.dates.employed_since?;
        let whole = whole_years(since, notice)?;
        (whole >= 0).then(|| f32::from(whole))
    }

    /// The earliest exit after a filing: it is told, but is nobody's last day yet.
    fn earliest_exit(&mut self) {
        let Some(filed) = self.situation.dates.filed else {
            if self.status() == Some(Status::Varslad) {
                self.ask(
                    "När lämnades varslet, och hur många berörs?",
                    "When was the filing made, and how many are affected?",
                );
            }
            return;
        };
        let affected = self.situation.dates.affected.unwrap_or(0).max(LEAST_AFFECTED) as f32;
        let least = self.book.find("filing", affected, Some(filed));
        let Some(day) = least.and_then(|rule| months_after(filed, rule.number())) else { return };
        let follows = Bilingual::new(
            format!("varsel {filed}, tidigast {day}"),
            format!("filed {filed}, {day} at the earliest"),
        );
        self.book.apply_on("filing", affected, Some(filed), &follows);
        match self.situation.dates.affected {
            None => self.ask("Hur många berörs av varslet?", "How many does the filing affect?"),
            // Lag (1974:13) 1 §.
            Some(..LEAST_AFFECTED) => self.ask(
                "Ett varsel gäller minst fem personer, eller tjugo under nittio dagar. Stämmer antalet?",
                "A filing is about five people at least, or twenty in ninety days. Is the number right?",
            ),
            Some(_) => {}
        }
    }
}

/// The day so many months later, with the number of the day it is counted from, or the last of its
/// month where that is shorter (lag 1930:173 1 §). Halves of months count as 15 days.
pub(super) fn months_after(day: Date, months: f32) -> Option<Date> {
    #[expect(clippy::cast_possible_truncation, reason = "rules have a few months")]
    let (whole, rest) = (months.trunc() as i32, (months.fract() * 30.0).round() as i32);
    let after = day.checked_add(whole.months()).ok()?;
    after.checked_add(rest.days()).ok()
}

/// Whole years from one day to another; below 0 where it is earlier.
fn whole_years(from: Date, to: Date) -> Option<i16> {
    let span = from.until((jiff::Unit::Year, to)).ok()?;
    let years = span.get_years();
    Some(if to < from { years.min(-1) } else { years })
}
