//! The relay as a process of its own, as an operator starts it.

#[cfg(target_os = "linux")]
mod backups;
#[cfg(target_os = "linux")]
mod bucket;
mod command_line;
mod healthcheck;
#[cfg(target_os = "linux")]
mod lan;
mod program;
#[cfg(target_os = "linux")]
mod sandbox;
