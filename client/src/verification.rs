//! Verification of another member: two people find out whether each sees the other's true identity key, by comparing
//! seven emoji or by scanning a code. Sans-IO and outside the engine, which only passes messages on: a driver holds it
//! while somebody verifies or is asked to.
//!
//! ```text
//! asker                              answerer (each device of the other member)
//!   | -- request ----------------------> |
//!   | <- accept (hash of key B) -------- |   the first one counts
//!   | -- key A ------------------------> |
//!   | <- key B ------------------------- |   fits the hash
//!   |    both people compare             |
//!   | <- mac ------------- mac --------> |
//! ```
//!
//! | file | what is there |
//! |---|---|
//! | `message` | what is said |
//! | `session` | the one verification that is under way |
//! | `comparing` | from keys to emoji to proofs |
//! | `transcript` | the keys of both, which everything is bound to |
//! | `requests` | what others ask, bounded |
//! | `code`, `scanning` | what one shows and the other scans |
//! | `outcome` | how far it is, and why it came to nothing |
//!
//! What is verified is the member's identity. Where that is kept is the caller's matter.

mod code;
mod comparing;
mod emoji;
mod message;
mod outcome;
mod requests;
mod scanning;
mod session;
mod transcript;

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, UserId, VerificationId};
use parley_protocol::keys::Ed25519PublicKey;

pub use comparing::ShortString;
pub use emoji::Emoji;
pub use message::{CancelReason, VerificationBody, VerificationMessage};
pub use outcome::{BeginError, Failure, Progress, ScanError};

use crate::rng::Rng;
use comparing::{OwnKey, Side};
use requests::{PATIENCE, Request, Requests};
use session::{Out, Session, Stage};

/// Something for the driver to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerificationEffect {
    /// Send this by Olm.
    Send {
        /// To this device.
        to: DeviceId,
        /// What to send.
        message: VerificationMessage,
    },
    /// Keep that this identity is the member's.
    Verified {
        /// The member.
        user: UserId,
        /// Their identity key.
        identity: Ed25519PublicKey,
    },
    /// Keep this count of requests for the next [`Verification::new`], so that starting anew grants nobody more of them.
    Counted(String),
}

/// Verifications with other members, one at a time.
pub struct Verification {
    user: UserId,
    device: DeviceId,
    current: Option<Session>,
    requests: Requests,
    out: Out,
    rng: Rng,
}

impl Verification {
    /// For a member's device. `counted` is the text of the newest [`VerificationEffect::Counted`], or empty.
    pub fn new((user, device): (UserId, DeviceId), counted: &str, seed: [u8; 32]) -> Self {
        Self {
            user,
            device,
            current: None,
            requests: Requests::counted_before(counted),
            out: VecDeque::new(),
            rng: Rng::from_seed(seed),
        }
    }

    /// The next thing to do. Call until `None` after every input.
    pub fn poll_effect(&mut self) -> Option<VerificationEffect> {
        self.out.pop_front()
    }

    /// When [`Verification::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<Millis> {
        let current = self.current.as_ref().filter(|it| !it.is_over());
        let current = current.map(|it| it.ends_at);
        current.into_iter().chain(self.requests.timeout()).min()
    }

    /// Whether there is nothing that another input could belong to.
    pub fn is_idle(&self) -> bool {
        self.current.is_none() && self.requests.first().is_none()
    }

    /// The member whose request waits for the person longest.
    pub fn asked_by(&self) -> Option<UserId> {
        self.requests.first().map(|request| request.user)
    }

    /// The verification that is under way or just over, and with whom.
    pub fn progress(&self) -> Option<(UserId, Progress)> {
        let session = self.current.as_ref()?;
        let progress = match &session.stage {
            Stage::Asking { .. } => Progress::Asking,
            Stage::Showing(code) => Progress::Showing(code.to_text()),
            Stage::Agreeing { .. } => Progress::Agreeing,
            Stage::Comparing(comparing) if comparing.is_confirmed => {
                Progress::Waiting(comparing.short_string())
            }
            Stage::Comparing(comparing) => Progress::Comparing(comparing.short_string()),
            Stage::Verified => Progress::Verified,
            Stage::Failed(failure) => Progress::Failed(*failure),
        };
        Some((session.user, progress))
    }

    /// Time has come to what [`Verification::poll_timeout`] said. Harmless earlier.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.requests.handle_timeout(now);
        if let Some(session) = &mut self.current
            && !session.is_over()
            && session.ends_at <= now
        {
            session.cancel(CancelReason::TimedOut, Failure::TimedOut, &mut self.out);
        }
    }

    /// The log changed.
    pub fn handle_log_change(&mut self, log: &Community) {
        self.requests.retain_active(log);
        if let Some(session) = &mut self.current {
            session.handle_log_change(log, &mut self.out);
        }
    }

    /// A device of another member says something. What makes no sense is left alone.
    pub fn handle_message(
        &mut self,
        from: DeviceId,
        message: VerificationMessage,
        log: &Community,
        now: Millis,
    ) {
        let Some(device) = log.active_device(&from) else {
            return;
        };
        let user = device.user;
        if user == self.user {
            return;
        }
        let VerificationMessage { id, body } = message;
        if let VerificationBody::Request { at } = body {
            self.handle_request((id, user, from), at, log, now);
            let counted = self.requests.written(now);
            return self.out.extend(counted.map(VerificationEffect::Counted));
        }
        if let VerificationBody::Cancel { .. } = body {
            self.requests.withdraw(id, from);
        }
        match &mut self.current {
            Some(session) if session.id == id && session.user == user => {
                session.handle(from, body, log, &mut self.out);
            }
            _ if matches!(body, VerificationBody::Cancel { .. }) => {}
            _ => self.cancel_other(from, id, CancelReason::NotKnown),
        }
    }

    fn handle_request(
        &mut self,
        (id, user, device): (VerificationId, UserId, DeviceId),
        at: Millis,
        log: &Community,
        now: Millis,
    ) {
        let request = Request {
            id,
            user,
            device,
            ends_at: now + PATIENCE,
        };
        let with_same = self.current.as_mut().filter(|it| it.user == user);
        let Some(session) = with_same.filter(|session| !session.is_over()) else {
            return self.requests.put(request, at, now);
        };
        match (&session.stage, session.peer()) {
            // Both ask at once: both want it. One of the two requests counts, the same one on either side.
            (Stage::Asking { .. }, _) if self.user < user => {}
            (Stage::Asking { .. }, _) => {
                session.cancel(
                    CancelReason::OtherDevice,
                    Failure::OtherDevice,
                    &mut self.out,
                );
                self.answer(request, log, now);
            }
            // The device on the other side was started anew.
            (_, Some(peer)) if peer == device => {
                session.stage = Stage::Failed(Failure::DeviceGone);
                self.requests.put(request, at, now);
            }
            (_, Some(_)) => self.cancel_other(device, id, CancelReason::Busy),
            (_, None) => self.requests.put(request, at, now),
        }
    }

    /// Asks a member, on all their devices.
    ///
    /// # Errors
    /// [`BeginError`]
    pub fn ask(&mut self, user: UserId, log: &Community, now: Millis) -> Result<(), BeginError> {
        if self.requests.first().is_some_and(|it| it.user == user) {
            // They have asked already.
            self.accept(user, log, now);
            return Ok(());
        }
        let identity = self.identity_of(user, log)?;
        let asked: Vec<DeviceId> = log.devices_of(&user).map(|(id, _)| id).collect();
        if asked.is_empty() {
            return Err(BeginError::NoDevice);
        }
        let id = VerificationId::from_bytes(self.rng.bytes());
        self.begin(id, user, identity, now, Stage::Asking { asked });
        if let Some(session) = &self.current
            && let Stage::Asking { asked } = &session.stage
        {
            for device in asked {
                session.send(
                    *device,
                    VerificationBody::Request { at: now },
                    &mut self.out,
                );
            }
        }
        Ok(())
    }

    /// The person takes up what a member asked.
    pub fn accept(&mut self, user: UserId, log: &Community, now: Millis) {
        if let Some(request) = self.requests.take(user) {
            self.answer(request, log, now);
        }
    }

    fn answer(&mut self, request: Request, log: &Community, now: Millis) {
        let Request {
            id, user, device, ..
        } = request;
        let Ok(identity) = self.identity_of(user, log) else {
            return;
        };
        let key = OwnKey::generate();
        let commitment = key.commitment(id);
        self.begin(id, user, identity, now, Stage::Verified);
        if let Some(session) = &mut self.current {
            session.agree(device, Side::Answerer, key, None);
            let body = VerificationBody::Accept { commitment };
            session.send(device, body, &mut self.out);
        }
    }

    /// The person does not want what a member asked.
    pub fn decline(&mut self, user: UserId) {
        if let Some(request) = self.requests.take(user) {
            self.cancel_other(request.device, request.id, CancelReason::Declined);
        }
    }

    /// The person says whether both screens show the same.
    pub fn decide(&mut self, is_same: bool) {
        if let Some(session) = &mut self.current {
            session.decide(is_same, &mut self.out);
        }
    }

    /// The person closes the verification. If it was under way it ends on the other side too.
    pub fn close(&mut self) {
        if let Some(mut session) = self.current.take()
            && !session.is_over()
        {
            session.cancel(CancelReason::Closed, Failure::Closed, &mut self.out);
        }
    }

    fn begin(
        &mut self,
        id: VerificationId,
        user: UserId,
        identity: Ed25519PublicKey,
        now: Millis,
        stage: Stage,
    ) {
        self.close();
        self.current = Some(Session {
            id,
            user,
            identity,
            me: self.device,
            stage,
            ends_at: now + PATIENCE,
        });
    }

    fn identity_of(&self, user: UserId, log: &Community) -> Result<Ed25519PublicKey, BeginError> {
        if user == self.user {
            return Err(BeginError::Oneself);
        }
        let member = log.active_member(&user).ok_or(BeginError::NoMember)?;
        Ok(member.identity)
    }

    fn cancel_other(&mut self, to: DeviceId, id: VerificationId, reason: CancelReason) {
        let body = VerificationBody::Cancel { reason };
        let message = VerificationMessage { id, body };
        self.out.push_back(VerificationEffect::Send { to, message });
    }
}

impl std::fmt::Debug for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            user,
            device,
            current: _,
            requests,
            out: _,
            rng: _,
        } = self;
        f.debug_struct("Verification")
            .field("user", user)
            .field("device", device)
            .field("asked_by", &requests.first().map(|request| request.user))
            .finish_non_exhaustive()
    }
}
