//! Which sequence numbers the relay may name. They are only its word: one that cannot be ends the connection.

use parley_protocol::frame::RelayToClient;

/// The largest number of anything: what a JSON number holds exactly everywhere (RFC 8259, section 6).
const LAST: u64 = (1 << 53) - 1;

/// Whether a frame names a sequence number that cannot be.
pub(in crate::engine) fn is_impossible(frame: &RelayToClient) -> bool {
    let items = |after: u64, count: usize| after.saturating_add(count as u64);
    let furthest = match frame {
        RelayToClient::Welcome(welcome) => welcome
            .channels
            .iter()
            .map(|position| position.last)
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
