//! One's own devices, ways in, and the health of encryption.

use leptos::prelude::*;

use super::MINUTE;
use crate::security::store::{
    Device, Entrance, Health, OwnProvider, Passkey, Passkeys, Security, Seen, Stored, Unread, Vault,
};
use crate::stores::Stores;
use crate::timeline::store::Unreadable;
use crate::ui::hooks::local_time;

/// One's own devices, recovery key, and the health of encryption.
pub(super) fn own(stores: Stores) {
    let now = local_time::now();
    let own = stores.security;
    own.figures.set(Security {
        genesis: "8c1f0b6a52d94e7730aa41c6be902d15f3377d10c84be2956ab0ff4120d97e63".into(),
        log_head: "19e4d3b87a60f25cc0318adf4496eb1200b5c7a93f8e16d4725eab903c4df811".into(),
    });
    own.log_height.set(41);
    let device = |id: &str, name: &str, this, ago: f64, network: &str, signed_in| Device {
        id: id.into(),
        name: name.into(),
        fingerprint: "k3Vd 9aQm Xr0L pT5w Yc82 HnZe Bs7J uG1o Ff4i Dq6A tC".into(),
        this,
        seen: Some(Seen {
            at: now - ago * MINUTE,
            network: network.into(),
            signed_in_at: Some(now - 9000.0 * MINUTE).filter(|_| signed_in),
        }),
    };
    own.devices.set(vec![
        device(
            "mira-1",
            "Firefox on Linux",
            true,
            0.0,
            "192.0.2.0/24",
            true,
        ),
        device(
            "mira-2",
            "The old tablet",
            false,
            190.0,
            "2001:db8:41::/48",
            true,
        ),
        device(
            "mira-3",
            "Safari on iPhone",
            false,
            90_000.0,
            "198.51.100.0/24",
            false,
        ),
    ]);
    own.passkeys.set(Some(Passkeys {
        possible: true,
        all: vec![Passkey {
            id: "a".into(),
            name: "Chromium on Linux".into(),
            created_at: 1_790_000_000_000.0,
            last_used_at: Some(1_795_000_000_000.0),
            opens_messages: true,
        }],
    }));
    own.providers.set(vec![
        OwnProvider {
            id: "acme".into(),
            name: "Acme".into(),
            is_linked: true,
        },
        OwnProvider {
            id: "globex".into(),
            name: "Globex".into(),
            is_linked: false,
        },
    ]);
    own.entrance.set(Some(Entrance {
        has_password: true,
        has_recovery_key: false,
        codes_left: None,
    }));
    let unread = |why, count| Unread { why, count };
    own.health.set(Health {
        readable: 1_204,
        unread: vec![
            unread(Unreadable::KeyNotHere, 12),
            unread(Unreadable::BeforeJoined, 31),
        ],
        unsent: 2,
        channels: 4,
        log_entries: 41,
        devices: 3,
        is_held: false,
        is_online: true,
        warnings: 0,
        storage: Some(Stored {
            is_persistent: false,
            used: 18.0e6,
            quota: 61.0e9,
        }),
        kept: 1_300,
        all: 1_400,
        vault: Some(Vault {
            exists: true,
            waiting: 0,
            trouble: None,
        }),
        one_time_keys: Some(50),
    });
}
