//! The job seeker profile of Arbetsförmedlingen (*arbetssökandeprofil*), as its portability export
//! writes it. Occupations and skills are numbers of its old register there, which no data set of
//! this program has; titles and texts of one's own are read, and what is not is counted.

use super::{Node, Person};

/// Fields that are passed over: who somebody is and whom they worked for.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "personnummer"
            | "fornamn"
            | "efternamn"
            | "adress"
            | "epostadress"
            | "kundnummer"
            | "anvandarId"
            | "kontaktuppgiftmask"
            | "arbetsgivare"
            | "skola"
            | "anordnare"
            | "arbetsorter"
            | "senastUppdaterad"
    )
}

pub(super) fn read(root: &Node) -> Vec<Person> {
    let mut person = Person::of(root.text("id"));
    for text in ["namn", "beskrivning", "presentation"] {
        person.tell(root.text(text));
    }
    for job in root.each("anstallningar") {
        person.title(job.text("rubrik"));
        person.tell(job.text("beskrivning"));
    }
    for experience in root.each("yrkeserfarenheter") {
        named(experience, &mut person, Person::title);
    }
    for role in root.each("yrkesroller") {
        named(role, &mut person, Person::wish);
    }
    for skill in root.each("kompetenser") {
        named(skill, &mut person, Person::skill);
    }
    for merit in root.each("ovrigaMeriter") {
        person.tell(merit.text("rubrik"));
        person.tell(merit.text("beskrivning"));
    }
    for class in root.texts("korkort/korkortsklasser") {
        person.licence(class);
    }
    for education in root.each("utbildningar") {
        person.learn(education.text("rubrik"));
        person.learn(education.text("beskrivning"));
    }
    vec![person]
}

/// Hands a name on, or counts what has none.
fn named(node: &Node, person: &mut Person, hand_on: fn(&mut Person, &str)) {
    let names = ["label", "benamning", "namn", "term", "varde"];
    let has_letters = |name: &&str| name.chars().any(char::is_alphabetic);
    match names.map(|name| node.text(name)).into_iter().find(has_letters) {
        Some(name) => hand_on(person, name),
        None => person.code(),
    }
}
