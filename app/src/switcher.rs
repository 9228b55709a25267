//! Going to a channel or a person by typing.

pub mod dialog;
mod matches;
