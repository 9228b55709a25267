//! A further device of one's own, without typing a password: the one that is there shows a code, the new one reads it.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod page;
pub mod store;
mod text;
