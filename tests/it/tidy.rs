//! The house rules that no lint knows: who may import whom, what a file may hold, what the README
//! may promise.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::{CommandFactory as _, Parser as _};
use kompetensnav::cli::Cli;

/// The line of modules, the lowest first. A module may use those below it, never one beside it.
const LINE: [&[&str]; 13] = [
    &["domain", "telemetry"],
    &["dataset"],
    &["funding", "index", "model", "plot", "window"],
    &["engine", "words"],
    &["intake"],
    &["batch"],
    &["cohort"],
    &["audit", "esf", "forecast"],
    &["store"],
    &["hub"],
    &["pages"],
    &["api", "eval"],
    &["cli"],
];

/// Libraries that one module alone may name.
const OWNED: [(&str, &str); 13] = [
    ("tantivy", "index"),
    ("linfa", "model"),
    ("ndarray", "model"),
    ("axum", "api"),
    ("tokenizers", "model"),
    ("pulp", "model"),
    ("parquet", "batch"),
    ("rust_xlsxwriter", "batch"),
    ("rusqlite", "store"),
    ("prometheus_client", "api"),
    ("tracing_subscriber", "telemetry"),
    ("tracing_opentelemetry", "telemetry"),
    ("opentelemetry", "telemetry"),
];

/// Longest file in lines, tests not counted.
const LONGEST: usize = 450;

/// A source file without its tests and comments.
struct Source {
    /// Path below `src`, with `/`.
    path: String,
    /// Names of the modules around the file's code, the outermost first.
    modules: Vec<String>,
    code: String,
    /// Lines before the tests, comments included.
    lines: usize,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Every source file that is not a test.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "rs"));
    paths.sort();
    let texts: Vec<(PathBuf, String)> =
        paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
    let tests: BTreeSet<PathBuf> =
        texts.iter().flat_map(|(path, text)| test_files(path, text)).collect();
    // A test file's own modules lie in the folder of its name.
    let in_tests = |path: &Path| {
        tests.contains(path) || tests.iter().any(|test| path.starts_with(test.with_extension("")))
    };
    let sources = texts.iter().filter(|(path, _)| !in_tests(path));
    let sources: Vec<Source> = sources.map(|(path, text)| source(&src, path, text)).collect();
    assert!(sources.len() > 50, "only {} sources were found", sources.len());
    sources
}

/// Files that a `#[cfg(test)] mod name;` of this file names.
fn test_files(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = match path.file_stem().unwrap().to_str().unwrap() {
        "mod" | "lib" | "main" => path.parent().unwrap().to_owned(),
        _ => path.with_extension(""),
    };
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let names = pairs.filter_map(|pair| pair[1].strip_prefix("mod ")?.strip_suffix(';'));
    names.map(|name| folder.join(format!("{name}.rs"))).collect()
}

fn source(src: &Path, path: &Path, text: &str) -> Source {
    let path = path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
    let (mut code, mut lines, mut in_tests) = (String::new(), 0, false);
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        if in_tests {
            in_tests = line != "}";
            continue;
        }
        if line == "#[cfg(test)]" && rest.peek().is_some_and(|next| next.starts_with("mod ")) {
            in_tests = rest.next().is_some_and(|next| next.ends_with('{'));
            continue;
        }
        lines += 1;
        if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    let mut modules: Vec<String> =
        path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if ["mod", "lib", "main"].contains(&modules.last().unwrap().as_str()) {
        modules.pop();
    }
    Source { path, modules, code, lines }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Places in the code where the word `name` stands by itself, as the text after it.
fn after_word<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(name).filter_map(move |(at, _)| {
        let rest = &code[at + name.len()..];
        let alone = !code[..at].ends_with(|c| is_name(c) || c == ':') && !rest.starts_with(is_name);
        alone.then_some(rest)
    })
}

/// First names in a path or in a braced list of paths: `a::b`, `{a, b::{c, d}}`.
fn first_names(path: &str) -> Vec<String> {
    let Some(list) = path.strip_prefix('{') else {
        return vec![path.chars().take_while(|c| is_name(*c)).collect()];
    };
    let (mut names, mut name, mut depth, mut first) = (Vec::new(), String::new(), 0, true);
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(std::mem::take(&mut name));
                first = true;
            }
            c if first && is_name(c) => name.push(c),
            c if c.is_whitespace() => {}
            _ => first = false,
        }
    }
    names.push(name);
    names.retain(|name| !name.is_empty());
    names
}

/// Top-level modules that a file names, by `crate::` or by climbing with `super::`.
fn used_modules(source: &Source) -> BTreeSet<String> {
    let code = &source.code;
    let mut used = BTreeSet::new();
    for rest in after_word(code, "crate").filter_map(|rest| rest.strip_prefix("::")) {
        used.extend(first_names(rest));
    }
    for mut rest in after_word(code, "super").filter_map(|rest| rest.strip_prefix("::")) {
        let mut climbed = 1;
        while let Some(further) = rest.strip_prefix("super::") {
            (rest, climbed) = (further, climbed + 1);
        }
        if climbed >= source.modules.len() {
            used.extend(first_names(rest));
        }
    }
    used
}

fn level(module: &str) -> Option<usize> {
    LINE.iter().position(|level| level.contains(&module))
}

#[test]
fn imports_go_down_the_line_only() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(own) = source.modules.first() else { continue };
        let Some(place) = level(own) else {
            wrong.push(format!("{}: module {own} has no place in the line", source.path));
            continue;
        };
        for used in used_modules(&source) {
            let below = level(&used).is_some_and(|other| other < place);
            if used != *own && !below {
                wrong.push(format!("{}: {own} uses {used}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text = "use crate::{\n    engine::{Engine, plan},\n    model,\n};\nuse super::super::api::x;\n\
                // use crate::eval;\nfn f() { crate::index::open(); }\n\
                #[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n";
    let read = source(Path::new("src"), Path::new("src/batch/record.rs"), text);
    let used: Vec<String> = used_modules(&read).into_iter().collect();
    assert_eq!(used, ["api", "engine", "index", "model"]);
    assert_eq!(read.lines, 7);
    let inside = source(Path::new("src"), Path::new("src/batch/mod.rs"), "use super::eval::x;");
    assert!(used_modules(&inside).contains("eval"), "super of a top module is the crate");
    let named = "#[cfg(test)]\nmod real;\nmod other;\n";
    assert_eq!(test_files(Path::new("a/mod.rs"), named), [PathBuf::from("a/real.rs")]);
}

#[test]
fn a_library_is_named_by_one_module() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (library, owner) in OWNED {
            // linfa comes in several crates: linfa_logistic, linfa_linalg.
            let names = source.code.match_indices(library).any(|(at, _)| {
                let rest = source.code[at..].trim_start_matches(is_name);
                !source.code[..at].ends_with(is_name) && rest.starts_with("::")
            });
            if names && source.modules.first().is_none_or(|own| own != owner) {
                wrong.push(format!("{}: only {owner} may name {library}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Spans leave the machine: what they hold is written in one place, and everywhere else they are a name.
#[test]
fn spans_are_names_and_hold_nothing() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for source in sources() {
        for (at, _) in source
            .code
            .match_indices("span!(")
            .chain(source.code.match_indices("[tracing::instrument"))
        {
            seen += 1;
            let made = source.code[at..].lines().next().unwrap();
            let named = made.strip_prefix("span!(\"").and_then(|name| name.split_once('"'));
            let bare = named.is_some_and(|(_, rest)| rest.starts_with(')'))
                || made == "[tracing::instrument(level = \"debug\", skip_all)]";
            if !bare && source.modules != ["telemetry"] {
                wrong.push(format!("{}: {made}", source.path));
            }
        }
    }
    assert!(seen > 8 && wrong.is_empty(), "{seen} {wrong:#?}");
}

/// Two types of one name would be one schema in the description of the interface, and one of them wrong.
#[test]
fn schemas_have_names_of_their_own() {
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for source in sources() {
        for part in source.code.split("#[derive(").skip(1) {
            let (derived, rest) = part.split_once(")]").unwrap();
            if !derived.contains("ToSchema") {
                continue;
            }
            let declared = rest.split_once("\n}").map_or(rest, |(head, _)| head);
            let renamed = declared.split_once("schema(as = ").map(|(_, name)| name);
            let named =
                ["struct ", "enum "].iter().find_map(|kind| Some(declared.split_once(*kind)?.1));
            let name = first_names(renamed.or(named).unwrap()).remove(0);
            if !seen.insert(name.clone()) {
                wrong.push(format!("{}: another schema is called {name}", source.path));
            }
        }
    }
    assert!(seen.len() > 50 && wrong.is_empty(), "{} {wrong:#?}", seen.len());
}

#[test]
fn files_are_short_and_named_for_what_they_are() {
    let mut wrong = Vec::new();
    for source in sources() {
        if source.lines > LONGEST {
            wrong.push(format!("{}: {} lines", source.path, source.lines));
        }
        let vague = ["utils", "util", "helpers", "helper", "common", "manager", "misc", "legacy"];
        let numbered =
            |name: &String| name.rsplit_once('v').is_some_and(|(_, n)| n.parse::<u32>().is_ok());
        for name in &source.modules {
            if vague.contains(&name.as_str()) || numbered(name) {
                wrong.push(format!("{}: a module should say what it is", source.path));
            }
        }
        if source.code.contains(".unwrap()") {
            wrong.push(format!("{}: unwrap outside tests", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Text files of the project, with their paths below its root.
fn project_files() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if [".git", "target", ".ci", "Cargo.lock", "LICENSE"].contains(&name) {
            continue;
        }
        if path.is_dir() { files(&path, &mut paths) } else { paths.push(path) }
    }
    paths.sort();
    let read = |path: PathBuf| {
        let below = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        Some((below, fs::read_to_string(&path).ok()?))
    };
    paths.into_iter().filter_map(read).collect()
}

#[test]
fn no_file_names_a_place_outside_the_project_or_waits_to_be_written() {
    // Written in two parts so that this file does not find itself.
    let words = [
        concat!("..", "/shared"),
        concat!("/work", "/"),
        concat!("/root", "/"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("HA", "CK:"),
        concat!("lorem", " ipsum"),
        concat!("coming", " soon"),
        concat!("not yet", " implemented"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let mut wrong = Vec::new();
    for (path, text) in project_files() {
        for (line, at) in text.lines().zip(1..) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{path}:{at}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The words of a command line; quotes hold words together, `|`, `<` and `>` end it.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (None, '|' | '<' | '>' | '#') => break,
            (None, '"' | '\'') => (quote, any) = (Some(c), true),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            _ => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// Fenced blocks of a document: the word after the fence, and what stands between.
pub(crate) fn blocks(text: &str) -> Vec<(&str, String)> {
    let (mut blocks, mut open): (Vec<(&str, String)>, bool) = (Vec::new(), false);
    for line in text.lines() {
        if let Some(word) = line.strip_prefix("```") {
            open = !open;
            if open {
                blocks.push((word, String::new()));
            }
        } else if open && let Some((_, block)) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    assert!(!open, "a fence is not closed");
    blocks
}

/// The lines of a shell that call the program, as the program's arguments.
pub(crate) fn calls(shell: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    for line in shell.replace("\\\n", " ").lines() {
        // What stands before a pipe feeds the program.
        let called = line.rsplit("| ").find(|part| part.contains("kompetensnav ")).unwrap_or(line);
        let called = called.strip_prefix("cargo run --release --").map_or_else(
            || called.trim_start().strip_prefix("kompetensnav ").map(str::to_owned),
            |arguments| Some(arguments.to_owned()),
        );
        calls.extend(called.map(|arguments| shell_words(&arguments)));
    }
    calls
}

/// The calls of all shells of a document.
fn calls_of(text: &str) -> Vec<Vec<String>> {
    let shells = blocks(text).into_iter().filter(|(kind, _)| *kind == "sh");
    shells.flat_map(|(_, shell)| calls(&shell)).collect()
}

/// All documents, with their paths below the root.
fn documents() -> Vec<(String, String)> {
    let mut documents = project_files();
    documents.retain(|(path, _)| Path::new(path).extension().is_some_and(|kind| kind == "md"));
    documents
}

/// What comes in more than one version is known, and why.
#[test]
fn no_library_comes_twice_unseen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
    let mut seen = BTreeSet::new();
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let twice: BTreeSet<&str> = names.filter(|name| !seen.insert(*name)).collect();
    let guide = fs::read_to_string(root.join("docs/engineer.md")).unwrap();
    let (_, table) = guide.split_once("| more than one version |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let told: BTreeSet<&str> =
        rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    assert!(seen.len() > 300);
    assert_eq!(twice, told, "docs/engineer.md, What it stands on");
}

#[test]
fn documents_call_the_program_as_it_is() {
    let mut seen = 0;
    for (path, text) in documents() {
        for arguments in calls_of(&text) {
            seen += 1;
            let all = std::iter::once("kompetensnav".to_owned()).chain(arguments.iter().cloned());
            if let Err(error) = Cli::try_parse_from(all) {
                panic!("{path}: kompetensnav {arguments:?}\n{error}");
            }
        }
    }
    assert!(seen > 40, "only {seen} commands were found");
}

/// What a heading is called in a link, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_between_documents_lead_somewhere() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for (path, text) in documents() {
        let folder = root().join(&path).parent().unwrap().to_owned();
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap();
            if target.contains("://") {
                continue;
            }
            seen += 1;
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { root().join(&path) } else { folder.join(file) };
            let is_there = if place.is_empty() {
                file.exists()
            } else {
                fs::read_to_string(&file).is_ok_and(|text| {
                    let mut headings = text.lines().filter(|line| line.starts_with('#'));
                    headings.any(|line| anchor(line.trim_start_matches('#')) == place)
                })
            };
            if !is_there {
                wrong.push(format!("{path}: {target}"));
            }
        }
    }
    assert!(seen > 20 && wrong.is_empty(), "{seen} {wrong:#?}");
}

#[test]
fn the_readme_names_every_command() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let named: BTreeSet<String> =
        calls_of(&readme).into_iter().filter_map(|words| words.into_iter().next()).collect();
    let commands = Cli::command();
    for command in commands.get_subcommands().map(clap::Command::get_name) {
        assert!(named.contains(command), "README.md shows no example of {command}");
    }
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}
