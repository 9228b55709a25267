//! Addresses that lead to something in this community: a message, or an invite. Pure.

use crate::ids::{ChannelId, ItemId};

const MESSAGE: &str = "#message=";
const INVITE: &str = "join#";

/// What an address of this page leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnLink {
    Message {
        channel: ChannelId,
        item: ItemId,
    },
    /// A way in, which is of no use to a member.
    Invite,
}

/// What an address leads to. `origin`: of this page, as `https://host`.
pub fn read(address: &str, origin: &str) -> Option<OwnLink> {
    // `https://host.evil` begins as `https://host` does.
    let path = address.strip_prefix(origin)?.strip_prefix('/')?;
    if path.starts_with(INVITE) {
        return Some(OwnLink::Invite);
    }
    let mut ids = path.strip_prefix(MESSAGE)?.split('/');
    let (channel, device, message) = (ids.next()?, ids.next()?, ids.next()?);
    let all = [channel, device, message];
    (ids.next().is_none() && all.into_iter().all(is_id)).then(|| OwnLink::Message {
        channel: ChannelId::from(channel),
        item: ItemId::from(format!("{device}/{message}")),
    })
}

/// As ids are written: base64url.
fn is_id(text: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    !text.is_empty() && text.bytes().all(is_letter)
}

/// Whether a text may have a link to a message in it. Quicker than to read it.
pub fn may_have(text: &str, origin: &str) -> bool {
    text.contains(MESSAGE) && text.contains(origin)
}

#[cfg(test)]
mod tests {
    use super::{OwnLink, may_have, read};

    const ORIGIN: &str = "https://parley.example";

    #[test]
    fn a_message_and_an_invite_of_this_address_are_known() {
        let message = read("https://parley.example/#message=c_1/d-2/e3", ORIGIN);
        let (channel, item) = ("c_1".into(), "d-2/e3".into());
        assert_eq!(message, Some(OwnLink::Message { channel, item }));
        assert_eq!(
            read("https://parley.example/join#secret", ORIGIN),
            Some(OwnLink::Invite)
        );
        assert!(may_have(
            "see https://parley.example/#message=c1/d2/e3",
            ORIGIN
        ));
    }

    #[test]
    fn what_only_looks_like_it_is_not_ours() {
        for address in [
            "https://parley.example.evil/#message=c1/d2/e3",
            "https://parley.example:8443/#message=c1/d2/e3",
            "http://parley.example/#message=c1/d2/e3",
            "https://parley.example/x/#message=c1/d2/e3",
            "https://parley.example/#message=c1/d2",
            "https://parley.example/#message=c1/d2/e3/f4",
            "https://parley.example/#message=c1//e3",
            "https://parley.example/#message=c1/d2/<b>",
            "https://parley.example/",
            "https://evil/?https://parley.example/#message=c1/d2/e3",
        ] {
            assert_eq!(read(address, ORIGIN), None, "{address}");
        }
    }
}
