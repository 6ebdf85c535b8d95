//! What the columns of a list are called.

use crate::domain::without_marks;

/// What a column (or an NDJSON field) holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Ref,
    Status,
    Titles,
    Ssyk,
    Skills,
    Licences,
    Wanted,
    Municipality,
    Sector,
    /// Not part of a profile: only a plan for the whole list knows it.
    Workplace,
    TenureStart,
    Filed,
    Affected,
    Notice,
    NoticeMonths,
    LastDay,
    ReleasedFrom,
    FurloughFrom,
    FurloughTo,
    ParentalLeave,
    Agreement,
    AsOf,
    Weekdays,
    Hours,
    WeeksLeft,
    Forms,
    DistanceOnly,
    MaxWeeks,
    MaxCommute,
    Swedish,
    MinWage,
    Exclude,
    /// An adviser's answers, as `oss=ja`; in NDJSON an object.
    Funding,
    /// An adviser's answer about omställningsstudiestöd alone.
    Oss,
    /// NDJSON only: the object of dates.
    Dates,
    /// NDJSON only: the object of limits.
    Limits,
    /// Known, and not used by any recommendation. Languages are here on purpose: a first language
    /// is close to ethnic origin and has no place near a score.
    Unused,
}

/// Column, the template's name, and every name it goes by, normalised as [`normal`] does.
const NAMES: [(Column, &str, &str); 38] = [
    (
        Column::Ref,
        "ref",
        "ref referens reference id workerid employeeid anstallningsnummer anstnr anstid anstallningsid \
         lopnummer lopnr",
    ),
    (Column::Status, "status", "status situation anstallningsstatus"),
    (
        Column::Titles,
        "yrke",
        "yrke yrken titel titlar title titles befattning befattningar occupation occupations \
         jobtitle yrkesroll yrkesbenamning role roll yrkestitel tjanst tjanstetitel tjanstebenamning \
         jobbtitel position",
    ),
    (Column::Ssyk, "ssyk", "ssyk ssyk4 ssyk2012 ssykkod ssykcode yrkeskod"),
    (Column::Skills, "kompetenser", "kompetenser kompetens skills skill fardigheter kunskaper"),
    (
        Column::Licences,
        "korkort",
        "korkort korkortsbehorighet licences licenses licence license drivinglicence \
         drivinglicense driverslicense korkortointyg korkortochintyg korkortintyg behorigheter intyg",
    ),
    (
        Column::Wanted,
        "onskat_yrke",
        "onskatyrke onskadeyrken onskeyrke malyrke wanted wantedoccupation targetoccupation",
    ),
    (
        Column::Municipality,
        "kommun",
        "kommun hemkommun bostadskommun municipality homemunicipality hemort bostadsort",
    ),
    (Column::Sector, "sektor", "sektor sector bransch industry"),
    (
        Column::TenureStart,
        "anstalld_fran",
        "anstalldfran anstalldsedan anstallningsdatum anstallddatum anstdatum employedfrom employedsince \
         hiredate employmentstart borjat borjadatum",
    ),
    (
        Column::Notice,
        "uppsagd_datum",
        "uppsagddatum uppsagningsdatum uppsdatum uppsagdden notice noticedate dismissaldate dismissedon",
    ),
    (Column::NoticeMonths, "uppsagningstid_man", "uppsagningstidman noticemonths"),
    (Column::Filed, "varsel_datum", "varseldatum varsladdatum filed filedon"),
    (Column::Affected, "antal_berorda", "antalberorda affected"),
    (Column::ParentalLeave, "foraldraledig", "foraldraledig foraldraledighet parentalleave"),
    (Column::AsOf, "per_datum", "perdatum asof"),
    (Column::Weekdays, "lediga_dagar", "ledigadagar weekdays freeweekdays"),
    (Column::Dates, "dates", "dates"),
    (
        Column::LastDay,
        "sista_dag",
        "sistadag sistaanstallningsdag sistaanstdag slutdatum avgangsdag avgangsdatum lastday enddate \
         lastworkingday lastdayofemployment sistaarbetsdag sistaarbdag sistadagen slutdag avslutsdatum avslutsdag",
    ),
    (
        Column::ReleasedFrom,
        "arbetsbefriad_fran",
        "arbetsbefriadfran arbetsbefriad workfreefrom releasedfrom",
    ),
    (
        Column::FurloughFrom,
        "permitterad_fran",
        "permitteradfran permitteringfran furloughfrom furloughedfrom furloughstart",
    ),
    (
        Column::FurloughTo,
        "permitterad_tom",
        "permitteradtom permitteradtill permitteringtom furloughto furloughedto furloughend \
         furloughuntil",
    ),
    (
        Column::Hours,
        "frigjorda_h_vecka",
        "frigjordahvecka frigjordatimmar frigjordatimmarvecka frigjordatimmarpervecka \
         timmarpervecka hoursperweek freehoursperweek",
    ),
    (Column::WeeksLeft, "veckor_kvar", "veckorkvar weeksleft"),
    (Column::Forms, "studieform", "studieform studieformer forms form studyform courseform"),
    (Column::DistanceOnly, "endast_distans", "endastdistans distanceonly"),
    (Column::MaxWeeks, "max_veckor", "maxveckor maxweeks"),
    (Column::MinWage, "min_lon", "minlon lagstalon minwage"),
    (Column::Exclude, "uteslut", "uteslut exclude"),
    (Column::Funding, "finansiering", "finansiering funding"),
    (Column::Oss, "omstallningsstudiestod", "omstallningsstudiestod oss"),
    (Column::Limits, "limits", "limits"),
    (
        Column::Workplace,
        "arbetsplats",
        "arbetsplats arbetsplatser arbetsstalle arbetsstallenamn arbplats driftstalle workplace workplaceid worksite",
    ),
    (Column::Agreement, "avtalsomrade", "avtalsomrade agreement agreementarea"),
    (Column::MaxCommute, "max_pendling_min", "maxpendlingmin maxpendling maxcommutemin maxcommute"),
    (Column::Swedish, "sprak", "sprak languages language swedish svenska"),
    (Column::Unused, "utbildningsniva", "utbildningsniva educationlevel education"),
    (Column::Unused, "budget_kr", "budgetkr budget"),
];

impl Column {
    /// The column a header or field name stands for.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = normal(name);
        NAMES
            .iter()
            .find(|(_, _, names)| names.split_ascii_whitespace().any(|known| known == name))
            .map(|(column, ..)| *column)
    }

    /// Whether a header names the last day of work, which may come before that of the employment.
    pub(super) fn is_last_day_of_work(name: &str) -> bool {
        ["sistaarbetsdag", "sistaarbdag", "lastworkingday"].contains(&normal(name).as_str())
    }

    /// The template's name, used in messages.
    pub(super) fn key(self) -> &'static str {
        NAMES.iter().find(|(column, ..)| *column == self).map_or("", |(_, key, _)| key)
    }

    /// Every name of every column, normalised.
    pub(super) fn names() -> impl Iterator<Item = (Self, &'static str)> {
        NAMES.iter().flat_map(|(column, _, names)| {
            names.split_ascii_whitespace().map(move |name| (*column, name))
        })
    }

    /// The template's names of the columns that a list can have, in its order.
    pub(super) fn keys() -> Vec<&'static str> {
        let of_lists = |column: &Self| !matches!(column, Self::Dates | Self::Limits | Self::Unused);
        NAMES.iter().filter(|(column, ..)| of_lists(column)).map(|(_, key, _)| *key).collect()
    }

    /// Whether several values can stand in it.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Titles
                | Self::Skills
                | Self::Licences
                | Self::Wanted
                | Self::Forms
                | Self::Exclude
                | Self::Funding
                | Self::ParentalLeave
                | Self::Weekdays
        )
    }

    /// Whether what stands in it may be shown as an example: it is about work or days of work. References
    /// and what comes close to somebody's private life are not: beside a status people write why.
    pub(super) fn is_shown(self) -> bool {
        matches!(
            self,
            Self::Titles
                | Self::Ssyk
                | Self::Skills
                | Self::Licences
                | Self::Wanted
                | Self::Municipality
                | Self::Sector
                | Self::TenureStart
                | Self::Filed
                | Self::Notice
                | Self::NoticeMonths
                | Self::LastDay
                | Self::ReleasedFrom
                | Self::FurloughFrom
                | Self::FurloughTo
                | Self::Hours
                | Self::WeeksLeft
                | Self::Forms
        )
    }

    /// Whether it says what a worker can do.
    pub(super) fn is_competence(self) -> bool {
        matches!(self, Self::Titles | Self::Ssyk | Self::Skills)
    }
}

/// Lower case, letters and digits only, å ä ö é as a a o e: `Anställd från`, `anstalld_fran` and
/// `ANSTÄLLD-FRÅN` are one name. Combining marks fall away, so decomposed letters agree too.
pub(super) fn normal(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .map(without_marks)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_has_many_spellings() {
        for name in [
            "Anställd från",
            "anstalld_fran",
            "ANSTÄLLD-FRÅN",
            " employed from",
            "Ansta\u{308}lld fra\u{30a}n",
        ] {
            assert_eq!(Column::of(name), Some(Column::TenureStart), "{name}");
        }
        assert_eq!(Column::of("Frigjorda h/vecka"), Some(Column::Hours));
        assert_eq!(Column::of("Körkort"), Some(Column::Licences));
        for name in ["Roll", "Tjänst", "Position", "Befattning"] {
            assert_eq!(Column::of(name), Some(Column::Titles), "{name}");
        }
        assert_eq!(Column::of("Hemort"), Some(Column::Municipality));
    }

    #[test]
    fn columns_about_the_person_are_not_known() {
        for name in ["personnummer", "namn", "kön", "ålder", "födelsedatum", "nationalitet", ""]
        {
            assert_eq!(Column::of(name), None, "{name}");
        }
        assert_eq!(Column::of("språk"), Some(Column::Swedish));
        assert_eq!(Column::of("budget kr"), Some(Column::Unused));
    }

    #[test]
    fn names_are_normal_and_stand_for_one_column() {
        let mut seen = Vec::new();
        for (_, key, names) in NAMES {
            assert!(names.split_whitespace().any(|name| name == normal(key)), "{key}");
            for name in names.split_whitespace() {
                assert_eq!(normal(name), name);
                assert!(!seen.contains(&name), "{name} twice");
                seen.push(name);
            }
        }
    }
}
