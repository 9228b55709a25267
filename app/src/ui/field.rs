//! Form fields with a real label, a hint, and the problem next to them.

pub mod password;
pub mod text;
