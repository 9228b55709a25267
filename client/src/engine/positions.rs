//! How far the relay says that everything goes. Its numbers are only its word: one that cannot be ends the
//! connection, and one that is behind what was said before is told, and gone back to, so that no lie outlasts
//! the relay that told it.

use parley_protocol::frame::{ChannelPosition, RelayToClient, Welcome};
use parley_protocol::ids::ChannelId;

use super::Engine;
use crate::alert::Alert;

/// The largest number of anything: what a JSON number holds exactly everywhere (RFC 8259, section 6).
const LAST: u64 = (1 << 53) - 1;

/// Whether a frame names a place that cannot be.
pub(super) fn is_impossible(frame: &RelayToClient) -> bool {
    let items = |after: u64, count: usize| after.saturating_add(count as u64);
    let furthest = match frame {
        RelayToClient::Welcome(welcome) => welcome
            .channels
            .iter()
            .map(|place| place.last)
            .chain([welcome.mailbox, welcome.head.seq])
            .max()
            .unwrap_or(0),
        RelayToClient::Items(page) => items(page.after, page.items.len()),
        RelayToClient::Log { from, entries } => items(*from, entries.len()),
        RelayToClient::Mail { items } => items.iter().map(|mail| mail.seq).max().unwrap_or(0),
        RelayToClient::Challenge { .. }
        | RelayToClient::Response { .. }
        | RelayToClient::Refused { .. }
        | RelayToClient::Roster(_)
        | RelayToClient::Presence { .. }
        | RelayToClient::Typing { .. }
        | RelayToClient::PrekeyCount { .. }
        | RelayToClient::Closing { .. }
        | RelayToClient::Pong => 0,
    };
    furthest > LAST
}

impl Engine {
    /// Goes back to where the relay is, if it is behind. Says whether the hello named a place in the mailbox
    /// from which nothing will come, so that another one is needed.
    pub(super) fn go_back(&mut self, welcome: &Welcome) -> bool {
        for ChannelPosition { channel, last } in &welcome.channels {
            self.go_back_in(*channel, *last);
        }
        let behind = welcome.mailbox < self.mail.position();
        if behind {
            self.alert(Alert::MailboxShorter);
            self.set_mail_position(welcome.mailbox);
        }
        behind
    }

    fn go_back_in(&mut self, channel: ChannelId, last: u64) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if timeline.position <= last {
            return;
        }
        timeline.go_back(last);
        self.store_channel(channel);
        for session in self.inbound.forget_announced_after(channel, last) {
            self.store_inbound(session);
        }
        self.alert(Alert::ChannelShorter);
    }
}
