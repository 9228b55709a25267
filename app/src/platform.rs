//! The browser, one of its interfaces per file. The only place in the app that names its bindings.
//! Each file gives out plain Rust, and cleans up after itself.

pub mod address;
pub mod anchor;
pub mod boot_frame;
pub mod camera;
pub mod clipboard;
pub mod clock;
pub mod device_label;
pub mod download;
pub mod focus;
pub mod footprint;
pub mod http;
pub mod install;
mod js;
pub mod level_meter;
pub mod line;
mod listener;
pub mod local_time;
pub mod location;
pub mod locks;
pub mod microphone;
pub mod network;
pub mod passkey;
pub mod peer_connection;
pub mod persist;
pub mod playback;
pub mod print;
pub mod random;
pub mod service_worker;
pub mod socket;
mod speech;
pub mod speech_watch;
pub mod store;
pub mod task;
pub mod version;
pub mod viewport;
pub mod worker;
