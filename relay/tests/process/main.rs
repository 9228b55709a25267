//! The relay as a process of its own, as an operator starts it: its command line, and what a kill in the middle of work
//! leaves behind. `PARLEY_CRASHES` is the number of kills (20); the result of a long run is in `docs/crashes.md`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets something else has failed"
)]

mod command_line;
mod crash;
mod damage;
mod healthcheck;
#[expect(dead_code, reason = "for stories to come")]
mod program;
mod start;
#[expect(dead_code, reason = "shared with the other tests, which use all of it")]
mod support;
