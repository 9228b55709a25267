//! Roles: names for some of the members, and what they may do.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod editor;
mod holders;
pub mod store;
mod text;
