//! JSON Resume (jsonresume.org, schema 1.0.0).

use super::{Node, Person};

/// Fields that are passed over: who somebody is, whom they worked for, what they do for pleasure,
/// and what was published about them.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "$schema"
            | "meta"
            | "image"
            | "picture"
            | "email"
            | "phone"
            | "location"
            | "profiles"
            | "references"
            | "interests"
            | "publications"
            | "awards"
            | "url"
            | "website"
            | "company"
            | "institution"
            | "organization"
            | "issuer"
    )
}

pub(super) fn read(root: &Node) -> Vec<Person> {
    let mut person = Person::default();
    for text in ["basics/label", "basics/summary"] {
        person.tell(root.text(text));
    }
    for work in root.all("work") {
        person.title(work.text("position"));
        tell(&mut person, work);
    }
    for work in [root.all("volunteer"), root.all("projects")].concat() {
        person.tell(work.text("description"));
        tell(&mut person, work);
        work.texts("keywords").into_iter().for_each(|word| person.skill(word));
    }
    for skill in root.all("skills") {
        // The name of a group of skills says less than the skills themselves.
        let keywords = skill.texts("keywords");
        if keywords.is_empty() {
            person.skill(skill.text("name"));
        } else {
            person.tell(skill.text("name"));
        }
        for word in keywords {
            person.skill(word);
        }
    }
    for certificate in root.all("certificates") {
        person.tell(certificate.text("name"));
    }
    for language in root.all("languages") {
        person.language(language.text("language"), language.text("fluency"));
    }
    for education in root.all("education") {
        person.learn(education.text("area"));
        person.learn(education.text("studyType"));
        education.texts("courses").into_iter().for_each(|course| person.learn(course));
    }
    vec![person]
}

fn tell(person: &mut Person, work: &Node) {
    person.tell(work.text("summary"));
    work.texts("highlights").into_iter().for_each(|text| person.tell(text));
}
