//! Going to a channel or a person by typing, and sending something there.

pub mod dialog;
mod field;
pub mod forward;
mod matches;
