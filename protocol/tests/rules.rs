//! The rules of the community log, one story each.

mod administering;
mod bounds;
mod calls;
mod channels;
mod deleting;
mod devices;
mod entries;
mod genesis;
mod guests;
mod history;
mod invites;
mod members;
mod readmission;
mod renaming;
mod roles;
mod rosters;
mod sessions;
mod vaults;
