//! Conversations of two people and of groups: the list of them, requests, who is in one, and who is blocked. What is
//! written in one is shown and written like a channel's.

pub mod conversation_dialog;
#[cfg(not(feature = "gallery"))]
pub mod driver;
pub mod list;
pub mod new_conversation;
mod people_choice;
pub mod request_bar;
pub mod requests_dialog;
pub mod ring_cards;
pub mod store;
mod text;
