//! Frame rate per device, over all its connections, with one bucket for requests and one for everything else.
//!
//! A request beyond the rate is refused and can be retried. Frames without an answer, those that must not be
//! refused (a call must not break for asking too much), refusals and hellos count in the other bucket. When that is
//! empty, the connection is closed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, Request, RequestId};
use parley_protocol::ids::DeviceId;

use super::rate_limit::{Rate, RateLimit};

#[derive(Debug)]
pub(crate) struct Pace(Mutex<Buckets>);

#[derive(Debug)]
struct Buckets {
    requests: RateLimit<DeviceId>,
    others: RateLimit<DeviceId>,
}

/// What to do with a frame beyond the rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TooFast {
    Refuse(RequestId, ErrorCode),
    End(ErrorCode),
}

impl Pace {
    pub(crate) fn new(rate: Rate) -> Self {
        Self(Mutex::new(Buckets {
            requests: RateLimit::new(rate),
            others: RateLimit::new(rate),
        }))
    }

    /// Counts a decoded frame.
    pub(crate) fn frame(
        &self,
        device: DeviceId,
        frame: &ClientToRelay,
        now: Millis,
    ) -> Result<(), TooFast> {
        let mut buckets = self.buckets();
        let Some(id) = refusable(frame) else {
            return buckets.others.take(device, now).map_err(TooFast::End);
        };
        let Err(code) = buckets.requests.take(device, now) else {
            return Ok(());
        };
        buckets.others.take(device, now).map_err(TooFast::End)?;
        Err(TooFast::Refuse(id, code))
    }

    /// Counts anything else that a device costs: a hello, an unreadable text.
    pub(crate) fn other(&self, device: DeviceId, now: Millis) -> Result<(), ErrorCode> {
        self.buckets().others.take(device, now)
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of a request that the client can retry later.
fn refusable(frame: &ClientToRelay) -> Option<RequestId> {
    let ClientToRelay::Request { id, request } = frame else {
        return None;
    };
    match request {
        Request::Append { .. }
        | Request::Announce { .. }
        | Request::Post { .. }
        | Request::Redact { .. }
        | Request::SendMail { .. }
        | Request::ClaimPrekeys { .. }
        | Request::History { .. }
        | Request::JoinVoice { .. }
        | Request::JoinRoom { .. }
        | Request::AppendVault { .. }
        | Request::CompactVault { .. } => Some(*id),
        Request::PublishPrekeys { .. }
        | Request::Subscribe { .. }
        | Request::LeaveVoice
        | Request::IceServers => None,
    }
}
