//! Which form of an answer a client wants, by `Accept` (RFC 9110 12.5.1), and how much of anything (12.4.2).

use axum::http::{HeaderMap, header::ACCEPT};

/// The media type among those offered that a client likes best: highest quality, then what it names first, then what
/// is offered first. The first where it does not say; `None` where it takes none.
pub(super) fn preferred(headers: &HeaderMap, offered: &[&str]) -> Option<usize> {
    let lists = headers.get_all(ACCEPT).iter().map(|list| list.to_str().unwrap_or_default());
    let list = lists.collect::<Vec<_>>().join(",").to_ascii_lowercase();
    let ranges: Vec<(&str, f32)> = list.split(',').map(range).filter(|r| !r.0.is_empty()).collect();
    if ranges.is_empty() {
        return Some(0);
    }
    let liked = offered.iter().enumerate().filter_map(|(at, offer)| {
        let fits = ranges.iter().enumerate().filter_map(|(place, (range, quality))| {
            Some((closeness(range, offer)?, place, *quality))
        });
        // The range that names it most closely says how much it is liked; of equal ones the first.
        let (_, place, quality) =
            fits.max_by_key(|(close, place, _)| (*close, usize::MAX - place))?;
        (quality > 0.0).then_some((quality, place, at))
    });
    let best = liked.min_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))))?;
    Some(best.2)
}

/// What a part of a header names, and its quality.
pub(super) fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| part.strip_prefix("q="));
    (name, quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0)))
}

/// How closely a range names a media type: 2 by name, 1 by its kind, 0 as any.
fn closeness(range: &str, offer: &str) -> Option<u8> {
    let kind = offer.split('/').next();
    match range {
        _ if range == offer => Some(2),
        "*/*" => Some(0),
        _ => range.strip_suffix("/*").filter(|name| Some(*name) == kind).map(|_| 1),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_form_liked_best_is_chosen() {
        let offered = ["application/json", "text/csv", "text/html"];
        for (list, best) in [
            ("", Some(0)),
            ("*/*", Some(0)),
            ("text/csv", Some(1)),
            ("TEXT/CSV; charset=utf-8", Some(1)),
            ("text/html, text/csv", Some(2)),
            ("text/*", Some(1)),
            ("text/csv;q=0, application/json", Some(0)),
            ("text/csv;q=0.1, application/json", Some(0)),
            ("application/json;q=0.5, text/csv;q=0.9", Some(1)),
            ("text/csv;q=0, */*;q=0.1", Some(0)),
            ("text/csv;q=0", None),
            ("image/png", None),
            ("application/json;q=x", None),
        ] {
            let headers = [(ACCEPT, HeaderValue::from_static(list))].into_iter().collect();
            assert_eq!(preferred(&headers, &offered), best, "{list}");
        }
        assert_eq!(preferred(&HeaderMap::new(), &offered), Some(0));
        let mut twice = HeaderMap::new();
        for list in ["text/html;q=0.2", "text/csv"] {
            twice.append(ACCEPT, HeaderValue::from_static(list));
        }
        assert_eq!(preferred(&twice, &offered), Some(1));
    }
}
