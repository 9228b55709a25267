//! The members: the right column, and the dialog that removes one.

#[cfg(not(feature = "gallery"))]
pub mod driver;
mod groups;
mod person;
pub mod remove_member;
pub mod store;
mod text;
pub mod view;
