//! People with real keys, as in the other tests of the relay.

#[path = "../relay/support/chain.rs"]
pub(crate) mod chain;
#[path = "../relay/support/fresh.rs"]
mod fresh;
#[path = "../relay/support/person.rs"]
pub(crate) mod person;
#[path = "../relay/support/town.rs"]
pub(crate) mod town;

pub(crate) use fresh::fresh;
