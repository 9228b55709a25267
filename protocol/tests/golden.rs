//! The exact text of everything that crosses the wire. A text that changes here changes for everybody who is
//! connected and for every log that is stored, so each difference must be meant.
//!
//! `PARLEY_GOLDEN=write cargo nextest run -p parley-protocol golden` writes the files anew; run it twice, because
//! the seeds of the fuzz targets are made from them.

mod book;
mod errors;
mod frames;
mod http;
mod log;
mod seeds;
mod stream;
mod vault;

pub use book::{every_golden_line, golden_lines, is_writing};
