//! How Parley looks and behaves in this browser.

pub mod appearance;
pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod preferences;
pub mod privacy;
pub mod sign_out;
pub mod store;
mod text;
