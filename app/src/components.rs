//! What is on the screen, one component per file; the parts of a component are in the folder named after it.
//! A component reads stores, sends intents, and shows. Never: waiting, storing, network, browser bindings.

pub mod alerts;
pub mod avatar;
pub mod banner;
pub mod call;
pub mod call_bar;
pub mod composer;
pub mod dialogs;
pub mod dock;
pub mod field;
pub mod form_page;
pub mod icon;
pub mod live;
pub mod mark;
pub mod me_bar;
pub mod modal;
pub mod notice;
pub mod people;
pub mod sidebar;
pub mod thumb_bar;
pub mod timeline;
pub mod topbar;
pub mod typing_line;
