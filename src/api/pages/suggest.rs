//! What somebody may mean who is typing. The words come by POST: they are of a worker, and addresses are
//! written down on the way.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header::CACHE_CONTROL,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::posted::Posted;
use crate::{
    api::{
        Service,
        problem::{Kind, Problem},
    },
    index::{self, Hits, Index, Page, Query},
};

/// Most suggestions.
const MOST: usize = 8;

/// An occupation or a skill.
#[derive(Debug, Serialize)]
struct Suggestion {
    id: String,
    /// Its name in the language of the page, else in the other.
    label: String,
}

/// Occupations or skills (`about`) by words (`q`), the likeliest first; none without words.
pub(super) async fn suggest(
    State(service): State<Arc<Service>>,
    Posted { view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let (engine, index) = service.hub.engine_and_index();
        let taxonomy = &engine.dataset().taxonomy;
        let skills = fields.get("about") == "skills";
        let hits = found(&index, skills, &Query::new(fields.get("q"), view.language))?;
        let suggestion = |hit: index::Hit| {
            let label = if skills {
                &taxonomy.skill(hit.ix).label
            } else {
                &taxonomy.occupation(hit.ix).label
            };
            Suggestion { id: hit.id, label: label.text(view.language).to_owned() }
        };
        Ok::<Vec<Suggestion>, Problem>(hits.items.into_iter().map(suggestion).collect())
    };
    let suggestions = service.work(work).await??;
    Ok(([(CACHE_CONTROL, "no-store")], Json(suggestions)).into_response())
}

fn found(index: &Index, skills: bool, query: &Query) -> Result<Hits, Problem> {
    if query.text.is_empty() {
        return Ok(Hits::default());
    }
    let page = Page::first(MOST);
    let hits = if skills {
        index.search_skills(query, &page)
    } else {
        index.search_occupations(query, &page)
    };
    hits.map_err(|error| {
        tracing::error!(%error, "a search for suggestions failed");
        Problem::new(Kind::Internal)
    })
}
