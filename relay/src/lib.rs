//! The Parley relay: one program that hosts a community and reads nothing of what is said in it.
//!
//! | module | what lives there |
//! |---|---|
//! | `command`, `writer` | every durable change; many in one transaction |
//! | `storage` | the database: tables and queries |
//! | `core` | connections, fan-out, resuming, calls, presence: frames in, frames out, no sockets |
//! | `gate`, `outgoing` | one connection's texts on their way in and out |
//! | `network`, `places`, `held`, `open_files` | how much others may hold: connections, bytes; by network |
//! | `auth` | passwords, tokens, rate limits |
//! | [`config`] | settings |
//! | `http`, `server` | routes, sockets, threads |
//! | [`relay`] | all of it, started and stopped as one |
//! | [`local`] | the same on one thread, without sockets, for tests and simulations |
//! | [`turn`], `ice` | STUN and TURN |
//! | [`clock`], [`entropy`] | time and randomness as values |

mod auth;
pub mod clock;
mod command;
pub mod config;
mod core;
pub mod entropy;
mod gate;
mod held;
mod http;
mod ice;
pub mod local;
mod log_state;
mod network;
#[cfg(target_os = "linux")]
pub mod open_files;
mod outgoing;
mod places;
mod refusal;
pub mod relay;
mod server;
mod shared;
mod storage;
pub mod turn;
mod writer;

pub use auth::password::PasswordCost;
pub use auth::refresh::RefreshToken;
pub use core::ConnectionId;
#[cfg(unix)]
pub use storage::private;
pub use storage::{Durability, OpenError};
