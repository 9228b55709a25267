//! Going to a channel or a person by typing, and sending something there.

pub mod dialog;
pub mod forward;
mod matches;
