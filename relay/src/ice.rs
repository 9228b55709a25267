//! STUN and TURN servers for devices: URLs, credentials, and how they end. Moves no packets.

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;
use parley_protocol::voice::IceServers;
use std::sync::Arc;

use crate::turn::TurnServer;

pub(crate) trait Ice: Send {
    /// URLs and fresh credentials for a device. `now` is in milliseconds since the Unix epoch.
    fn servers(&self, device: DeviceId, now: Millis) -> IceServers;

    /// Ends a device's allocations at once.
    fn end(&self, device: DeviceId);
}

/// No STUN and no TURN: browsers connect directly or not at all.
pub(crate) struct NoIce;

impl Ice for NoIce {
    fn servers(&self, _: DeviceId, now: Millis) -> IceServers {
        IceServers {
            stun: Vec::new(),
            turn: Vec::new(),
            username: String::new(),
            credential: String::new(),
            expires_at: now.saturating_add(60 * 60 * 1000),
        }
    }

    fn end(&self, _: DeviceId) {}
}

/// The TURN server of this relay.
pub(crate) struct OwnTurn {
    /// Host and port at which browsers reach it.
    pub(crate) address: String,
    /// Host and port at which they reach it by TLS, under a name that the certificate has.
    pub(crate) by_tls: Option<String>,
    pub(crate) server: Arc<TurnServer>,
}

impl Ice for OwnTurn {
    fn servers(&self, device: DeviceId, now: Millis) -> IceServers {
        let credentials = self.server.credentials(&device.to_string(), now / 1000);
        let Self {
            address, by_tls, ..
        } = self;
        // From what carries voice best to what gets through most firewalls.
        let mut turn = vec![
            format!("turn:{address}?transport=udp"),
            format!("turn:{address}?transport=tcp"),
        ];
        turn.extend(
            by_tls
                .iter()
                .map(|address| format!("turns:{address}?transport=tcp")),
        );
        IceServers {
            stun: vec![format!("stun:{address}")],
            turn,
            username: credentials.username,
            credential: credentials.password,
            expires_at: credentials.expires_at.saturating_mul(1000),
        }
    }

    fn end(&self, device: DeviceId) {
        self.server.end_device(&device.to_string());
    }
}
