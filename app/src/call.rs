//! Voice: the call this browser is in, who else is in it, and how their sound travels.

pub mod bar;
pub mod buttons;
pub mod devices;
pub mod dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod elsewhere;
pub mod meter;
pub mod moderation;
mod panel;
mod person;
mod signal_bars;
pub mod sound;
pub mod stage;
pub mod store;
mod text;
pub mod visit;
