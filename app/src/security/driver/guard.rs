//! What a person does about their own protection: recovery key, second factor, password, devices, a copy of what is
//! theirs, and leaving for good. What takes long runs beside the driver and comes back as an answer.

mod access;
mod deleting;
mod devices;
mod export;
mod factor;
mod figures;
mod health;
mod member;
mod passkeys;
mod password;
mod problem;
mod providers;
mod proving;
mod recovery;

use std::future::Future;

use leptos::prelude::{Set, Update};
use parley_client::Engine;
use parley_protocol::auth::{ChangeWrapsRequest, SessionInfo};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;

use self::access::Access;
use self::member::Member;
use super::guarding::{Answer, Done, Guarding, Here, SecurityInput};
use crate::driver::appends::{Appends, refusal};
use crate::driver::keeper::Note;
use crate::driver::port::Port;
use crate::driver::set_changed::set_changed;
use crate::driver::wish::{Wish, Wishes};
use crate::platform::clock::Timer;
use crate::platform::{download, persist, print, task};
use crate::security::store::{
    Entrance, FactorStep, Problem, Reminder, SecurityIntent, SecurityStore, Step, Work,
};
use crate::stores::Stores;

/// What comes within this, in milliseconds, is shown at once: thousands of messages may be on their way.
const SETTLING: u64 = 300;

/// Everything behind the security pages.
pub(super) struct Guard {
    stores: Stores,
    store: SecurityStore,
    port: Port<SecurityInput>,
    /// Makes the recovery key count that is shown.
    unsaved: Option<ChangeWrapsRequest>,
    /// As the relay told them last.
    sessions: Vec<SessionInfo>,
    /// Devices that are being revoked, with their names.
    ending: Appends<String>,
    /// The health of encryption is on the screen.
    watches: bool,
    /// It is brought up to date when this ends.
    measuring: Option<Timer>,
}

impl Guarding for Guard {
    fn handle_intent(&mut self, intent: SecurityIntent, here: Here<'_>) -> Wishes {
        match intent {
            SecurityIntent::Look => {
                health::show(here.engine, self.stores);
                self.look(&here);
            }
            SecurityIntent::Watch(watches) => {
                self.watches = watches;
                self.measuring = None;
            }
            SecurityIntent::Begin => self.begin(),
            SecurityIntent::MakeRecoveryKey { proof } => self.make_recovery_key(proof, here),
            SecurityIntent::RecoveryKeyKept => self.save_recovery_key(here),
            SecurityIntent::RecoveryKeyLater => return self.put_off(),
            SecurityIntent::SetUpFactor { proof } => self.set_up_factor(proof, here),
            SecurityIntent::EnableFactor { code } => self.enable_factor(code, here),
            SecurityIntent::DisableFactor { proof } => self.disable_factor(proof, here),
            SecurityIntent::AddPasskey { proof } => self.add_passkey(proof, here),
            SecurityIntent::RemovePasskey { id, proof } => self.remove_passkey(id, proof, here),
            SecurityIntent::ChangePassword { proof, new } => self.change_password(proof, new, here),
            SecurityIntent::LinkProvider { id, proof } => self.link_provider(id, proof, here),
            SecurityIntent::UnlinkProvider { id, proof } => self.unlink_provider(id, proof, here),
            SecurityIntent::CameBack(returned) => self.came_back(returned, &here),
            SecurityIntent::NameDevice { device, name } => self.name_device(&device, &name, here),
            SecurityIntent::EndDevice(device) => self.end_device(&device, here),
            SecurityIntent::Export => self.export(&here),
            SecurityIntent::DeleteAccount { proof } => self.delete_account(proof, here),
            SecurityIntent::KeepStorage => self.measure_storage(true),
            SecurityIntent::Save(saved) => self.save(saved.file, saved.text.as_bytes()),
            SecurityIntent::Print => print::page(),
        }
        Wishes::new()
    }

    fn handle(&mut self, done: Done, here: Here<'_>) -> Wishes {
        match done {
            Done::Session(session) => return vec![Wish::UseSession(session)],
            Done::Looked { entrance, sessions } => return self.looked(entrance, sessions, &here),
            Done::Passkeys(all) => passkeys::show(self.store, all),
            Done::Providers(all) => self.store.providers.set(all),
            Done::Measure => {
                self.measuring = None;
                health::show(here.engine, self.stores);
            }
            Done::Stored(stored) => self
                .store
                .health
                .update(|health| health.storage = Some(stored)),
            Done::Answered(Err(problem)) => self.store.work.set(Work::Refused(problem)),
            Done::Answered(Ok(answer)) => {
                self.store.work.set(Work::Idle);
                return self.answered(answer, &here);
            }
        }
        Wishes::new()
    }

    fn handle_answer(&mut self, entry: EntryId, refused: Option<&ErrorCode>) -> Wishes {
        if let Some(name) = self.ending.take(entry) {
            match refused {
                Some(code) => self.stores.view.notify_problem(refusal(code)),
                None => self.stores.view.notify(format!("{name} was signed out")),
            }
        }
        Wishes::new()
    }

    fn show(&mut self, engine: &Engine) {
        figures::show(engine, self.store);
        devices::show(engine, self.store, &self.sessions);
    }

    fn follow(&mut self) {
        if self.watches && self.measuring.is_none() {
            let port = self.port.clone();
            self.measuring = Timer::after(SETTLING, move || {
                port.put(SecurityInput::Done(Done::Measure));
            });
        }
    }
}

impl Guard {
    pub(super) fn new(stores: Stores, port: Port<SecurityInput>) -> Self {
        Self {
            stores,
            store: stores.security,
            port,
            unsaved: None,
            sessions: Vec::new(),
            ending: Appends::default(),
            watches: false,
            measuring: None,
        }
    }

    /// A page was opened: what is here is shown at once, and the relay is asked for the rest.
    fn look(&mut self, here: &Here<'_>) {
        self.show(here.engine);
        self.measure_storage(false);
        let access = Access::new(here, &self.port);
        let port = self.port.clone();
        task::spawn(async move {
            let looked = member::look(&access).await;
            port.put(SecurityInput::Done(looked));
            let ways = [
                passkeys::look(&access).await,
                providers::look(&access).await,
            ];
            for looked in ways.into_iter().flatten() {
                port.put(SecurityInput::Done(looked));
            }
        });
    }

    fn looked(
        &mut self,
        entrance: Option<Entrance>,
        sessions: Vec<SessionInfo>,
        here: &Here<'_>,
    ) -> Wishes {
        self.sessions = sessions;
        devices::show(here.engine, self.store, &self.sessions);
        let Some(entrance) = entrance else {
            return Wishes::new();
        };
        self.store.entrance.set(Some(entrance));
        if entrance.has_recovery_key {
            return self.remind(Reminder::None);
        }
        Wishes::new()
    }

    /// A dialog was opened or closed.
    fn begin(&mut self) {
        self.unsaved = None;
        // What is as it was is not said again: the form would be drawn anew under who is typing already.
        set_changed(self.store.recovery_key, None);
        set_changed(self.store.factor, FactorStep::Proof);
        set_changed(self.store.work, Work::Idle);
    }

    fn answered(&mut self, answer: Answer, here: &Here<'_>) -> Wishes {
        match answer {
            Answer::RecoveryKey { text, request } => {
                self.unsaved = Some(*request);
                self.store.recovery_key.set(Some(text));
            }
            Answer::RecoveryKeySaved => return self.recovery_key_saved(),
            Answer::FactorSetUp { secret, uri } => {
                self.store.factor.set(FactorStep::Scan { secret, uri });
            }
            Answer::FactorOn(codes) => {
                self.store.factor.set(FactorStep::Codes(codes));
                self.look(here);
            }
            Answer::FactorOff => {
                self.close("The second step is off");
                self.look(here);
            }
            Answer::PasskeyMade { opens_messages } => {
                self.close(if opens_messages {
                    "Your passkey is ready"
                } else {
                    "Your passkey is ready to sign in with"
                });
                self.look(here);
            }
            Answer::PasskeyRemoved => {
                self.close("The passkey was removed");
                self.look(here);
            }
            Answer::PasswordChanged => {
                self.close("Your password was changed");
                self.look(here);
            }
            Answer::Leave(address) => providers::leave(&address),
            Answer::Unlinked => {
                self.close("It signs you in no longer");
                self.look(here);
            }
            Answer::Deleted => return vec![Wish::Forget],
        }
        Wishes::new()
    }

    /// What a dialog was for is done.
    fn close(&self, said: &str) {
        self.stores.view.dialog.set(None);
        self.stores.view.notify(said);
    }

    fn remind(&self, reminder: Reminder) -> Wishes {
        self.store.reminder.set(reminder);
        vec![Wish::Keep(
            Note::RecoveryReminder.with(reminder_text(reminder)),
        )]
    }

    /// Runs beside the driver; the answer comes as [`Done::Answered`].
    fn ask(&self, work: impl Future<Output = Result<Answer, Problem>> + 'static) {
        self.store.work.set(Work::Busy(Step::AskingRelay));
        let port = self.port.clone();
        task::spawn(async move {
            let answer = work.await;
            port.put(SecurityInput::Done(Done::Answered(answer)));
        });
    }

    fn measure_storage(&self, asks: bool) {
        let port = self.port.clone();
        task::spawn(async move {
            if asks {
                persist::ask().await;
            }
            let stored = health::stored(persist::measure().await);
            port.put(SecurityInput::Done(Done::Stored(stored)));
        });
    }

    fn save(&self, file: &str, bytes: &[u8]) {
        if download::save(file, bytes).is_err() {
            self.stores
                .view
                .notify_problem("The browser didn't let Parley save a file.");
        }
    }

    fn member(&self, here: &Here<'_>) -> Member {
        Member::new(here.engine, self.store)
    }
}

fn reminder_text(reminder: Reminder) -> &'static str {
    match reminder {
        Reminder::None => "none",
        Reminder::Make => "make",
        Reminder::Later => "later",
    }
}
