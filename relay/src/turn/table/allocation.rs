//! One allocation with its permissions and channels.

use std::time::Duration;

use super::NewAllocation;
use crate::turn::authority::Held;
use crate::turn::client::Client;
use crate::turn::device::DeviceKey;
use crate::turn::message::TransactionId;

/// RFC 8656, section 9: a permission ends 5 minutes after it was last asked
/// for. Clients count on exactly this.
const PERMISSION_LIFETIME: Duration = Duration::from_mins(5);

/// RFC 8656, section 12: the same for a channel, 10 minutes.
const CHANNEL_LIFETIME: Duration = Duration::from_mins(10);

/// A relayed port that belongs to one client.
pub(in crate::turn) struct Allocation {
    pub(in crate::turn) client: Client,
    pub(in crate::turn) port: u16,
    pub(in crate::turn) username: String,
    pub(in crate::turn) key: [u8; 16],
    pub(in crate::turn) device: DeviceKey,
    /// Of the Allocate request, to know a repeated one.
    pub(in crate::turn) transaction: TransactionId,
    pub(in crate::turn) expires: Duration,
    /// When it last sent something.
    pub(in crate::turn) used: Duration,
    /// RFC 8656 gives permissions by IP, and all peers have this server's: one
    /// is enough. (By port would be narrower, but some browsers ask only once
    /// for each IP.)
    permitted_until: Option<Duration>,
    channels: Vec<Channel>,
}

/// Peers are told apart by port alone: all share this server's IP.
struct Channel {
    number: u16,
    peer_port: u16,
    expires: Duration,
}

/// Why a channel was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::turn) enum BindRefused {
    #[error("the channel or the peer is bound otherwise")]
    Taken,
    #[error("the allocation has as many channels as it may")]
    Full,
}

impl Allocation {
    pub(super) fn new(new: NewAllocation<'_>, now: Duration) -> Self {
        Self {
            client: new.client,
            port: new.port,
            username: new.username.to_owned(),
            key: new.key,
            device: new.device,
            transaction: new.transaction,
            expires: now + new.lifetime,
            used: now,
            permitted_until: None,
            channels: Vec::new(),
        }
    }

    /// What its requests must be signed with.
    pub(in crate::turn) fn held(&self) -> Held<'_> {
        Held {
            username: &self.username,
            key: self.key,
        }
    }

    /// Whether it may send to other clients, and they to it.
    pub(in crate::turn) fn is_permitted(&self, now: Duration) -> bool {
        self.permitted_until.is_some_and(|until| until > now)
    }

    pub(in crate::turn) fn peer_of(&self, number: u16, now: Duration) -> Option<u16> {
        let mut channels = self.channels.iter();
        channels
            .find(|it| it.number == number && it.expires > now)
            .map(|it| it.peer_port)
    }

    pub(in crate::turn) fn channel_of(&self, peer_port: u16, now: Duration) -> Option<u16> {
        let mut channels = self.channels.iter();
        channels
            .find(|it| it.peer_port == peer_port && it.expires > now)
            .map(|it| it.number)
    }

    /// Gives or renews the permission.
    pub(in crate::turn) fn permit(&mut self, now: Duration) {
        self.permitted_until = Some(now + PERMISSION_LIFETIME);
    }

    /// Gives or renews a channel, and the permission that comes with it.
    pub(in crate::turn) fn bind(
        &mut self,
        number: u16,
        peer_port: u16,
        most: usize,
        now: Duration,
    ) -> Result<(), BindRefused> {
        self.channels.retain(|it| it.expires > now);
        let same = |it: &Channel| (it.number == number, it.peer_port == peer_port);
        let mut channels = self.channels.iter();
        if channels.any(|it| matches!(same(it), (true, false) | (false, true))) {
            return Err(BindRefused::Taken);
        }
        let known = self.channels.iter().position(|it| it.number == number);
        if known.is_none() && self.channels.len() >= most {
            return Err(BindRefused::Full);
        }
        self.permit(now);
        let channel = Channel {
            number,
            peer_port,
            expires: now + CHANNEL_LIFETIME,
        };
        match known.and_then(|at| self.channels.get_mut(at)) {
            Some(known) => *known = channel,
            None => self.channels.push(channel),
        }
        Ok(())
    }
}
