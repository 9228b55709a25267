//! What each channel's outbox waits for. One step at a time, so that what was written goes out once and in order.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::map::IdSet;

/// What a channel waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The relay's word on the announcement.
    Announcing,
    /// The relay's word on a message.
    Posting(MessageId),
    /// The session's key is handed over to be sent, with which the next message waits for devices that have to be
    /// reached first, or not.
    Sharing { waits: bool },
    /// Devices that the session's key goes to are being reached.
    Reaching { until: Millis },
    /// Time to try again.
    Pausing { until: Millis },
}

impl Step {
    fn until(&self) -> Option<Millis> {
        match self {
            Self::Reaching { until } | Self::Pausing { until } => Some(*until),
            Self::Announcing | Self::Posting(_) | Self::Sharing { .. } => None,
        }
    }
}

/// The channels that wait.
#[derive(Default)]
pub(super) struct Steps(LiteMap<ChannelId, Step>);

impl Steps {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.0.values().filter_map(Step::until).min()
    }

    /// Ends the waits that are over.
    pub(super) fn end_due(&mut self, now: Millis) {
        self.0
            .retain(|_, step| step.until().is_none_or(|until| until > now));
    }

    pub(super) fn begin(&mut self, channel: ChannelId, step: Step) {
        self.0.insert(channel, step);
    }

    pub(super) fn end(&mut self, channel: &ChannelId) {
        self.0.remove(channel);
    }

    pub(super) fn is_waiting(&self, channel: &ChannelId) -> bool {
        self.0.contains_key(channel)
    }

    /// Whether any channel waits for its key to be sent.
    pub(super) fn is_sharing(&self) -> bool {
        let mut steps = self.0.values();
        steps.any(|step| matches!(step, Step::Sharing { .. } | Step::Reaching { .. }))
    }

    /// The keys were handed over to be sent. `waiting`: the channels whose key waits for devices to be reached; these
    /// wait, up to `until`, if they do at all. Says which channels have shared their key just now and go on.
    pub(super) fn end_sharing(
        &mut self,
        waiting: &IdSet<ChannelId>,
        until: Millis,
    ) -> IdSet<ChannelId> {
        let mut shared = IdSet::new();
        for (channel, step) in self.0.iter_mut() {
            if let Step::Sharing { waits } = *step {
                *step = Step::Reaching { until };
                if !waits || !waiting.contains(channel) {
                    shared.insert(*channel);
                }
            }
        }
        self.0.retain(|channel, step| match step {
            Step::Reaching { .. } => waiting.contains(channel) && !shared.contains(channel),
            Step::Announcing | Step::Posting(_) | Step::Sharing { .. } | Step::Pausing { .. } => {
                true
            }
        });
        shared
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: ChannelId = ChannelId::from_bytes([1; 16]);
    const UNTIL: Millis = 2_000;

    fn waiting() -> IdSet<ChannelId> {
        IdSet::from([CHANNEL])
    }

    fn sharing(waits: bool) -> Steps {
        let mut steps = Steps::default();
        steps.begin(CHANNEL, Step::Sharing { waits });
        steps
    }

    #[test]
    fn a_key_that_went_out_holds_nothing_up() {
        let mut steps = sharing(true);
        assert_eq!(steps.end_sharing(&IdSet::new(), UNTIL), waiting());
        assert!(!steps.is_waiting(&CHANNEL));
    }

    #[test]
    fn a_message_waits_for_devices_that_are_being_reached_but_not_for_ever() {
        let mut steps = sharing(true);
        assert_eq!(steps.end_sharing(&waiting(), UNTIL), IdSet::new());
        assert_eq!(steps.timeout(), Some(UNTIL));
        steps.end_due(UNTIL - 1);
        assert!(steps.is_waiting(&CHANNEL));
        steps.end_due(UNTIL);
        assert!(!steps.is_waiting(&CHANNEL));
    }

    #[test]
    fn when_the_devices_are_reached_it_goes_on_and_shares_with_who_lacks_the_key_still() {
        let mut steps = sharing(true);
        steps.end_sharing(&waiting(), UNTIL);
        assert_eq!(steps.end_sharing(&IdSet::new(), UNTIL), IdSet::new());
        assert!(!steps.is_waiting(&CHANNEL));
    }

    #[test]
    fn it_does_not_wait_for_one_batch_after_another() {
        let mut steps = sharing(false);
        assert_eq!(steps.end_sharing(&waiting(), UNTIL), waiting());
        assert!(!steps.is_waiting(&CHANNEL));
    }
}
