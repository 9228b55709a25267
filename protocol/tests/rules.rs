//! The rules of the community log, one story each.

mod channels;
mod devices;
mod entries;
mod genesis;
mod invites;
mod members;
mod roles;
