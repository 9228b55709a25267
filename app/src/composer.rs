//! Writing: the composer, drafts, and who else is typing.

#[cfg(not(feature = "gallery"))]
pub mod driver;
mod mode_strip;
pub mod new_poll;
pub mod store;
mod text;
pub mod typing_line;
pub mod view;
