//! `kompetensnav serve`. SIGTERM and SIGINT stop it gracefully, SIGHUP has it read data, model and keys anew.

use std::{
    io::{self, Write},
    net::ToSocketAddrs as _,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
};

use anyhow::{Context as _, Result, bail};
use tokio::{net::TcpListener, runtime};

use super::{
    argument::whole,
    open::{self, INDEX},
    said,
};
use crate::{
    api::{self, Keys, Service, Settings},
    dataset::DataSet,
    domain::Meta,
    engine::Engine,
    hub::Hub,
    index::{self, Index, Opened},
    store::{Store, Terms},
    telemetry::Telemetry,
};

/// Arguments of `serve`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    signals: open::Signals,
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    listen: String,
    /// Keep batches, plans and decisions in this file (SQLite); it is made where it is not there. Without
    /// it they are kept in memory, and gone when the service stops.
    #[arg(long, value_name = "FILE", conflicts_with = "memory")]
    store: Option<PathBuf>,
    /// Keep nothing on disk; the same as no --store, said aloud.
    #[arg(long)]
    memory: bool,
    /// Days after which what is kept is removed.
    #[arg(long, value_name = "DAYS", default_value_t = Terms::default().days, value_parser = whole::<u16>(1..=3_650))]
    keep_days: u16,
    /// Keys that may ask (`kompetensnav keys add`); without, everybody who reaches the address may do
    /// everything, and it must be one of this machine.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Requests a second that a key may make, twice as many at once; 100 with --keys, no limit without.
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=u64::from(u32::MAX)))]
    rate: Option<u32>,
}

/// Requests a second of a key unless another number is given.
const RATE: u32 = 100;

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let keys = keys(args)?;
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let telemetry = Telemetry::start(runtime.handle())?;
    let terms = Terms { days: args.keep_days, ..Terms::default() };
    let store = match &args.store {
        Some(path) => Store::open(path, terms)?,
        None => Store::in_memory(terms)?,
    };
    // Before anything takes its time: until it is listened to, the signal ends the process.
    let told_to_reload = {
        let _inside = runtime.enter();
        reload_signal()?
    };
    let (engine, index) = load(args, out)?;
    let rate = args.rate.or(keys.is_some().then_some(RATE));
    let settings = Settings { rate, ..Settings::default() };
    let hub = Arc::new(Hub::new(Arc::new(engine), index, store)?);
    let service = Arc::new(Service::new(hub, keys, settings)?);
    let served = runtime.block_on(async {
        tokio::spawn(reloads(told_to_reload, args.clone(), Arc::downgrade(&service)));
        listen(&args.listen, service, out).await
    });
    telemetry.stop();
    // Work that outlived its time is not waited for.
    runtime.shutdown_background();
    served
}

/// Data and model with the index of the data.
fn load(args: &Args, out: &mut impl Write) -> Result<(Engine, Index)> {
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    let index = open_index(args.data.folder(), engine.dataset(), out)?;
    Ok((engine, index))
}

/// Reads keys, data and model anew. Keys come first and by themselves: one that was taken away must not go on
/// because data cannot be read.
fn reload(args: &Args, service: &Service) {
    match keys(args) {
        Ok(Some(keys)) => service.renew_keys(keys),
        Ok(None) => {}
        Err(error) => {
            let error = said(&error);
            tracing::error!(error, "the keys are not reloaded; those before go on");
        }
    }
    match service.renew(|| load(args, &mut io::sink())) {
        Ok(Meta { dataset, model, .. }) => tracing::info!(dataset, model, "reloaded"),
        Err(error) => {
            let error = said(&error);
            tracing::error!(error, "not reloaded; what was loaded before goes on");
        }
    }
}

/// Reads all anew whenever the process is told to, one time after the other, as long as there is a service.
async fn reloads(mut told: ReloadSignal, args: Args, service: Weak<Service>) {
    let args = Arc::new(args);
    while told.recv().await.is_some() {
        let Some(service) = service.upgrade() else { return };
        let args = Arc::clone(&args);
        let read = tokio::task::spawn_blocking(move || reload(&args, &service));
        if read.await.is_err() {
            tracing::error!("reading anew broke off; what was loaded before goes on");
        }
    }
}

#[cfg(unix)]
type ReloadSignal = tokio::signal::unix::Signal;

/// SIGHUP, from now on.
#[cfg(unix)]
fn reload_signal() -> io::Result<ReloadSignal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
}

/// A signal that never comes: other systems have none for it.
#[cfg(not(unix))]
struct ReloadSignal;

#[cfg(not(unix))]
impl ReloadSignal {
    async fn recv(&mut self) -> Option<()> {
        std::future::pending().await
    }
}

#[cfg(not(unix))]
fn reload_signal() -> io::Result<ReloadSignal> {
    Ok(ReloadSignal)
}

/// Refuses an address that other machines reach.
pub(super) fn only_here(listen: &str) -> Result<()> {
    let reached = listen.to_socket_addrs().with_context(|| {
        format!("cannot listen on {listen}; give a free address as --listen HOST:PORT")
    })?;
    if let Some(other) = reached.into_iter().find(|address| !address.ip().is_loopback()) {
        bail!(
            "{other} can be reached from other machines, and without keys everybody could do \
             everything; make one by `kompetensnav keys add --role hub --name NAME --keys FILE` and \
             give --keys FILE, or listen on 127.0.0.1"
        );
    }
    Ok(())
}

/// The keys that may ask. Without any the address must be one that only this machine reaches.
fn keys(args: &Args) -> Result<Option<Keys>> {
    let Some(path) = &args.keys else {
        only_here(&args.listen)?;
        return Ok(None);
    };
    let keys = Keys::read(path)?;
    if keys.is_empty() {
        bail!(
            "{} has no key, so that nobody could ask anything; make one by `kompetensnav keys add`",
            path.display()
        );
    }
    Ok(Some(keys))
}

async fn listen(address: &str, service: Arc<Service>, out: &mut impl Write) -> Result<()> {
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
