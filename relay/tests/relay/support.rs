//! People with real keys, a relay on one thread, and a relay with real sockets.

pub(crate) mod account;
pub(crate) mod authenticator;
pub(crate) mod chain;
pub(crate) mod files;
mod fresh;
pub(crate) mod log;
pub(crate) mod person;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod server;
pub(crate) mod tls;
pub(crate) mod town;

pub(crate) use fresh::fresh;
