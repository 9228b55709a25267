//! What whoever runs the community sees of the relay: reports from the database and the log, and the local socket over
//! which a terminal asks the running relay. Reads no content, gives out no address.

#[cfg(unix)]
pub(crate) mod ask;
pub(crate) mod health;
pub(crate) mod invites;
pub(crate) mod members;
pub(crate) mod sessions;
#[cfg(unix)]
pub(crate) mod socket;
pub(crate) mod storage;
