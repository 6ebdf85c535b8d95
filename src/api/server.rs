//! Connections: accepts them, gives each its own task, stops gracefully.

use std::{
    collections::{HashMap, hash_map::Entry},
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::JoinHandle,
    time::Duration,
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};

use super::{Service, Settings, busy, pages::sweep, patience::Patient, router};

/// Pause after a connection could not be accepted: mostly there are too many, and trying again at
/// once would only burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How many connections that an address has too many are told so at once; more are closed as they come.
const TURNED_AWAY: usize = 32;
/// How long one of them may take to ask, and to take the answer.
pub(super) const TURNED_TIME: Duration = Duration::from_secs(1);

/// Serves until `shutdown` comes. From then on `/readyz` says 503; new connections are accepted
/// for [`Settings::notice`] more, and requests that have begun may end within [`Settings::drain`].
///
/// The hub's work goes on beside it, and stops with it: what is left goes on at the next start.
///
/// # Errors
/// None by a client; only where the listener is unusable or there are no threads from the start.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let Settings { notice, drain, .. } = service.settings;
    let settling = Arc::clone(&service);
    let works = service.hub.start()?;
    tokio::spawn(sweep(Arc::downgrade(&service)));
    let connections = Connections::new(&service);
    let free = Arc::new(Semaphore::new(service.settings.connections));
    let addresses = Arc::new(Addresses::new(service.settings.per_address));
    let asked = Arc::clone(&service);
    let stop = async move {
        shutdown.await;
        asked.stopping.store(true, Ordering::Relaxed);
        tracing::info!("asked to stop");
        time::sleep(notice).await;
    };
    let mut stop = pin!(stop);
    listener.local_addr()?;
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &free) => match accepted {
                Ok((stream, peer, permit)) => match addresses.take(peer.ip()) {
                    Some(place) => connections.open(stream, (permit, place)),
                    None => connections.turn_away(stream, permit),
                },
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    service.hub.stop();
    let Connections { graceful, .. } = connections;
    let (drained, ended) =
        tokio::join!(time::timeout(drain, graceful.shutdown()), time::timeout(drain, end(works)));
    if drained.is_err() {
        tracing::warn!("requests were still running and are broken off");
    }
    if ended.is_err() {
        tracing::warn!("work was still running; it goes on at the next start");
        // Nothing waits for the threads any more; what they are at counts as no attempt.
        let left = task::spawn_blocking(move || service.hub.leave()).await;
        if let Ok(Err(error)) = left {
            tracing::error!(%error, "it cannot be kept that work goes on");
        }
    }
    let settled = task::spawn_blocking(move || settling.hub.store().settle()).await;
    if let Ok(Err(error)) = settled {
        tracing::error!(%error, "what is kept stands partly beside the file of the store");
    }
    Ok(())
}

/// Waits until the hub's threads have ended.
async fn end(works: [JoinHandle<()>; 2]) {
    let joined = task::spawn_blocking(move || works.map(JoinHandle::join)).await;
    if !matches!(joined, Ok([Ok(()), Ok(())])) {
        tracing::error!("a thread of the hub had broken off");
    }
}

/// The next connection, once there may be one more.
async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(free).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}

/// Connections by the address they come from.
#[derive(Debug)]
struct Addresses {
    most: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One of the connections of an address.
struct Place {
    of: Arc<Addresses>,
    address: IpAddr,
}

impl Addresses {
    fn new(most: usize) -> Self {
        Self { most, open: Mutex::default() }
    }

    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let many = open.entry(address).or_default();
        if *many >= self.most {
            return None;
        }
        *many += 1;
        Some(Place { of: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.of.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut many) = open.entry(self.address) {
            *many.get_mut() -= 1;
            if *many.get() == 0 {
                many.remove();
            }
        }
    }
}

struct Connections {
    served: Manner,
    turned_away: Manner,
    turns: Arc<Semaphore>,
    graceful: GracefulShutdown,
    service: Arc<Service>,
}

/// What answers a connection, and how long its client may take.
struct Manner {
    router: Router,
    protocol: http1::Builder,
    write_time: Duration,
}

impl Manner {
    fn new(router: Router, header_time: Duration, write_time: Duration) -> Self {
        let mut protocol = http1::Builder::new();
        // Without a time limit a client that sends half a request keeps its connection for ever.
        protocol.timer(TokioTimer::new()).header_read_timeout(header_time);
        Self { router, protocol, write_time }
    }
}

impl Connections {
    fn new(service: &Arc<Service>) -> Self {
        let Settings { header_time, write_time, .. } = service.settings;
        let mut turned_away = Manner::new(busy(service), TURNED_TIME, TURNED_TIME);
        turned_away.protocol.keep_alive(false);
        Self {
            served: Manner::new(router(service), header_time, write_time),
            turned_away,
            turns: Arc::new(Semaphore::new(TURNED_AWAY)),
            graceful: GracefulShutdown::new(),
            service: Arc::clone(service),
        }
    }

    /// Serves a connection; `place` is held until it is closed.
    fn open(&self, stream: TcpStream, place: (OwnedSemaphorePermit, Place)) {
        self.answer(stream, &self.served, place);
    }

    /// Tells a connection that is one too many when to come back.
    fn turn_away(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        // What asks for more than is told so is closed by being dropped.
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            self.answer(stream, &self.turned_away, (permit, turn));
        }
    }

    fn answer(&self, stream: TcpStream, manner: &Manner, held: impl Send + 'static) {
        // Answers are written whole; waiting for more only delays them. Not vital where refused.
        let _unset = stream.set_nodelay(true);
        let service = TowerToHyperService::new(manner.router.clone());
        let stream = TokioIo::new(Patient::new(stream, manner.write_time));
        let connection = manner.protocol.serve_connection(stream, service);
        let connection = self.graceful.watch(connection);
        let open = self.service.metrics.connection();
        tokio::spawn(async move {
            let _held = (held, open);
            if let Err(error) = connection.await {
                // A client that went away or was too slow; the error holds nothing it sent.
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
}
