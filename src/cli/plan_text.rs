//! A plan as text that a person likes to read.

use std::io::{self, Write};

use crate::{
    cohort::{FairBy, GroupShare, Plan, RowProblem, words},
    domain::Language,
};

/// Entries of each list.
const LISTED: usize = 10;

/// The words of one language.
struct Text<'o, W> {
    language: Language,
    out: &'o mut W,
}

/// Writes what a plan comes to.
pub(super) fn write(plan: &Plan, language: Language, out: &mut impl Write) -> io::Result<()> {
    let mut text = Text { language, out };
    text.head(plan)?;
    text.totals(plan)?;
    text.unassigned(plan)?;
    text.groups(plan)?;
    text.starts(plan)?;
    text.problems(
        ("Rader i listan som inte lästes", "Rows of the list not read"),
        &plan.refused_rows,
    )?;
    text.problems(
        ("Rader med kursstarter som inte används", "Rows of starts not used"),
        &plan.refused_starts,
    )?;
    text.problems(("Lås som inte kan läsas", "Locks that cannot be read"), &plan.refused_choices)?;
    text.title("Att se efter", "Findings")?;
    for finding in &plan.findings {
        writeln!(text.out, "- {}", finding.text(language))?;
    }
    Ok(())
}

impl<W: Write> Text<'_, W> {
    fn pick<'a>(&self, sv: &'a str, en: &'a str) -> &'a str {
        self.language.pick(sv, en)
    }

    fn title(&mut self, sv: &str, en: &str) -> io::Result<()> {
        let title = self.pick(sv, en);
        writeln!(self.out, "\n{title}")
    }

    fn kr(&self, kr: u64) -> String {
        format!("{} kr", self.language.number(kr as f64, 0))
    }

    fn number(&self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        if self.language == Language::Sv { text.replace('.', ",") } else { text }
    }

    fn line(&mut self, number: u64, sv: &str, en: &str) -> io::Result<()> {
        let words = self.pick(sv, en);
        writeln!(self.out, "{number:>9} {words}")
    }

    fn head(&mut self, plan: &Plan) -> io::Result<()> {
        let status = words::status(plan, self.language);
        let title = self.pick("Plan per", "Plan as of");
        writeln!(self.out, "{title} {}: {status}", plan.as_of)?;
        writeln!(self.out, "{}", plan.settings.formula.text(self.language))
    }

    fn totals(&mut self, plan: &Plan) -> io::Result<()> {
        let totals = &plan.totals;
        let refused: u64 = totals.refused.values().sum();
        self.title("Personer", "People")?;
        self.line(totals.rows, "rader", "rows")?;
        self.line(refused, "rader lästes inte", "rows not read")?;
        self.line(totals.placed, "får en plats i planen", "have a place in the plan")?;
        self.line(totals.without_courses, "av dem utan kurs", "of those without a course")?;
        self.line(totals.people - totals.placed, "får ingen plats", "have no place")?;
        self.title("Pengar och platser", "Money and seats")?;
        let spent = self.kr(totals.spent_kr);
        if let Some(budget) = plan.settings.budget_kr {
            let (of, budget) = (self.pick("av", "of"), self.kr(budget));
            writeln!(self.out, "  {spent} {of} {budget}")?;
        } else {
            let words = self.pick("(ingen gräns given)", "(no limit given)");
            writeln!(self.out, "  {spent} {words}")?;
        }
        if totals.seats > 0 {
            let words = self.pick(
                "platser tagna i starter med känt antal",
                "seats taken in starts with a known number",
            );
            writeln!(self.out, "  {} / {} {words}", totals.seats_taken, totals.seats)?;
        }
        self.title("Mål", "Objective")?;
        let words = self.pick(
            "poäng; ingen plan inom samma gränser och lås ger mer än",
            "points; no plan within the same limits and locks is worth more than",
        );
        let gap = self.pick("högst kvar", "at most missing");
        writeln!(
            self.out,
            "  {} {words} {} ({gap} {} %)",
            self.number(totals.worth, 1),
            self.number(totals.bound, 1),
            self.number(totals.gap_percent, 4)
        )?;
        let parts = &totals.parts;
        let words = match self.language {
            Language::Sv => ["som de är nu", "stängt gap", "önskemål", "veckor", "kostnad"],
            Language::En => ["as they are now", "gap closed", "wishes", "weeks", "cost"],
        };
        let values = [parts.direct, parts.gap_closed, parts.wish, parts.weeks, parts.cost];
        let said: Vec<String> = words
            .iter()
            .zip(values)
            .map(|(word, value)| format!("{word} {}", self.number(value, 1)))
            .collect();
        writeln!(self.out, "  {}", said.join(", "))
    }

    fn unassigned(&mut self, plan: &Plan) -> io::Result<()> {
        if plan.totals.unassigned.is_empty() {
            return Ok(());
        }
        self.title("Varför utan plats", "Why without a place")?;
        for (reason, people) in &plan.totals.unassigned {
            let said = plan.unassigned.iter().find(|person| person.reason == *reason);
            let words = said.map_or(reason.as_str(), |person| person.text.text(self.language));
            writeln!(self.out, "{people:>9} {words}")?;
        }
        for person in plan.unassigned.iter().filter(|p| p.reason.starts_with("lock_")) {
            let words = person.text.text(self.language);
            writeln!(self.out, "  ! {}: {words}", person.r#ref)?;
        }
        Ok(())
    }

    fn groups(&mut self, plan: &Plan) -> io::Result<()> {
        self.title("Sektorer: personer med väg / personer", "Sectors: people with a way / people")?;
        self.shares(&plan.sectors)?;
        if plan.settings.fair_share_by == FairBy::Workplace {
            self.title(
                "Arbetsplatser: personer med väg / personer",
                "Workplaces: people with a way / people",
            )?;
            self.shares(&plan.workplaces)?;
        }
        Ok(())
    }

    fn shares(&mut self, groups: &[GroupShare]) -> io::Result<()> {
        for group in groups {
            let unknown = self.pick("okänd", "unknown").to_owned();
            let label = group.label.text(self.language);
            let label = if label.is_empty() { unknown.as_str() } else { label };
            let kr = self.kr(group.spent_kr);
            let courses = self.pick("får kurs", "get a course");
            let fair = group.wanted.map(|wanted| {
                let words = self.pick("rättvis andel minst", "fair share at least");
                format!(" ({words} {wanted})")
            });
            writeln!(
                self.out,
                "{:>9} {label}: {} {courses}{}, {kr}",
                format!("{}/{}", group.placed, group.people),
                group.with_courses,
                fair.unwrap_or_default()
            )?;
        }
        Ok(())
    }

    fn starts(&mut self, plan: &Plan) -> io::Result<()> {
        if !plan.starts.is_empty() {
            self.title("Kursstarter: tagna / platser", "Course starts: taken / seats")?;
            let mut starts: Vec<_> = plan.starts.iter().collect();
            starts.sort_by_key(|start| std::cmp::Reverse(start.taken));
            for start in starts.iter().take(LISTED) {
                let day = start.start.map(|day| format!(" {day}")).unwrap_or_default();
                let title = start.title.text(self.language);
                let kr = self.kr(u64::from(start.price_kr));
                let asked = self.pick("kan användas av", "of use to");
                let taken = format!("{}/{}", start.taken, start.seats);
                writeln!(self.out, "{taken:>9} {title}{day}, {kr}; {asked} {}", start.asked_by)?;
            }
            self.more(starts.len())?;
        }
        if !plan.unlimited.is_empty() {
            self.title(
                "Kurser utan känt antal platser",
                "Courses without a known number of seats",
            )?;
            for course in plan.unlimited.iter().take(LISTED) {
                let title = course.title.text(self.language);
                let kr = self.kr(u64::from(course.price_kr));
                let basis = words::price_basis(course.basis, self.language);
                let basis = basis.map(|basis| format!(" ({basis})")).unwrap_or_default();
                writeln!(self.out, "{:>9} {title}, {kr}{basis}", course.taken)?;
            }
            self.more(plan.unlimited.len())?;
        }
        Ok(())
    }

    fn problems(&mut self, (sv, en): (&str, &str), problems: &[RowProblem]) -> io::Result<()> {
        if problems.is_empty() {
            return Ok(());
        }
        self.title(sv, en)?;
        for problem in problems.iter().take(LISTED) {
            let word = self.pick("rad", "line");
            writeln!(
                self.out,
                "  {word} {}: {}",
                problem.line,
                problem.message.text(self.language)
            )?;
        }
        self.more(problems.len())
    }

    fn more(&mut self, all: usize) -> io::Result<()> {
        if all > LISTED {
            let words = self.pick("till; alla står i planen", "more; the plan lists all");
            writeln!(self.out, "  … {} {words}", all - LISTED)?;
        }
        Ok(())
    }
}
