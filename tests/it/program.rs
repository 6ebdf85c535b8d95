//! The real program, run as people and scripts run it.

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use kompetensnav::domain::Recommendation;

/// What a run left: exit code and both streams.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Standard output of a run that must succeed.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.out
    }

    /// Standard error of a run that must fail with this exit code, without a panic's words.
    #[track_caller]
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.err.contains("panicked"), "{self:#?}");
        self.err
    }

    /// The answer of `recommend --json`.
    #[track_caller]
    pub(crate) fn answer(self) -> Recommendation {
        serde_json::from_str(&self.success()).unwrap()
    }
}

/// The program with nothing of the caller's settings.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kompetensnav"));
    command.args(args).env_remove("KOMPETENSNAV_DATASET").stdin(Stdio::null());
    command
}

pub(crate) fn run(args: &[&str]) -> Ran {
    Ran::of(&command(args).output().unwrap())
}

/// Runs with `input` on standard input.
pub(crate) fn run_with(args: &[&str], input: &[u8]) -> Ran {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    // A program that refuses its input early closes the pipe; that is its right.
    let _closed_early = writer.join().unwrap();
    Ran::of(&output)
}

/// The folder of official files; `None`, with a line that says so, where none is named.
pub(crate) fn real_files() -> Option<PathBuf> {
    let folder = env::var_os("KOMPETENSNAV_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: KOMPETENSNAV_DATA is not set");
    }
    folder
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
