//! The sorts of errors: status, words, and what to do. Each has a page under `/problems/`.

use axum::http::StatusCode;

use crate::domain::{Bilingual, Language};

/// Why a request is not answered, in the order of [`SORTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    MalformedRequest,
    InvalidQuery,
    MalformedJson,
    InvalidBody,
    Personnummer,
    UnreadableList,
    Unauthorized,
    Forbidden,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    SlowBody,
    Unfinished,
    Conflict,
    VersionMissing,
    KeyReused,
    PayloadTooLarge,
    UnsupportedMediaType,
    TooManyRequests,
    Internal,
    Timeout,
    Saturated,
    NotReady,
    StoreFull,
}

/// What is always so of a sort of error.
#[derive(Debug)]
pub(super) struct Sort {
    /// The kind it is of.
    pub(super) kind: Kind,
    /// Status code.
    pub(super) status: StatusCode,
    /// Last part of the type URI; part of the interface, it never changes its meaning.
    pub(super) slug: &'static str,
    title: [&'static str; 2],
    /// What a client can do about it, where nothing more precise is known.
    cure: [&'static str; 2],
}

/// All sorts.
pub(super) const SORTS: [Sort; 25] = [
    Sort {
        kind: Kind::MalformedRequest,
        status: StatusCode::BAD_REQUEST,
        slug: "malformed-request",
        title: ["Anropet kan inte läsas", "The request cannot be read"],
        cure: ["Formen beskrivs i /openapi.json.", "The form is described in /openapi.json."],
    },
    Sort {
        kind: Kind::InvalidQuery,
        status: StatusCode::BAD_REQUEST,
        slug: "invalid-query",
        title: ["En frågeparameter är fel", "A query parameter is wrong"],
        cure: ["Formen beskrivs i /openapi.json.", "The form is described in /openapi.json."],
    },
    Sort {
        kind: Kind::MalformedJson,
        status: StatusCode::BAD_REQUEST,
        slug: "malformed-json",
        title: ["Innehållet är inte JSON", "The body is not JSON"],
        cure: ["Formen beskrivs i /openapi.json.", "The form is described in /openapi.json."],
    },
    Sort {
        kind: Kind::InvalidBody,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        slug: "invalid-body",
        title: ["Ett fält i innehållet är fel", "A field of the body is wrong"],
        cure: ["Formen beskrivs i /openapi.json.", "The form is described in /openapi.json."],
    },
    Sort {
        kind: Kind::Personnummer,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        slug: "personnummer",
        title: [
            "Anropet innehåller något som ser ut som ett personnummer",
            "The request holds what looks like a personnummer",
        ],
        cure: [
            "Använd en egen referens som inte säger något om personen.",
            "Use a reference of your own that says nothing of the person.",
        ],
    },
    Sort {
        kind: Kind::UnreadableList,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        slug: "unreadable-list",
        title: ["Filen kan inte läsas", "The file cannot be read"],
        cure: [
            "Skicka en lista eller ett dokument av en form som stöds.",
            "Send a list or a document of a supported form.",
        ],
    },
    Sort {
        kind: Kind::Unauthorized,
        status: StatusCode::UNAUTHORIZED,
        slug: "unauthorized",
        title: ["En giltig nyckel behövs", "A valid key is needed"],
        cure: [
            "Skicka Authorization: Bearer NYCKEL; den som driver tjänsten gör en med kompetensnav keys add.",
            "Send Authorization: Bearer KEY; whoever runs the service makes one by kompetensnav keys add.",
        ],
    },
    Sort {
        kind: Kind::Forbidden,
        status: StatusCode::FORBIDDEN,
        slug: "forbidden",
        title: ["Nyckeln får inte göra detta", "The key may not do this"],
        cure: [
            "Rollerna är read, adviser och hub; be om en nyckel med den roll som behövs.",
            "The roles are read, adviser and hub; ask for a key of the role that is needed.",
        ],
    },
    Sort {
        kind: Kind::CrossSite,
        status: StatusCode::FORBIDDEN,
        slug: "cross-site",
        title: ["Anropet kom från en annan webbplats", "The request came from another site"],
        cure: [
            "Anropa från tjänstens egna sidor eller ett program.",
            "Call from the service's own pages or a program.",
        ],
    },
    Sort {
        kind: Kind::NotFound,
        status: StatusCode::NOT_FOUND,
        slug: "not-found",
        title: ["Här finns inget", "There is nothing here"],
        cure: [
            "Sökvägar och id:n finns i /openapi.json och /v1/occupations.",
            "Paths and ids are listed in /openapi.json and /v1/occupations.",
        ],
    },
    Sort {
        kind: Kind::MethodNotAllowed,
        status: StatusCode::METHOD_NOT_ALLOWED,
        slug: "method-not-allowed",
        title: ["Metoden är inte tillåten", "The method is not allowed"],
        cure: [
            "Huvudet Allow nämner sökvägens metoder.",
            "The Allow header names the methods of this path.",
        ],
    },
    Sort {
        kind: Kind::NotAcceptable,
        status: StatusCode::NOT_ACCEPTABLE,
        slug: "not-acceptable",
        title: ["Svaret finns inte i den formen", "The answer has no such form"],
        cure: [
            "Fråga efter ndjson, csv, xlsx eller parquet.",
            "Ask for ndjson, csv, xlsx or parquet.",
        ],
    },
    Sort {
        kind: Kind::SlowBody,
        status: StatusCode::REQUEST_TIMEOUT,
        slug: "slow-body",
        title: ["Innehållet kom för långsamt", "The body came too slowly"],
        cure: [
            "Skicka innehållet i ett stycke på en ny anslutning.",
            "Send the body in one piece on a new connection.",
        ],
    },
    Sort {
        kind: Kind::Unfinished,
        status: StatusCode::CONFLICT,
        slug: "unfinished",
        title: ["Det är inte klart än", "It is not done yet"],
        cure: [
            "Fråga efter läget och försök igen när state är done.",
            "Ask for its state and try again when that is done.",
        ],
    },
    Sort {
        kind: Kind::Conflict,
        status: StatusCode::CONFLICT,
        slug: "conflict",
        title: ["Det går inte som läget är", "Its state does not allow it"],
        cure: [
            "Hämta det på nytt och se vad som har hänt.",
            "Fetch it anew and see what has happened.",
        ],
    },
    Sort {
        kind: Kind::VersionMissing,
        status: StatusCode::CONFLICT,
        slug: "version-missing",
        title: ["En version saknas", "A version is missing"],
        cure: [
            "Starta tjänsten med den version och den datamängd som nämns.",
            "Start the service with the version and the data set that are named.",
        ],
    },
    Sort {
        kind: Kind::KeyReused,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        slug: "idempotency-key-reused",
        title: [
            "Idempotency-Key hör till ett annat anrop",
            "The Idempotency-Key belongs to another request",
        ],
        cure: ["Skicka en ny nyckel.", "Send a new key."],
    },
    Sort {
        kind: Kind::PayloadTooLarge,
        status: StatusCode::PAYLOAD_TOO_LARGE,
        slug: "payload-too-large",
        title: ["Innehållet är för stort", "The body is too large"],
        cure: [
            "Skicka högst så mycket som /v1/meta säger; dela en lista.",
            "Send at most what /v1/meta says; split a list.",
        ],
    },
    Sort {
        kind: Kind::UnsupportedMediaType,
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        slug: "unsupported-media-type",
        title: ["Innehållets typ tas inte emot här", "The type of the body is not taken here"],
        cure: [
            "Skicka den content-type som /openapi.json nämner, mest application/json.",
            "Send the content-type that /openapi.json names, mostly application/json.",
        ],
    },
    Sort {
        kind: Kind::TooManyRequests,
        status: StatusCode::TOO_MANY_REQUESTS,
        slug: "too-many-requests",
        title: ["Nyckeln frågar för ofta", "The key asks too often"],
        cure: [
            "Vänta så många sekunder som Retry-After säger.",
            "Wait for as many seconds as Retry-After says.",
        ],
    },
    Sort {
        kind: Kind::Internal,
        status: StatusCode::INTERNAL_SERVER_ERROR,
        slug: "internal",
        title: ["Tjänsten misslyckades", "The service failed"],
        cure: [
            "Loggen har tid och plats under anropets id.",
            "The log has the time and place under this request id.",
        ],
    },
    Sort {
        kind: Kind::Timeout,
        status: StatusCode::SERVICE_UNAVAILABLE,
        slug: "timeout",
        title: ["Anropet tog för lång tid", "The request took too long"],
        cure: ["Försök igen om en stund.", "Try again in a moment."],
    },
    Sort {
        kind: Kind::Saturated,
        status: StatusCode::SERVICE_UNAVAILABLE,
        slug: "saturated",
        title: ["Tjänsten är upptagen", "The service is busy"],
        cure: ["Försök igen om en stund.", "Try again in a moment."],
    },
    Sort {
        kind: Kind::NotReady,
        status: StatusCode::SERVICE_UNAVAILABLE,
        slug: "not-ready",
        title: ["Tjänsten håller på att stanna", "The service is stopping"],
        cure: ["Fråga en annan instans.", "Ask another instance."],
    },
    Sort {
        kind: Kind::StoreFull,
        status: StatusCode::INSUFFICIENT_STORAGE,
        slug: "store-full",
        title: ["Lagret är fullt", "The store is full"],
        cure: ["Säg till den som driver tjänsten.", "Tell whoever runs the service."],
    },
];

impl Kind {
    /// What is always so of it.
    pub(super) fn sort(self) -> &'static Sort {
        &SORTS[self as usize]
    }

    /// The kind of an error that another layer answered by a bare status.
    pub(super) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::SlowBody,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::NOT_ACCEPTABLE => Self::NotAcceptable,
            StatusCode::SERVICE_UNAVAILABLE => Self::Timeout,
            status if status.is_client_error() => Self::MalformedRequest,
            _ => Self::Internal,
        }
    }

    /// Whether the same request may be answered a moment later.
    pub(super) fn passes(self) -> bool {
        matches!(self, Self::Saturated | Self::Timeout | Self::TooManyRequests | Self::Unfinished)
    }
}

impl Sort {
    /// The sort of a type URI's last part.
    pub(super) fn of_slug(slug: &str) -> Option<&'static Self> {
        SORTS.iter().find(|sort| sort.slug == slug)
    }

    /// Its name.
    pub(super) fn title(&self, language: Language) -> &'static str {
        language.pick(self.title[0], self.title[1])
    }

    /// What a client can do about it.
    pub(super) fn cure(&self) -> Bilingual<String> {
        Bilingual::new(self.cure[0], self.cure[1])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_sort_stands_at_its_place_under_a_name_of_its_own() {
        assert!(SORTS.iter().enumerate().all(|(at, sort)| sort.kind as usize == at));
        let slugs: BTreeSet<&str> = SORTS.iter().map(|sort| sort.slug).collect();
        assert_eq!(slugs.len(), SORTS.len());
    }
}
