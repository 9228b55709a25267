//! A whole Parley client without a screen. Sans-IO: it takes input with the time, and gives out effects
//! in order. It builds for wasm32 and natively, and knows neither a browser nor a runtime.
//!
//! | module | what lives there |
//! |---|---|
//! | [`engine`] | [`Engine`]: one device of one member, connected or not |
//! | [`effect`] | what the engine gives out |
//! | [`enrol`] | how a device comes into being |
//! | [`password`], [`recovery`], [`vault`], [`identity`] | from a password or a recovery key to a member's keys |
//! | [`timeline`], [`alert`] | what the screen shows |
//! | [`relations`] | what people do with messages: edits, reactions, deletions, pins, threads, polls |
//! | [`mod@file`] | what messages say of their files, and how those are cut and sealed |
//! | [`custom_emoji`] | emoji that a community makes |
//! | [`picture`] | pictures that are sent: their size before they are decoded, and nothing in them but the picture |
//! | [`film`] | films that are sent, without what they tell of place and time |
//! | [`status`] | what people say of themselves |
//! | [`call`] | one stay in a voice channel: a mesh of connections |
//! | [`ringing`] | direct calls: who rings, who answered |
//! | [`direct`] | conversations of two people, or a group |
//! | [`verification`] | two members find out whether each sees the other's true identity |
//! | [`linking`] | a further device, by a code that another one shows |
//! | [`search`] | finding messages by words, in an index that this device makes of what it keeps |
//! | [`store`] | what a device keeps |
//! | [`rng`] | randomness as a value |

pub mod alert;
pub mod call;
mod checkpoint;
#[cfg(not(fuzzing))]
mod content;
#[cfg(fuzzing)]
pub mod content;
pub mod custom_emoji;
mod device;
pub mod direct;
pub mod effect;
pub mod engine;
pub mod enrol;
pub mod file;
pub mod film;
pub mod identity;
pub mod linking;
mod megolm;
mod named_heads;
mod olm;
pub mod passkey;
pub mod password;
pub mod picture;
pub mod recovery;
pub mod ringing;
pub mod rng;
pub mod search;
pub mod sorted;
pub mod store;
pub mod timeline;
pub mod vault;
pub mod verification;

pub use effect::{Effect, Event};
pub use engine::Engine;
pub use rng::Rng;
pub use timeline::{relations, status};
