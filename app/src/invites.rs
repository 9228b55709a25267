//! Letting people in: an invite link, its QR code, the links that are still open, and letting
//! back in who lost all keys.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod guest_link;
pub mod let_back_in;
pub mod list;
mod made;
pub mod store;
