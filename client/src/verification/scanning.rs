//! Verifying by a code: one shows it, the other scans it and tells the first with one message.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{UserId, VerificationId};

use super::code::{Code, CodeSecret};
use super::message::VerificationBody;
use super::session::Stage;
use super::{BeginError, ScanError, Verification};

impl Verification {
    /// Makes a code for a member to scan: `Progress::Showing`.
    ///
    /// # Errors
    /// [`BeginError`]
    pub fn show_code(
        &mut self,
        user: UserId,
        log: &Community,
        now: Millis,
    ) -> Result<(), BeginError> {
        let scanner_identity = self.identity_of(user, log)?;
        let own = log
            .active_member(&self.user)
            .ok_or(BeginError::NoMember)?
            .identity;
        let id = VerificationId::from_bytes(self.rng.bytes());
        let code = Code {
            id,
            community: log.id(),
            user: self.user,
            device: self.device,
            identity: own,
            scanner: user,
            scanner_identity,
            secret: CodeSecret::generate(&mut self.rng),
        };
        let stage = Stage::Showing(Box::new(code));
        self.begin(id, user, scanner_identity, now, stage);
        Ok(())
    }

    /// A code was scanned from a member's screen. Verifies them at once, and tells the device that shows it.
    ///
    /// # Errors
    /// [`ScanError`]
    pub fn scan(
        &mut self,
        user: UserId,
        text: &str,
        log: &Community,
        now: Millis,
    ) -> Result<(), ScanError> {
        let code = Code::from_text(text).ok_or(ScanError::NotACode)?;
        if code.community != log.id() {
            return Err(ScanError::OtherCommunity);
        }
        if code.user != user {
            return Err(ScanError::OtherPerson);
        }
        if code.scanner != self.user {
            return Err(ScanError::NotForMe);
        }
        let known = |user: &UserId| log.active_member(user).map(|member| member.identity);
        if known(&user) != Some(code.identity) || known(&self.user) != Some(code.scanner_identity) {
            return Err(ScanError::Mismatch);
        }
        let device = log.active_device(&code.device);
        if device.is_none_or(|device| device.user != user) {
            return Err(ScanError::DeviceGone);
        }
        self.begin(
            code.id,
            user,
            code.identity,
            now,
            Stage::Showing(Box::new(code.clone())),
        );
        if let Some(session) = &mut self.current {
            let secret = code.secret.clone();
            session.send(
                code.device,
                VerificationBody::Scanned { secret },
                &mut self.out,
            );
            session.verified(&mut self.out);
        }
        Ok(())
    }
}
