//! What the door asks of the chunk behind it: a call in this browser. Nothing else of the chunk is named outside it.

use std::future::Future;
use std::pin::Pin;

use parley_client::Engine;
use parley_client::call::{CallEffect, CallEnd};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::DeviceId;

use super::input::MediaEvent;
use crate::call::store::CallIntent;
use crate::driver::wish::Wishes;
use crate::ids::ChannelId;

/// What is wanted of others in the end.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Wishes> + 'a>>;

pub trait RunningCall {
    fn handle_intent<'a>(
        &'a mut self,
        intent: CallIntent,
        engine: Option<&'a mut Engine>,
        now: u64,
    ) -> Pending<'a>;

    fn handle<'a>(
        &'a mut self,
        event: MediaEvent,
        engine: Option<&'a mut Engine>,
        now: u64,
    ) -> Pending<'a>;

    /// Does what the engine wants of connections, and shows what it says about them.
    fn carry_out(&mut self, effect: CallEffect);

    /// `next`: what is joined then.
    fn leave(&mut self, next: Option<&ChannelId>, engine: Option<&mut Engine>, now: u64);

    /// Lets go of microphone, connections and loudspeakers.
    fn end(&mut self);

    /// The relay did not let this device in.
    fn refused(&mut self, code: &ErrorCode);

    /// Does at once what the log says about who may speak and hear.
    fn obey(&mut self, engine: &Engine);

    /// Says why the call is over. Where it goes on, if somebody moved this device.
    fn ended(&mut self, why: CallEnd, engine: &Engine) -> Option<ChannelId>;

    /// Listens to those who can be heard now, and to nobody else.
    fn listen(&mut self, engine: &Engine);

    /// Whether a device of this call is speaking, as measured here. `None` for one that is not heard here.
    fn hears_speaking(&self, device: &DeviceId) -> Option<bool>;

    /// Whether this device itself is speaking, for the others to hear.
    fn speaks(&self) -> bool;
}
