//! kompetensnav: from a worker's skills to a way on.
//!
//! It reads the words of a worker (occupation, skills, licences, situation), ranks other
//! occupations and explains each: what is missing, which courses close the gap, demand, wage,
//! reasons for and against.
//!
//! # One query
//!
//! ```
//! use kompetensnav::{
//!     dataset::starter,
//!     domain::{MatchStatus, Profile},
//!     engine::Engine,
//!     model::{self, Ranker},
//! };
//!
//! // The set embedded in the program; `DataSet::load` and `Model::load` read an imported one.
//! let dataset = starter::dataset()?;
//! let model = model::train(&dataset, Ranker::shipped()?)?;
//! let engine = Engine::new(dataset, model);
//!
//! let worker = Profile {
//!     titles: vec!["montör, bilindustri".into()],
//!     skills: vec!["svetsning".into()],
//!     licences: vec!["truckkort".into()],
//!     ..Profile::default()
//! };
//! let answer = engine.recommend(&worker, 5);
//!
//! assert_eq!(answer.match_status, MatchStatus::Matched);
//! let best = &answer.own_sector[0];
//! assert_eq!(best.rank, 1);
//! assert!(best.gap.essential_have > 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # One batch
//!
//! A list of workers gives one record a row, in the order of the list; a bad row is a record with
//! its reason.
//!
//! ```
//! use std::io::Cursor;
//!
//! use jiff::civil::date;
//! use kompetensnav::{
//!     batch::{self, Form, Progress, Settings},
//!     dataset::starter,
//!     engine::Engine,
//!     intake,
//!     model::{self, Ranker},
//! };
//!
//! let dataset = starter::dataset()?;
//! let model = model::train(&dataset, Ranker::shipped()?)?;
//! let engine = Engine::new(dataset, model);
//!
//! let list = "ref;yrke;sista_dag\nA1;Servitris;2027-01-31\nA2;;2027-01-31\n";
//! let today = date(2026, 11, 1);
//! let mut rows = intake::from_reader(Cursor::new(list), "list.csv", None, today)?;
//! let mut result = Vec::new();
//! let settings = Settings::new(Form::Ndjson, 3);
//! let summary = batch::run(&engine, &mut rows, settings, Progress::default(), &mut result)?;
//!
//! assert_eq!((summary.rows, summary.matched), (2, 1));
//! assert_eq!(summary.refused["empty_profile"], 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The map
//!
//! Each module uses only those below it in this table.
//!
//! | module | what |
//! |---|---|
//! | [`cli`] | the commands; only it touches the process |
//! | [`api`] | JSON and the pages over HTTP |
//! | [`pages`] | the adviser's pages as HTML; knows nothing of the web |
//! | [`eval`] | measures on judged sets, beside simple baselines |
//! | [`hub`] | work that outlives a request: batches, plans and decisions |
//! | [`store`] | what a hub keeps on disk; the only place that names rusqlite |
//! | [`cohort`] | a whole list under one budget: seats, windows and fair shares |
//! | [`audit`] | what a batch suggests, compared between groups of people |
//! | [`forecast`] | what a notice is likely to need, from counts before names exist |
//! | [`esf`] | hours of training by participant and month |
//! | [`batch`] | a whole list on all cores |
//! | [`intake`] | lists of workers, row by row |
//! | [`engine`] | one query: resolve, score, admit, top, explain |
//! | [`window`] | rules of notice and furlough, and whether a course fits |
//! | [`funding`] | rules of paying for studies, and what an adviser confirmed |
//! | [`plot`] | pictures and pages |
//! | [`words`] | figures and lists in Swedish and English |
//! | [`index`] | full-text search of occupations, skills and courses |
//! | [`model`] | features, similarity and the ranker |
//! | [`dataset`] | official files and the starter set as one checked value |
//! | [`domain`] | the vocabulary; values only |
//! | [`telemetry`] | the log, and spans where they are built in |

pub mod api;
pub mod audit;
pub mod batch;
pub mod cli;
pub mod cohort;
pub mod dataset;
pub mod domain;
pub mod engine;
pub mod esf;
pub mod eval;
pub mod forecast;
pub mod funding;
pub mod hub;
pub mod index;
pub mod intake;
pub mod model;
pub mod pages;
pub mod plot;
pub mod store;
pub mod telemetry;
pub mod window;
pub mod words;
