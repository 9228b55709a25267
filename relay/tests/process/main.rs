//! The relay as a process of its own, as an operator starts it: its command line, and what a kill in the middle of work
//! leaves behind. `PARLEY_CRASHES` is the number of kills (20); the result of a long run is in `docs/crashes.md`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets something else has failed"
)]

#[cfg(target_os = "linux")]
mod backups;
#[cfg(target_os = "linux")]
mod bucket;
mod command_line;
mod crash;
mod damage;
mod healthcheck;
#[cfg(target_os = "linux")]
mod lan;
mod program;
#[cfg(target_os = "linux")]
mod sandbox;
mod start;
#[expect(dead_code, reason = "shared with the other tests, which use all of it")]
mod support;
