//! The Parley relay: one program that hosts a community without being able to read it.
//!
//! | module | contents |
//! |---|---|
//! | `command`, `writer` | every durable change; group commit |
//! | `storage` | the database: tables and queries |
//! | `core` | connections, fan-out, catch-up, calls, presence: frames in, frames out, no sockets |
//! | `gate`, `incoming`, `outgoing` | one connection's frames on their way in and out |
//! | `network`, `connection_slots`, `memory_budget`, `open_files`, `huge_pages` | limits on connections and memory |
//! | `blobs` | the files of blobs: written, read, removed |
//! | [`backup`] | backups: made, verified, restored |
//! | `auth` | passwords, tokens, rate limits, quotas |
//! | `admin` | what whoever runs the community sees of the relay |
//! | `doctor` | whether the world can reach the relay, and what to change if not |
//! | [`config`] | settings |
//! | [`cli`] | the command line |
//! | `telemetry`, `metrics` | logs, and what is counted |
//! | `http`, `server` | routes, sockets, threads |
//! | [`sandbox`], [`outgoing_hosts`] | what the relay denies itself, and to whom it connects |
//! | `mdns` | its announcement in the local network |
//! | [`relay`] | the whole relay, started and stopped as one |
//! | [`local`] | the same on one thread, without sockets, for tests and simulations |
//! | [`turn`], `ice` | STUN and TURN |
//! | [`tls`] | certificates |
//! | [`diagnosis`] | what a proxy in front does wrong |
//! | [`clock`], [`entropy`] | time and randomness as values |

mod admin;
pub mod age_keys;
#[cfg(target_env = "musl")]
mod allocator;
mod auth;
pub mod backup;
mod blobs;
pub mod cli;
pub mod clock;
mod command;
pub mod config;
mod connection_slots;
mod core;
pub mod diagnosis;
mod doctor;
pub mod entropy;
mod file_terms;
mod gate;
mod hex;
mod http;
#[cfg(target_os = "linux")]
mod huge_pages;
mod ice;
mod incoming;
mod link;
pub mod local;
mod log_state;
mod mdns;
mod memory_budget;
mod metrics;
mod network;
mod oidc;
#[cfg(target_os = "linux")]
pub mod open_files;
mod outgoing;
pub mod outgoing_hosts;
mod refusal;
pub mod relay;
pub mod sandbox;
mod server;
mod shared;
mod storage;
mod telemetry;
pub mod tls;
pub mod turn;
mod writer;

pub use auth::password::PasswordCost;
pub use auth::refresh::RefreshToken;
pub use blobs::disk::{Disk, SystemDisk};
pub use core::ConnectionId;
#[cfg(unix)]
pub use storage::private;
pub use storage::{Durability, OpenError};
