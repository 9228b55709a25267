//! What a part of the engine gets with each input: the time, the community log to read, and where to put what it
//! wants done.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::entry::Head;
use parley_protocol::ids::DeviceId;

use super::output::Output;
use super::sync::{Link, Watch};
use crate::alert::Alert;
use crate::device::OwnDevice;
use crate::rng::Rng;

/// The surroundings of one call into a part.
pub(super) struct Cx<'a> {
    pub(super) now: Millis,
    pub(super) me: OwnDevice,
    pub(super) log: &'a Community,
    pub(super) output: &'a mut Output,
    pub(super) rng: &'a mut Rng,
    link: Link,
    watch: &'a mut Watch,
}

impl<'a> Cx<'a> {
    pub(super) fn new(
        now: Millis,
        me: OwnDevice,
        (log, watch, link): (&'a Community, &'a mut Watch, Link),
        output: &'a mut Output,
        rng: &'a mut Rng,
    ) -> Self {
        Self {
            now,
            me,
            log,
            output,
            rng,
            link,
            watch,
        }
    }

    /// Whether frames can be sent.
    pub(super) fn is_open(&self) -> bool {
        self.link.is_open
    }

    /// Whether the log is as new as it was at the relay when this connection began. Before that, writing
    /// could use a session that was retired meanwhile.
    pub(super) fn is_log_current(&self) -> bool {
        self.link.is_log_current
    }

    /// Whether nothing speaks against the log that is here: the relay sent all that it told of, and no member
    /// names entries that are not here. Before that no key is let out, nothing is written, and nothing is
    /// judged for good.
    pub(super) fn is_log_whole(&self) -> bool {
        self.is_log_current() && !self.watch.holds()
    }

    /// Whether a head stands in the log that is here.
    pub(super) fn is_in_log(&self, head: Head) -> bool {
        self.log.hash_at(head.seq) == Some(head.hash)
    }

    /// Compares the head that an author names with the log, now or when the log gets there. Says whether it is in
    /// the log.
    pub(super) fn check_named_head(&mut self, device: DeviceId, head: Head) -> bool {
        self.watch
            .check_named_head(device, head, self.log, self.output)
    }

    pub(super) fn alert(&mut self, alert: Alert) {
        self.watch.alert(alert, self.log, self.output);
    }
}
