//! How this member is here, as others hear it: what the person chose, on whichever device, and whether somebody sits
//! in front of this one. What is chosen is account data, so that all own devices obey.

use parley_protocol::Millis;
use parley_protocol::frame::PresenceState;

use super::account_data::AccountData;
use super::{Engine, SetDataError, StatusError};
use crate::effect::Event;
use crate::timeline::status::Status;

/// The account data that says what the person chose.
const CHOSEN: &str = "presence/chosen";
const AWAY: &str = "away";
const DO_NOT_DISTURB: &str = "do_not_disturb";
const OFF: &str = "off";

/// Something that a device does by itself unless the person switched it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Others are told that the person is typing.
    ShowTyping,
    /// Others are told whether the person is here. Without it they are not told of typing either.
    ShowPresence,
    /// The person is away when nobody sits in front of a device.
    GoAway,
    /// Who writes directly is told that the message is here.
    SendReceipts,
}

impl Habit {
    fn name(self) -> &'static str {
        match self {
            Self::ShowTyping => "presence/typing",
            Self::ShowPresence => "presence/shown",
            Self::GoAway => "presence/goes_away",
            Self::SendReceipts => "direct/receipts",
        }
    }

    pub(super) fn is_kept(self, data: &AccountData) -> bool {
        data.get(self.name()) != Some(OFF)
    }
}

/// What the person chose: here, away or not to be disturbed.
fn chosen(data: &AccountData) -> PresenceState {
    match data.get(CHOSEN) {
        Some(AWAY) => PresenceState::Away,
        Some(DO_NOT_DISTURB) => PresenceState::DoNotDisturb,
        Some(_) | None => PresenceState::Online,
    }
}

/// Whether the person chose not to be disturbed.
pub(super) fn is_to_be_left_alone(data: &AccountData) -> bool {
    chosen(data) == PresenceState::DoNotDisturb
}

/// What others are told.
pub(super) fn told(data: &AccountData, is_idle: bool) -> PresenceState {
    if !Habit::ShowPresence.is_kept(data) {
        return PresenceState::Hidden;
    }
    let chosen = chosen(data);
    if chosen.is_online() && is_idle && Habit::GoAway.is_kept(data) {
        return PresenceState::Away;
    }
    chosen
}

/// How the person is here.
impl Engine {
    /// What the person chose: here, away or not to be disturbed.
    pub fn chosen_presence(&self) -> PresenceState {
        chosen(&self.parts.account_data)
    }

    /// What others are told of this member by this device.
    pub fn own_presence(&self) -> PresenceState {
        told(&self.parts.account_data, self.parts.people.is_idle())
    }

    /// The person chooses how they are here, on all their devices. Being hidden is no choice but a [`Habit`] less, and
    /// counts as being here.
    ///
    /// # Errors
    /// [`SetDataError`]
    pub fn choose_presence(
        &mut self,
        state: PresenceState,
        now: Millis,
    ) -> Result<(), SetDataError> {
        let value = match state {
            PresenceState::Away => AWAY,
            PresenceState::DoNotDisturb => DO_NOT_DISTURB,
            PresenceState::Online | PresenceState::Hidden => "",
        };
        self.set_account_data(CHOSEN, value, now)
    }

    /// The person says something of themselves, in place of what they said before. Everybody in the community reads it,
    /// and the relay does not. Shown at once, kept at once, and sent when that can be.
    ///
    /// # Errors
    /// [`StatusError`]
    pub fn set_status(&mut self, status: Status, now: Millis) -> Result<(), StatusError> {
        let set = self.with(now, |parts, cx| parts.channels.set_status(status, cx));
        self.finish(now);
        set
    }

    /// Whether nobody sits in front of this device.
    pub fn set_idle(&mut self, is_idle: bool, now: Millis) {
        if self.parts.people.set_idle(is_idle) {
            self.output.event(Event::Presence);
            self.finish(now);
        }
    }

    /// Whether the devices of this member do something by themselves.
    pub fn has_habit(&self, habit: Habit) -> bool {
        habit.is_kept(&self.parts.account_data)
    }

    /// Switches something on or off, on all devices of the member.
    ///
    /// # Errors
    /// [`SetDataError`]
    pub fn set_habit(&mut self, habit: Habit, on: bool, now: Millis) -> Result<(), SetDataError> {
        self.set_account_data(habit.name(), if on { "" } else { OFF }, now)
    }
}
