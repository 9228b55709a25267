//! The pages of a guest: a form with a name, the call, and its end.

pub mod page;
