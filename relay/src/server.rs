//! The running parts around the core: its thread, the readers, and the sockets. Decides nothing about members or
//! messages.

pub(crate) mod accept;
pub(crate) mod backend;
pub(crate) mod connection;
pub(crate) mod core_thread;
mod http;
pub(crate) mod in_flight;
pub(crate) mod operator;
pub(crate) mod readers;
pub(crate) mod wire;
