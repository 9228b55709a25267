//! The one call that this device makes or has answered.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use serde::{Deserialize, Serialize};

use super::timing::{ALONE_FOR, KEEP_EVERY, PREPARE_FOR, RING_EVERY, RING_FOR};
use super::view::{MineState, MineView};
use super::{About, CallMark, CallOutcome, Sender};

/// A call of this device, as it is kept while it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each became true by itself, at another time"
)]
pub struct Mine {
    pub(super) conversation: ChannelId,
    pub(super) room: ChannelId,
    /// Those who are called. Empty if this device was called.
    pub(super) people: Vec<UserId>,
    pub(super) is_group: bool,
    /// Who made it. `None`: this device.
    pub(super) caller: Option<(DeviceId, UserId)>,
    /// How each of them answered, by their place in `people`.
    pub(super) answers: Vec<Answer>,
    pub(super) answered_at: Option<Millis>,
    /// It was still on then.
    pub(super) kept_at: Millis,
    /// When something is done next, or given up.
    #[serde(skip)]
    pub(super) next_at: Millis,
    #[serde(skip)]
    pub(super) until: Option<Millis>,
    /// This device is in the room.
    #[serde(skip)]
    pub(super) seated: bool,
    /// Somebody else is, or was.
    #[serde(skip)]
    pub(super) met: bool,
    #[serde(skip)]
    pub(super) alone_since: Option<Millis>,
    /// The page was loaded anew, and is not back in the room.
    #[serde(skip)]
    pub(super) returns: bool,
}

/// How somebody who is called answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// Not at all: no device has heard the ring.
    None,
    /// It rings.
    Rings,
    Taken(DeviceId),
    Declined,
    Busy,
    /// Not in time.
    Silent,
}

impl Answer {
    pub(super) fn is_awaited(self) -> bool {
        matches!(self, Self::None | Self::Rings)
    }
}

impl Mine {
    pub(super) fn outgoing(about: About, people: Vec<UserId>, is_group: bool, now: Millis) -> Self {
        Self {
            conversation: about.conversation,
            room: about.room,
            answers: vec![Answer::None; people.len()],
            people,
            is_group,
            caller: None,
            answered_at: None,
            kept_at: now,
            next_at: Millis::MAX,
            until: Some(now.saturating_add(PREPARE_FOR)),
            seated: false,
            met: false,
            alone_since: None,
            returns: false,
        }
    }

    pub(super) fn answered(about: About, by: Sender, now: Millis) -> Self {
        Self {
            caller: Some((by.device, by.user)),
            answers: Vec::new(),
            answered_at: Some(now),
            next_at: now.saturating_add(RING_EVERY),
            ..Self::outgoing(about, Vec::new(), false, now)
        }
    }

    pub(super) fn about(&self) -> About {
        About {
            conversation: self.conversation,
            room: self.room,
        }
    }

    /// Whether this device made it and nobody took it yet.
    pub(super) fn is_ringing(&self) -> bool {
        self.caller.is_none() && self.answered_at.is_none()
    }

    pub(super) fn is_with_caller(&self, device: Sender) -> bool {
        self.caller == Some((device.device, device.user))
    }

    /// Whether another call in the same conversation is heard while this one is on. Of two that ring, the one with the
    /// smaller room stands, unless this one was not heard by anybody yet.
    pub(super) fn gives_way_to(&self, room: &ChannelId) -> bool {
        !self.is_ringing() || !self.seated || *room < self.room
    }

    pub(super) fn answer_of(&mut self, user: UserId) -> Option<&mut Answer> {
        let place = self.people.iter().position(|it| *it == user)?;
        self.answers.get_mut(place)
    }

    /// Those whose answer is awaited.
    pub(super) fn awaited(&self) -> Vec<UserId> {
        let answers = self.people.iter().zip(&self.answers);
        let awaited = answers.filter(|(_, answer)| answer.is_awaited());
        awaited.map(|(user, _)| *user).collect()
    }

    /// The relay has this device in the room: the others are called.
    pub(super) fn sit_down(&mut self, now: Millis) {
        self.seated = true;
        if std::mem::take(&mut self.returns) {
            self.until = None;
        }
        if self.is_ringing() {
            self.until = Some(now.saturating_add(RING_FOR));
            self.next_at = now;
        }
    }

    /// Who is in the room beside this member.
    pub(super) fn note_others(&mut self, are_there: bool, now: Millis) {
        if are_there {
            self.met = true;
            self.alone_since = None;
        } else if self.answered_at.is_some() {
            self.alone_since.get_or_insert(now);
        }
    }

    pub(super) fn lonely_at(&self) -> Option<Millis> {
        let most = if self.met { ALONE_FOR } else { PREPARE_FOR };
        Some(self.alone_since?.saturating_add(most))
    }

    pub(super) fn keep_at(&self) -> Millis {
        match self.answered_at {
            Some(_) => self.kept_at.saturating_add(KEEP_EVERY),
            None => Millis::MAX,
        }
    }

    pub(super) fn deadline(&self) -> Millis {
        let times = [self.until, self.lonely_at()];
        let first = times.into_iter().flatten().min();
        first
            .unwrap_or(Millis::MAX)
            .min(self.next_at)
            .min(self.keep_at())
    }

    /// What the caller writes at the end. `None`: nobody was called.
    pub(super) fn mark(&self, end: Millis) -> Option<CallMark> {
        let was_called = self.seated || self.answered_at.is_some();
        if self.caller.is_some() || !was_called {
            return None;
        }
        let declined = |answer: &Answer| matches!(answer, Answer::Declined);
        let outcome = match self.answered_at {
            Some(at) if self.met => CallOutcome::Lasted {
                seconds: u32::try_from(end.saturating_sub(at) / 1_000).unwrap_or(u32::MAX),
            },
            None if !self.answers.is_empty() && self.answers.iter().all(declined) => {
                CallOutcome::Declined
            }
            Some(_) | None => CallOutcome::Missed,
        };
        let room = self.room;
        let mark = CallMark { room, outcome };
        Some(mark).filter(CallMark::is_sound)
    }

    pub(super) fn view(&self) -> MineView {
        let state = match self.answered_at {
            Some(since) if self.met => MineState::Talking { since },
            Some(_) => MineState::Taken,
            None if self.answers.contains(&Answer::Rings) => MineState::Rings,
            None => MineState::Calling,
        };
        MineView {
            conversation: self.conversation,
            room: self.room,
            state,
        }
    }
}
