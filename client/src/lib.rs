//! client
pub mod call;
