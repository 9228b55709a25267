//! The browser, one of its interfaces per file. The only place in the app that names its bindings.
//! Each file gives out plain Rust, and cleans up after itself.

pub mod clipboard;
pub mod clock;
pub mod device_label;
pub mod focus;
pub mod http;
pub mod install;
mod js;
mod listener;
pub mod local_time;
pub mod location;
pub mod locks;
pub mod network;
pub mod persist;
pub mod random;
pub mod service_worker;
pub mod socket;
pub mod store;
pub mod task;
pub mod worker;
