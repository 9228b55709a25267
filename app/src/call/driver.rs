//! Voice, behind the page. Who is in which channel is known at once; microphone, connections and loudspeakers are in a
//! chunk of their own (`media`), which is loaded with the first thing that is asked of them.

mod choices;
mod input;
mod media;
pub mod moderation;
mod rosters;
mod running;
mod standing;

use leptos::prelude::{Effect, Get, GetUntracked, Set, Update};
use parley_client::Engine;
use parley_client::call::{CallEffect, CallEnd};
use parley_protocol::error::ErrorCode;

use self::choices::PictureChoices;
use self::media::Media;
use self::running::RunningCall;
use super::store::{CallIntent, CallProblem, CallState, CallStore, MyCall};
use super::text;
use crate::chunk::chunk;
use crate::driver::convert::{channel_id, millis};
use crate::driver::keeper::Loaded;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::ids::ChannelId;
use crate::platform::{peer_connection, tab_memory, task, version};
use crate::stores::Stores;

pub use self::input::CallInput;

type Begin = fn(Stores, Port<CallInput>, PictureChoices) -> Box<dyn RunningCall>;

chunk!(call: fn load() -> Begin = begin);

fn begin() -> Begin {
    |stores, port, kept| Box::new(Media::new(stores, port, &kept))
}

/// The name under which a tab remembers the channel whose call it is in.
const IN_CALL: &str = "parley-call";

/// The door to the call that this browser is in.
pub struct Call {
    stores: Stores,
    store: CallStore,
    port: Port<CallInput>,
    running: Option<Box<dyn RunningCall>>,
    is_loading: bool,
    /// What was asked for while the chunk was on its way, in order.
    waiting: Vec<CallIntent>,
    kept: PictureChoices,
}

/// Passes on the setting that hides the address. Called once, while the page is being built.
pub fn follow(stores: Stores, port: Port<CallInput>) {
    Effect::new(move || port.put(CallInput::HideAddress(stores.prefs.hide_address.get())));
}

impl Call {
    pub fn new(stores: Stores, port: Port<CallInput>) -> Self {
        stores.call.is_possible.set(peer_connection::is_supported());
        Self {
            stores,
            store: stores.call,
            port,
            running: None,
            is_loading: false,
            waiting: Vec::new(),
            kept: PictureChoices::default(),
        }
    }

    /// A device is here, with what was chosen before.
    pub fn enter(&mut self, engine: &mut Engine, loaded: &Loaded, now: u64) {
        engine.set_relay_only(self.stores.prefs.hide_address.get_untracked(), now);
        self.kept = choices::restore(&self.store, loaded);
        // The page was loaded anew during a call: back into it.
        // A direct call comes back by what the engine keeps of it.
        let is_channel = |id: &ChannelId| {
            channel_id(id).is_some_and(|id| engine.community().channels().contains_key(&id))
        };
        let channel = tab_memory::read(IN_CALL).map(ChannelId::from);
        if let Some(channel) = channel.filter(is_channel) {
            self.stores.actions.send(CallIntent::JoinVoice(channel));
        }
    }

    pub async fn handle_intent(
        &mut self,
        intent: CallIntent,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        match (&mut self.running, intent) {
            (Some(running), intent) => return running.handle_intent(intent, engine, now).await,
            (None, CallIntent::LeaveVoice) => self.end(),
            (None, CallIntent::JoinVoice(channel)) => {
                if engine.is_some() {
                    self.store.mine.set(Some(MyCall {
                        channel: channel.clone(),
                        state: CallState::Joining,
                        since: millis(now),
                    }));
                    self.wait_with(CallIntent::JoinVoice(channel));
                }
            }
            (None, intent) => self.wait_with(intent),
        }
        Wishes::new()
    }

    pub async fn handle(
        &mut self,
        input: CallInput,
        mut engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        let mut wishes = Wishes::new();
        match input {
            CallInput::HideAddress(hide) => {
                if let Some(engine) = engine {
                    engine.set_relay_only(hide, now);
                }
            }
            CallInput::Loaded(Ok(begin)) => {
                self.is_loading = false;
                let running = begin(self.stores, self.port.clone(), self.kept.clone());
                let running = self.running.insert(running);
                for intent in std::mem::take(&mut self.waiting) {
                    let engine = engine.as_deref_mut();
                    wishes.extend(running.handle_intent(intent, engine, now).await);
                }
            }
            CallInput::Loaded(Err(problem)) => self.show_not_loaded(problem),
            CallInput::Media(event) => {
                if let Some(running) = &mut self.running {
                    return running.handle(event, engine, now).await;
                }
            }
        }
        wishes
    }

    /// Does what the engine wants of connections, and shows what it says about them.
    pub fn carry_out(&mut self, effect: CallEffect) {
        if let Some(running) = &mut self.running {
            running.carry_out(effect);
        }
    }

    /// Leaves the call that this browser is in, to join another one.
    pub fn leave_for(&mut self, next: &ChannelId, engine: Option<&mut Engine>, now: u64) {
        match &mut self.running {
            Some(running) => running.leave(Some(next), engine, now),
            None => self.end(),
        }
    }

    /// Lets go of microphone, connections and loudspeakers.
    pub fn end(&mut self) {
        if let Some(running) = &mut self.running {
            return running.end();
        }
        self.waiting.retain(|intent| !is_joining(intent));
        self.store.mine.set(None);
    }

    /// The relay did not let this device in.
    pub fn refused(&mut self, code: &ErrorCode) {
        if let Some(running) = &mut self.running {
            running.refused(code);
        }
    }

    /// The log may say something else about who may speak.
    pub fn obey(&mut self, engine: Option<&Engine>) {
        if let (Some(running), Some(engine)) = (&mut self.running, engine) {
            running.obey(engine);
        }
    }

    /// The call is over, and not because the person left it.
    pub fn ended(&mut self, why: CallEnd, engine: Option<&Engine>) -> Option<ChannelId> {
        let (running, engine) = self.running.as_mut().zip(engine)?;
        running.ended(why, engine)
    }

    fn wait_with(&mut self, intent: CallIntent) {
        self.waiting.push(intent);
        if std::mem::replace(&mut self.is_loading, true) {
            return;
        }
        let port = self.port.clone();
        task::spawn(async move {
            let loaded = match load().await {
                Ok(begin) => Ok(begin),
                Err(_) if version::is_outdated().await => Err(CallProblem::Outdated),
                Err(_) => Err(CallProblem::NotLoaded),
            };
            port.put(CallInput::Loaded(loaded));
        });
    }

    /// Whoever wanted to join sees it where the call would be, with a way on.
    fn show_not_loaded(&mut self, problem: CallProblem) {
        self.is_loading = false;
        if std::mem::take(&mut self.waiting).iter().any(is_joining) {
            self.store.mine.update(|mine| {
                if let Some(call) = mine {
                    call.state = CallState::Failed(problem);
                }
            });
        } else {
            self.stores.view.notify_problem(text::problem(problem));
        }
    }
}

fn is_joining(intent: &CallIntent) -> bool {
    matches!(intent, CallIntent::JoinVoice(_))
}
