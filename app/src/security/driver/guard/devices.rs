//! My devices: those that the log knows, with what the relay says of their sessions. Signing one out revokes it in the
//! log, so that nothing is encrypted for it any more; its sessions end, too.

use leptos::prelude::Set;
use parley_client::Engine;
use parley_client::engine::SetDataError;
use parley_protocol::auth::{EndSessionRequest, SessionInfo};
use parley_protocol::entry::Action;
use parley_protocol::ids::DeviceId;

use super::super::guarding::Here;
use super::Guard;
use super::access::Access;
use super::figures::in_groups;
use crate::driver::appends::not_asked;
use crate::driver::convert::hex;
use crate::driver::convert::millis;
use crate::driver::relay;
use crate::ids;
use crate::platform::task;
use crate::security::store::{Device, SecurityStore, Seen};

/// Shows my devices: this one first, then those seen last.
pub(super) fn show(engine: &Engine, store: SecurityStore, sessions: &[SessionInfo]) {
    let (user, this) = engine.me();
    let mut devices: Vec<Device> = engine
        .community()
        .devices_of(&user)
        .map(|(id, device)| Device {
            id: ids::DeviceId::from(id.to_string()),
            name: name(engine, id, &device.label),
            fingerprint: in_groups(&hex(device.ed25519.as_bytes())),
            this: id == this,
            seen: seen(sessions, id),
        })
        .collect();
    devices.sort_by(|one, other| {
        let rank = |device: &Device| {
            let at = device.seen.as_ref().map_or(0.0, |seen| seen.at);
            if device.this { f64::INFINITY } else { at }
        };
        rank(other).total_cmp(&rank(one))
    });
    store.devices.set(devices);
}

/// What its owner calls a device, the same on all of theirs; else what it says it is.
fn name(engine: &Engine, device: DeviceId, label: &str) -> String {
    let given = engine.account_data(&data_name(device));
    given.unwrap_or(label).to_owned()
}

fn data_name(device: DeviceId) -> String {
    format!("device-name/{device}")
}

/// What the relay says of a device: of its newest session.
fn seen(sessions: &[SessionInfo], device: DeviceId) -> Option<Seen> {
    let of_device = sessions
        .iter()
        .filter(|session| session.device == Some(device));
    let newest = of_device.max_by_key(|session| session.last_seen_at)?;
    Some(Seen {
        at: millis(newest.last_seen_at),
        network: newest.network.clone(),
        signed_in_at: newest.signed_in_at.map(millis),
    })
}

impl Guard {
    pub(super) fn end_device(&mut self, device: &ids::DeviceId, here: Here<'_>) {
        let Ok(device) = device.as_str().parse::<DeviceId>() else {
            return;
        };
        let (user, this) = here.engine.me();
        let own = here.engine.community().devices_of(&user);
        let label = own
            .filter(|(id, _)| *id == device && *id != this)
            .map(|(_, own)| name(here.engine, device, &own.label))
            .next();
        let Some(label) = label else { return };
        let access = Access::new(&here, &self.port);
        match here
            .engine
            .append(Action::DeviceRevoked { device }, here.now)
        {
            Ok(entry) => self.ending.ask(entry, label),
            Err(error) => return self.stores.view.notify_problem(not_asked(error)),
        }
        // The relay ends the sessions of a revoked device by itself; this is for one that lies about the log.
        task::spawn(async move {
            let Ok(token) = access.token().await else {
                return;
            };
            let request = EndSessionRequest {
                device: Some(device),
            };
            relay::account::end_session(&token, &request).await.ok();
        });
    }

    /// Calls a device something. An empty name takes it away.
    pub(super) fn name_device(&mut self, device: &ids::DeviceId, name: &str, here: Here<'_>) {
        let Ok(device) = device.as_str().parse::<DeviceId>() else {
            return;
        };
        match here
            .engine
            .set_account_data(data_name(device), name, here.now)
        {
            Ok(()) => show(here.engine, self.store, &self.sessions),
            Err(SetDataError::TooLong) => self
                .stores
                .view
                .notify_problem("That name is too long. Try a shorter one."),
            Err(SetDataError::TooMany) => self
                .stores
                .view
                .notify_problem("There are too many named devices already."),
        }
    }
}

#[cfg(test)]
mod tests {
    use parley_protocol::auth::SessionInfo;
    use parley_protocol::ids::DeviceId;

    use super::seen;

    fn session(device: u8, last_seen_at: u64) -> SessionInfo {
        SessionInfo {
            device: Some(DeviceId::from_bytes([device; 16])),
            signed_in_at: None,
            last_seen_at,
            network: format!("192.0.{last_seen_at}.0/24"),
            current: false,
        }
    }

    #[test]
    fn a_device_was_last_seen_in_its_newest_session() {
        let sessions = [session(1, 5), session(1, 9), session(2, 11)];
        let seen = seen(&sessions, DeviceId::from_bytes([1; 16])).unwrap();
        assert_eq!(seen.network, "192.0.9.0/24");
    }

    #[test]
    fn a_device_without_a_session_was_not_seen() {
        assert_eq!(seen(&[session(1, 5)], DeviceId::from_bytes([3; 16])), None);
    }
}
