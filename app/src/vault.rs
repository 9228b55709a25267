//! A vault is being read: after a sign-in, messages come back while the person reads and writes.

#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod store;
mod text;
pub mod view;
