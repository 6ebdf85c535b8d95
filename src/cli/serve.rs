//! `kompetensnav serve`.

use std::{
    io::{self, Write},
    panic,
    path::Path,
};

use anyhow::{Context as _, Result};
use tokio::{net::TcpListener, runtime};
use tracing_subscriber::EnvFilter;

use super::open::{self, INDEX};
use crate::{
    api::{self, Service, Settings},
    dataset::DataSet,
    index::{self, Index, Opened},
};

/// Which log lines are written, as `tracing-subscriber` reads them.
const LOG: &str = "KOMPETENSNAV_LOG";

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    signals: open::Signals,
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    listen: String,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    start_log()?;
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    let index = open_index(args.data.folder(), engine.dataset(), out)?;
    let service = Service::new(engine, index, Settings::default())?;
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(listen(&args.listen, service, out));
    // Work that outlived its time is not waited for.
    runtime.shutdown_background();
    served
}

async fn listen(address: &str, service: Service, out: &mut impl Write) -> Result<()> {
    // Before anybody can know the address: from then on a signal stops gracefully.
    let stop = stop_signal()?;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; give a free address as --listen HOST:PORT")
    })?;
    writeln!(out, "Listening on http://{}", listener.local_addr()?)?;
    out.flush()?;
    api::serve(listener, service, stop).await?;
    writeln!(out, "Stopped")?;
    Ok(())
}

/// JSON lines on standard error. A panic is logged by its place alone: its message may quote what
/// a client sent.
fn start_log() -> Result<()> {
    let filter = EnvFilter::builder()
        .with_env_var(LOG)
        .with_default_directive(tracing::Level::INFO.into())
        .from_env()
        .with_context(|| format!("{LOG} is no filter; write for example info or warn"))?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}

/// The index of the data set: from its folder, built there where that is needed, in memory where
/// there is no folder or it cannot be written.
fn open_index(folder: Option<&Path>, data: &DataSet, out: &mut impl Write) -> Result<Index> {
    let Some(folder) = folder else { return Ok(Index::build_in_memory(data)?) };
    let folder = folder.join(INDEX);
    let reason = match Index::open(&folder, &data.manifest.fingerprint)? {
        Opened::Ready(index) => return Ok(index),
        Opened::Rebuild(reason) => reason,
    };
    writeln!(out, "The index is built now: {reason}")?;
    match Index::build(data, &folder) {
        Err(index::Error::Io { source, .. }) if is_read_only(&source) => {
            writeln!(out, "It is kept in memory: {} cannot be written", folder.display())?;
            Ok(Index::build_in_memory(data)?)
        }
        built => Ok(built?),
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Resolves when the process is asked to stop.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves when the process is asked to stop.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a signal handler the system ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
