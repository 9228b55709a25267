//! All meetings of two devices, bounded.

use std::collections::HashMap;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::auth::{
    EndLinkRequest, JoinLinkRequest, LinkSeat, ReceiveLinkRequest, SendLinkRequest,
};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use parley_protocol::keys::Curve25519PublicKey;
use parley_protocol::link::{LinkNumber, link_proof};
use tokio::sync::Notify;

use super::meeting::Meeting;

/// Meetings at once. Each keeps up to half a megabyte; a member has one.
const MEETINGS: usize = 128;
/// As many as [`MEETINGS`].
const TRIES: u32 = 128;
/// A meeting at which nothing happens is over after this: as long as a person needs to fetch the other device.
const IDLE: Millis = 5 * 60 * 1_000;
/// No meeting lasts longer.
const LONGEST: Millis = 30 * 60 * 1_000;

/// All meetings by number.
#[derive(Debug, Default)]
pub(crate) struct Meetings {
    meeting_by_number: HashMap<LinkNumber, Meeting>,
}

impl Meetings {
    /// Opens a meeting for a member, in place of one that they had. `bits` are random. Says its number and when it is
    /// over if nobody comes.
    pub(crate) fn open(
        &mut self,
        user: UserId,
        key: Curve25519PublicKey,
        seat: LinkSeat,
        bits: u32,
        now: Millis,
    ) -> Result<(LinkNumber, Millis), ErrorCode> {
        self.end_those_over(now);
        self.meeting_by_number.retain(|_, meeting| {
            let stays = meeting.user != user;
            if !stays {
                meeting.changed.notify_waiters();
            }
            stays
        });
        if self.meeting_by_number.len() >= MEETINGS {
            return Err(ErrorCode::RateLimited { retry_after: 60 });
        }
        // One more than there are meetings: one of them is free.
        let number = (0..=TRIES)
            .map(|step| LinkNumber::from_bits(bits.wrapping_add(step)))
            .find(|number| !self.meeting_by_number.contains_key(number))
            .ok_or(ErrorCode::Internal)?;
        let until = (now.saturating_add(IDLE), now.saturating_add(LONGEST));
        let proof = link_proof(number, &key);
        let meeting = Meeting::new(user, key, proof, seat, until);
        self.meeting_by_number.insert(number, meeting);
        Ok((number, until.0))
    }

    /// Lets in the first who shows that they know the code.
    pub(crate) fn join(
        &mut self,
        request: &JoinLinkRequest,
        now: Millis,
    ) -> Result<Curve25519PublicKey, ErrorCode> {
        let meeting = self.meeting(request.number, now)?;
        if meeting.proof != request.proof {
            return Err(ErrorCode::LinkOver);
        }
        meeting.join(request.seat)
    }

    /// `Ok(false)`: there is no room yet.
    pub(crate) fn send(
        &mut self,
        request: &SendLinkRequest,
        now: Millis,
    ) -> Result<bool, ErrorCode> {
        let meeting = self.meeting(request.number, now)?;
        let side = meeting.side_of(request.seat)?;
        meeting.send(side, request.index, request.text.clone())
    }

    pub(crate) fn receive(
        &mut self,
        request: &ReceiveLinkRequest,
        now: Millis,
    ) -> Result<Vec<String>, ErrorCode> {
        let meeting = self.meeting(request.number, now)?;
        let side = meeting.side_of(request.seat)?;
        Ok(meeting.receive(side, request.after))
    }

    /// Either side may end it. What the other has not received is gone.
    pub(crate) fn end(&mut self, request: &EndLinkRequest, now: Millis) -> Result<(), ErrorCode> {
        let meeting = self.meeting(request.number, now)?;
        meeting.side_of(request.seat)?;
        meeting.changed.notify_waiters();
        self.meeting_by_number.remove(&request.number);
        Ok(())
    }

    /// Tells when something changed at a meeting that one has a seat at.
    pub(crate) fn changes(
        &mut self,
        number: LinkNumber,
        seat: LinkSeat,
        now: Millis,
    ) -> Result<Arc<Notify>, ErrorCode> {
        let meeting = self.meeting(number, now)?;
        meeting.side_of(seat)?;
        Ok(Arc::clone(&meeting.changed))
    }

    fn meeting(&mut self, number: LinkNumber, now: Millis) -> Result<&mut Meeting, ErrorCode> {
        self.end_those_over(now);
        let meeting = self.meeting_by_number.get_mut(&number);
        let meeting = meeting.ok_or(ErrorCode::LinkOver)?;
        if meeting.has_both() {
            meeting.idle_until = now.saturating_add(IDLE).min(meeting.ends_at);
        }
        Ok(meeting)
    }

    fn end_those_over(&mut self, now: Millis) {
        self.meeting_by_number
            .retain(|_, meeting| meeting.idle_until > now);
    }
}
