//! Letting people in: an invite link, its QR code, and the links that are still open.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod list;
pub mod store;
