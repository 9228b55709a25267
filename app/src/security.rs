//! What protects this community: the figures that two people can compare, and the recovery key.

pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod recovery_key;
pub mod store;
