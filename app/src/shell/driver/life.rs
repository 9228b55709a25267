//! The life of the device in this tab. From an opened page to the right screen: is this the only tab, is there a device
//! here, and if not, what does the address ask for. And its ends: handed over to another tab, signed out, damaged.

use leptos::prelude::{GetUntracked, Set, WithUntracked};
use litemap::LiteMap;
use parley_client::direct::is_conversation;
use parley_client::effect::SignedOut;

use super::coordinator::Driver;
use super::inbox::Input;
use super::screen::Screen;
use crate::alerts::store::Alert;
use crate::driver::convert::millis;
use crate::driver::keeper::{Loaded, Note};
use crate::driver::relay;
use crate::enrolment::store::{GuestPage, Phase, Visit, WayOn};
use crate::ids::{ChannelId, ItemId};
use crate::platform::store::StoreError;
use crate::platform::{clock, footprint, location, locks, spool};
use crate::security::store::{Reminder, SecurityIntent};
use crate::settings::store::Section;
use crate::stores::Intent;
use crate::{channels, composer};

/// Said where nothing but beginning anew helps, with what is kept where.
const DAMAGED: &str = "What this browser kept was damaged, and its keys with it. Your account and your messages are safe: sign in with your name and password, and they come back from your vault. Only what you had typed here and not sent is lost.";

impl Driver {
    pub(super) async fn boot(&mut self, ask: locks::Ask) {
        if !location::is_secure() {
            return self.fatal(
                "This address is not protected, so the browser lends Parley no keys. Open it with https.",
                "not a secure context",
            );
        }
        // Out of sight at once, whatever comes of it.
        let address = location::read();
        self.enrolment.remember_return(&address.fragment);
        self.linked = location::message_of(&address.fragment);
        let inbox = self.inbox.clone();
        match self
            .device
            .lock(ask, move || inbox.put(Input::LockLost))
            .await
        {
            Ok(true) => {}
            Ok(false) => return self.stores.session.phase.set(Phase::OtherTab),
            Err(error) => {
                return self.fatal(
                    "This browser is too old for Parley. Try a newer one.",
                    &error.to_string(),
                );
            }
        }
        match self.device.open().await {
            Ok(loaded) => self.restore(loaded).await,
            Err(error) => self.store_failed(&error),
        }
    }

    async fn restore(&mut self, mut loaded: Loaded) {
        if loaded.has_note(Note::Unanswered) && !self.ask_again(&loaded).await {
            return;
        }
        match self.device.restore(&mut loaded).await {
            Ok(true) => {
                // An invite link that a member opens has no use here, and is kept nowhere.
                location::forget_link();
                self.enter(&loaded);
                self.tell_damage(&loaded).await;
            }
            Ok(false) => self.receive_visitor().await,
            Err(error) => self.say_fatal(DAMAGED, &error.to_string(), WayOn::Anew),
        }
    }

    async fn ask_again(&mut self, loaded: &Loaded) -> bool {
        let Some((keeper, _)) = self.device.for_enrolment() else {
            return false;
        };
        let (goes_on, wishes) = self.enrolment.ask_again(loaded, keeper).await;
        self.grant(wishes).await;
        goes_on
    }

    /// After an enrolment: the store has everything the engine starts from.
    pub(super) async fn enter_from_store(&mut self) {
        let mut loaded = match self.device.load().await {
            Ok(loaded) => loaded,
            Err(error) => return self.store_failed(&error),
        };
        match self.device.restore(&mut loaded).await {
            Ok(true) => {
                location::forget_link();
                self.enter(&loaded);
            }
            Ok(false) => self.fatal("This browser did not keep your keys.", "the store is empty"),
            Err(error) => self.fatal("This browser did not keep your keys.", &error.to_string()),
        }
    }

    /// A device is here: the conversation comes on the screen.
    fn enter(&mut self, loaded: &Loaded) {
        let Some(engine) = self.device.engine_mut() else {
            return;
        };
        self.shared.show(engine);
        self.shared.handle(engine, clock::now());
        if let Some(intent) = self.timelines.enter(loaded) {
            self.inbox.put(Input::Intent(intent.into()));
        }
        self.room.enter();
        self.link.enter();
        self.screen = Screen::all();
        footprint::leave();
        self.call.enter(engine, loaded, clock::now());
        composer::driver::enter(self.stores, loaded);
        self.drafts.enter(engine);
        self.show();
        let last = loaded.note::<String>(Note::OpenChannel);
        self.stores.composer.typing.set(LiteMap::new());
        let has_conversation = |id: &str| loaded.records.iter().any(|it| is_conversation(it, id));
        if let Some(channel) = channels::driver::first(self.stores, last, has_conversation) {
            self.stores.open_channel_anew(&channel);
        }
        if let Some((channel, item)) = self.linked.take() {
            let channel = ChannelId::from(channel);
            self.stores.show_message(&channel, ItemId::from(item));
        }
        self.enrolment.enter(self.own_visit());
        if let Some(returned) = self.enrolment.after_linking() {
            let intent = SecurityIntent::CameBack(returned);
            self.inbox.put(Input::Intent(Intent::Security(intent)));
            self.stores.view.open_settings(Some(Section::Security));
        }
        self.vault.enter(loaded);
        self.search.enter();
        let reminder = loaded.note::<String>(Note::RecoveryReminder);
        self.stores
            .security
            .reminder
            .set(match reminder.as_deref() {
                Some("make") => Reminder::Make,
                Some("later") => Reminder::Later,
                Some(_) | None => Reminder::None,
            });
    }

    /// What could be read is shown; what could not comes again where it can, and is told.
    async fn tell_damage(&mut self, loaded: &Loaded) {
        if loaded.damaged.is_empty() {
            return;
        }
        self.stores.alerts.add(Alert::StoreDamaged {
            unsent: loaded
                .damaged
                .iter()
                .any(|name| name.starts_with("outbox/")),
            detail: loaded.damaged.join(", "),
        });
        if let Err(error) = self.device.forget_damaged_notes(&loaded.damaged).await {
            self.store_failed(&error);
        }
    }

    /// Forgets what this browser kept, whatever state it is in. The account is at the relay, and the keys are in the
    /// vault.
    pub(super) async fn begin_anew(&mut self) {
        self.stop();
        footprint::remove();
        match self.device.begin_anew().await {
            Ok(()) => {
                self.enrolment.begin_anew();
                self.receive_visitor().await;
            }
            Err(error) => self.store_failed(&error),
        }
    }

    /// What this device may do, if it is a guest's and the log says so already.
    fn own_visit(&self) -> Option<Visit> {
        let engine = self.device.engine()?;
        let terms = engine.own_guest_terms()?;
        let community = engine.community();
        let channel = community.channels().get(&terms.channel);
        Some(Visit {
            community: community.name().to_owned(),
            channel: ChannelId::from(terms.channel.to_string()),
            place: channel
                .map(|it| it.details.name.clone())
                .unwrap_or_default(),
            until: millis(terms.until),
        })
    }

    pub(super) fn is_guest(&self) -> bool {
        let phase = self.stores.session.phase;
        phase.with_untracked(|phase| matches!(phase, Phase::Guest(_)))
    }

    /// A guest's time is over: nothing of it stays here.
    pub(super) async fn end_visit(&mut self) {
        self.stop();
        self.stores.session.phase.set(Phase::Guest(GuestPage::Over));
        if let Err(error) = self.device.clear().await {
            self.store_failed(&error);
        }
        footprint::remove();
    }

    /// Ends the session and forgets everything that this browser keeps.
    pub(super) async fn forget(&mut self) {
        self.stop();
        relay::logout().await.ok();
        if let Err(error) = self.device.clear().await {
            self.store_failed(&error);
        }
        spool::clear().await;
        footprint::remove();
        location::forget_link();
        location::reload();
    }

    /// Another tab has the device now. It stays shown nowhere here, and nothing is written any more.
    pub(super) fn hand_over(&mut self) {
        self.stop();
        self.device.hand_over();
        self.timer = None;
        self.stores.session.step.set(None);
        self.stores.session.phase.set(Phase::OtherTab);
    }

    /// The relay does not know this device any more.
    pub(super) fn show_signed_out(&mut self, why: SignedOut) {
        match why {
            SignedOut::SessionEnded => {
                let me = self.stores.community.me;
                let phase = Phase::SignIn {
                    community: Some(self.stores.community.name.get_untracked()),
                    name: me.with_untracked(|me| me.as_ref().map(|me| me.login.clone())),
                    lost: None,
                };
                self.stores.session.phase.set(phase);
                let intent = self.enrolment.after_return();
                self.inbox.put(Input::Intent(Intent::Session(intent)));
            }
            SignedOut::Removed => {
                self.vault.stop();
                self.stores.alerts.add(self.why_out());
            }
            // Only a copy of this browser's profile can do this: the lock keeps other tabs out.
            SignedOut::Replaced => self.hand_over(),
        }
    }

    /// Why this device is out, as far as the log that is here tells.
    fn why_out(&self) -> Alert {
        let Some(engine) = self.device.engine() else {
            return Alert::Removed;
        };
        let (user, device) = engine.me();
        let community = engine.community();
        let Some(member) = community.active_member(&user) else {
            return Alert::Removed;
        };
        let ended = community.devices().get(&device);
        let ended = ended.and_then(|device| device.revoked_at);
        let mut renewed = member.former_identities.iter();
        if renewed.any(|(_, seq)| Some(*seq) == ended) {
            Alert::LetBackIn
        } else {
            Alert::DeviceEnded
        }
    }

    /// The store does not do what it must. Going on would risk using a key twice, so the page stops here; what was kept
    /// before is as it was.
    pub(super) fn store_failed(&mut self, error: &StoreError) {
        if *error == StoreError::TakenOver {
            return self.hand_over();
        }
        self.stop();
        let text = match error {
            StoreError::Unavailable(_) => {
                "This browser keeps nothing for Parley. A private window does that; try an ordinary one."
            }
            StoreError::Full => {
                "This device has no room left. Make some, then reload: nothing that was kept is lost."
            }
            StoreError::Unusable(_) => {
                return self.say_fatal(DAMAGED, &error.to_string(), WayOn::Anew);
            }
            StoreError::TakenOver | StoreError::Failed(_) => {
                "This browser could not keep your messages. Reload to try again: nothing that was kept is lost."
            }
        };
        self.fatal(text, &error.to_string());
    }

    pub(super) fn fatal(&mut self, text: &str, detail: &str) {
        self.say_fatal(text, detail, WayOn::Reload);
    }

    async fn receive_visitor(&mut self) {
        let wishes = self.enrolment.receive_visitor().await;
        self.grant(wishes).await;
    }

    fn stop(&mut self) {
        self.link.disconnect();
        self.call.end();
        self.search.stop();
        self.device.stop();
    }

    fn say_fatal(&mut self, text: &str, detail: &str, way_on: WayOn) {
        self.stores.session.step.set(None);
        self.stores.session.phase.set(Phase::Fatal {
            text: text.to_owned(),
            detail: detail.to_owned(),
            way_on,
        });
    }
}
