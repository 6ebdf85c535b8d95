//! What sector skills councils say of occupations: shortage, surplus, a course that is wanted.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Service,
    problem::{Failure, Kind, Problem},
    request::Body,
    worker::{Unstored, today, unstored},
};
use crate::{
    dataset::{DataSet, places},
    domain::{Bilingual, MOST_POINTS, MatchStatus, Meta, Signal},
    intake::check::Check,
    store::{KeptSignal, Said, Says},
};

/// Points of a signal that names none.
const POINTS: f32 = 3.0;

/// What a council says of an occupation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignalAsked {
    /// The occupation: an SSYK 2012 code of one to four digits, an id, or the Swedish label.
    occupation: String,
    /// Municipality it is about, by name; all without one.
    #[serde(default)]
    region: Option<String>,
    /// What is said.
    says: Says,
    /// Points that a shortage gives or a surplus takes, above 0 and at most 10; 3 unless given. A course
    /// that is wanted has none.
    #[serde(default)]
    points: Option<f32>,
    /// The council that answers for it, or its source.
    author: String,
    /// Day it was decided: it has no effect before.
    #[schema(value_type = String, format = Date)]
    #[serde(deserialize_with = "day")]
    decided: Date,
    /// Last day it has effect.
    #[schema(value_type = String, format = Date)]
    #[serde(deserialize_with = "day")]
    expires: Date,
    /// Why, as advisers and workers read it.
    reason: Bilingual<String>,
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let day = crate::domain::iso(deserializer)?;
    day.ok_or_else(|| serde::de::Error::custom("no date, expected a date such as 2027-01-18"))
}

/// A signal that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignalCard {
    /// Its name.
    signal_id: String,
    /// When it was accepted; absent in the answer to its sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// What is said.
    says: Says,
    /// Of what, where, by whom, for how long and why. Points of a surplus are below 0.
    signal: Signal,
    /// Whether it has effect today.
    holds: bool,
    /// Versions of the service, with this signal; only in the answer to its sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

/// Signals of councils.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignalList {
    /// Whether any signal is kept: `matched` or `no_match`.
    match_status: MatchStatus,
    /// Signals, in the order they came.
    items: Vec<SignalCard>,
    /// Ids of those that are kept but cannot be read by this version: they move nothing, and can be taken
    /// back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    unread: Vec<String>,
    /// Versions of the service.
    meta: Meta,
}

impl SignalCard {
    fn of(id: String, at: Option<String>, said: Said, meta: Option<Meta>) -> Self {
        let Said { says, signal } = said;
        let holds = signal.holds(Some(today()));
        Self { signal_id: id, at, says, signal, holds, meta }
    }
}

/// The signal, or what of it is out of bounds.
fn read(asked: SignalAsked, dataset: &DataSet) -> Result<Said, Problem> {
    let SignalAsked { occupation, region, says, points, author, decided, expires, reason } = asked;
    let mut check = Check::default();
    let texts = [("/author", &author), ("/reason/sv", &reason.sv), ("/reason/en", &reason.en)];
    for (pointer, text) in texts {
        check.text(pointer, text);
        check.require(!text.trim().is_empty(), pointer, "empty", || {
            Bilingual::new("säg vad, vem och varför", "say what, who and why")
        });
    }
    let place = region.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let region = place.and_then(|name| places::locate(name).map(|(name, _)| name.to_owned()));
    check.text("/region", place.unwrap_or_default());
    check.require(place.is_some() == region.is_some(), "/region", "unknown_place", || {
        Bilingual::new("en kommun i Västra Götaland", "a municipality of Västra Götaland")
    });
    let given = points.unwrap_or(POINTS);
    check.require(given > 0.0 && given <= MOST_POINTS, "/points", "out_of_range", || {
        let most = MOST_POINTS;
        Bilingual::new(format!("över 0 och högst {most}"), format!("above 0 and at most {most}"))
    });
    check.require(says != Says::CourseWanted || points.is_none(), "/points", "not_here", || {
        Bilingual::new("en önskad kurs har inga poäng", "a wanted course has no points")
    });
    check.require(decided <= expires, "/expires", "dates_disordered", || {
        Bilingual::new("en dag från och med decided", "a day not before decided")
    });
    check.require(today() <= expires, "/expires", "past", || {
        Bilingual::new("en dag från och med i dag", "a day not before today")
    });
    let points = match says {
        Says::Shortage => given,
        Says::Surplus => -given,
        Says::CourseWanted => 0.0,
    };
    let [occupation, author, sv, en] =
        [occupation, author, reason.sv, reason.en].map(|text| text.trim().to_owned());
    let region = region.unwrap_or_default();
    let reason = Bilingual { sv, en };
    let signal = Signal { occupation, region, points, author, decided, expires, reason };
    let known = dataset.taxonomy.occupations.iter().any(|row| signal.names(row));
    if !known {
        check.text("/occupation", &signal.occupation);
        check.require(false, "/occupation", "unknown_id", || {
            Bilingual::new(
                "SSYK-kod, id eller svenskt namn ur datamängden",
                "an SSYK code, id or Swedish label of the data set",
            )
        });
    }
    Problem::of_findings(Kind::InvalidBody, check.finish())?;
    Ok(Said { says, signal })
}

/// Says something of an occupation for a council.
///
/// It is kept, and orders the lists of answers from now on (`council` of a path) as long as it holds;
/// `meta.signals` and the tags of answers are others then. The same signal sent again is not kept twice.
#[utoipa::path(
    post,
    path = "/v1/signals",
    request_body = SignalAsked,
    responses(
        (status = 201, description = "Kept", body = SignalCard),
        (status = 200, description = "It was kept before", body = SignalCard),
        Failure
    )
)]
pub(super) async fn say(
    State(service): State<Arc<Service>>,
    Body(asked): Body<SignalAsked>,
) -> Result<(StatusCode, Unstored<SignalCard>), Problem> {
    let work = move |service: &Service| {
        let said = read(asked, service.engine().dataset())?;
        let (id, is_new) = service.hub.keep_signal(&said)?;
        let card = SignalCard::of(id, None, said, Some(service.engine().meta()));
        Ok::<_, Problem>((if is_new { StatusCode::CREATED } else { StatusCode::OK }, card))
    };
    let (status, card) = service.work_long(work).await??;
    Ok((status, unstored(card)))
}

/// What councils have said to the service, in the order it came. Signals of the data set are not among it.
#[utoipa::path(
    get,
    path = "/v1/signals",
    responses((status = 200, description = "The answer", body = SignalList), Failure)
)]
pub(super) async fn list(
    State(service): State<Arc<Service>>,
) -> Result<Unstored<SignalList>, Problem> {
    let work = move |service: &Service| {
        let card = |KeptSignal { id, at, said }: KeptSignal| {
            SignalCard::of(id, Some(at.to_string()), said, None)
        };
        let kept = service.hub.store().signals()?;
        let items: Vec<SignalCard> = kept.read.into_iter().map(card).collect();
        let unread = kept.unread.into_iter().map(|unread| unread.id).collect();
        let match_status = MatchStatus::of(true, !items.is_empty());
        Ok::<_, Problem>(SignalList { match_status, items, unread, meta: service.engine().meta() })
    };
    service.work_long(work).await?.map(unstored)
}

/// Takes a signal back: from now on it has no effect.
///
/// Answers that were given with it and kept cannot be made again without it.
#[utoipa::path(
    delete,
    path = "/v1/signals/{id}",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed"), Failure)
)]
pub(super) async fn take_back(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    service.removed(move |service| service.hub.remove_signal(&id)).await
}
