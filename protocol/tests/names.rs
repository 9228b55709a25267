//! Names of members and channels: what can be used in which language, and what only looks like another.

mod languages;
mod properties;
mod spoofs;
mod tables;
