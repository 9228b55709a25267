//! One allocation with its permissions and channels.

use std::time::Duration;

use crate::turn::authority::Held;
use crate::turn::client::Client;
use crate::turn::device::DeviceKey;
use crate::turn::message::TransactionId;

/// RFC 8656, section 9: permissions expire 5 minutes after their last refresh. Clients rely on exactly this.
const PERMISSION_LIFETIME: Duration = Duration::from_mins(5);

/// RFC 8656, section 12: channels expire after 10 minutes.
const CHANNEL_LIFETIME: Duration = Duration::from_mins(10);

/// Parameters of a new allocation.
pub(in crate::turn) struct NewAllocation<'a> {
    pub(in crate::turn) client: Client,
    pub(in crate::turn) port: u16,
    pub(in crate::turn) username: &'a str,
    pub(in crate::turn) key: [u8; 16],
    pub(in crate::turn) device: DeviceKey,
    pub(in crate::turn) transaction: TransactionId,
    pub(in crate::turn) lifetime: Duration,
}

/// A relayed port that belongs to one client.
pub(in crate::turn) struct Allocation {
    pub(in crate::turn) client: Client,
    pub(in crate::turn) port: u16,
    pub(in crate::turn) username: String,
    pub(in crate::turn) key: [u8; 16],
    pub(in crate::turn) device: DeviceKey,
    /// Transaction of the Allocate request, to recognise a retransmission.
    pub(in crate::turn) transaction: TransactionId,
    pub(in crate::turn) expires: Duration,
    /// When the client last sent data.
    pub(in crate::turn) used: Duration,
    /// RFC 8656 gives permissions per IP, and all peers have this server's, so one is enough. (Per port would be
    /// narrower, but some browsers ask only once per IP.)
    permitted_until: Option<Duration>,
    channels: Vec<Channel>,
}

/// Peers are told apart by port alone: all share this server's IP.
struct Channel {
    number: u16,
    peer_port: u16,
    expires: Duration,
}

/// Why a channel was not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::turn) enum BindRefused {
    #[error("the channel number or the peer is already bound")]
    Taken,
    #[error("the allocation has the maximum number of channels")]
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

    /// The credentials that its requests must use.
    pub(in crate::turn) fn held(&self) -> Held<'_> {
        Held {
            username: &self.username,
            key: self.key,
        }
    }

    /// Whether it may exchange data with other clients.
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

    /// Grants or refreshes the permission.
    pub(in crate::turn) fn permit(&mut self, now: Duration) {
        self.permitted_until = Some(now + PERMISSION_LIFETIME);
    }

    /// Binds or refreshes a channel, with its permission.
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
