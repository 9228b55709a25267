//! Whose sound is played here and who gets one's own: as the log allows it, and nobody twice. Pure: whoever may not speak
//! is not played even if their client is a modified one, and whoever may not hear is sent nothing.

use parley_protocol::community::{Community, Silence};
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::map::{IdMap, IdSet};
use parley_protocol::voice::Roster;

/// What a device does with sound in a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Why this device keeps its microphone off. `None`: it may speak.
    pub silence: Option<Silence>,
    /// The devices whose sound is played here.
    pub played: IdSet<DeviceId>,
    /// The devices whose cameras and screens are shown here: those of an audience are not.
    pub watched: IdSet<DeviceId>,
    /// The devices that get the sound of this one.
    pub sent_to: IdSet<DeviceId>,
}

impl Rights {
    /// What the log allows `me`, a device of `user`, in the call of `roster`, which names only those who may be there.
    ///
    /// A person whose second device takes the call over is there twice for a moment. Then the newest device that is
    /// connected is played, so that nobody is heard twice and a device that is only said to be there silences nobody.
    pub fn of(
        log: &Community,
        (user, me): (UserId, DeviceId),
        roster: &Roster,
        is_connected: impl Fn(&DeviceId) -> bool,
    ) -> Self {
        let silence_of = |user: &UserId| log.silence_of(user, &roster.channel);
        let silence = silence_of(&user);
        let mut newest_by_user: IdMap<UserId, DeviceId> = IdMap::new();
        let mut sent_to = IdSet::new();
        for one in &roster.participants {
            if one.device == me || one.user == user {
                continue;
            }
            let before = newest_by_user.get(&one.user);
            let keeps = before.is_some_and(is_connected_before(&is_connected, &one.device));
            if !keeps {
                newest_by_user.insert(one.user, one.device);
            }
            if silence.is_none() && silence_of(&one.user) != Some(Silence::Deafened) {
                sent_to.insert(one.device);
            }
        }
        let of_those = |wanted: &dyn Fn(Option<Silence>) -> bool| {
            let those = newest_by_user.iter();
            let those = those.filter(|(user, _)| wanted(silence_of(user)));
            those.map(|(_, device)| *device).collect()
        };
        let hears = silence != Some(Silence::Deafened);
        Self {
            silence,
            played: of_those(&|theirs| hears && theirs.is_none()),
            watched: of_those(&|theirs| theirs != Some(Silence::Audience)),
            sent_to,
        }
    }
}

/// Whether the device that was found before stays the one that is played, rather than `newer`.
fn is_connected_before<'a>(
    is_connected: &'a impl Fn(&DeviceId) -> bool,
    newer: &'a DeviceId,
) -> impl FnOnce(&DeviceId) -> bool + 'a {
    move |before| is_connected(before) && !is_connected(newer)
}
