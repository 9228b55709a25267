//! The rules of the community log, one story each.

mod bounds;
mod channels;
mod devices;
mod entries;
mod genesis;
mod history;
mod invites;
mod members;
mod roles;
mod sessions;
