//! What a device that is linked to this one gets: a certificate, the keys of all sessions, and account data. When it may
//! have them is decided in [`crate::linking`], by the person.

use parley_protocol::signing;

use super::Engine;
use crate::linking::{NewDeviceKeys, Welcome, archive_record};
use crate::megolm::SessionRef;
use crate::store::Record;
use crate::vault::{KeptKey, NamedValue};

/// The sessions whose keys this device holds itself, newest first. Others may lie in its archive.
pub struct LinkingKeys(Vec<SessionRef>);

impl LinkingKeys {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Engine {
    /// Certifies a new device, which the person has confirmed. `token` is the relay's for it.
    pub fn certify_linked(&self, device: &NewDeviceKeys, token: String) -> Welcome {
        let me = self.sync.me();
        let community = self.community().id();
        let message = signing::linked_device(
            &community,
            &me.user,
            &device.id,
            &device.ed25519,
            &device.curve25519,
        );
        Welcome {
            community,
            user: me.user,
            head: self.community().head(),
            linked_by: me.device,
            certificate: self.parts.to_device.keys().sign(&message),
            token,
        }
    }

    /// The sessions whose keys can be handed out by [`Engine::export_linking_keys`].
    pub fn linking_keys(&mut self) -> LinkingKeys {
        LinkingKeys(self.parts.channels.key_ring().held_newest_first())
    }

    /// The keys of up to `most` sessions after the first `skipped`, as records of the archive.
    pub fn export_linking_keys(
        &mut self,
        keys: &LinkingKeys,
        skipped: usize,
        most: usize,
    ) -> Vec<Record> {
        let me = self.sync.me().device;
        let mut ring = self.parts.channels.key_ring();
        let wanted = keys.0.iter().skip(skipped).take(most);
        wanted
            .filter_map(|session| {
                let handed = ring.export(*session)?;
                let session = *session;
                Some(archive_record(&KeptKey { session, handed }, me))
            })
            .collect()
    }

    /// All account data.
    pub fn linking_data(&self) -> Vec<NamedValue> {
        self.parts.account_data.all()
    }
}
