//! A forecast as a page with pictures, and as plain text.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::{Compared, Forecast, Named, Range, comparison::ComparedRow};
use crate::{
    domain::{Bilingual, Language},
    plot::{
        Bar, Picture, Plot, Words, bars,
        page::{Cell, document, table},
    },
};

/// Bars of a picture.
const BARS: usize = 15;
/// Entries of a list in plain text.
const LINES: usize = 10;

impl Forecast {
    /// The pictures: what is missing, seats by week, budget.
    pub fn plots(&self, language: Language, budget: Option<u32>) -> Vec<Plot> {
        vec![
            Plot { name: "gaps", picture: self.gaps(language) },
            Plot { name: "seats_by_week", picture: self.seats(language) },
            Plot { name: "budget", picture: self.budget(language, budget) },
        ]
    }

    fn gaps(&self, language: Language) -> Picture {
        let words = Words {
            language,
            title: language.pick(
                "Det som oftast saknas och ingen kurs ger",
                "What is missing most often and no course gives",
            ),
            description: language.pick(
                "Kompetenser och behörigheter som ingen kurs i underlaget ger, med antal personer.",
                "Skills and licences that no course of the data gives, with the number of people.",
            ),
        };
        let of = |named: &Named| bar(named.label.marked(language).into_owned(), named.people);
        let list: Vec<Bar> = self.missing.iter().take(BARS).map(of).collect();
        bars(words, columns("Kompetens", "Skill", language), &list, |n| language.number(n, 0))
    }

    fn seats(&self, language: Language) -> Picture {
        let words = Words {
            language,
            title: language.pick("Personer som börjar en kurs, vecka för vecka", "People who begin a course, week by week"),
            description: language.pick(
                "En stapel för varje vecka, efter veckans måndag, med det spann nio av tio dragningar ligger i.",
                "A bar for each week, by its Monday, with the range nine of ten draws lie in.",
            ),
        };
        let list: Vec<Bar> =
            self.begins.iter().map(|week| bar(week.monday.to_string(), week.people)).collect();
        bars(words, columns("Vecka från", "Week from", language), &list, |n| language.number(n, 0))
    }

    fn budget(&self, language: Language, budget: Option<u32>) -> Picture {
        let words = Words {
            language,
            title: language.pick("Kronor för kurser", "Kronor for courses"),
            description: language.pick(
                "Vad kurserna väntas kosta, med spann, och ramen där den är given.",
                "What the courses are expected to cost, with a range, and the frame where it is given.",
            ),
        };
        let mut list =
            vec![bar(language.pick("Kurser, väntat", "Courses, expected").to_owned(), self.kronor)];
        if let Some(kronor) = budget {
            list.push(Bar::of(language.pick("Ram", "Frame"), f64::from(kronor)));
        }
        let columns = [language.pick("Post", "Item"), language.pick("Kronor", "Kronor")];
        bars(words, columns, &list, |n| language.number(n, 0))
    }

    /// The forecast as one HTML file.
    pub fn page(
        &self,
        language: Language,
        budget: Option<u32>,
        later: Option<&Compared>,
    ) -> String {
        let name = language.pick("Prognos för ett varsel", "Forecast for a notice");
        let say = |sv, en| language.pick(sv, en);
        let body = html! {
            p { (self.summary(language)) }
            @let left_out = self.left_out(language);
            @if !left_out.is_empty() { ul { @for line in &left_out { li { (line) } } } }
            h2 { (say("Siffror", "Figures")) }
            (range_table(say("Hela varslet", "The whole notice"), &self.figures(language), language))
            h2 { (say("Platser vecka för vecka", "Seats by week")) }
            (self.seats(language).figure())
            h2 { (say("Budget", "Budget")) }
            (self.budget(language, budget).figure())
            h2 { (say("Det som ingen kurs ger", "What no course gives")) }
            (self.gaps(language).figure())
            h2 { (say("Vart vägarna leder", "Where the paths lead")) }
            (range_table(say("Yrken", "Occupations"), &named(&self.targets, language), language))
            h2 { (say("Kurser", "Courses")) }
            (range_table(say("Platser i kurser", "Seats in courses"), &named(&self.courses, language), language))
            @if let Some(later) = later {
                h2 { (say("Jämfört med namnlistan", "Compared with the named list")) }
                (compared(later, language))
            }
            h2 { (say("Antaganden", "Assumptions")) }
            (self.assumed(language))
            p { (spread(language)) }
        };
        document(language, name, &body)
    }

    fn summary(&self, language: Language) -> String {
        let people = language.number(f64::from(self.people), 0);
        let [own, change, none, kronor] =
            [self.own_sector, self.change_sector, self.no_path, self.kronor]
                .map(|range| said(range, 0, language));
        match language {
            Language::Sv => format!(
                "{people} personer, sett från {}: {own} väntas ha sin bästa väg i den egna branschen, \
                 {change} i en annan, {none} ingen alls. Kurserna väntas kosta {kronor} kronor.",
                self.as_of
            ),
            Language::En => format!(
                "{people} people, seen from {}: {own} are expected to have their path in their own \
                 sector, {change} in another, {none} none at all. Courses are expected to cost {kronor} \
                 kronor.",
                self.as_of
            ),
        }
    }

    /// Rows that are not in the figures, or in them without an occupation.
    fn left_out(&self, language: Language) -> Vec<String> {
        let bad = self.bad_rows.iter().map(|bad| {
            let line = language.pick("Rad", "Line");
            format!("{line} {}: {}.", bad.line, bad.text.text(language))
        });
        let unknown = self.not_understood.iter().map(|row| {
            let people = language.number(row.people.expected, 0);
            match language {
                Language::Sv => format!("”{}” förstods inte: {people} personer utan väg.", row.key),
                Language::En => {
                    format!("\"{}\" was not understood: {people} people without a path.", row.key)
                }
            }
        });
        let unsure = self.unsure.iter().map(|row| {
            let people = language.number(row.people.expected, 0);
            let read = row.label.marked(language);
            match language {
                Language::Sv => {
                    format!("”{}” läses som {read}, osäkert: {people} personer.", row.key)
                }
                Language::En => {
                    format!("\"{}\" is read as {read}, unsure: {people} people.", row.key)
                }
            }
        });
        let counties = self.other_counties.join(", ");
        let elsewhere = (!counties.is_empty()).then(|| match language {
            Language::Sv => format!(
                "Kurser och annonser i underlaget gäller Västra Götaland; filen nämner {counties}."
            ),
            Language::En => format!(
                "Courses and ads of the data are about Västra Götaland; the file names {counties}."
            ),
        });
        bad.chain(unknown).chain(unsure).chain(elsewhere).collect()
    }

    fn figures(&self, language: Language) -> Vec<(String, Range)> {
        let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
        vec![
            (say("Väg i egen bransch, personer", "Path in own sector, people"), self.own_sector),
            (
                say("Väg i annan bransch, personer", "Path in another sector, people"),
                self.change_sector,
            ),
            (say("Utan väg, personer", "Without a path, people"), self.no_path),
            (say("Får kurser, personer", "With courses, people"), self.with_courses),
            (say("Kursveckor på heltid", "Course weeks at full time"), self.course_weeks),
            (
                say(
                    "Kurser utan känd första dag, platser",
                    "Courses without a known first day, seats",
                ),
                self.undated,
            ),
            (say("Kronor för kurser", "Kronor for courses"), self.kronor),
        ]
    }

    fn assumed(&self, language: Language) -> Markup {
        let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
        let columns = [
            say("Antagande", "Assumption"),
            say("Värde", "Value"),
            say("Underlag", "Evidence"),
            say("Källa", "Source"),
        ];
        let rows: Vec<(String, Vec<Cell>)> = self
            .assumptions
            .iter()
            .map(|row| {
                let decimals = if row.value > 1.0 { 0 } else { 2 };
                let cells = vec![
                    Cell::Figure(language.number(row.value, decimals)),
                    Cell::Words(row.evidence.key().to_owned()),
                    Cell::Words(row.source.clone()),
                ];
                (row.text.text(language).to_owned(), cells)
            })
            .collect();
        table(language.pick("Vad prognosen antar", "What the forecast assumes"), &columns, &rows)
    }

    /// The forecast as plain text, for a terminal.
    pub fn text(&self, language: Language, later: Option<&Compared>) -> String {
        let mut text = format!("{}\n", self.summary(language));
        let mut line = |written: String| {
            let _infallible = writeln!(text, "{written}");
        };
        self.left_out(language).into_iter().for_each(&mut line);
        let mut list = |heading: &str, rows: &[(String, Range)]| {
            line(format!("\n{heading}"));
            for (name, range) in rows.iter().take(LINES) {
                line(format!("  {} {name}", said(*range, 0, language)));
            }
        };
        let say = |sv, en| language.pick(sv, en);
        list(say("Siffror", "Figures"), &self.figures(language));
        list(say("Yrken", "Occupations"), &named(&self.targets, language));
        list(say("Kurser, platser", "Courses, seats"), &named(&self.courses, language));
        let weeks: Vec<(String, Range)> =
            self.begins.iter().map(|week| (week.monday.to_string(), week.people)).collect();
        list(say("Börjar en kurs, vecka från", "Begin a course, week from"), &weeks);
        list(say("Saknas och ges inte", "Missing and not given"), &named(&self.missing, language));
        if let Some(later) = later {
            line(format!("\n{}", say("Jämfört med namnlistan", "Compared with the named list")));
            compared_lines(later, language).into_iter().for_each(&mut line);
        }
        line(format!("\n{}", spread(language)));
        text
    }
}

fn spread(language: Language) -> &'static str {
    language.pick(
        "Spannen är de som nio av tio dragningar ligger i. De visar slumpen i vilka personerna är, inte att \
         antagandena eller förslagen kan vara fel.",
        "The ranges are those that nine of ten draws lie in. They show the chance in who the people are, not \
         that the assumptions or the suggestions may be wrong.",
    )
}

fn columns(sv: &'static str, en: &'static str, language: Language) -> [&'static str; 2] {
    [language.pick(sv, en), language.pick("Personer", "People")]
}

fn bar(name: String, range: Range) -> Bar {
    Bar { name, value: range.expected, between: Some((range.low, range.high)) }
}

fn named(list: &[Named], language: Language) -> Vec<(String, Range)> {
    list.iter().map(|named| (named.label.marked(language).into_owned(), named.people)).collect()
}

/// `120 (95–148)`.
fn said(range: Range, decimals: usize, language: Language) -> String {
    let [low, expected, high] =
        [range.low, range.expected, range.high].map(|n| language.number(n, decimals));
    format!("{expected} ({low}\u{2013}{high})")
}

fn range_table(caption: &str, rows: &[(String, Range)], language: Language) -> Markup {
    let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
    let columns =
        [say("Vad", "What"), say("Lågt", "Low"), say("Väntat", "Expected"), say("Högt", "High")];
    let row = |(name, range): &(String, Range)| {
        let cells = [range.low, range.expected, range.high];
        (name.clone(), cells.map(|n| Cell::Figure(language.number(n, 0))).into())
    };
    let rows: Vec<(String, Vec<Cell>)> = rows.iter().map(row).collect();
    table(caption, &columns, &rows)
}

fn compared(later: &Compared, language: Language) -> Markup {
    let say = |sv: &'static str, en: &'static str| language.pick(sv, en);
    let lists = [
        (say("Siffror", "Figures"), &later.figures),
        (say("Yrken", "Occupations"), &later.targets),
        (say("Kurser", "Courses"), &later.courses),
        (say("Börjar en kurs, vecka från", "Begin a course, week from"), &later.begins),
    ];
    let columns = [
        say("Vad", "What"),
        say("Prognos", "Forecast"),
        say("Namnlistan", "Named list"),
        say("Inom spannet", "In the range"),
    ]
    .map(str::to_owned);
    let row = |row: &ComparedRow| {
        let inside = if row.inside { say("ja", "yes") } else { say("nej", "no") };
        let cells = vec![
            Cell::Figure(said(row.forecast, 0, language)),
            Cell::Figure(language.number(row.named, 0)),
            Cell::Words(inside.to_owned()),
        ];
        (row.label.marked(language).into_owned(), cells)
    };
    html! {
        p { (compared_said(later, language)) }
        @for (caption, rows) in lists {
            (table(caption, &columns, &rows.iter().map(row).collect::<Vec<_>>()))
        }
    }
}

fn compared_said(later: &Compared, language: Language) -> String {
    let [targets, courses, weeks] =
        [later.targets_shared, later.courses_shared, later.begins_shared]
            .map(|share| language.number(share * 100.0, 0));
    let [people, answered, refused] = [later.people, later.answered, later.refused]
        .map(|count| language.number(f64::from(count), 0));
    let versions = Bilingual::new(
        " Listan gjordes med andra data eller en annan modell.",
        " The list was made with other data or another model.",
    );
    let versions = if later.same_versions { "" } else { versions.text(language) };
    match language {
        Language::Sv => format!(
            "{people} räknade personer, {answered} namngivna med svar, {refused} avvisade rader; \
             prognosen är omräknad till lika många. Gemensamt för prognos och lista: {targets} % av \
             yrkena, {courses} % av kursplatserna, {weeks} % av kursstarterna efter vecka.{versions}"
        ),
        Language::En => format!(
            "{people} people counted, {answered} named with an answer, {refused} refused rows; the \
             forecast is scaled to as many. Common to forecast and list: {targets}% of the occupations, \
             {courses}% of the seats, {weeks}% of the beginnings by week.{versions}"
        ),
    }
}

fn compared_lines(later: &Compared, language: Language) -> Vec<String> {
    let mut lines = vec![format!("  {}", compared_said(later, language))];
    for list in [&later.figures, &later.targets, &later.courses, &later.begins] {
        lines.push(String::new());
        lines.extend(list.iter().take(LINES).map(|row| {
            let inside = if row.inside { "" } else { language.pick("  (utanför)", "  (outside)") };
            let (forecast, named) =
                (said(row.forecast, 0, language), language.number(row.named, 0));
            let arrow = language.pick("namnlistan", "named");
            format!("  {forecast}, {arrow} {named}: {}{inside}", row.label.marked(language))
        }));
    }
    lines
}
