//! `/auth/mfa…`: the second factor, one endpoint per file.

pub(in crate::http) mod disable;
pub(in crate::http) mod enable;
pub(in crate::http) mod setup;
pub(in crate::http) mod status;
pub(in crate::http) mod verify;
