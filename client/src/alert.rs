//! Warnings, gathered: what an honest relay does not do, and what a member's device says that cannot be.
//! What one source does many times is one warning, so nobody can crowd out the warnings about another.

use parley_protocol::community::Rejection;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use serde::{Deserialize, Serialize};

/// Warnings about members that are kept. Above it, the oldest of them goes; those about the relay stay.
const ABOUT_MEMBERS: usize = 50;
/// How often a warning is counted.
const TIMES: u32 = 1_000;

/// Something that should not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Somebody was shown another community log: their message names a head that is not in ours.
    LogFork {
        /// The device that wrote the message; nobody if the relay itself showed the other log.
        seen_by: Option<DeviceId>,
        /// The entry at which the logs differ, or a later one.
        seq: u64,
    },
    /// A member's device names entries of the log that do not come: the relay keeps them back, or the device
    /// made them up.
    LogBehind {
        /// The device that names them.
        seen_by: DeviceId,
        /// The entry that it names.
        seq: u64,
    },
    /// The relay has an older log than it had.
    LogShorter {
        /// Where it ends now.
        seq: u64,
    },
    /// The relay put in an entry that the rules do not allow.
    LogInvalid {
        /// The entry's sequence number in the log.
        seq: u64,
        /// Why it is not allowed.
        rejection: Rejection,
    },
    /// A channel is shorter than it was.
    ChannelShorter,
    /// The mailbox is shorter than it was.
    MailboxShorter,
    /// The relay has a longer log than it sends.
    LogWithheld {
        /// Where it says that the log ends.
        seq: u64,
    },
    /// The relay gave out a message or session of this device of which it said that it refused it.
    RefusedButDelivered {
        /// The channel of the message or session.
        channel: ChannelId,
        /// Who says so; this device itself if it saw it.
        told_by: DeviceId,
    },
    /// A page of a channel's past does not hold what was asked for.
    HistoryBroken {
        /// The channel whose past was asked for.
        channel: ChannelId,
    },
    /// The relay named a sequence number that nothing can have.
    ImpossiblePlace,
}

impl Alert {
    /// The device on whose word the warning rests. `None`: it is about the relay, and certain.
    pub fn device(&self) -> Option<DeviceId> {
        match *self {
            Self::LogFork { seen_by, .. } => seen_by,
            Self::LogBehind { seen_by, .. } => Some(seen_by),
            Self::RefusedButDelivered { told_by, .. } => Some(told_by),
            Self::LogShorter { .. }
            | Self::LogInvalid { .. }
            | Self::ChannelShorter
            | Self::HistoryBroken { .. }
            | Self::MailboxShorter
            | Self::LogWithheld { .. }
            | Self::ImpossiblePlace => None,
        }
    }

    fn is_of_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A warning, as often as its source gave reason for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The first of its kind from this source.
    pub alert: Alert,
    /// The member whose device is the source; `None` for the relay, or a device that the log does not know.
    pub user: Option<UserId>,
    /// How many different ones there were, up to 1,000.
    pub times: u32,
}

/// All warnings, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Alerts {
    noted: Vec<Noted>,
}

impl Alerts {
    pub(crate) fn all(&self) -> &[Noted] {
        &self.noted
    }

    /// Notes a warning. `user` owns the device that it rests on. Says whether anything changed.
    pub(crate) fn note(&mut self, alert: Alert, user: Option<UserId>) -> bool {
        let about_relay = alert.device().is_none();
        let before = self.noted.iter_mut().find(|noted| {
            noted.alert.is_of_kind(&alert)
                && noted.user == user
                && noted.alert.device().is_none() == about_relay
        });
        if let Some(noted) = before {
            let counts = noted.alert != alert && noted.times < TIMES;
            noted.times += u32::from(counts);
            return counts;
        }
        self.noted.push(Noted {
            alert,
            user,
            times: 1,
        });
        self.drop_oldest_about_members();
        true
    }

    /// The person has seen it. Says whether it was there.
    pub(crate) fn dismiss(&mut self, alert: &Alert) -> bool {
        let before = self.noted.len();
        self.noted.retain(|noted| noted.alert != *alert);
        self.noted.len() < before
    }

    fn drop_oldest_about_members(&mut self) {
        let about_member = |noted: &Noted| noted.alert.device().is_some();
        if self
            .noted
            .iter()
            .filter(|noted| about_member(noted))
            .count()
            > ABOUT_MEMBERS
            && let Some(oldest) = self.noted.iter().position(about_member)
        {
            self.noted.remove(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lie(device: u8, seq: u64) -> (Alert, Option<UserId>) {
        let alert = Alert::LogBehind {
            seen_by: DeviceId::from_bytes([device; 16]),
            seq,
        };
        (alert, Some(UserId::from_bytes([device; 16])))
    }

    #[test]
    fn a_member_who_lies_a_thousand_times_has_one_line() {
        let mut alerts = Alerts::default();
        for seq in 1..=1_500 {
            let (alert, user) = lie(1, seq);
            alerts.note(alert, user);
        }
        assert_eq!(alerts.all().len(), 1);
        assert_eq!(alerts.all()[0].times, 1_000);
    }

    #[test]
    fn many_liars_do_not_crowd_out_the_relay_nor_the_latest_member() {
        let mut alerts = Alerts::default();
        alerts.note(Alert::ChannelShorter, None);
        for device in 0..=200 {
            let (alert, user) = lie(device, 1);
            alerts.note(alert, user);
        }
        alerts.note(Alert::LogShorter { seq: 3 }, None);
        let kept: Vec<Alert> = alerts.all().iter().map(|noted| noted.alert).collect();
        assert_eq!(kept.len(), ABOUT_MEMBERS + 2);
        assert!(kept.contains(&Alert::ChannelShorter));
        assert!(kept.contains(&Alert::LogShorter { seq: 3 }));
        assert!(kept.contains(&lie(200, 1).0));
    }

    #[test]
    fn the_same_again_changes_nothing() {
        let mut alerts = Alerts::default();
        assert!(alerts.note(Alert::LogShorter { seq: 3 }, None));
        assert!(!alerts.note(Alert::LogShorter { seq: 3 }, None));
        assert!(alerts.note(Alert::LogShorter { seq: 2 }, None), "counted");
        assert!(alerts.dismiss(&Alert::LogShorter { seq: 3 }));
        assert_eq!(alerts.all(), []);
    }
}
