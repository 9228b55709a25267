//! What all features share: fields, icons, dialogs, and hooks into the page. Knows no feature and no store.

pub mod avatar;
pub mod confirm;
pub mod direction;
pub mod emoji;
pub mod field;
pub mod form_page;
pub mod hooks;
pub mod icon;
pub mod lazy;
pub mod lines;
pub mod mark;
pub mod modal;
pub mod qr_code;
pub mod reactive;
pub mod scanner;
pub mod skeleton;
pub mod strength;
pub mod trust_mark;
