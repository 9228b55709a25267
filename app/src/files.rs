//! Files that people send: attached, on their way, fetched, shown, saved.

pub mod store;
pub mod text;
