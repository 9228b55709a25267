//! Runs the verification core: carries its messages to the engine, sets its clock, and shows how far it is.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::verification::{
    self as core, BeginError, Progress, ScanError, ShortString, Verification, VerificationEffect,
    VerificationMessage,
};
use parley_protocol::ids::{DeviceId, UserId};

use super::VerificationInput;
use super::verifying::Verifying;
use crate::driver::convert::user_id;
use crate::driver::port::Port;
use crate::ids;
use crate::platform::clock::{self, Timer};
use crate::platform::random;
use crate::verification::store::{
    Comparison, Failure, ScanHint, Somebody, Stage, VerificationIntent, VerificationStore,
};

pub(super) struct Running {
    store: VerificationStore,
    port: Port<VerificationInput>,
    core: Verification,
    /// What could not even begin, and with whom.
    refused: Option<(ids::UserId, Failure)>,
    timer: Option<Timer>,
}

impl Running {
    /// `None` if the browser has no randomness.
    pub(super) fn new(
        store: VerificationStore,
        port: Port<VerificationInput>,
        engine: &Engine,
    ) -> Option<Self> {
        Some(Self {
            store,
            port,
            core: Verification::new(
                engine.me(),
                engine.verification_counts(),
                random::bytes().ok()?,
            ),
            refused: None,
            timer: None,
        })
    }

    fn act(&mut self, intent: VerificationIntent, engine: &Engine) {
        let (log, now) = (engine.community(), clock::now());
        match intent {
            VerificationIntent::Ask(id) => {
                self.begin(&id, |core, user| core.ask(user, log, now));
            }
            VerificationIntent::ShowCode(id) => {
                self.begin(&id, |core, user| core.show_code(user, log, now));
            }
            VerificationIntent::Scanned { user: id, code } => {
                let Some(user) = user_id(&id) else { return };
                if let Err(error) = self.core.scan(user, &code, log, now) {
                    self.show_scan_error(&id, error);
                }
            }
            VerificationIntent::Decline(id) => {
                if let Some(user) = user_id(&id) {
                    self.core.decline(user);
                }
            }
            VerificationIntent::Decide(is_same) => self.core.decide(is_same),
            VerificationIntent::Close => self.core.close(),
            // The door does this without the chunk.
            VerificationIntent::Forget(_) => {}
        }
    }

    fn begin(
        &mut self,
        id: &ids::UserId,
        begin: impl FnOnce(&mut Verification, UserId) -> Result<(), BeginError>,
    ) {
        let Some(user) = user_id(id) else { return };
        if let Err(error) = begin(&mut self.core, user) {
            let failure = match error {
                BeginError::NoDevice => Failure::NoDevice,
                BeginError::NoMember | BeginError::Oneself => Failure::KeysChanged,
            };
            self.refused = Some((id.clone(), failure));
        }
    }

    fn show_scan_error(&mut self, id: &ids::UserId, error: ScanError) {
        let hint = match error {
            ScanError::NotACode => ScanHint::NotACode,
            ScanError::OtherCommunity => ScanHint::OtherCommunity,
            ScanError::OtherPerson => ScanHint::OtherPerson,
            ScanError::NotForMe => ScanHint::NotForMe,
            ScanError::Mismatch => {
                self.refused = Some((id.clone(), Failure::Mismatch));
                return;
            }
            ScanError::DeviceGone => {
                self.refused = Some((id.clone(), Failure::DeviceGone));
                return;
            }
        };
        self.store.hint.set(Some(hint));
    }

    /// Does what the core wants, sets the clock, and shows what there is.
    fn settle(&mut self, engine: &mut Engine) {
        while let Some(effect) = self.core.poll_effect() {
            let now = clock::now();
            match effect {
                VerificationEffect::Send { to, message } => {
                    engine.send_verification(to, message, now);
                }
                VerificationEffect::Verified { user, identity } => {
                    if engine.set_verified(user, identity, now).is_err() {
                        let id = ids::UserId::from(user.to_string());
                        self.refused = Some((id, Failure::NotKept));
                    }
                }
                VerificationEffect::Counted(counted) => {
                    // Without room for it, it is counted as long as the page is open.
                    engine.set_verification_counts(counted, now).ok();
                }
            }
        }
        let port = self.port.clone();
        self.timer = self.core.poll_timeout().and_then(|at| {
            let wait = at.saturating_sub(clock::now());
            Timer::after(wait, move || port.put(VerificationInput::Timeout))
        });
        self.show(engine);
    }

    fn show(&self, engine: &Engine) {
        let members = engine.community().members();
        let asked_by = self.core.asked_by().and_then(|user| {
            Some(Somebody {
                id: ids::UserId::from(user.to_string()),
                name: members.get(&user)?.display_name().to_owned(),
            })
        });
        self.store.asked_by.set(asked_by);
        let under_way = self.core.progress().map(|(user, progress)| {
            let id = ids::UserId::from(user.to_string());
            (id, stage(progress))
        });
        let refused = self.refused.clone();
        let refused = refused.map(|(id, failure)| (id, Stage::Failed(failure)));
        self.store.under_way.set(refused.or(under_way));
    }
}

impl Verifying for Running {
    fn handle_intent(&mut self, intent: VerificationIntent, engine: &mut Engine) {
        self.refused = None;
        self.act(intent, engine);
        self.settle(engine);
    }

    fn handle_message(
        &mut self,
        from: DeviceId,
        message: VerificationMessage,
        engine: &mut Engine,
    ) {
        let log = engine.community();
        self.core.handle_message(from, message, log, clock::now());
        self.settle(engine);
    }

    fn handle_log_change(&mut self, engine: &mut Engine) {
        self.core.handle_log_change(engine.community());
        self.settle(engine);
    }

    fn handle_timeout(&mut self, engine: &mut Engine) {
        self.core.handle_timeout(clock::now());
        self.settle(engine);
    }
}

fn stage(progress: Progress) -> Stage {
    match progress {
        Progress::Asking => Stage::Asking,
        Progress::Showing(code) => Stage::Showing(code),
        Progress::Agreeing => Stage::Agreeing,
        Progress::Comparing(short) => Stage::Comparing(comparison(short)),
        Progress::Waiting(_) => Stage::Waiting,
        Progress::Verified => Stage::Verified,
        Progress::Failed(failure) => Stage::Failed(of_core(failure)),
    }
}

fn comparison(short: ShortString) -> Comparison {
    let ShortString { emoji, numbers } = short;
    Comparison {
        emoji: emoji.iter().map(|it| (it.symbol, it.name)).collect(),
        numbers,
    }
}

fn of_core(failure: core::Failure) -> Failure {
    match failure {
        core::Failure::Declined => Failure::Declined,
        core::Failure::Closed => Failure::Closed,
        core::Failure::Mismatch => Failure::Mismatch,
        core::Failure::TimedOut => Failure::TimedOut,
        core::Failure::OtherDevice => Failure::OtherDevice,
        core::Failure::Busy => Failure::Busy,
        core::Failure::DeviceGone => Failure::DeviceGone,
        core::Failure::KeysChanged => Failure::KeysChanged,
    }
}
