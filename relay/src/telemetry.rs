//! What the relay tells its operator about itself. Nothing in it names a person, an address or a message.

pub(crate) mod logs;
