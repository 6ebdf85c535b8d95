//! Exact text similarity over an inverted index: what the simple baselines are made of.

use std::collections::HashMap;

/// Saturation of term frequency in BM25 (Lucene's default).
const K1: f64 = 1.2;
/// Weight of document length in BM25 (Lucene's default).
const B: f64 = 0.75;

/// What a text is made of. Case never counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Analyzer {
    /// Runs of letters, digits and `_`.
    Words,
    /// Character n-grams of the whole text, blanks included (scikit-learn's `char`).
    Chars {
        /// Shortest n-gram.
        min: usize,
        /// Longest n-gram.
        max: usize,
    },
    /// Character n-grams of each word with a blank before and after (scikit-learn's `char_wb`).
    CharsInWords {
        /// Shortest n-gram.
        min: usize,
        /// Longest n-gram.
        max: usize,
    },
}

impl Analyzer {
    /// Calls `each` with every term of a text, in order, repeats included.
    fn for_each_term(self, text: &str, mut each: impl FnMut(&str)) {
        let text = text.to_lowercase();
        match self {
            Self::Words => text
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty())
                .for_each(each),
            Self::Chars { min, max } => {
                let words: Vec<&str> = text.split_whitespace().collect();
                grams(&words.join(" "), min, max, &mut each);
            }
            Self::CharsInWords { min, max } => {
                for word in text.split_whitespace() {
                    grams(&format!(" {word} "), min, max, &mut each);
                }
            }
        }
    }
}

/// All n-grams of `min..=max` characters; a text shorter than n is itself one, once.
fn grams(text: &str, min: usize, max: usize, each: &mut impl FnMut(&str)) {
    let mut bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let chars = bounds.len();
    bounds.push(text.len());
    if chars == 0 {
        return;
    }
    for n in min..=max {
        if n >= chars {
            each(text);
            return;
        }
        (0..=chars - n).for_each(|at| each(&text[bounds[at]..bounds[at + n]]));
    }
}

/// How terms weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weighting {
    /// Cosine of tf x idf, idf = ln((1 + N) / (1 + df)) + 1 (scikit-learn's default).
    TfIdfCosine,
    /// BM25 with idf = ln(1 + (N - df + 0.5) / (df + 0.5)) (Lucene).
    Bm25,
}

/// Sparse rows, read by column: for each term the rows that have it, with their weight there.
#[derive(Debug, Default)]
pub(super) struct Postings {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    rows: usize,
}

impl Postings {
    /// Turns rows of (term, weight) round. Terms are below `terms`.
    pub(super) fn new(terms: usize, rows: &[Vec<(u32, f32)>]) -> Self {
        let mut starts = vec![0; terms + 1];
        for (term, _) in rows.iter().flatten() {
            starts[*term as usize + 1] += 1;
        }
        for term in 0..terms {
            starts[term + 1] += starts[term];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[terms]];
        for (row, at) in rows.iter().zip(0_u32..) {
            for (term, weight) in row {
                let slot = &mut next[*term as usize];
                entries[*slot] = (at, *weight);
                *slot += 1;
            }
        }
        Self { starts, entries, rows: rows.len() }
    }

    /// Dot product of a sparse query with every row.
    pub(super) fn scores(&self, query: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.rows];
        for (term, weight) in query {
            let term = *term as usize;
            for (row, there) in &self.entries[self.starts[term]..self.starts[term + 1]] {
                scores[*row as usize] += weight * there;
            }
        }
        scores
    }
}

/// A searchable list of texts.
#[derive(Debug)]
pub(super) struct TextIndex {
    analyzer: Analyzer,
    weighting: Weighting,
    vocabulary: HashMap<String, u32>,
    idf: Vec<f64>,
    postings: Postings,
}

impl TextIndex {
    /// Indexes texts; their positions are what [`Self::scores`] is by.
    pub(super) fn new<'a>(
        analyzer: Analyzer,
        weighting: Weighting,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut vocabulary = HashMap::new();
        let counts: Vec<Vec<(u32, u32)>> = texts
            .into_iter()
            .map(|text| {
                let mut terms = Vec::new();
                analyzer.for_each_term(text, |term| {
                    let next = number(vocabulary.len());
                    let known = vocabulary.get(term).copied();
                    terms.push(known.unwrap_or_else(|| {
                        vocabulary.insert(term.to_owned(), next);
                        next
                    }));
                });
                counted(terms)
            })
            .collect();
        let mut df = vec![0_u32; vocabulary.len()];
        counts.iter().flatten().for_each(|(term, _)| df[*term as usize] += 1);
        let n = counts.len() as f64;
        let idf: Vec<f64> = df
            .into_iter()
            .map(|df| match weighting {
                Weighting::TfIdfCosine => ((1.0 + n) / (1.0 + f64::from(df))).ln() + 1.0,
                Weighting::Bm25 => (1.0 + (n - f64::from(df) + 0.5) / (f64::from(df) + 0.5)).ln(),
            })
            .collect();
        let length = |row: &[(u32, u32)]| row.iter().map(|(_, tf)| f64::from(*tf)).sum::<f64>();
        let mean = counts.iter().map(|row| length(row)).sum::<f64>() / n.max(1.0);
        let rows: Vec<Vec<(u32, f32)>> = counts
            .iter()
            .map(|row| match weighting {
                Weighting::TfIdfCosine => unit(row, &idf),
                Weighting::Bm25 => {
                    let norm = K1 * (1.0 - B + B * length(row) / mean.max(f64::MIN_POSITIVE));
                    weighted(row, |term, tf| idf[term] * tf * (K1 + 1.0) / (tf + norm))
                }
            })
            .collect();
        let postings = Postings::new(vocabulary.len(), &rows);
        Self { analyzer, weighting, vocabulary, idf, postings }
    }

    /// Similarity of a text to every indexed one; 0 where they share nothing.
    pub(super) fn scores(&self, text: &str) -> Vec<f32> {
        let mut terms = Vec::new();
        self.analyzer.for_each_term(text, |term| terms.extend(self.vocabulary.get(term).copied()));
        let row = counted(terms);
        let query = match self.weighting {
            Weighting::TfIdfCosine => unit(&row, &self.idf),
            Weighting::Bm25 => weighted(&row, |_, tf| tf),
        };
        self.postings.scores(&query)
    }
}

/// Row numbers fit 32 bits: no vocabulary here is near four billion terms.
fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Terms with how often they come, ascending.
fn counted(mut terms: Vec<u32>) -> Vec<(u32, u32)> {
    terms.sort_unstable();
    terms.chunk_by(|a, b| a == b).map(|run| (run[0], number(run.len()))).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "weights are stored in single precision")]
fn weighted(row: &[(u32, u32)], weight: impl Fn(usize, f64) -> f64) -> Vec<(u32, f32)> {
    row.iter().map(|(term, tf)| (*term, weight(*term as usize, f64::from(*tf)) as f32)).collect()
}

/// tf x idf, scaled to length 1.
fn unit(row: &[(u32, u32)], idf: &[f64]) -> Vec<(u32, f32)> {
    let weight = |term: usize, tf: f64| tf * idf[term];
    let squares: f64 =
        row.iter().map(|(term, tf)| weight(*term as usize, f64::from(*tf)).powi(2)).sum();
    let norm = squares.sqrt().max(f64::MIN_POSITIVE);
    weighted(row, |term, tf| weight(term, tf) / norm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(analyzer: Analyzer, text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        analyzer.for_each_term(text, |term| terms.push(term.to_owned()));
        terms
    }

    #[test]
    fn terms_are_those_of_scikit_learn() {
        assert_eq!(terms(Analyzer::Words, "CNC-operatör, B2"), ["cnc", "operatör", "b2"]);
        let chars = Analyzer::Chars { min: 1, max: 3 };
        assert_eq!(terms(chars, "Åk  b"), ["å", "k", " ", "b", "åk", "k ", " b", "åk ", "k b"]);
        assert_eq!(terms(chars, "åk"), ["å", "k", "åk"]);
        assert!(terms(chars, " ").is_empty());
        let inside = Analyzer::CharsInWords { min: 3, max: 5 };
        // " a " is shorter than four characters: it counts once, not for 3, 4 and 5.
        assert_eq!(terms(inside, "a åk"), [" a ", " åk", "åk ", " åk "]);
    }

    #[test]
    fn cosine_is_one_for_equal_texts_and_zero_for_strangers() {
        let analyzer = Analyzer::CharsInWords { min: 3, max: 5 };
        let texts = ["svetsare", "bågsvetsare", "kock"];
        let scores = TextIndex::new(analyzer, Weighting::TfIdfCosine, texts).scores("Svetsare");
        assert!((scores[0] - 1.0).abs() < 1e-6);
        assert!(scores[1] > 0.2 && scores[1] < 0.9);
        assert!(scores[2].abs() < f32::EPSILON);
    }

    #[test]
    fn bm25_by_hand() {
        let index = TextIndex::new(Analyzer::Words, Weighting::Bm25, ["a b", "a a c c"]);
        let scores = index.scores("b b a");
        // N 2, mean length 3; df(a) 2, df(b) 1.
        let (a, b) = ((1.0_f64 + 0.5 / 2.5).ln(), (1.0_f64 + 1.5 / 1.5).ln());
        let norm = |length: f64| 1.2 * (0.25 + 0.75 * length / 3.0);
        let first = 2.0 * b * 2.2 / (1.0 + norm(2.0)) + a * 2.2 / (1.0 + norm(2.0));
        let second = a * 2.0 * 2.2 / (2.0 + norm(4.0));
        assert!((f64::from(scores[0]) - first).abs() < 1e-6);
        assert!((f64::from(scores[1]) - second).abs() < 1e-6);
    }

    #[test]
    fn nothing_indexed_is_nothing_found() {
        let texts: [&str; 0] = [];
        assert!(TextIndex::new(Analyzer::Words, Weighting::Bm25, texts).scores("a").is_empty());
    }
}
