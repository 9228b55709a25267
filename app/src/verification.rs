//! Two people find out whether each sees the other's true keys: by comparing emoji, or by scanning a code. And the quiet
//! mark beside people who are verified.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod notices;
mod steps;
pub mod store;
mod text;
mod whom;
