//! What the door asks of the chunk behind it: somebody's way to a device here.

use std::future::Future;
use std::pin::Pin;

use parley_client::Engine;

use crate::driver::keeper::{Keeper, Loaded};
use crate::driver::wish::Wishes;
use crate::enrolment::store::SessionIntent;

pub(super) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

pub(super) trait Enrolling {
    /// Keys go into the keeper. An engine is there when only its session has ended.
    fn handle_intent<'a>(
        &'a mut self,
        intent: SessionIntent,
        keeper: &'a mut Keeper,
        engine: Option<&'a mut Engine>,
    ) -> Pending<'a, Wishes>;

    /// The page was closed before the relay answered a registration. Whether to go on with what the store holds.
    fn ask_again<'a>(
        &'a mut self,
        loaded: &'a Loaded,
        keeper: &'a mut Keeper,
    ) -> Pending<'a, (bool, Wishes)>;

    /// Shows the page for what the address asks for.
    fn receive(&mut self) -> Pending<'_, Wishes>;

    /// The relay may be back.
    fn try_again(&mut self) -> Pending<'_, Wishes>;
}
