//! The relay as a process of its own, as an operator starts it.

mod command_line;
#[expect(dead_code, reason = "for stories to come")]
mod program;
