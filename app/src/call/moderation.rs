//! Moderating calls, and being moderated: who may speak, who is moved, how many fit in.

pub mod member_dialog;
pub mod own;
pub mod rules_dialog;
pub mod text;
