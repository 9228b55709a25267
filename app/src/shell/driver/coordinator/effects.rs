//! Carrying out what the engine wants, in order, and remembering what changed for the screen. A store is finished before
//! the next effect begins, so nothing is sent that a crash could make the engine forget.

use parley_client::Engine;
use parley_client::effect::{Effect, Event, SignedOut};
use parley_client::verification::VerificationMessage;
use parley_protocol::error::ApiError;
use parley_protocol::ids::{DeviceId, EntryId};

use super::Driver;
use crate::call::store::CallIntent;
use crate::driver::wish::Matter;
use crate::platform::clock::{self, Timer};
use crate::search::driver as search;
use crate::shell::driver::inbox::Input;

/// The engine looks at the clock at least this often, in milliseconds: what it waits for may be an hour away because the
/// clock was set back.
const LONGEST_SLEEP: u64 = 30_000;

impl Driver {
    /// Carries out every effect that waits, then sets the clock for the engine's next time.
    pub(super) async fn pump(&mut self) {
        self.later.begin(self.device.engine_mut(), clock::now());
        while let Some(effect) = self.device.engine_mut().and_then(Engine::poll_effect) {
            self.carry_out(effect).await;
        }
        let due = self.device.engine().and_then(Engine::poll_timeout);
        let inbox = self.inbox.clone();
        self.timer = due.and_then(|due| {
            let wait = due.saturating_sub(clock::now()).min(LONGEST_SLEEP);
            Timer::after(wait, move || inbox.put(Input::Timeout))
        });
    }

    async fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Store(changes) => {
                self.timelines.note(&changes);
                let news = search::news_in(&changes);
                if let Err(error) = self.device.apply(changes).await {
                    self.store_failed(&error);
                }
                self.search.tell(news);
            }
            Effect::Connect { new_token } => {
                let event = self.link.connect(new_token);
                self.tell(event);
            }
            Effect::Disconnect => self.link.disconnect(),
            Effect::Send(frame) => self.link.send(&frame),
            Effect::Find { keys } => {
                let found = self.device.find(&keys).await;
                if !found.is_empty()
                    && let Some(engine) = self.device.engine_mut()
                {
                    engine.handle_found(&found, clock::now());
                }
            }
            Effect::FindItems {
                channel,
                first,
                last,
                newest,
            } => {
                let take = self.link.take_items().await;
                let found = self.device.find_items(&first, &last, newest).await;
                if let Some(engine) = self.device.engine_mut() {
                    take(engine, channel, &found, clock::now());
                }
            }
            Effect::Call(effect) => self.call.carry_out(effect),
            Effect::Event(event) => self.note(event).await,
        }
    }

    async fn note(&mut self, event: Event) {
        let matter = match event {
            Event::Connection => Matter::Connection,
            Event::Community => {
                self.verification
                    .handle_log_change(self.device.engine_mut());
                self.call.obey(self.device.engine());
                Matter::Community
            }
            Event::Timeline(channel) => {
                if let Some(engine) = self.device.engine_mut() {
                    self.timelines.let_go(channel, engine, clock::now());
                }
                Matter::Timeline(channel)
            }
            Event::Voice => {
                self.call.obey(self.device.engine());
                Matter::Voice
            }
            Event::Emoji => Matter::Emoji,
            Event::Presence => Matter::Presence,
            Event::AccountData => {
                if let Some(engine) = self.device.engine() {
                    self.shared.show(engine);
                    self.drafts.show(engine);
                }
                Matter::AccountData
            }
            Event::Typing(channel) => Matter::Typing(channel),
            Event::Direct => Matter::Direct,
            // Whoever looks at how far it is, looks again by themselves.
            Event::Past => return,
            Event::Alerts => Matter::Alerts,
            Event::Appended { entry } => return self.appended(entry).await,
            Event::AppendRefused { entry, error } => return self.refused(entry, &error).await,
            Event::VoiceRefused { error } => return self.call.refused(&error.code),
            Event::VoiceEnded { why } => {
                if let Some(to) = self.call.ended(why, self.device.engine()) {
                    self.inbox
                        .put(Input::Intent(CallIntent::JoinVoice(to).into()));
                }
                return;
            }
            Event::IceServers(servers) => return self.doctor.handle_servers(servers),
            Event::Verification { from, message } => return self.hear_verification(from, message),
            Event::SignedOut(why) => return self.signed_out(why).await,
        };
        self.screen.note(matter);
    }

    /// The log took an entry: one of the parts had asked for it.
    async fn appended(&mut self, entry: EntryId) {
        let mut wishes = self.later.handle_answer(entry, None);
        wishes.extend(self.sign_out.handle_answer(entry));
        wishes.extend(self.security.handle_answer(entry, None));
        self.grant(wishes).await;
    }

    /// The log refused an entry.
    async fn refused(&mut self, entry: EntryId, error: &ApiError) {
        let mut wishes = self.later.handle_answer(entry, Some(&error.code));
        wishes.extend(self.sign_out.handle_answer(entry));
        wishes.extend(self.security.handle_answer(entry, Some(&error.code)));
        self.grant(wishes).await;
    }

    fn hear_verification(&mut self, from: DeviceId, message: VerificationMessage) {
        let engine = self.device.engine_mut();
        self.verification.handle_message(from, message, engine);
    }

    async fn signed_out(&mut self, why: SignedOut) {
        self.screen.note(Matter::Connection);
        self.call.end();
        if self.sign_out.is_under_way() {
            return self.forget().await;
        }
        if self.is_guest() {
            return self.end_visit().await;
        }
        self.show_signed_out(why);
    }
}
