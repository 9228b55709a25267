//! A clock that is set back. What waits for a moment in memory would wait for longer by as much: a call would keep
//! somebody who is gone, and nobody would hear who came. So all these moments are set back with it. What is on the disk
//! keeps its times, and a clock that is set forward needs nothing: what waits comes early, once.

use parley_protocol::Millis;

use super::Core;
use super::presence::Presence;
use super::voice::Voice;

impl Core {
    /// Compares the time with the one before.
    pub(super) fn notice_time(&mut self, now: Millis) {
        let by = self.time.saturating_sub(now);
        self.time = now;
        if by == 0 {
            return;
        }
        self.voice.set_back(by);
        self.presence.set_back(by);
        for connection in self.connections.values_mut() {
            earlier(&mut connection.typed_at, by);
            earlier(&mut connection.stated_at, by);
        }
    }
}

impl Voice {
    fn set_back(&mut self, by: Millis) {
        let Self {
            rosters: _,
            channel_by_device: _,
            rooms: _,
            away,
            sent_at,
            due,
        } = self;
        let times = away.values_mut().chain(sent_at.values_mut());
        for time in times.chain(due.values_mut()) {
            earlier(time, by);
        }
    }
}

impl Presence {
    fn set_back(&mut self, by: Millis) {
        earlier(&mut self.sent_at, by);
        let times = self.early.values_mut().map(|(time, _)| time);
        let dues = self.early_due.iter_mut().chain(self.due.iter_mut());
        times.chain(dues).for_each(|time| earlier(time, by));
    }
}

fn earlier(time: &mut Millis, by: Millis) {
    *time = time.saturating_sub(by);
}
