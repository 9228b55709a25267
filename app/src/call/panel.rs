//! How the call is: how long it has lasted, who can listen, how good each connection is and was.

pub mod duration;
pub mod facts;
mod graph;
pub mod lock;
pub mod quality;
