//! The way to the relay: whether it can be reached, and the banner while it cannot.

pub mod banner;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod obstacle;
pub mod store;
mod text;
