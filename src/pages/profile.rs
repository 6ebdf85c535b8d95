//! What a form says about a worker, as a profile.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{About, Fault, Fields, order};
use crate::{
    dataset::sectors,
    domain::{
        Answer, Bilingual, CourseForm, FundingCode, Language, LanguageLevel, Limits, Period,
        Profile, Status, Weekday,
    },
    intake::{
        cell,
        check::{self, Finding, PERSONNUMMER},
        quantity::Quantity,
    },
};

/// Fields with their names in both languages, as errors call them.
pub(super) const NAMES: [(&str, &str, &str); 32] = [
    ("title", "Nuvarande eller senaste yrke", "Present or latest occupation"),
    ("titles", "Tidigare yrken", "Earlier occupations"),
    ("skills", "Kompetenser", "Skills"),
    ("licences", "Körkort och behörigheter", "Licences and certificates"),
    ("wanted", "Yrken personen själv frågar om", "Occupations the person asks about"),
    ("sector", "Bransch", "Sector"),
    ("status", "Situation", "Situation"),
    ("municipality", "Hemkommun", "Home municipality"),
    ("employed_since", "Anställd från", "Employed from"),
    ("filed", "Varsel anmält", "Redundancies notified"),
    ("affected", "Hur många varslet gäller", "How many the notification is about"),
    ("notice", "Uppsägningsdatum", "Day of notice"),
    ("notice_months", "Uppsägningstid i månader", "Months of notice"),
    ("last_day", "Sista anställningsdag", "Last day of employment"),
    ("released_from", "Arbetsbefriad från", "Released from work from"),
    ("furlough_from", "Permitterad eller korttid från", "Furlough or short-time work from"),
    ("furlough_to", "Permitterad eller korttid till och med", "Furlough or short-time work until"),
    ("leave_from", "Föräldraledig från", "Parental leave from"),
    ("leave_to", "Föräldraledig till och med", "Parental leave until"),
    ("weeks_left", "Veckor kvar", "Weeks left"),
    ("hours_per_week", "Timmar i veckan fria för studier", "Hours a week free for studies"),
    ("weekdays", "Dagar fria för studier", "Days free for studies"),
    ("agreement", "Avtalsområde", "Agreement area"),
    ("swedish", "Nivå i svenska", "Level of Swedish"),
    ("forms", "Studieformer", "Forms of study"),
    ("distance_only", "Distans", "Distance"),
    ("max_weeks", "Längsta utbildning", "Longest training"),
    ("max_commute_min", "Längsta resväg", "Longest way to a course"),
    ("min_wage", "Lägsta lön", "Lowest wage"),
    ("exclude", "Yrken som inte ska föreslås", "Occupations not to suggest"),
    ("funding", "Studiestöd", "Funding"),
    ("paths", "Antal vägar", "Number of paths"),
];

/// The name of a field.
pub(super) fn name_of(field: &str, language: Language) -> &'static str {
    let found = NAMES.iter().find(|(key, ..)| *key == field);
    found.map_or("", |(_, sv, en)| language.pick(sv, en))
}

/// Separated values of a text: one a line, or by commas and semicolons. A line that somebody chose a
/// meaning for is one value, whatever it holds.
fn values(fields: &Fields, name: &str, about: Option<About>) -> Vec<String> {
    let picks = fields.picks();
    let chosen = |line: &str| about.is_some_and(|about| picks.of(about, line).is_some());
    let mut all = Vec::new();
    for line in fields.all(name).flat_map(str::lines) {
        let separators: &[char] = if chosen(line) { &[] } else { &[',', ';'] };
        all.extend(cell::split_list(line, separators));
    }
    let mut seen = BTreeSet::new();
    all.retain(|value| seen.insert(value.to_lowercase()));
    all
}

/// A worker's words as they were written; nobody's choice is in them.
pub fn words(fields: &Fields) -> Profile {
    let title = cell::clean(fields.get("title"));
    let mut titles = values(fields, "titles", Some(About::Title));
    titles.retain(|other| !other.eq_ignore_ascii_case(&title));
    if !title.is_empty() {
        titles.insert(0, title);
    }
    Profile {
        titles,
        skills: values(fields, "skills", Some(About::Skill)),
        licences: values(fields, "licences", None),
        wanted: values(fields, "wanted", Some(About::Title)),
        ..Profile::default()
    }
}

/// Reads single fields and notes what cannot be read.
struct Reader<'a> {
    fields: &'a Fields,
    language: Language,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, field: &str, sv: &str, en: &str) {
        let name = name_of(field, self.language);
        let text = self.language.pick(sv, en);
        self.faults.push(Fault::new(field, format!("{name}: {text}")));
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(cell::clean(self.fields.get(name))).filter(|text| !text.is_empty())
    }

    fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        let date = cell::date(&text);
        if date.is_none() {
            self.fault(
                name,
                "skriv datumet med år, månad och dag, till exempel 2026-11-02",
                "write the date with year, month and day, such as 2026-11-02",
            );
        }
        date
    }

    fn number(&mut self, name: &str) -> Option<f32> {
        let text = self.text(name)?;
        let (of, example) = quantity(name);
        let number = of.read(&text).filter(|number| *number >= 0.0);
        if number.is_none() {
            let what = of.name();
            self.fault(
                name,
                &format!("skriv ett antal {}, till exempel {}", what.sv, example.sv),
                &format!("write a number of {}, such as {}", what.en, example.en),
            );
        }
        #[expect(clippy::cast_possible_truncation, reason = "weeks, hours, kronor")]
        number.map(|number| number as f32)
    }

    fn whole<T: TryFrom<u32>>(&mut self, name: &str) -> Option<T> {
        let number = self.number(name)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below 0")]
        let whole = T::try_from(number.round() as u32).ok();
        if whole.is_none() {
            self.fault(name, "talet är för stort", "the number is too large");
        }
        whole
    }

    fn leave(&mut self) -> Vec<Period> {
        match (self.date("leave_from"), self.date("leave_to")) {
            (Some(from), Some(to)) if from <= to => vec![Period { from, to }],
            (Some(_), Some(_)) => {
                let (sv, en) = ("dagen är före den första", "the day is before the first");
                self.fault("leave_to", sv, en);
                Vec::new()
            }
            (Some(_), None) if self.fields.get("leave_to").is_empty() => {
                self.fault("leave_to", "skriv sista dagen också", "write the last day as well");
                Vec::new()
            }
            (None, Some(_)) if self.fields.get("leave_from").is_empty() => {
                self.fault("leave_from", "skriv första dagen också", "write the first day as well");
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

/// What the number of a field counts, and one as it may stand there.
fn quantity(name: &str) -> (Quantity, Bilingual<&'static str>) {
    let (of, sv, en) = match name {
        "min_wage" => (Quantity::Kronor, "28\u{a0}000", "28,000"),
        "hours_per_week" => (Quantity::Hours, "20", "20"),
        "max_commute_min" => (Quantity::Minutes, "45", "45"),
        "notice_months" => (Quantity::Months, "3", "3"),
        "affected" => (Quantity::People, "25", "25"),
        _ => (Quantity::Weeks, "12", "12"),
    };
    (of, Bilingual { sv, en })
}

/// What is wrong with a form in which nothing says what somebody can do; nothing where something does.
pub fn nothing_said(fields: &Fields, language: Language) -> Option<Fault> {
    let words = words(fields);
    let lists = [words.titles, words.skills, words.licences, words.wanted];
    let field = "title";
    let name = name_of(field, language);
    let text = language.pick(
        "skriv ett yrke, eller några kompetenser i nästa fält",
        "write an occupation, or some skills in the next field",
    );
    lists.iter().all(Vec::is_empty).then(|| Fault::new(field, format!("{name}: {text}")))
}

/// The profile a form describes, with the chosen meanings of its words, or all that is wrong with it.
pub fn profile(fields: &Fields, language: Language) -> Result<Profile, Vec<Fault>> {
    let mut reader = Reader { fields, language, faults: Vec::new() };
    let picks = fields.picks();
    let mut profile = words(fields);
    profile.status = Status::parse(fields.get("status"));
    profile.municipality = reader.text("municipality");
    profile.sector = reader.text("sector").filter(|key| sectors::sector_name(key).is_some());
    profile.agreement = reader.text("agreement");
    profile.swedish = LanguageLevel::parse(fields.get("swedish"));
    time(&mut profile, &mut reader);
    profile.limits = limits(&mut reader);
    for code in FundingCode::ALL {
        let answer = Answer::parse(fields.get(code.key()));
        if let Some(answer) = answer.filter(|answer| *answer != Answer::Unknown) {
            profile.funding.insert(code.key().to_owned(), answer);
        }
    }
    let found = check::check(&profile);
    reader.faults.extend(found.iter().map(|finding| fault(finding, fields, language)));
    // What is written is looked at before ids take its place: their digits may look like anything.
    for (list, about) in [
        (&mut profile.titles, About::Title),
        (&mut profile.wanted, About::Title),
        (&mut profile.skills, About::Skill),
    ] {
        *list = list.iter().filter_map(|text| picks.asked(about, text)).collect();
    }
    if reader.faults.is_empty() { Ok(profile) } else { Err(reader.faults) }
}

fn time(profile: &mut Profile, reader: &mut Reader<'_>) {
    let dates = &mut profile.dates;
    dates.employed_since = reader.date("employed_since");
    dates.filed = reader.date("filed");
    dates.affected = reader.whole("affected");
    dates.notice = reader.date("notice");
    dates.notice_months = reader.whole("notice_months");
    dates.last_day = reader.date("last_day");
    dates.released_from = reader.date("released_from");
    dates.furlough_from = reader.date("furlough_from");
    dates.furlough_to = reader.date("furlough_to");
    dates.parental_leave = reader.leave();
    profile.weeks_left = reader.number("weeks_left");
    profile.hours_per_week = reader.number("hours_per_week");
    let chosen = |day: &Weekday| reader.fields.has("weekdays", weekday_key(*day));
    profile.weekdays = Weekday::ALL.into_iter().filter(chosen).collect();
}

fn limits(reader: &mut Reader<'_>) -> Limits {
    let fields = reader.fields;
    let forms = CourseForm::ALL.map(CourseForm::key);
    Limits {
        forms: forms
            .into_iter()
            .filter(|key| fields.has("forms", key))
            .map(str::to_owned)
            .collect(),
        distance_only: !fields.get("distance_only").is_empty(),
        max_commute_min: reader.whole("max_commute_min"),
        max_weeks: reader.number("max_weeks"),
        min_wage: reader.whole("min_wage"),
        exclude: values(fields, "exclude", None),
    }
}

/// The key of a day of the week.
pub(super) fn weekday_key(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// The field that a finding is about, with its words.
fn fault(finding: &Finding, fields: &Fields, language: Language) -> Fault {
    let mut parts =
        finding.pointer.split('/').filter(|part| NAMES.iter().any(|row| row.0 == *part));
    let field = parts.next().unwrap_or_default();
    let first_title = finding.pointer == "/titles/0" && !fields.get("title").is_empty();
    let field = if first_title { "title" } else { field };
    let name = name_of(field, language);
    let text = match finding.code {
        PERSONNUMMER => personnummer(language).to_owned(),
        "dates_disordered" => {
            let early = finding.detail.en.rsplit(' ').next().unwrap_or_default();
            let early = name_of(early, language);
            match language {
                Language::Sv => format!("dagen är före den i fältet {early}"),
                Language::En => format!("the day is before the one of the field {early}"),
            }
        }
        _ => finding.detail.text(language).to_owned(),
    };
    Fault::new(field, format!("{name}: {text}"))
}

/// What is said of a field that held a personnummer.
pub(super) fn personnummer(language: Language) -> &'static str {
    language.pick(
        "här stod något som ser ut som ett personnummer. Det är borttaget och inte sparat; skriv utan det",
        "here stood what looks like a personnummer. It is removed and not kept; write without it",
    )
}

/// Faults of the fields that [`Fields::cleared`] has emptied.
pub fn refused(found: &[String], language: Language) -> Vec<Fault> {
    let fault = |field: &String| {
        let said = personnummer(language);
        let own = Some(name_of(field, language).to_owned()).filter(|name| !name.is_empty());
        match own.or_else(|| order::label(field, language)) {
            Some(name) => Fault::new(field, format!("{name}: {said}")),
            None => Fault::new("", crate::words::capital(said)),
        }
    };
    found.iter().map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    #[test]
    fn words_are_read_as_people_write_them() {
        let fields = sent(&[
            ("title", " Svetsare "),
            ("titles", "montör; lagerarbetare\nSvetsare"),
            ("skills", "svetsning, truck\nläsa ritningar, enklare"),
            ("wanted", "kassa\r\nservering; barista\r\n"),
            ("pick", "s|http://id|läsa ritningar, enklare"),
            ("last_day", "31/1 2027"),
            ("min_wage", "28 000 kr"),
            ("weekdays", "tue"),
            ("weekdays", "mon"),
            ("oss", "yes"),
            ("esf", "unknown"),
        ]);
        let profile = profile(&fields, Language::Sv).unwrap();
        assert_eq!(profile.titles, ["Svetsare", "montör", "lagerarbetare"]);
        assert_eq!(profile.skills, ["svetsning", "truck", "http://id"]);
        assert_eq!(profile.wanted, ["kassa", "servering", "barista"]);
        assert_eq!(profile.dates.last_day, Some(jiff::civil::date(2027, 1, 31)));
        assert_eq!(profile.limits.min_wage, Some(28_000));
        assert_eq!(profile.weekdays, [Weekday::Mon, Weekday::Tue]);
        assert_eq!(profile.funding.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said_by_field_and_not_repeated() {
        let fields = sent(&[
            ("notice", "2027-03-01"),
            ("last_day", "2027-01-31"),
            ("released_from", "i vår"),
            ("max_weeks", "lagom"),
            ("min_wage", "bra"),
            ("skills", &"å".repeat(400)),
            ("leave_from", "2026-11-01"),
        ]);
        let faults = profile(&fields, Language::En).unwrap_err();
        let named: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            named,
            ["released_from", "leave_to", "max_weeks", "min_wage", "skills", "last_day"]
        );
        assert!(faults[3].text.ends_with("such as 28,000"), "{faults:?}");
        let said = format!("{faults:?}");
        assert!(said.contains("the field Day of notice") && !said.contains("i vår"), "{said}");
    }

    #[test]
    fn a_form_that_says_nothing_of_work_leads_to_the_first_field() {
        let fault = nothing_said(&sent(&[("status", "uppsagd"), ("title", " ")]), Language::Sv);
        assert_eq!(fault.unwrap().field, "title");
        for field in ["title", "titles", "skills", "licences", "wanted"] {
            assert_eq!(nothing_said(&sent(&[(field, "B")]), Language::Sv), None, "{field}");
        }
    }

    #[test]
    fn every_field_of_a_finding_has_a_name() {
        for language in [Language::Sv, Language::En] {
            assert!(NAMES.iter().all(|(key, ..)| !name_of(key, language).is_empty()));
        }
        let refused = refused(&["title".to_owned(), "okänt".to_owned()], Language::Sv);
        assert_eq!(refused[0].field, "title");
        assert_eq!(refused[1].field, "");
    }

    #[test]
    fn an_id_that_was_chosen_is_no_text_of_a_person() {
        let id = "http://data.europa.eu/esco/skill/4c831013-9027-4ec6-83de-c5c19e68d083";
        let pick = format!("s|{id}|svetsning");
        let fields = sent(&[("skills", "svetsning"), ("pick", &pick)]);
        assert_eq!(profile(&fields, Language::Sv).unwrap().skills, [id]);
        let fields = sent(&[("skills", "svetsning 640823-3234")]);
        assert_eq!(profile(&fields, Language::Sv).unwrap_err()[0].field, "skills");
    }
}
