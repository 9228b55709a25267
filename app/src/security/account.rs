//! One's own account: password, a copy of what is one's own, and leaving for good.

pub mod change_password;
pub mod delete;
pub mod page;
