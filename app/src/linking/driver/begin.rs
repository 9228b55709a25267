//! Which side this browser is on.

use super::new_side::NewSide;
use super::old_side::OldSide;
use super::running::{LinkingHere, LinkingInput, Running};
use crate::driver::port::Port;
use crate::linking::store::LinkingIntent;
use crate::platform::clock;
use crate::stores::Stores;

/// Begins the side that was asked for.
pub(super) fn side(
    intent: LinkingIntent,
    stores: Stores,
    port: Port<LinkingInput>,
    here: LinkingHere<'_>,
) -> Option<Box<dyn Running>> {
    let number = clock::now();
    match intent {
        LinkingIntent::ShowCode => Some(Box::new(OldSide::begin(number, stores, port, here))),
        LinkingIntent::UseCode(code) => {
            let side = NewSide::begin(number, &code, stores, port)?;
            Some(Box::new(side))
        }
        LinkingIntent::Decide(_) | LinkingIntent::Close => None,
    }
}
