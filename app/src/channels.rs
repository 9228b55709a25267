//! The community and its channels: the left column, and the dialog that makes one.

pub mod channel_settings;
#[cfg(not(feature = "gallery"))]
pub mod driver;
mod header;
pub mod new_channel;
pub mod section;
pub mod sidebar;
pub mod store;
mod text_channel;
mod voice_channel;
mod voice_person;
