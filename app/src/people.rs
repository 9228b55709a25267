//! The members: the right column, and the dialogs about one and about oneself.

#[cfg(not(feature = "gallery"))]
pub mod driver;
mod groups;
pub mod own_name;
pub mod own_status;
mod person;
pub mod remove_member;
mod status;
pub mod store;
pub mod text;
pub mod view;
