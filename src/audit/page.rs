//! The audit as a page for people, and as plain text.

use std::{fmt::Write as _, iter};

use maud::{Markup, html};

use super::{
    Audit, Finding,
    compare::{Column, Comparison, Estimate, Table},
    sentences::{heading, left_out},
    titles::TitlePair,
    words::{Unit, title, unit},
};
use crate::{
    domain::{Bilingual, Language},
    plot::page::{Cell, document, table},
};

impl Audit {
    /// The report as one HTML file.
    pub fn page(&self, language: Language) -> String {
        let name = language.pick(
            "Jämlikhetsgranskning av förslagen i ett varsel",
            "Equality audit of the suggestions for a notice",
        );
        document(language, name, &self.body(language))
    }

    fn body(&self, language: Language) -> Markup {
        let say = |sv, en| language.pick(sv, en);
        html! {
            p { (self.summary(language)) }
            h2 { (say("Skillnader som hittades", "Differences that were found")) }
            (findings(&self.findings, language))
            h2 { (say("Skillnader som kan vara slump", "Differences that may be chance")) }
            p {
                (say(
                    "De syns var för sig, men inte när hänsyn tas till hur många jämförelser som gjordes.",
                    "They are seen one by one, but not when the number of comparisons is taken into account.",
                ))
            }
            (findings(&self.uncertain, language))
            h2 { (say("Vad som inte hittades", "What was not found")) }
            (sentences(&self.not_found, language))
            h2 { (say("Vad som inte kan sägas", "What cannot be known")) }
            (sentences(&self.unknown, language))
            h2 { (say("Könade yrkestitlar", "Job titles that differ by sex")) }
            p { (self.titles_said(language)) }
            @if !self.titles.different.is_empty() { (title_table(&self.titles.different, language)) }
            h2 { (say("Alla tabeller", "All tables")) }
            p { (legend(language)) }
            @for column in &self.columns { (column_tables(column, language)) }
            h2 { (say("Så räknas det", "How it is counted")) }
            (sentences(&methods(), language))
            p { (self.versions_said(language)) }
        }
    }

    /// Who was compared, in a sentence or two.
    fn summary(&self, language: Language) -> String {
        let people = language.count(self.coverage.people);
        let tested = language.count(self.coverage.tested);
        let columns: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let columns = columns.join(", ");
        let found = language.count(self.findings.len());
        match language {
            Language::Sv => format!(
                "{people} personer jämfördes efter {columns}. Av {tested} jämförelser visar {found} \
                 en säker skillnad."
            ),
            Language::En => format!(
                "{people} people were compared by {columns}. Of {tested} comparisons {found} show a \
                 sure difference."
            ),
        }
    }

    fn titles_said(&self, language: Language) -> String {
        let test = &self.titles;
        let [pairs, same, neither, different] =
            [test.pairs, test.same, test.neither, test.different.len()].map(|n| language.count(n));
        match language {
            Language::Sv => format!(
                "{pairs} par av titlar för kvinnor och män i samma arbete lästes av programmet: {same} \
                 par som ett och samma yrke, {different} olika, och i {neither} par förstods ingen av \
                 titlarna. Gruppfilen läses först efter att förslagen är klara och kan inte ändra dem."
            ),
            Language::En => format!(
                "{pairs} pairs of titles for women and men in the same work were read by the program: \
                 {same} pairs as one occupation, {different} differently, and of {neither} pairs neither \
                 title was understood. The file of groups is read after the suggestions are made and \
                 cannot change them."
            ),
        }
    }

    fn versions_said(&self, language: Language) -> String {
        let versions = self.coverage.versions.iter().map(|meta| {
            let [dataset, model] = [&meta.dataset, &meta.model].map(|text| short(text));
            format!("kompetensnav {} ({dataset}, {model})", meta.engine)
        });
        let versions = versions.collect::<Vec<_>>().join("; ");
        let begun = language.pick("Förslagen gjordes av", "The suggestions were made by");
        let warning = self.other_data(language).map(|said| format!(" {said}"));
        format!("{begun} {versions}.{}", warning.unwrap_or_default())
    }

    /// Said where pairs of titles were read with other data than the suggestions were made with.
    fn other_data(&self, language: Language) -> Option<&'static str> {
        let other = self.coverage.versions.iter().any(|meta| meta.dataset != self.titles.dataset);
        other.then(|| {
            language.pick(
                "Titlarna ovan lästes med en annan datamängd än förslagen; ge samma med --data.",
                "The titles above were read with another data set than the suggestions; give the same \
                 by --data.",
            )
        })
    }

    /// The findings as plain text, for a terminal.
    pub fn text(&self, language: Language) -> String {
        let mut text = format!("{}\n", self.summary(language));
        if let Some(said) = self.other_data(language) {
            let _infallible = writeln!(text, "{said}");
        }
        let mut part = |heading: &str, lines: &mut dyn Iterator<Item = String>| {
            let _infallible = writeln!(text, "\n{heading}");
            let mut any = false;
            for line in lines {
                any = true;
                let _infallible = writeln!(text, "  {line}");
            }
            if !any {
                let _infallible = writeln!(text, "  {}", none(language));
            }
        };
        let say = |sv, en| language.pick(sv, en);
        let told = |finding: &Finding| {
            let [one, other] = [&finding.text, &finding.same_occupation].map(|t| t.text(language));
            format!("{one}\n    {other}")
        };
        let plain = |said: &Bilingual<String>| said.text(language).to_owned();
        part(
            say("Skillnader som hittades", "Differences that were found"),
            &mut self.findings.iter().map(told),
        );
        part(
            say("Skillnader som kan vara slump", "Differences that may be chance"),
            &mut self.uncertain.iter().map(told),
        );
        part(
            say("Vad som inte hittades", "What was not found"),
            &mut self.not_found.iter().map(plain),
        );
        part(
            say("Vad som inte kan sägas", "What cannot be known"),
            &mut self.unknown.iter().map(plain),
        );
        let pairs = self.titles.different.iter().map(|pair| {
            let [one, other] = read_as(pair, language);
            format!("{} → {one}; {} → {other}", pair.women, pair.men)
        });
        part(
            say("Könade yrkestitlar", "Job titles that differ by sex"),
            &mut iter::once(self.titles_said(language)).chain(pairs),
        );
        text
    }
}

/// The beginning of a fingerprint.
fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(12).collect()
}

fn none(language: Language) -> &'static str {
    language.pick("Inga.", "None.")
}

fn findings(findings: &[Finding], language: Language) -> Markup {
    html! {
        @if findings.is_empty() { p { (none(language)) } } @else {
            ul {
                @for finding in findings {
                    li {
                        (finding.text.text(language))
                        span .beside { (finding.same_occupation.text(language)) }
                    }
                }
            }
        }
    }
}

fn sentences(said: &[Bilingual<String>], language: Language) -> Markup {
    html! { ul { @for text in said { li { (text.text(language)) } } } }
}

fn read_as(pair: &TitlePair, language: Language) -> [String; 2] {
    [&pair.women_read, &pair.men_read].map(|read| match read {
        Some(label) => label.marked(language).into_owned(),
        None => language.pick("förstods inte", "not understood").to_owned(),
    })
}

fn title_table(pairs: &[TitlePair], language: Language) -> Markup {
    let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
    let columns = [
        say("Kvinnas titel", "Woman's title"),
        say("läses som", "read as"),
        say("Mans titel", "Man's title"),
        say("läses som", "read as"),
        say("Samma yrkesgrupp", "Same occupation group"),
    ];
    let rows: Vec<(String, Vec<Cell>)> = pairs
        .iter()
        .map(|pair| {
            let [one, other] = read_as(pair, language);
            let group = if pair.same_group { say("ja", "yes") } else { say("nej", "no") };
            let cells = [one, pair.men.clone(), other, group].map(Cell::Words);
            (pair.women.clone(), cells.into())
        })
        .collect();
    let caption =
        language.pick("Par av titlar som läses olika", "Pairs of titles that are read differently");
    table(caption, &columns, &rows)
}

fn legend(language: Language) -> &'static str {
    language.pick(
        "Inom parentes står 95-procentsintervallet och antalet personer; antalet utelämnas där en till fyra \
         saknar ett värde. Skyddad: uppgiften skulle säga \
         något om färre än fem personer, eller göra att en sådan uppgift kan räknas ut. Okänd: ingen har \
         ett värde.",
        "In brackets stand the 95 % interval and the number of people; the number is left out where one to \
         four lack a value. Protected: the figure would tell \
         of fewer than five people, or let such a figure be computed. Unknown: nobody has a value.",
    )
}

fn column_tables(column: &Column, language: Language) -> Markup {
    let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
    let groups = column.groups.iter().map(|group| {
        format!("{} ({})", heading(&group.value, language), language.count(group.people))
    });
    let columns: Vec<String> =
        iter::once(say("Mått", "Measure")).chain(groups).chain([say("Alla", "All")]).collect();
    let rows: Vec<(String, Vec<Cell>)> = column
        .tables
        .iter()
        .map(|table| {
            let unit = unit(table.measure);
            let figures = table.groups.iter().chain([&table.all]);
            let cells = figures
                .map(|figure| Cell::Figure(estimate(figure.as_ref(), table, unit, language)));
            (title(table.measure, language).to_owned(), cells.collect())
        })
        .collect();
    html! {
        h3 { (column.name) }
        @if let Some(said) = left_out(column) { p { (said.text(language)) } }
        @if column.groups.len() < 2 {
            p {
                (say(
                    "Det finns inte två grupper med minst fem personer att jämföra.",
                    "There are no two groups of at least five people to compare.",
                ))
            }
        } @else {
            (table(&format!("{}: {}", column.name, say("grupperna", "the groups")), &columns, &rows))
            (difference_table(column, language))
        }
    }
}

fn estimate(figure: Option<&Estimate>, table: &Table, unit: Unit, language: Language) -> String {
    let Some(Estimate { people, value, low, high }) = figure else {
        let nobody = table.hidden == 0 && table.all.is_none();
        return if nobody {
            language.pick("okänd", "unknown").to_owned()
        } else {
            language.pick("skyddad", "protected").to_owned()
        };
    };
    let [value, low, high] = [value, low, high].map(|number| unit.figure(*number, language));
    let to = language.pick("till", "to");
    format!("{value} ({low} {to} {high}{})", number_of(*people, language))
}

/// How many people a figure is over, where that may be told.
fn number_of(people: Option<usize>, language: Language) -> String {
    people.map_or_else(String::new, |people| format!("; {}", language.count(people)))
}

fn difference_table(column: &Column, language: Language) -> Markup {
    let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
    let columns = [
        say("Mått", "Measure"),
        say("Grupp", "Group"),
        say("mot", "against"),
        say("Skillnad (andelar: procentenheter)", "Difference (shares: percentage points)"),
        say("p", "p"),
        say("p efter Holm", "p after Holm"),
        say("Inom samma yrke", "Same occupation"),
    ];
    let compared = column.tables.iter().flat_map(|table| {
        table.comparisons.iter().map(move |comparison| (table.measure, comparison))
    });
    let rows: Vec<(String, Vec<Cell>)> = compared
        .map(|(measure, comparison)| {
            let cells = differences(column, comparison, unit(measure), language);
            (title(measure, language).to_owned(), cells)
        })
        .collect();
    let caption = format!(
        "{}: {}",
        column.name,
        say("varje grupp mot alla andra", "each group against all others")
    );
    table(&caption, &columns, &rows)
}

fn differences(column: &Column, found: &Comparison, unit: Unit, language: Language) -> Vec<Cell> {
    let group = |place: Option<usize>| {
        let group = place.and_then(|at| column.groups.get(at));
        group.map_or_else(
            || language.pick("övriga", "all others").to_owned(),
            |group| heading(&group.value, language),
        )
    };
    let chance = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), |p| chance(p, language));
    let to = language.pick("till", "to");
    let between = |value: f64, low: f64, high: f64| {
        let [value, low, high] = [value, low, high].map(|number| unit.figure(number, language));
        format!("{value} ({low} {to} {high})")
    };
    let inside = found.same_occupation.map_or_else(
        || language.pick("för få", "too few").to_owned(),
        |inside| {
            let people = number_of(inside.people, language);
            format!("{}{people}", between(inside.value, inside.low, inside.high))
        },
    );
    vec![
        Cell::Words(group(Some(found.group))),
        Cell::Words(group(found.other)),
        Cell::Figure(between(found.difference, found.low, found.high)),
        Cell::Figure(chance(found.p)),
        Cell::Figure(chance(found.p_holm)),
        Cell::Figure(inside),
    ]
}

fn chance(p: f64, language: Language) -> String {
    if p < 0.001 { format!("< {}", language.number(0.001, 3)) } else { language.number(p, 3) }
}

fn methods() -> [Bilingual<String>; 4] {
    [
        Bilingual::new(
            "Bästa förslaget är det med högst poäng i de två listorna. I listornas andelar väger den \
             första platsen 1 och plats n väger 1 / log2(n + 1).",
            "The best path is the one with the highest score of both lists. In shares of the lists the \
             first place weighs 1 and the n-th 1 / log2(n + 1).",
        ),
        Bilingual::new(
            "Andelar: Wilsons intervall, Newcombes för skillnader, Fishers exakta test. Medelvärden: \
             Students intervall, Welchs för skillnader och test, aldrig säkrare än om båda grupperna hade \
             allas spridning. Skillnad hittad: p under 0,05 efter Holms korrektion för alla jämförelser.",
            "Shares: Wilson's interval, Newcombe's for differences, Fisher's exact test. Means: Student's \
             interval, Welch's for differences and tests, never surer than if both groups had the spread of \
             all. A difference is found where p is below 0.05 after Holm's correction for all comparisons.",
        ),
        Bilingual::new(
            "Inom samma yrke: skillnaden i varje nuvarande yrke som finns i båda grupperna, vägd efter \
             hur många de är där.",
            "Same occupation: the difference in each present occupation that both groups have, weighted \
             by how many they are there.",
        ),
        Bilingual::new(
            "Grupper under fem personer visas tillsammans. Är de tillsammans färre än fem utelämnas de ur \
             hela granskningen, även ur summorna.",
            "Groups below five people are shown together. Where they are fewer than five together they are \
             left out of the whole audit, its totals as well.",
        ),
    ]
}
