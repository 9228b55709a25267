//! Carrying out what the engine wants, in order, and remembering what changed for the screen. A store is finished before
//! the next effect begins, so nothing is sent that a crash could make the engine forget.

use std::collections::BTreeSet;

use parley_client::effect::{Effect, Event, SignedOut};
use parley_protocol::ids::ChannelId;

use super::coordinator::Driver;
use super::inbox::Input;
use crate::alerts::store::Alert;
use crate::enrolment::store::Phase;
use crate::platform::clock;
use crate::platform::clock::Timer;
use crate::timeline::driver::log_lines;
use leptos::prelude::{GetUntracked, Set, WithUntracked};

/// What the screen does not show yet.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of matters, each either changed or not"
)]
pub struct Changed {
    pub connection: bool,
    pub community: bool,
    pub voice: bool,
    pub presence: bool,
    pub alerts: bool,
    pub timelines: BTreeSet<ChannelId>,
    pub typing: BTreeSet<ChannelId>,
}

impl Driver {
    /// Carries out every effect that waits, then sets the clock for the engine's next time.
    pub async fn pump(&mut self) {
        while let Some(effect) = self
            .engine
            .as_mut()
            .and_then(parley_client::Engine::poll_effect)
        {
            self.carry_out(effect).await;
        }
        let due = self
            .engine
            .as_ref()
            .and_then(parley_client::Engine::poll_timeout);
        let inbox = self.inbox.clone();
        self.timer = due.and_then(|due| {
            Timer::after(due.saturating_sub(clock::now()), move || {
                inbox.put(Input::Timeout);
            })
        });
    }

    async fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Store(changes) => {
                log_lines::note(&mut self.shown.log, &changes);
                let Some(keeper) = &self.keeper else { return };
                if let Err(error) = keeper.apply(changes).await {
                    self.store_failed(&error);
                }
            }
            Effect::Connect { new_token } => {
                let told = self.link.connect(new_token);
                self.tell(told);
            }
            Effect::Disconnect => self.link.disconnect(),
            Effect::Send(frame) => self.link.send(&frame),
            Effect::Call(effect) => self.voice.carry_out(effect),
            Effect::Event(event) => self.note(event).await,
        }
    }

    async fn note(&mut self, event: Event) {
        match event {
            Event::Connection => self.changed.connection = true,
            Event::Community => self.changed.community = true,
            Event::Timeline(channel) => {
                self.changed.timelines.insert(channel);
            }
            Event::Voice => self.changed.voice = true,
            Event::Presence => self.changed.presence = true,
            Event::Typing(channel) => {
                self.changed.typing.insert(channel);
            }
            Event::Alerts => self.changed.alerts = true,
            Event::Appended { entry } => self.appended(entry).await,
            Event::AppendRefused { entry, error } => self.append_refused(entry, &error).await,
            Event::VoiceRefused { error } => self.voice.refused(&error.code),
            Event::SignedOut(why) => self.signed_out(why).await,
        }
    }

    async fn signed_out(&mut self, why: SignedOut) {
        self.changed.connection = true;
        self.voice.end();
        if self.appends.is_signing_out() {
            return self.finish_sign_out().await;
        }
        match why {
            SignedOut::SessionEnded => {
                let name = self
                    .stores
                    .community
                    .me
                    .with_untracked(|me| me.as_ref().map(|me| me.name.clone()));
                let community = self.stores.community.name.get_untracked();
                self.stores.session.phase.set(Phase::SignIn {
                    community: Some(community),
                    name,
                    lost: None,
                });
            }
            SignedOut::Removed => self.stores.alerts.add(Alert::Removed),
            // Only a copy of this browser's profile can do this: the lock keeps other tabs out.
            SignedOut::Replaced => self.hand_over(),
        }
    }
}
