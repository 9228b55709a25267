//! The messages of a channel, and what happened between them.

mod announcer;
mod code_block;
mod custom;
mod day_line;
mod delivery_line;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod edits_dialog;
mod event_line;
mod extras;
mod gap_line;
mod line;
mod locked_line;
mod markup;
mod mention;
mod message;
mod names;
mod own_link;
pub mod pins_dialog;
mod plain;
mod pointing;
mod reading;
mod rich_text;
mod rows;
pub mod saved_dialog;
pub mod states;
pub mod store;
pub mod text;
pub mod thread_dialog;
pub mod threads_dialog;
mod undo;
mod unread_line;
pub mod view;
