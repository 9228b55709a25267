//! For whoever runs the community: how the relay is and whether the world reaches it, members, invites, who is signed in,
//! what takes room, and who did what when.

mod audit;
pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod findings;
mod members;
mod overview;
mod part;
mod sessions;
mod storage;
pub mod store;
mod text;
mod traffic;
