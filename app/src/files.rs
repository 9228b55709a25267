//! Files that people send: attached, on their way, fetched, shown, saved.

mod asks;
mod attach;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod drop;
mod figures;
mod lightbox;
mod of_message;
mod other;
pub mod parts;
mod picture;
mod pictures;
mod player;
mod preview;
mod progress;
mod recorder;
mod sign;
pub mod store;
pub mod text;
mod tray;
mod video;
mod waveform;
mod words;
mod zoom;
