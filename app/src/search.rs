//! Finding messages by words and filters, in an index that a worker keeps.

#[cfg(not(feature = "gallery"))]
pub mod driver;
mod field;
mod hints;
pub mod panel;
mod results;
pub mod store;
mod text;
