//! Files that people send: attached, on their way, fetched, shown, saved.

#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod store;
pub mod text;
