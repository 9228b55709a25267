//! Writing: the composer and what helps in it, drafts, and who else is typing.

mod assist;
mod commands;
mod completion;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod emoji_button;
mod mode_strip;
pub mod new_poll;
pub mod store;
mod text;
mod trigger;
pub mod typing_line;
pub mod view;
