//! Documents about one person, files of many persons, and folders.

use std::fs;

use super::*;
use crate::domain::LanguageLevel;

fn read(name: &str, text: impl Into<Vec<u8>>) -> Vec<Row> {
    from_reader(Cursor::new(text.into()), name, None, TODAY).unwrap().collect()
}

fn one(name: &str, text: &str) -> Worker {
    let [row] = <[Row; 1]>::try_from(read(name, text)).unwrap();
    row.outcome.unwrap()
}

fn said(rows: &[Row]) -> Vec<(u64, &'static str)> {
    let code = |row: &Row| row.outcome.as_ref().map_or_else(|p| p.code.key(), |_| "ok");
    rows.iter().map(|row| (row.line, code(row))).collect()
}

/// What a worker was read as, on one line.
fn told(worker: &Worker) -> String {
    let Profile { titles, skills, licences, wanted, .. } = &worker.profile;
    format!("{titles:?} {skills:?} {licences:?} {wanted:?} {:?}", worker.text)
}

const PASSPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="sv">
 <DocumentInfo><DocumentType>ECV</DocumentType></DocumentInfo>
 <LearnerInfo>
  <Identification><PersonName><FirstName>Hemlig</FirstName></PersonName>
   <Photo><Data>AAAA640823-3234</Data></Photo></Identification>
  <Headline><Type><Code>preferred_job</Code></Type><Description><Label>CNC-operatör</Label></Description></Headline>
  <WorkExperienceList>
   <WorkExperience><Period><From year="2019"/></Period><Position><Code>7223</Code><Label>Svetsare</Label></Position>
    <Activities>&lt;p&gt;Svetsade r&#246;r &amp;amp; balkar&lt;/p&gt;&lt;ul&gt;&lt;li&gt;L&#xE4;ste ritningar&lt;/li&gt;&lt;/ul&gt;</Activities>
    <Employer><Name>Hemliga verken</Name></Employer></WorkExperience>
   <WorkExperience><Position><Label>Montör</Label></Position></WorkExperience>
  </WorkExperienceList>
  <EducationList><Education><Title>Industriprogrammet</Title><Organisation><Name>Hemliga skolan</Name></Organisation></Education></EducationList>
  <Skills>
   <Linguistic><MotherTongueList><MotherTongue><Description><Code>xx</Code></Description></MotherTongue></MotherTongueList>
    <ForeignLanguageList><ForeignLanguage><Description><Code>sv</Code></Description>
     <ProficiencyLevel><Listening>B2</Listening><Writing>B1</Writing></ProficiencyLevel></ForeignLanguage>
     <ForeignLanguage><Description><Code>en</Code></Description><ProficiencyLevel><Listening>A1</Listening></ProficiencyLevel></ForeignLanguage></ForeignLanguageList></Linguistic>
   <Computer><Description><![CDATA[<b>Excel</b>]]></Description></Computer>
   <Driving><Description><Licence>B</Licence><Licence>CE</Licence></Description></Driving>
  </Skills>
 </LearnerInfo>
</SkillsPassport>"#;

#[test]
fn a_europass_passport_in_xml_and_json() {
    let json = r#"{"SkillsPassport": {"LearnerInfo": {
        "Identification": {"PersonName": {"FirstName": "Hemlig"}, "Demographics": {"Birthdate": "640823-3234"}},
        "Headline": {"Type": {"Code": "preferred_job"}, "Description": {"Label": "CNC-operatör"}},
        "WorkExperience": [{"Position": {"Label": "Svetsare"}, "Employer": {"Name": "Hemliga verken"},
            "Activities": "<p>Svetsade rör &amp; balkar</p><ul><li>Läste ritningar</li></ul>"}, {"Position": {"Label": "Montör"}}],
        "Education": [{"Title": "Industriprogrammet", "Organisation": {"Name": "Hemliga skolan"}}],
        "Skills": {"Linguistic": {"MotherTongue": [{"Description": {"Code": "xx"}}],
            "ForeignLanguage": [{"Description": {"Code": "sv"}, "ProficiencyLevel": {"Listening": "B2", "Writing": "B1"}}]},
          "Computer": {"Description": "Excel"}, "Driving": {"Description": ["B", "CE"]}}}}}"#;
    for (name, text) in [("mappen/w1.xml", PASSPORT), ("w1.json", json)] {
        let worker = one(name, text);
        assert_eq!(worker.reference, "w1");
        let text = "Svetsade rör & balkar\nLäste ritningar\nExcel\nUtbildning\nIndustriprogrammet";
        let expected =
            format!(r#"["Svetsare", "Montör"] [] ["B", "CE"] ["CNC-operatör"] {text:?}"#);
        assert_eq!(told(&worker), expected, "{name}");
        assert_eq!(worker.profile.swedish, Some(LanguageLevel::B1));
        let all = format!("{worker:?}");
        assert!(!all.contains("emlig") && !all.contains("3234") && !all.contains("xx"), "{all}");
    }
}

#[test]
fn a_europass_candidate() {
    let text = r#"<Candidate xmlns="http://www.europass.eu/1.0" xmlns:hr="http://www.hr-xml.org/3" xmlns:eures="http://www.europass_eures.eu/1.0" xmlns:oa="http://www.openapplications.org/oagis/9">
      <hr:DocumentID schemeID="x">D-17</hr:DocumentID>
      <CandidatePerson><PersonName><hr:FamilyName>Hemlig</hr:FamilyName></PersonName><hr:BirthDate>1964-08-23</hr:BirthDate></CandidatePerson>
      <CandidateProfile languageCode="en"><hr:ExecutiveSummary>In English</hr:ExecutiveSummary></CandidateProfile>
      <CandidateProfile languageCode="sv"><hr:ExecutiveSummary>&lt;p&gt;Kan svetsa&lt;/p&gt;</hr:ExecutiveSummary>
       <EmploymentHistory><EmployerHistory><hr:OrganizationName>Hemliga AB</hr:OrganizationName>
        <PositionHistory><PositionTitle typeCode="FREETEXT">Svetsare</PositionTitle><oa:Description>Svetsade rör</oa:Description></PositionHistory></EmployerHistory></EmploymentHistory>
       <EducationHistory><EducationOrganizationAttendance><hr:OrganizationName>Hemliga skolan</hr:OrganizationName>
        <EducationDegree><hr:DegreeName>Industriprogrammet</hr:DegreeName></EducationDegree></EducationOrganizationAttendance></EducationHistory>
       <eures:Licenses><eures:License><hr:LicenseTypeCode>B</hr:LicenseTypeCode></eures:License></eures:Licenses>
       <PersonQualifications><PersonCompetency><CompetencyID>swe</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>
         <eures:CompetencyDimension><eures:Score><hr:ScoreText>C1</hr:ScoreText></eures:Score></eures:CompetencyDimension></PersonCompetency>
        <PersonCompetency><CompetencyID>http://data.europa.eu/esco/skill/1</CompetencyID><hr:TaxonomyID>other</hr:TaxonomyID></PersonCompetency></PersonQualifications>
      </CandidateProfile></Candidate>"#;
    let worker = one("x.xml", text);
    assert_eq!(
        (worker.reference.as_str(), worker.profile.swedish),
        ("D-17", Some(LanguageLevel::C1))
    );
    assert_eq!(
        told(&worker),
        r#"["Svetsare"] ["http://data.europa.eu/esco/skill/1"] ["B"] [] "Kan svetsa\nSvetsade rör\nUtbildning\nIndustriprogrammet""#
    );
    assert!(!format!("{worker:?}").contains("emlig"));
}

#[test]
fn a_json_resume() {
    let text = r#"{"basics": {"name": "Hemlig", "label": "Kock", "phone": "640823-3234", "summary": "Lagar mat.",
          "location": {"address": "Hemliga gatan"}},
        "work": [{"name": "Hemliga köket", "position": "Kock hos Hemliga köket", "startDate": "2019-01-01", "highlights": ["Ledde tre kockar"]},
                 {"position": "Servitris"}],
        "skills": [{"name": "Mat", "keywords": ["Bakning", "Grillning"]}, {"name": "Kassa"}],
        "languages": [{"language": "Svenska", "fluency": "B2 (god)"}],
        "education": [{"institution": "Hemliga skolan", "area": "Restaurang", "studyType": "Gymnasium"}],
        "interests": [{"name": "Hemligt fiske"}], "references": [{"name": "Hemlig", "reference": "x"}]}"#;
    let worker = one("cv/42.json", text);
    assert_eq!(
        (worker.reference.as_str(), worker.profile.swedish),
        ("42", Some(LanguageLevel::B2))
    );
    assert_eq!(
        told(&worker),
        r#"["Kock", "Servitris"] ["Bakning", "Grillning", "Kassa"] [] [] "Kock\nLagar mat.\nLedde tre kockar\nMat\nUtbildning\nRestaurang\nGymnasium""#
    );
    assert!(!format!("{worker:?}").contains("emlig"));
}

#[test]
fn hr_open_and_the_profile_of_arbetsformedlingen() {
    let profile = r#"{"profileName": "Min profil", "employment": [{"title": "Svetsare", "description": "Svetsade",
          "organization": {"name": "Hemliga AB"}}], "qualifications": [{"competencyName": "Ritningsläsning"},
          {"competencyId": [{"value": "607902"}]}], "positionPreferences": [{"positionTitles": ["Montör"]}],
          "licenses": [{"type": {"id": {"value": "AM B"}}}]}"#;
    let person =
        r#""person": {"legalId": {"value": "1973-09-06-9289"}, "name": {"family": "Hemlig"}}"#;
    let items = |text: &str| format!(r#"{{"item": [{text}]}}"#);
    let flat =
        format!(r#"{{"documentId": {{"value": "8199"}}, {person}, "profiles": [{profile}]}}"#);
    let wrapped = format!(
        r#"{{"source": {{"sourceName": "Hemlig"}}, "data": {{"size": 1, "data": {{"documentId": {{"value": "8199"}}, {person}, "profiles": {}}}}}}}"#,
        items(profile)
    );
    for text in [flat, wrapped] {
        let worker = one("a.json", &text);
        assert_eq!(worker.reference, "8199");
        assert_eq!(
            told(&worker),
            r#"["Svetsare"] ["Ritningsläsning"] ["AM", "B"] ["Montör"] "Min profil\nSvetsade""#
        );
        assert_eq!(codes(&worker.warnings), ["only_codes"]);
        assert!(!format!("{worker:?}").contains("emlig"));
    }
    let two =
        format!(r#"{{"documentId": {{"value": "8199"}}, "profiles": [{profile}, {profile}]}}"#);
    let references: Vec<(u64, String)> = read("a.json", two)
        .into_iter()
        .map(|row| (row.line, row.outcome.unwrap().reference))
        .collect();
    assert_eq!(references, [(1, "8199-1".into()), (2, "8199-2".into())]);
    let bare = r#"{"profiles": [{"profileName": "Kock", "qualifications": {"item": []}}]}"#;
    assert_eq!(one("a.json", bare).warnings, []);
    let text = r#"[{"id": 96050, "anvandarId": 81994764, "namn": "Svetsare", "yrkesroller": [{"kod": "7596"}],
        "kompetenser": [{"taxonomiId": 605}, {"taxonomiId": 606}], "yrkeserfarenheter": [{"yrkesbenamning": 2918}],
        "anstallningar": [{"rubrik": "Montör på Hemliga AB", "beskrivning": "Monterade", "arbetsgivare": "Hemliga AB"}],
        "korkort": {"korkortsklasser": ["B"]}}, {"id": 2, "matchningsprofilId": 1, "namn": "x"}, {"kundnummer": "1", "fornamn": "Hemlig"}]"#;
    let rows = read("af.json", text);
    assert_eq!(said(&rows), [(1, "ok"), (2, "ok"), (3, "not_a_profile")]);
    let worker = rows[0].outcome.as_ref().unwrap();
    assert_eq!(told(worker), r#"["Montör"] [] ["B"] [] "Svetsare\nMonterade""#);
    assert_eq!(worker.reference, "96050");
    assert!(worker.warnings[0].message.en.contains(": 4;"), "{:?}", worker.warnings);
}

#[test]
fn texts_are_read_by_name_or_when_asked() {
    let cv = "Kompetens och erfarenhet\nServitris på Havet 2018-2024\nKan ta emot gäster.";
    let worker = one("w7.txt", cv);
    assert_eq!((worker.reference.as_str(), worker.text.as_str()), ("w7", cv));
    let asked = from_reader(Cursor::new(cv), "w7", Some(Format::Text), TODAY).unwrap();
    assert_eq!(asked.count(), 1);
    assert!(from_reader(Cursor::new(cv), "w7", None, TODAY).is_err());
    assert_eq!(said(&read("a.txt", "Svetsare 640823-3234, Mölndal")), [(1, "personnummer")]);
    let rows = read("w.txt", "ref;yrke\nA;kock\nB;lots\n");
    assert_eq!(said(&rows), [(2, "ok"), (3, "ok")]);
}

#[test]
fn persons_of_paxml_by_their_employee_numbers() {
    let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<paxml><header><version>2.2</version></header><personal>\
        <person anstid=\"1001\"><persnr>640823-3234</persnr><fornamn>Hemlig</fornamn><bankkonto>6408233234</bankkonto>\
        <befattning>Mont\u{f6}r &amp; svetsare</befattning><anstdatum>2019-04-23</anstdatum><slutdatum>2026-12-31</slutdatum></person>\
        <person anstid=\"1002\"><anstallningar><anstallning><befattning>Kock</befattning><anstdatum>2012-01-01</anstdatum></anstallning>\
        <anstallning><befattning>Lots</befattning><anstdatum>2020-01-01</anstdatum></anstallning></anstallningar></person>\
        <person><persnr>640823-3234</persnr><befattning>Kock</befattning></person>\
        <person anstid=\"6408233234\"><befattning>Kock</befattning></person>\
        <person anstid=\"1003\"><befattning>Kock 640823-3234</befattning></person>\
        <person anstid=\"1004\"><fornamn>Hemlig</fornamn></person></personal></paxml>";
    let latin = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let rows = read("lön.xml", latin);
    assert_eq!(
        said(&rows),
        [
            (1, "ok"),
            (2, "ok"),
            (3, "personnummer"),
            (4, "personnummer"),
            (5, "personnummer"),
            (6, "empty_profile"),
        ]
    );
    let first = rows[0].outcome.as_ref().unwrap();
    assert_eq!(
        (first.reference.as_str(), &first.profile.titles[0][..]),
        ("1001", "Montör & svetsare")
    );
    let dates = &first.profile.dates;
    assert_eq!(dates.employed_since, Some(Date::constant(2019, 4, 23)));
    assert_eq!(dates.last_day, Some(Date::constant(2026, 12, 31)));
    assert_eq!(rows[1].outcome.as_ref().unwrap().profile.titles, ["Lots"]);
    let cure = &rows[2].outcome.as_ref().unwrap_err().message.en;
    assert!(cure.contains("employee number"), "{cure}");
    let all = format!("{rows:?}");
    assert!(!all.contains("emlig") && !all.contains("3234"), "{all}");
}

#[test]
fn payroll_files_in_other_encodings_than_they_say() {
    let text = "<paxml><personal><person anstid=\"1\"><befattning>Målare</befattning></person></personal></paxml>";
    let latin =
        |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let with = |label: &str| format!("<?xml version='1.0' encoding='{label}'?>\n{text}");
    let utf16 = [0xFEFF].into_iter().chain(with("UTF-16").encode_utf16().collect::<Vec<u16>>());
    for bytes in [
        with("utf-8").into_bytes(),
        latin(&with("utf-8")),
        latin(text),
        latin(&with("ISO-8859-1")),
        latin(&with("åäö")),
        utf16.flat_map(u16::to_le_bytes).collect(),
    ] {
        let rows = read("l.xml", bytes);
        assert_eq!(rows[0].outcome.as_ref().unwrap().profile.titles, ["Målare"]);
    }
    let mut none =
        from_reader(Cursor::new("<paxml><tidtransaktioner/></paxml>"), "l", None, TODAY).unwrap();
    assert!(none.next().is_none());
    assert!(none.notes()[0].message.en.contains("no persons"));
}

#[test]
fn a_broken_end_costs_only_the_end() {
    let person = "<person anstid=\"N\"><befattning>Kock</befattning></person>";
    let persons: String = (1..=500).map(|n| person.replace('N', &n.to_string())).collect();
    for tail in ["<person anstid=\"501\"><befattning>Ko", "</oops>", "<person anstid=\"501\"", ""] {
        let rows = read("l.xml", format!("<paxml><personal>{persons}{tail}"));
        assert_eq!(rows.len(), 501, "{tail}");
        assert!(rows[..500].iter().all(|row| row.outcome.is_ok()));
        let problem = rows[500].outcome.as_ref().unwrap_err();
        assert_eq!(problem.code, Code::Unreadable);
        assert!(problem.message.en.starts_with("After 500 persons"), "{problem}");
    }
    let rows =
        read("l.json", "[{\"titles\": [\"kock\"]},\n {\"titles\": [\"lots\"]}, {\"titles\": [\"ko");
    assert_eq!(said(&rows), [(1, "ok"), (2, "ok"), (3, "unreadable")]);
    let rows = read(
        "l.json",
        "[{\"titles\": [\"kock\"]}\n{\"titles\": oj}, 7, [], {\"titles\": [\"kock\"]}]",
    );
    assert_eq!(
        said(&rows),
        [(1, "ok"), (2, "bad_json"), (3, "bad_json"), (4, "bad_json"), (5, "ok")]
    );
}

#[test]
fn xml_has_bounds() {
    let bomb = "<!DOCTYPE a [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;&a;\">]><SkillsPassport>&b;</SkillsPassport>";
    let deep = format!("<SkillsPassport>{}", "<a>".repeat(100_000));
    let large = format!("<SkillsPassport><LearnerInfo>{}", "x".repeat(9 << 20));
    for (text, said) in [
        (bomb.to_owned(), "document type"),
        ("<SkillsPassport>&oj;</SkillsPassport>".to_owned(), "unknown entity"),
        (deep, "deeper than 64"),
        (large, "larger than 8 MiB"),
        ("<SkillsPassport><LearnerInfo>".to_owned(), "ends too early"),
        ("<SkillsPassport><a></b></SkillsPassport>".to_owned(), "not well-formed"),
    ] {
        let error = from_reader(Cursor::new(text), "a.xml", None, TODAY).unwrap_err().to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
}

#[test]
fn json_values_of_every_shape() {
    let deep = "[".repeat(200_000);
    let rows = read("a.json", format!("[{deep}"));
    assert_eq!(said(&rows), [(1, "unreadable")]);
    let large = format!("{{\n\"titles\": [\"{}\"]}}", "x".repeat(9 << 20));
    assert_eq!(said(&read("a.json", large)), [(1, "row_too_long")]);
    let pretty = "\u{feff}{\n  \"ref\": \"A\",\n  \"titles\": [\"kock\"]\n}\n{\n  \"titles\": [\"lots\"]\n}\n";
    let rows = read("två.json", pretty);
    let references: Vec<&str> =
        rows.iter().map(|row| row.outcome.as_ref().unwrap().reference.as_str()).collect();
    assert_eq!(references, ["A", "två-2"]);
    assert_eq!(read("a.json", "[]"), []);
}

#[test]
fn a_folder_is_read_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("b.txt", "Servitris\nKan ta emot gäster");
    write("a.xml", PASSPORT);
    write("c.csv", "ref;yrke\nA;kock\nb;lots\n");
    write("d.pdf", "%PDF-1.7");
    write("e 640823-3234.txt", "Servitris");
    write("f.json", "{\"titles\": [\"kock\"]}");
    write(".dold", "x");
    fs::create_dir(folder.path().join("mapp")).unwrap();
    let mut rows = open(folder.path(), None, TODAY).unwrap();
    let read: Vec<Row> = rows.by_ref().collect();
    let all: Vec<(&str, u64, &str)> = read
        .iter()
        .map(|row| {
            let told = row.outcome.as_ref().map_or_else(|p| p.code.key(), |w| w.reference.as_str());
            (row.file.as_deref().unwrap(), row.line, told)
        })
        .collect();
    assert_eq!(
        all,
        [
            ("a.xml", 1, "a"),
            ("b.txt", 1, "b"),
            ("c.csv", 2, "A"),
            ("c.csv", 3, "duplicate_ref"),
            ("d.pdf", 1, "unread_file"),
            ("? (5)", 1, "unread_file"),
            ("f.json", 1, "f"),
        ]
    );
    assert!(!format!("{read:?}").contains("3234"));
    assert_eq!(codes(&rows.notes()), ["skipped_files"]);
    let lists = tempfile::tempdir().unwrap();
    for name in ["a.csv", "b.csv"] {
        fs::write(lists.path().join(name), "yrke\nkock\n").unwrap();
    }
    let named = open(lists.path(), None, TODAY).unwrap();
    let named: Vec<String> = named.map(|row| row.outcome.unwrap().reference).collect();
    assert_eq!(named, ["a.csv:2", "b.csv:2"]);
    let empty = tempfile::tempdir().unwrap();
    assert!(open(empty.path(), None, TODAY).unwrap_err().to_string().contains("no files"));
}
