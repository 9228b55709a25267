//! Every sentence that depends on a state: short, friendly, never blaming, no jargon. Pure, so that it can be tested.

pub mod calls;
pub mod direction;
pub mod forms;
pub mod messages;
pub mod people;
