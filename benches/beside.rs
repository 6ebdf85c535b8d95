//! What is measured with other programs beside this one, by the scripts of these folders:
//!
//! * `load`: questions a second that the service answers, asked by `wrk`. Left out, and said so, where there is no
//!   `wrk` or `curl`.
//! * `peers`: the same tasks by the libraries that people would otherwise take. Only by its name, for packages are
//!   fetched for it.
//!
//! Both are of the official files where `KOMPETENSNAV_DATA` names them, else of the starter set.

use std::{
    env, io,
    path::Path,
    process::{Command, Stdio},
};

/// The program as it is measured.
const PROGRAM: &str = env!("CARGO_BIN_EXE_kompetensnav");

/// Runs what the filter asks for; nothing where nothing is `measured`, for there is no smaller one.
#[expect(clippy::print_stdout, reason = "as criterion does")]
pub(super) fn run(filter: &str, measured: bool) -> io::Result<()> {
    if !measured {
        return Ok(());
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let data = folder.path().join("data");
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    if "load".starts_with(filter) {
        if ["wrk", "curl"].into_iter().all(is_there) {
            let data = data_set(&data)?;
            ended(Command::new(scripts.join("load/run")).arg(PROGRAM).args(data))?;
        } else {
            println!("load is skipped: install wrk and curl to measure it");
        }
    }
    if filter == "peers" {
        let data = data_set(&data)?;
        ended(Command::new(scripts.join("peers/run")).args(data))?;
    }
    Ok(())
}

/// The official files as a data set with index and model; none where there are none.
fn data_set(out: &Path) -> io::Result<Option<&Path>> {
    let Some(files) = env::var_os("KOMPETENSNAV_DATA") else { return Ok(None) };
    let mut import = Command::new(PROGRAM);
    ended(import.arg("import").arg(files).arg("--out").arg(out).stdout(Stdio::null()))?;
    Ok(Some(out))
}

fn is_there(program: &str) -> bool {
    let mut asked = Command::new(program);
    // `wrk` ends with an error where nothing is asked, but it begins.
    asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn ended(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}
