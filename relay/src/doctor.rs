//! Whether the world can reach this relay, and what to change if not. Facts are gathered from this machine alone, by
//! asking nobody else; findings are made of them by pure functions. What only somebody outside can see, the
//! administrator's browser says.

pub(crate) mod address;
mod checks;
pub(crate) mod facts;
mod firewall;
mod gather;
mod port;

pub(crate) use checks::findings;
pub(crate) use gather::{LookedFrom, gather};
