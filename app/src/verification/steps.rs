//! What the dialog shows, one step at a time.

mod choose;
mod compare;
mod outcome;
mod scan;
mod show_code;
mod wait;

pub(super) use choose::Choose;
pub(super) use compare::Compare;
pub(super) use outcome::{Failed, Verified};
pub(super) use scan::Scan;
pub(super) use show_code::ShowCode;
pub(super) use wait::Wait;
