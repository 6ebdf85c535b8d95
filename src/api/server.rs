//! Connections: accepts them, gives each its own task, stops gracefully.

use std::{
    future::Future,
    io,
    pin::pin,
    sync::{Arc, atomic::Ordering},
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
    time,
};

use super::{Service, Settings, router};

/// Pause after a connection could not be accepted: mostly there are too many, and trying again at
/// once would only burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` comes. From then on `/readyz` says 503; new connections are accepted
/// for [`Settings::notice`] more, and requests that have begun may end within [`Settings::drain`].
///
/// The hub's work goes on beside it, and stops with it: what is left goes on at the next start.
///
/// # Errors
/// None by a client; only where the listener is unusable or there are no threads from the start.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let Settings { notice, drain, .. } = service.settings;
    let service = Arc::new(service);
    let _works = service.hub.start()?;
    let connections = Connections::new(&service);
    let free = Arc::new(Semaphore::new(service.settings.connections));
    let stop = async {
        shutdown.await;
        service.stopping.store(true, Ordering::Relaxed);
        tracing::info!("asked to stop");
        time::sleep(notice).await;
    };
    let mut stop = pin!(stop);
    listener.local_addr()?;
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &free) => match accepted {
                Ok((stream, permit)) => connections.open(stream, permit),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    service.hub.stop();
    if time::timeout(drain, connections.graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still running and are broken off");
    }
    Ok(())
}

/// The next connection, once there may be one more.
async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(free).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}

struct Connections {
    router: Router,
    protocol: http1::Builder,
    graceful: GracefulShutdown,
}

impl Connections {
    fn new(service: &Arc<Service>) -> Self {
        let mut protocol = http1::Builder::new();
        // Without a time limit a client that sends half a request keeps its connection for ever.
        protocol.timer(TokioTimer::new()).header_read_timeout(service.settings.header_time);
        Self { router: router(service), protocol, graceful: GracefulShutdown::new() }
    }

    /// Serves a connection; `permit` is held until it is closed.
    fn open(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        // Answers are written whole; waiting for more only delays them. Not vital where refused.
        let _unset = stream.set_nodelay(true);
        let service = TowerToHyperService::new(self.router.clone());
        let connection = self.protocol.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        tokio::spawn(async move {
            let _held = permit;
            if let Err(error) = connection.await {
                // A client that went away or was too slow; the error holds nothing it sent.
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
}
