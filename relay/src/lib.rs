//! relay

pub mod turn;
