//! The protocol between Parley's parts: wire types, limits, and the community log with its rules.
//!
//! Everything here is a pure value or a pure function. No clock, no randomness, no IO: time and random values are
//! arguments, and malformed input gives a typed error, never a panic.
//!
//! | module | contents |
//! |---|---|
//! | [`ids`], [`keys`] | newtypes for every id, key, signature and hash |
//! | [`limits`] | limits that relay and client both enforce |
//! | [`entry`] | signed entries of the community log |
//! | [`community`] | the reducer over the log: who may do what |
//! | [`invite`] | invite links and proofs |
//! | [`link`] | the code that joins two devices of a member |
//! | [`channel`] | items of a channel: announcements and encrypted messages |
//! | [`mail`] | to-device messages (Olm), and the prekeys that start an Olm session |
//! | [`vault`] | segments of a member's vault |
//! | [`voice`] | rosters of voice channels, TURN credentials |
//! | [`files`] | blobs: who may read them, how long they live |
//! | [`auth`] | bodies of the HTTP endpoints |
//! | [`admin`] | bodies of the HTTP endpoints for whoever runs the community |
//! | [`frame`] | frames on the socket |
//! | [`map`] | sorted maps and sets of ids and keys |
//! | [`json`] | JSON encoding of all of it |
//! | [`names`] | allowed names, and when two names are the same |
//! | [`signing`] | the exact bytes that each kind of signature covers |
//! | [`error`] | errors that cross the wire |

#[macro_use]
mod bytes;
pub mod admin;
pub mod auth;
pub mod channel;
pub mod community;
pub mod entry;
pub mod error;
pub mod files;
mod flat;
pub mod frame;
pub mod ids;
pub mod invite;
pub mod json;
pub mod keys;
pub mod limits;
pub mod link;
pub mod mail;
pub mod map;
pub mod names;
pub mod signing;
pub mod vault;
pub mod voice;

pub use bytes::ParseBytesError;

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = u64;
