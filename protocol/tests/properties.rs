//! What is true whatever comes: nothing panics, nobody gains what nobody granted, all reducers agree.

mod agreement;
mod no_panics;
mod past;
