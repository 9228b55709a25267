//! Requests on their way to the relay: by whose number an answer comes, and what it was for.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::RequestId;
use parley_protocol::ids::{ChannelId, DeviceId, EntryId, MailId, MessageId};

use crate::megolm::SessionRef;

/// A relay that could not store something gets it again after this.
const RETRY_AFTER: Millis = 2_000;

/// What a request was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Asked {
    Append(EntryId),
    Announce(ChannelId),
    Post(ChannelId, MessageId),
    Redact(ChannelId, u64),
    SendToDevices(MailId),
    Claim(Vec<DeviceId>),
    Publish,
    Subscribe(ChannelId),
    History(ChannelId),
    /// The same, fetched ahead.
    Past(ChannelId),
    Announcement(SessionRef),
    JoinVoice,
    LeaveVoice,
    IceServers,
    /// The same outside of a call.
    ServersToTry,
    /// The segment of that number.
    Vault(u64),
    Compact,
}

/// The requests of one connection. Numbers go on over connections.
#[derive(Default)]
pub(super) struct Requests {
    last: RequestId,
    asked_by_id: LiteMap<RequestId, Asked>,
}

impl Requests {
    pub(super) fn begin(&mut self, asked: Asked) -> RequestId {
        self.last += 1;
        self.asked_by_id.insert(self.last, asked);
        self.last
    }

    pub(super) fn end(&mut self, id: RequestId) -> Option<Asked> {
        self.asked_by_id.remove(&id)
    }

    pub(super) fn contains(&self, asked: &Asked) -> bool {
        self.asked_by_id.values().any(|other| other == asked)
    }

    /// The connection is gone, and with it every answer.
    pub(super) fn clear(&mut self) {
        self.asked_by_id.clear();
    }
}

/// How long to wait before the same request may succeed. `None` if it never will.
pub(in crate::engine) fn retry_wait(error: &ApiError) -> Option<Millis> {
    if let ErrorCode::RateLimited { retry_after } = error.code {
        return Some(u64::from(retry_after).max(1) * 1_000);
    }
    matches!(error.code, ErrorCode::StorageFailed | ErrorCode::Internal).then_some(RETRY_AFTER)
}
