//! Everything that a machine could decrypt, worked out from its disk alone: what a thief of it would have.

use std::collections::BTreeMap;

use parley_client::store::Table;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::ids::ChannelId;
use serde_json::Value;
use vodozemac::megolm::{InboundGroupSession, InboundGroupSessionPickle, MegolmMessage};

use super::machine::Disk;

pub(super) struct Keyring {
    sessions_by_key: BTreeMap<String, Vec<InboundGroupSession>>,
}

/// What a message says to who can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plaintext {
    /// The place in the log that its author knew.
    pub(super) head: u64,
    pub(super) text: String,
}

impl Keyring {
    pub(super) fn of(disk: &Disk) -> Self {
        let mut sessions_by_key: BTreeMap<String, Vec<InboundGroupSession>> = BTreeMap::new();
        for (key, value) in disk.of(Table::InboundSessions) {
            let record: Value = serde_json::from_slice(value).expect("a record");
            let (of_device, id) = key.rsplit_once('/').expect("a device and a session");
            let (channel, _) = of_device.split_once('/').expect("a channel");
            let keys = record["keys"].as_array().into_iter().flatten();
            let sessions = keys.filter_map(|key| {
                let pickle = key["key"].clone();
                let pickle: InboundGroupSessionPickle = serde_json::from_value(pickle).ok()?;
                Some(InboundGroupSession::from_pickle(pickle))
            });
            let of = sessions_by_key.entry(format!("{channel}/{id}"));
            of.or_default().extend(sessions);
        }
        Self { sessions_by_key }
    }

    pub(super) fn read(
        &mut self,
        channel: ChannelId,
        message: &EncryptedMessage,
    ) -> Option<Plaintext> {
        let sessions = self
            .sessions_by_key
            .get_mut(&format!("{channel}/{}", message.session))?;
        let parsed = MegolmMessage::from_base64(&message.ciphertext).ok()?;
        let decrypted = sessions
            .iter_mut()
            .find_map(|it| it.decrypt(&parsed).ok())?;
        let content: Value = serde_json::from_slice(&decrypted.plaintext).ok()?;
        Some(Plaintext {
            head: content["head"]["seq"].as_u64()?,
            text: content["body"]["text"]
                .as_str()
                .map_or_else(|| content["body"].to_string(), str::to_owned),
        })
    }
}
