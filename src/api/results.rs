//! The records of a batch, page by page: however long the list and however slow the client, little is held.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{
        HeaderMap,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse as _, Response},
};
use hyper::body::Frame;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Service, accept,
    gate::Gate,
    problem::{Failure, Kind, Problem},
    request::Params,
};
use crate::{
    batch::{self, Form},
    store::State as Progress,
};

/// Records read from the store together.
const PAGE: usize = 64;
/// Bytes of a file sent together.
const PIECE: usize = 64 << 10;

/// Form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ResultForm {
    Ndjson,
    Csv,
    Xlsx,
    Parquet,
}

impl ResultForm {
    const ALL: [Self; 4] = [Self::Ndjson, Self::Csv, Self::Xlsx, Self::Parquet];

    fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    /// The form of the records that it is made of.
    fn of_records(self) -> Form {
        match self {
            Self::Ndjson => Form::Ndjson,
            Self::Csv => Form::Csv,
            Self::Xlsx => Form::Words,
            Self::Parquet => Form::Raw,
        }
    }

    /// The form that the client likes best; NDJSON where it does not say.
    fn accepted(headers: &HeaderMap) -> Result<Self, Problem> {
        let essence = |form: Self| form.media_type().split(';').next().unwrap_or_default();
        // Who asks for JSON gets it line by line.
        let named = Self::ALL.map(|form| (essence(form), form));
        let all: Vec<(&str, Self)> =
            named.into_iter().chain([("application/json", Self::Ndjson)]).collect();
        let offered: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let best = accept::preferred(headers, &offered);
        best.map(|at| all[at].1).ok_or_else(|| Problem::new(Kind::NotAcceptable))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultQuery {
    /// Form: ndjson, csv, xlsx or parquet; by `Accept` unless given.
    #[param(value_type = Option<String>)]
    format: Option<ResultForm>,
}

/// The records of a batch that is done, in the order of the list.
///
/// The same bytes as `kompetensnav batch` writes for the list, day and number of paths.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/results",
    params(("id" = String, Path), ResultQuery),
    responses(
        (status = 200, description = "The records", content(
            (String = "application/x-ndjson"),
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/vnd.apache.parquet")
        )),
        Failure
    )
)]
pub(super) async fn results(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Params(query): Params<ResultQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = match query.format {
        Some(form) => form,
        None => ResultForm::accepted(&headers)?,
    };
    let name = id.clone();
    let state = Arc::clone(&service).work_long(move |service| service.hub.store().batch(&name));
    let batch = state.await??;
    if batch.state != Progress::Done {
        return Err(Problem::new(Kind::Unfinished));
    }
    // A workbook lies among others of an adviser, who tells them by their day.
    let name = match form {
        ResultForm::Xlsx => format!("lista-{}", batch.today),
        _ => id.clone(),
    };
    let disposition = format!("attachment; filename=\"{name}.{}\"", form.ending());
    let body = match form {
        ResultForm::Ndjson | ResultForm::Csv => lines(service, id, form.of_records()),
        ResultForm::Xlsx | ResultForm::Parquet => {
            let gate = service.long_gate.clone();
            let made = service.work_long(move |service| service.make_file(&id, form)).await?;
            file(
                gate,
                made.map_err(|error| {
                    tracing::error!(%error, "a result could not be made");
                    Problem::new(Kind::Internal)
                })?,
            )
        }
    };
    let headers = [
        (CONTENT_TYPE, form.media_type().to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (VARY, ACCEPT.to_string()),
    ];
    Ok((headers, body).into_response())
}

/// Records as lines, after a heading where the form has one.
fn lines(service: Arc<Service>, id: String, form: Form) -> Body {
    // None: the heading is still to be sent.
    let gate = service.long_gate.clone();
    Pages::body(gate, None, move |last: Option<u64>| {
        let Some(last) = last else {
            let head = batch::table_lines(None, form).map_err(io::Error::other)?;
            return Ok(Some((head.into(), Some(0))));
        };
        let records = service.hub.store().records(&id, last, PAGE).map_err(io::Error::other)?;
        let Some((end, _)) = records.last() else { return Ok(None) };
        let end = *end;
        let mut bytes = Vec::new();
        for (_, record) in &records {
            bytes.extend(batch::table_lines(Some(record), form).map_err(io::Error::other)?);
        }
        Ok(Some((bytes.into(), Some(end))))
    })
}

/// A file from where it stands.
fn file(gate: Gate, file: File) -> Body {
    Pages::body(gate, file, |file: File| {
        let mut bytes = Vec::with_capacity(PIECE);
        (&file).take(PIECE as u64).read_to_end(&mut bytes)?;
        Ok((!bytes.is_empty()).then(|| (bytes.into(), file)))
    })
}

impl Service {
    /// A workbook or Parquet file of a batch. Both wait in files without a name in the system's folder for
    /// such files.
    fn make_file(&self, id: &str, form: ResultForm) -> io::Result<File> {
        let of_records = form.of_records();
        let lines =
            |kept: Option<&[u8]>| batch::table_lines(kept, of_records).map_err(io::Error::other);
        let mut table = BufWriter::new(tempfile::tempfile()?);
        table.write_all(&lines(None)?)?;
        let mut last = 0;
        loop {
            let records = self.hub.store().records(id, last, PAGE).map_err(io::Error::other)?;
            let Some((end, _)) = records.last() else { break };
            last = *end;
            for (_, record) in &records {
                table.write_all(&lines(Some(record))?)?;
            }
        }
        let mut table = table.into_inner().map_err(io::IntoInnerError::into_error)?;
        table.rewind()?;
        let (table, mut made) = (BufReader::new(table), tempfile::tempfile()?);
        let kept = self.hub.summary(id).map_err(io::Error::other)?;
        let meta = kept.meta.unwrap_or_else(|| self.engine().meta());
        if form == ResultForm::Parquet {
            batch::parquet(table, &meta, &mut made)?;
        } else {
            batch::workbook(table, &kept.summary.report(meta), &mut made)?;
        }
        made.rewind()?;
        Ok(made)
    }
}

/// One page and where the next begins; `None` behind the last.
type Turned<S> = io::Result<Option<(Bytes, S)>>;

/// A body whose next page is made when the client has taken the last one, as many at once as work on
/// lists may be.
struct Pages<S, F> {
    gate: Gate,
    turn: Arc<F>,
    state: Turning<S>,
}

enum Turning<S> {
    At(S),
    Underway(Pin<Box<dyn Future<Output = io::Result<Turned<S>>> + Send>>),
    Over,
}

impl<S, F> Pages<S, F>
where
    S: Send + Unpin + 'static,
    F: Fn(S) -> Turned<S> + Send + Sync + 'static,
{
    fn body(gate: Gate, start: S, turn: F) -> Body {
        Body::new(Self { gate, turn: Arc::new(turn), state: Turning::At(start) })
    }
}

impl<S, F> fmt::Debug for Pages<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<S, F> hyper::body::Body for Pages<S, F>
where
    S: Send + Unpin + 'static,
    F: Fn(S) -> Turned<S> + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let pages = self.get_mut();
        loop {
            match std::mem::replace(&mut pages.state, Turning::Over) {
                Turning::Over => return Poll::Ready(None),
                Turning::At(at) => {
                    let turn = Arc::clone(&pages.turn);
                    let page = pages.gate.clone().go_on(move || turn(at));
                    pages.state = Turning::Underway(Box::pin(page));
                }
                Turning::Underway(mut page) => {
                    let Poll::Ready(turned) = page.as_mut().poll(context) else {
                        pages.state = Turning::Underway(page);
                        return Poll::Pending;
                    };
                    match turned.flatten() {
                        Ok(None) => return Poll::Ready(None),
                        Ok(Some((bytes, next))) => {
                            pages.state = Turning::At(next);
                            if !bytes.is_empty() {
                                return Poll::Ready(Some(Ok(Frame::data(bytes))));
                            }
                        }
                        Err(error) => {
                            tracing::warn!(%error, "a result broke off");
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                }
            }
        }
    }
}
