//! What components need of the page around them: dialogs, focus, scrolling, the keyboard on the screen, local time.
//! One matter per file, each cleaning up after itself. Elements come in as Leptos node references; what can only be
//! said with a browser binding is in `platform`, and passed on from here.
//! Never: storage of content, network, media. Those are the drivers'.

pub mod dialog;
pub mod element;
pub mod keyboard;
pub mod scroll;

#[cfg(not(feature = "gallery"))]
pub use crate::platform::footprint;
pub use crate::platform::{
    address, anchor, blob, boot_frame, camera, device_label, enlarge, focus, in_view, line,
    local_time, location, media_player, on_screen, picture, preview, recorder, task, version,
    video_view,
};
