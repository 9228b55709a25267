//! How one sounds and what one hears: when the microphone is open, what is done to the sound, and the page of the
//! settings about it. What is decided here knows no browser and no clock.

pub mod arrivals;
pub mod buffering;
pub mod evenness;
pub mod gate;
mod hearing;
pub mod hold;
pub mod keys;
pub mod options_button;
pub mod page;
pub mod plugged;
mod processing;
mod switch;
mod talking;
mod trial;
