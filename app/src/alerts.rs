//! What must not be missed: warnings about the relay, a removal, a damaged store. Each stays until it is dismissed.

#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod store;
pub mod text;
pub mod view;
