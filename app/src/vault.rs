//! A vault is being read: after a sign-in, messages come back while the person reads and writes.

pub mod driver;
pub mod store;
mod text;
pub mod view;
