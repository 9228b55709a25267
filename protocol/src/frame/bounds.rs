//! Limits on frames from the relay. An honest relay never sends more, because it accepts no more from anybody.

use super::{ChannelPage, RelayToClient, Response, Welcome};
use crate::channel::{ChannelItem, ItemContent};
use crate::limits::{
    MAX_ANNOUNCEMENT_BYTES, MAX_BLOBS_PER_ITEM, MAX_CHANNELS, MAX_CIPHERTEXT_CHARS,
    MAX_ENTRY_BYTES, MAX_MAIL_CHARS, MAX_MAIL_RECIPIENTS, MAX_PAGE_ITEMS, MAX_PRESENCE_USERS,
    MAX_REDACTION_BYTES, MAX_VOICE_PARTICIPANTS,
};
use crate::voice::Roster;

/// Something in a frame exceeds a limit of [`crate::limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {count}, and {limit} are allowed")]
pub struct OverLimit {
    /// Name of the part that is too large.
    pub what: &'static str,
    /// Its actual size.
    pub count: usize,
    /// The allowed size.
    pub limit: usize,
}

impl RelayToClient {
    /// Checks everything in the frame that has a limit of its own.
    ///
    /// # Errors
    /// [`OverLimit`] for the first part that exceeds one.
    pub fn check_limits(&self) -> Result<(), OverLimit> {
        match self {
            Self::Welcome(welcome) => check_welcome(welcome),
            Self::Response { response, .. } => check_response(response),
            Self::Log { entries, .. } => {
                at_most("entries in a page", entries.len(), MAX_PAGE_ITEMS)?;
                let longest = entries.iter().map(|entry| entry.body.len()).max();
                at_most("bytes of an entry", longest.unwrap_or(0), MAX_ENTRY_BYTES)
            }
            Self::Items(page) => check_page(page),
            Self::Mail { items } => {
                at_most("mail in a page", items.len(), MAX_PAGE_ITEMS)?;
                let longest = items.iter().map(|mail| mail.message.ciphertext.len()).max();
                at_most("characters of mail", longest.unwrap_or(0), MAX_MAIL_CHARS)
            }
            Self::Roster(roster) => check_roster(roster),
            Self::Presence {
                online,
                away,
                do_not_disturb,
            } => {
                let lists = [online, away, do_not_disturb];
                let members = lists.into_iter().map(Vec::len).sum();
                at_most("members online", members, MAX_PRESENCE_USERS)
            }
            Self::Challenge { .. }
            | Self::Refused { .. }
            | Self::Typing { .. }
            | Self::PrekeyCount { .. }
            | Self::Closing { .. }
            | Self::Pong => Ok(()),
        }
    }
}

fn check_welcome(welcome: &Welcome) -> Result<(), OverLimit> {
    at_most("channels", welcome.channels.len(), MAX_CHANNELS)?;
    at_most("rosters", welcome.rosters.len(), MAX_CHANNELS)?;
    welcome.rosters.iter().try_for_each(check_roster)
}

fn check_response(response: &Response) -> Result<(), OverLimit> {
    match response {
        Response::Page(page) => check_page(page),
        Response::Prekeys { prekeys } => at_most("prekeys", prekeys.len(), MAX_MAIL_RECIPIENTS),
        Response::MailSent { full } => at_most("full", full.len(), MAX_MAIL_RECIPIENTS),
        Response::Done
        | Response::Appended { .. }
        | Response::Posted { .. }
        | Response::IceServers(_)
        | Response::VaultAppended { .. }
        | Response::Subscribed { .. } => Ok(()),
    }
}

fn check_page(page: &ChannelPage) -> Result<(), OverLimit> {
    at_most("items in a page", page.items.len(), MAX_PAGE_ITEMS)?;
    let earlier = page.announcements.len();
    at_most("announcements in a page", earlier, MAX_PAGE_ITEMS)?;
    page.items.iter().try_for_each(check_item)?;
    page.announcements.iter().try_for_each(check_item)
}

fn check_item(item: &ChannelItem) -> Result<(), OverLimit> {
    match &item.content {
        ItemContent::Announcement(announcement) => {
            let bytes = announcement.body.len();
            at_most("bytes of an announcement", bytes, MAX_ANNOUNCEMENT_BYTES)
        }
        ItemContent::Message(message) => {
            let chars = message.ciphertext.len();
            at_most("characters of a message", chars, MAX_CIPHERTEXT_CHARS)?;
            let blobs = message.blobs.len();
            at_most("blobs of a message", blobs, MAX_BLOBS_PER_ITEM)
        }
        ItemContent::Tombstone(order) => {
            let bytes = order.body.len();
            at_most("bytes of an order", bytes, MAX_REDACTION_BYTES)
        }
        ItemContent::Expired(_) => Ok(()),
    }
}

fn check_roster(roster: &Roster) -> Result<(), OverLimit> {
    let devices = roster.participants.len();
    at_most("devices in a call", devices, MAX_VOICE_PARTICIPANTS)
}

fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), OverLimit> {
    if count > limit {
        return Err(OverLimit { what, count, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{EncryptedMessage, SignedAnnouncement, SignedRedaction};
    use crate::entry::Entry;
    use crate::ids::{CallSessionId, ChannelId, DeviceId, MessageId, UserId};
    use crate::keys::{Hash, SessionId, Signature};
    use crate::mail::{InboundMail, OlmCiphertext};
    use crate::voice::{Participant, VoiceState};

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);
    const CHANNEL: ChannelId = ChannelId::from_bytes([2; 16]);

    fn item(content: ItemContent) -> ChannelItem {
        ChannelItem {
            seq: 1,
            at: 0,
            author: DEVICE,
            content,
        }
    }

    fn message(chars: usize) -> ChannelItem {
        with_blobs(chars, 0)
    }

    fn with_blobs(chars: usize, blobs: usize) -> ChannelItem {
        item(ItemContent::Message(EncryptedMessage {
            id: MessageId::from_bytes([3; 16]),
            session: SessionId::from_bytes([4; 32]),
            ciphertext: "x".repeat(chars),
            blobs: vec![Hash::from_bytes([8; 32]); blobs],
        }))
    }

    fn announcement(bytes: usize) -> ChannelItem {
        item(ItemContent::Announcement(SignedAnnouncement {
            body: "x".repeat(bytes),
            signature: Signature::from_bytes([5; 64]),
            proof: Signature::from_bytes([5; 64]),
        }))
    }

    fn tombstone(bytes: usize) -> ChannelItem {
        item(ItemContent::Tombstone(SignedRedaction {
            body: "x".repeat(bytes),
            signature: Signature::from_bytes([5; 64]),
        }))
    }

    fn page(items: Vec<ChannelItem>, announcements: Vec<ChannelItem>) -> ChannelPage {
        ChannelPage {
            channel: CHANNEL,
            after: 0,
            items,
            announcements,
        }
    }

    fn entry(bytes: usize) -> Entry {
        Entry {
            body: "x".repeat(bytes),
            author: DEVICE,
            signature: Signature::from_bytes([5; 64]),
        }
    }

    fn mail(chars: usize) -> InboundMail {
        InboundMail {
            seq: 1,
            at: 0,
            from: DEVICE,
            message: OlmCiphertext {
                message_type: 1,
                ciphertext: "x".repeat(chars),
            },
        }
    }

    fn roster(devices: usize) -> Roster {
        let participant = Participant {
            device: DEVICE,
            user: UserId::from_bytes([6; 16]),
            session: CallSessionId::from_bytes([7; 16]),
            state: VoiceState::default(),
        };
        Roster {
            channel: CHANNEL,
            participants: vec![participant; devices],
        }
    }

    /// A frame with a number of something, and the allowed number.
    type Case = (usize, fn(usize) -> RelayToClient);

    #[test]
    fn as_much_as_is_allowed_is_taken_and_no_more() {
        let cases: [Case; 13] = [
            (MAX_PAGE_ITEMS, |count| {
                RelayToClient::Items(page(vec![message(1); count], Vec::new()))
            }),
            (MAX_PAGE_ITEMS, |count| {
                RelayToClient::Items(page(Vec::new(), vec![announcement(1); count]))
            }),
            (MAX_CIPHERTEXT_CHARS, |chars| RelayToClient::Response {
                id: 1,
                response: Response::Page(page(vec![message(chars)], Vec::new())),
            }),
            (MAX_BLOBS_PER_ITEM, |blobs| {
                RelayToClient::Items(page(vec![with_blobs(1, blobs)], Vec::new()))
            }),
            (MAX_ANNOUNCEMENT_BYTES, |bytes| {
                RelayToClient::Items(page(Vec::new(), vec![announcement(bytes)]))
            }),
            (MAX_REDACTION_BYTES, |bytes| {
                RelayToClient::Items(page(vec![tombstone(bytes)], Vec::new()))
            }),
            (MAX_PAGE_ITEMS, |count| RelayToClient::Log {
                from: 1,
                entries: vec![entry(1); count],
            }),
            (MAX_ENTRY_BYTES, |bytes| RelayToClient::Log {
                from: 1,
                entries: vec![entry(bytes)],
            }),
            (MAX_PAGE_ITEMS, |count| RelayToClient::Mail {
                items: vec![mail(1); count],
            }),
            (MAX_MAIL_CHARS, |chars| RelayToClient::Mail {
                items: vec![mail(chars)],
            }),
            (MAX_VOICE_PARTICIPANTS, |devices| {
                RelayToClient::Roster(roster(devices))
            }),
            (MAX_PRESENCE_USERS, |users| RelayToClient::Presence {
                online: vec![UserId::from_bytes([6; 16]); users],
                away: Vec::new(),
                do_not_disturb: Vec::new(),
            }),
            (MAX_PRESENCE_USERS, |users| RelayToClient::Presence {
                online: vec![UserId::from_bytes([6; 16]); 1_000],
                away: vec![UserId::from_bytes([6; 16]); 2_000],
                do_not_disturb: vec![UserId::from_bytes([6; 16]); users - 3_000],
            }),
        ];
        for (limit, frame) in cases {
            assert_eq!(frame(limit).check_limits(), Ok(()));
            let over = frame(limit + 1).check_limits().expect_err("too much");
            assert_eq!((over.count, over.limit), (limit + 1, limit), "{over}");
        }
    }
}
