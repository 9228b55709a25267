//! What the features' drivers share: the records kept in this browser, the relay's endpoints, and how a part hears of
//! something and says what it wants. Each feature's own driver is in the feature's folder; the one that runs them all
//! is in `shell`.
//!
//! A part owns its state. It takes the engine and the time as arguments, hears of what it started through its [`port`],
//! and returns what it wants of others as [`wish`]es. Nothing in the parts runs twice at a time.

pub mod appends;
pub mod assertion;
pub mod convert;
pub mod keeper;
pub mod password;
pub mod port;
pub mod readable;
pub mod relay;
pub mod set_changed;
pub mod unread;
pub mod wish;
