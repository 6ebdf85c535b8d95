//! Europass: the `SkillsPassport` of schema 3 in XML and JSON, and the `Candidate` in XML of the
//! portal since 2020 (HR-XML 3 with the vocabulary of EURES).

use super::{Node, Person};

/// Elements that are passed over: who somebody is, whom they worked for and where they learned,
/// what is made for printing, and the mother tongue.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "Identification"
            | "CandidatePerson"
            | "CandidateSupplier"
            | "Photo"
            | "Signature"
            | "Employer"
            | "Organisation"
            | "OrganizationName"
            | "OrganizationContact"
            | "EmployerContactPerson"
            | "MotherTongueList"
            | "MotherTongue"
            | "PrimaryLanguageCode"
            | "Attachment"
            | "AttachmentList"
            | "ReferenceTo"
            | "ReferenceToList"
            | "CoverLetter"
            | "DocumentInfo"
            | "PrintingPreferences"
            | "RenderingInformation"
            | "EmploymentReferences"
    )
}

pub(super) fn read(root: &Node) -> Vec<Person> {
    let profiles = root.each("CandidateProfile");
    if !profiles.is_empty() {
        // The same in several languages: Swedish first.
        let language = |wanted: &str| {
            profiles.iter().find(|profile| profile.text("languageCode").starts_with(wanted))
        };
        let profile = language("sv").or_else(|| language("en")).or(profiles.first());
        let id = root.text("DocumentID");
        return profile.map(|profile| candidate(profile, id)).into_iter().collect();
    }
    let passport = root.at("SkillsPassport").unwrap_or(root);
    vec![passport_holder(passport.at("LearnerInfo").unwrap_or(passport))]
}

/// Nodes of a list, which JSON writes without the element around it.
fn each<'a>(node: &'a Node, name: &str) -> Vec<&'a Node> {
    [node.all(&format!("{name}List/{name}")), node.each(name)].concat()
}

fn passport_holder(info: &Node) -> Person {
    let mut person = Person::default();
    let headline = info.text("Headline/Description/Label");
    match info.text("Headline/Type/Code") {
        "position" => person.title(headline),
        "preferred_job" | "job_applied_for" => person.wish(headline),
        "personal_statement" => person.tell(headline),
        _ => {}
    }
    for work in each(info, "WorkExperience") {
        person.title(work.text("Position/Label"));
        person.tell(work.text("Activities"));
    }
    for education in each(info, "Education") {
        person.learn(education.text("Title"));
        person.learn(education.text("Activities"));
    }
    for achievement in each(info, "Achievement") {
        person.tell(achievement.text("Title/Label"));
        person.tell(achievement.text("Description"));
    }
    if let Some(skills) = info.at("Skills") {
        read_skills(skills, &mut person);
    }
    person
}

fn read_skills(skills: &Node, person: &mut Person) {
    for linguistic in skills.each("Linguistic") {
        for language in each(linguistic, "ForeignLanguage") {
            let levels = language.at("ProficiencyLevel").map_or(&[][..], |levels| &levels.children);
            let levels: Vec<&str> = levels.iter().map(|level| level.text.as_str()).collect();
            for name in ["Description/Code", "Description/Label"] {
                person.language(language.text(name), &levels.join(" "));
            }
        }
    }
    for driving in skills.each("Driving") {
        let mut licences = Vec::new();
        driving.below(&["Licence"], &mut licences);
        if licences.is_empty() {
            licences = driving.each("Description");
        }
        for licence in licences {
            person.licence(&licence.text);
        }
    }
    for kind in ["Communication", "Organisational", "JobRelated", "Computer", "Other"] {
        for skill in skills.each(kind) {
            person.tell(skill.text("Description"));
            for certificate in each(skill, "Certificate") {
                person.tell(certificate.text("Title"));
            }
        }
    }
}

fn candidate(profile: &Node, id: &str) -> Person {
    let mut person = Person::of(id);
    person.tell(profile.text("ExecutiveSummary"));
    let of = |names: &[&str]| {
        let mut found = Vec::new();
        profile.below(names, &mut found);
        found
    };
    for position in of(&["PositionHistory"]) {
        person.title(position.text("PositionTitle"));
        person.tell(position.text("Description"));
    }
    for licence in of(&["License"]) {
        let named = [licence.text("LicenseTypeCode"), licence.text("LicenseName")];
        if let Some(named) = named.into_iter().find(|named| !named.is_empty()) {
            person.licence(named);
        }
    }
    for certificate in of(&["Certification"]) {
        person.tell(certificate.text("CertificationName"));
        person.tell(certificate.text("CertificationTypeCode"));
    }
    for competency in of(&["PersonCompetency"]) {
        let name = competency.text("CompetencyID");
        if competency.text("TaxonomyID").eq_ignore_ascii_case("language") {
            let levels = competency.texts("CompetencyDimension/Score/ScoreText").join(" ");
            person.language(name, &levels);
        } else {
            // An address of ESCO, or a name.
            person.skill(if name.is_empty() { competency.text("CompetencyName") } else { name });
        }
    }
    for other in of(&["Other", "OtherSkill", "ProjectExperience"]) {
        person.tell(other.text("Title"));
        person.tell(other.text("Description"));
    }
    for education in of(&["EducationOrganizationAttendance", "EducationDegree"]) {
        person.learn(education.text("DegreeName"));
        person.learn(education.text("Description"));
    }
    person
}
