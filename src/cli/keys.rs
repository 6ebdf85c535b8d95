//! `kompetensnav keys`.

use std::{io::Write, path::PathBuf};

use anyhow::Result;

use crate::api::{Keys, Role};

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a key and show it once; the file holds only its SHA-256.
    Add {
        /// What it may be used for: read (nothing of people), adviser (one worker, results), hub (all).
        #[arg(long, value_parser = role)]
        role: Role,
        #[command(flatten)]
        whose: Whose,
    },
    /// List names, roles and days.
    List {
        /// File of keys.
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
    },
    /// Remove the key of a name; a running service forgets it when it reads all anew (SIGHUP).
    Remove(Whose),
}

/// Whose key it is.
#[derive(Debug, clap::Args)]
pub(super) struct Whose {
    /// Name of the person or program that has it.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// File of keys.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
}

pub(super) fn run(command: &Command, out: &mut impl Write) -> Result<()> {
    match command {
        Command::Add { role, whose: Whose { name, keys } } => {
            writeln!(out, "{}", Keys::add(keys, name, *role)?)?;
        }
        Command::List { keys } => {
            for key in Keys::read(keys)?.iter() {
                writeln!(out, "{:<8} {} {}", key.role.key(), key.made, key.name)?;
            }
        }
        Command::Remove(Whose { name, keys }) => {
            Keys::remove(keys, name)?;
            writeln!(out, "Removed")?;
        }
    }
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    Role::of(text).ok_or_else(|| format!("roles are {}", Role::ALL.map(Role::key).join(", ")))
}
