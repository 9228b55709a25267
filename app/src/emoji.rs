//! The community's own emoji: who may, adds and takes them away; everybody uses them.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod form;
mod list;
pub mod store;
mod text;
