//! How many frames one device may send, over all its connections: its requests, and everything else.
//!
//! A request beyond the rate is refused, and can be asked again. What has no answer, or must not be refused
//! (nobody stays in a call for asking too much), only counts; so do refusals. Whoever goes on sending is
//! disconnected, and their hello counts, too.

use std::sync::{Mutex, MutexGuard, PoisonError};

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, Request, RequestId};
use parley_protocol::ids::DeviceId;

use super::rate_limit::{Rate, RateLimit};

/// The buckets of every device.
#[derive(Debug)]
pub(crate) struct Pace(Mutex<Buckets>);

#[derive(Debug)]
struct Buckets {
    requests: RateLimit<DeviceId>,
    others: RateLimit<DeviceId>,
}

/// What to do with a frame that came too soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TooFast {
    /// Refuse this request.
    Refuse(RequestId, ErrorCode),
    /// End the connection.
    End(ErrorCode),
}

impl Pace {
    pub(crate) fn new(rate: Rate) -> Self {
        Self(Mutex::new(Buckets {
            requests: RateLimit::new(rate),
            others: RateLimit::new(rate),
        }))
    }

    /// Counts a frame that could be read.
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

    /// Counts anything else that a device costs: its hello, a text that makes no sense.
    pub(crate) fn other(&self, device: DeviceId, now: Millis) -> Result<(), ErrorCode> {
        self.buckets().others.take(device, now)
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of a request that its sender can ask again later.
fn refusable(frame: &ClientToRelay) -> Option<RequestId> {
    let ClientToRelay::Request { id, request } = frame else {
        return None;
    };
    match request {
        Request::Append { .. }
        | Request::Announce { .. }
        | Request::Post { .. }
        | Request::SendMail { .. }
        | Request::ClaimPrekeys { .. }
        | Request::History { .. }
        | Request::JoinVoice { .. } => Some(*id),
        Request::PublishPrekeys { .. }
        | Request::Subscribe { .. }
        | Request::LeaveVoice
        | Request::IceServers => None,
    }
}
