//! HR Open 4.2.1, the candidate as JSON (`CandidateType`), with lists as arrays or, as
//! Arbetsförmedlingen's exports write them, as `{"item": [..]}`.

use super::{Node, Person};

/// Fields that are passed over: who somebody is, who keeps the document, whom they worked for.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "person"
            | "source"
            | "sink"
            | "consent"
            | "sessionToken"
            | "organization"
            | "institution"
            | "references"
            | "attachments"
            | "attachmentReferences"
            | "candidateSources"
            | "distributionGuidelines"
            | "locations"
            | "militaryService"
    )
}

/// One person a profile: each is a wish of its own.
pub(super) fn read(root: &Node) -> Vec<Person> {
    let mut document = root;
    while let Some(inner) = document.at("data").or_else(|| document.at("candidate")) {
        document = inner;
    }
    let id = document.text("documentId/value");
    let profiles = document.each("profiles");
    let several = profiles.len() > 1;
    let number = |number: usize| match (id, several) {
        ("", _) => String::new(),
        (id, true) => format!("{id}-{number}"),
        (id, false) => id.to_owned(),
    };
    profiles.into_iter().zip(1..).map(|(profile, at)| one(profile, &number(at))).collect()
}

fn one(profile: &Node, id: &str) -> Person {
    let mut person = Person::of(id);
    for text in ["profileName", "objective", "description", "executiveSummary"] {
        person.tell(profile.text(text));
    }
    for employment in profile.each("employment") {
        person.title(employment.text("title"));
        person.tell(employment.text("description"));
        employment.texts("descriptions").into_iter().for_each(|text| person.tell(text));
        for position in employment.each("positionHistories") {
            person.title(position.text("title"));
            person.tell(position.text("description"));
            position.texts("descriptions").into_iter().for_each(|text| person.tell(text));
        }
    }
    for qualification in profile.each("qualifications") {
        match qualification.text("competencyName") {
            "" => person.code(),
            name => person.skill(name),
        }
    }
    for licence in profile.each("licenses") {
        let named =
            [licence.text("type/name"), licence.text("type/id/value"), licence.text("name")];
        if let Some(named) = named.into_iter().find(|named| !named.is_empty()) {
            for class in classes(named) {
                person.licence(class);
            }
        }
    }
    for certificate in profile.each("certifications") {
        person.tell(certificate.text("name"));
    }
    for wish in profile.each("positionPreferences") {
        wish.texts("positionTitles").into_iter().for_each(|title| person.wish(title));
    }
    for education in profile.each("education") {
        education.texts("programs/name").into_iter().for_each(|text| person.learn(text));
        education.texts("descriptions").into_iter().for_each(|text| person.learn(text));
    }
    person
}

/// Classes of a driving licence in one text (`AM A1 B`), or the one name it is.
fn classes(text: &str) -> Vec<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().all(|word| word.chars().count() <= 3) { words } else { vec![text] }
}
