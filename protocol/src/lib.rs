//! What Parley's parts say to each other: wire types, limits, and the community log with its rules.
//!
//! Everything here is a pure value or a pure function. No clock, no randomness, no IO: time and random
//! values come in as arguments, and any bytes from outside give a typed error, never a panic.
//!
//! | module | what lives there |
//! |---|---|
//! | [`ids`], [`keys`] | newtypes for every id, key, signature and hash |
//! | [`limits`] | the bounds that relay and client both enforce |
//! | [`entry`] | one signed entry of the community log |
//! | [`community`] | the reducer: who may do what, decided entry by entry |
//! | [`invite`] | the invite and its link |
//! | [`channel`] | what a channel's stream is made of: announcements and encrypted messages |
//! | [`mail`] | Olm ciphertext from device to device, and the keys that start a session |
//! | [`voice`] | the roster of a voice channel, TURN credentials |
//! | [`auth`] | bodies of the HTTP endpoints |
//! | [`frame`] | what travels on the socket |
//! | [`json`] | how all of it is written and read |
//! | [`names`] | which names may be used, and when two are the same |
//! | [`signing`] | the exact bytes that each kind of signature covers |
//! | [`error`] | the errors that cross the wire |

#[macro_use]
mod bytes;
pub mod auth;
pub mod channel;
pub mod community;
pub mod entry;
pub mod error;
mod flat;
pub mod frame;
pub mod ids;
pub mod invite;
pub mod json;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod names;
pub mod signing;
pub mod voice;

pub use bytes::ParseBytesError;

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = u64;
