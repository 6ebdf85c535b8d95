//! Routes that will end: their answers say since when nobody should use them and when they end
//! (`Deprecation`, RFC 9745; `Sunset`, RFC 8594), and where to go instead.
//!
//! The policy stands in docs/service.md. Within `/v1` fields, parameters and values may be added, never removed
//! or given another meaning; what must go is listed here at least a year before it does.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, header::LINK},
    middleware::Next,
    response::Response,
};
use jiff::{civil::Date, fmt::rfc2822, tz::TimeZone};
use utoipa::openapi::{Deprecated, OpenApi};

/// A route that will end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// Its method, in capitals.
    pub(super) method: &'static str,
    /// Its path as it is described, such as `/v1/skills`.
    pub(super) path: &'static str,
    /// Since when nobody should use it.
    pub(super) since: Date,
    /// When it ends.
    pub(super) sunset: Date,
    /// Path of what takes its place.
    pub(super) successor: &'static str,
}

/// The routes that will end.
pub(super) const ENDING: [Ending; 0] = [];

/// Says so in the answers of those routes.
pub(super) async fn tell(request: Request, next: Next) -> Response {
    tell_of(&ENDING, request, next).await
}

async fn tell_of(endings: &[Ending], request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let ending = path.and_then(|path| find(endings, request.method().as_str(), &path));
    let mut response = next.run(request).await;
    if let Some(ending) = ending {
        for (name, value) in ending.headers() {
            // There may be another link, to the next page.
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Says so in the description.
pub(super) fn mark(document: &mut OpenApi, endings: &[Ending]) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("GET", &mut item.get),
            ("POST", &mut item.post),
            ("PUT", &mut item.put),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) =
                operation.as_mut().filter(|_| find(endings, method, path).is_some())
            {
                operation.deprecated = Some(Deprecated::True);
            }
        }
    }
}

fn find(endings: &[Ending], method: &str, path: &str) -> Option<Ending> {
    endings.iter().find(|ending| ending.method == method && ending.path == path).copied()
}

impl Ending {
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let midnight =
            |day: Date| day.to_zoned_datetime(TimeZone::UTC).map(|day| day.timestamp()).ok();
        let since = midnight(self.since).map(|since| format!("@{}", since.as_second()));
        let sunset = midnight(self.sunset)
            .and_then(|end| rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&end).ok());
        let link = format!("<{}>; rel=\"successor-version\"", self.successor);
        let headers = [
            (HeaderName::from_static("deprecation"), since),
            (HeaderName::from_static("sunset"), sunset),
            (LINK, Some(link)),
        ];
        let valid = headers
            .into_iter()
            .filter_map(|(name, value)| Some((name, HeaderValue::try_from(value?).ok()?)));
        valid.collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    use axum::{Router, middleware::from_fn, routing::get};
    use jiff::{ToSpan as _, civil::date};
    use tokio::{net::TcpListener, task};

    use super::*;

    const GONE: Ending = Ending {
        method: "GET",
        path: "/v1/skills/{id}",
        since: date(2027, 1, 1),
        sunset: date(2028, 1, 1),
        successor: "/v2/skills",
    };

    #[tokio::test]
    async fn answers_of_a_route_that_ends_say_so_and_keep_their_other_links() {
        let paged = || async { [(LINK, "</v1/skills?cursor=1>; rel=\"next\"")] };
        let routes: Router = Router::new()
            .route("/v1/skills/{id}", get(paged).post(paged))
            .route("/v1/courses", get(paged))
            .route_layer(from_fn(|request, next| tell_of(&[GONE], request, next)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, routes).into_future());
        for (line, ends) in
            [("GET /v1/skills/7", true), ("POST /v1/skills/7", false), ("GET /v1/courses", false)]
        {
            let ask = move || {
                let mut stream = TcpStream::connect(address).unwrap();
                write!(stream, "{line} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                answer
            };
            let answer = task::spawn_blocking(ask).await.unwrap();
            assert_eq!(answer.matches("\r\nlink: ").count(), 1 + usize::from(ends), "{answer}");
            for header in ["\r\ndeprecation: @1798761600", "\r\nsunset: Sat, 01 Jan 2028"] {
                assert_eq!(answer.contains(header), ends, "{answer}");
            }
        }
    }

    #[test]
    fn a_route_that_ends_says_since_when_and_when() {
        let endings = [Ending { path: "/v1/skills", ..GONE }];
        assert!(find(&endings, "POST", "/v1/skills").is_none());
        let ending = find(&endings, "GET", "/v1/skills").unwrap();
        let told: Vec<(String, String)> = ending
            .headers()
            .into_iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let told: Vec<(&str, &str)> =
            told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            told,
            [
                ("deprecation", "@1798761600"),
                ("sunset", "Sat, 01 Jan 2028 00:00:00 GMT"),
                ("link", "</v2/skills>; rel=\"successor-version\""),
            ]
        );
        let a_year = |ending: &Ending| ending.since + 1.year() <= ending.sunset;
        assert!(ENDING.iter().chain(&endings).all(a_year), "a year is promised");
    }
}
