//! Bounds the bytes of long bodies that are held at once: a place is taken before the first is read.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header::CONTENT_LENGTH},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::{sync::Semaphore, time};

use super::{
    Service,
    problem::{Kind, Problem},
    request::BODY_BYTES,
};

/// Bytes of one permit.
const UNIT: usize = 1 << 10;

/// Room for bodies.
#[derive(Debug)]
pub(super) struct Weights {
    room: Arc<Semaphore>,
    /// Permits of all.
    units: usize,
    wait: Duration,
}

impl Weights {
    /// Room for so many bytes; others wait for `wait` at most.
    pub(super) fn new(bytes: usize, wait: Duration) -> Self {
        let units = bytes.div_ceil(UNIT).min(Semaphore::MAX_PERMITS);
        Self { room: Arc::new(Semaphore::new(units)), units, wait }
    }
}

/// Takes a body of a list or table once there is room for it, until it is answered. `most` bytes are all
/// that its route reads.
pub(super) async fn hold(
    State((service, most)): State<(Arc<Service>, usize)>,
    request: Request,
    next: Next,
) -> Response {
    let bytes = length(request.headers(), most);
    if bytes <= BODY_BYTES {
        return next.run(request).await;
    }
    let Weights { room, units, wait } = &service.weights;
    let units = u32::try_from(bytes.div_ceil(UNIT).min(*units)).unwrap_or(u32::MAX);
    let held = time::timeout(*wait, Arc::clone(room).acquire_many_owned(units)).await;
    let Ok(Ok(_held)) = held else { return Problem::new(Kind::Saturated).into_response() };
    next.run(request).await
}

/// Bytes that a body may have: as it says, or as many as are read.
fn length(headers: &HeaderMap, most: usize) -> usize {
    let said = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    // What says nothing comes in chunks, or there is no body.
    let unsaid = if headers.contains_key("transfer-encoding") { most } else { 0 };
    said.unwrap_or(unsaid).min(most)
}
