//! Which keys every machine was ever handed: its mail is opened from a copy of its disk at the moment at which
//! it comes, so that this is known whatever the machine makes of it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parley_client::store::{Record, Table};
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::frame::{RelayToClient, decode};
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::mail::InboundMail;
use serde_json::Value;
use vodozemac::Curve25519PublicKey;
use vodozemac::megolm::{
    ExportedSessionKey, InboundGroupSession, MegolmMessage, SessionConfig as MegolmConfig,
};
use vodozemac::olm::{Account, AccountPickle, OlmMessage, Session, SessionConfig, SessionPickle};

use super::machine::Disk;
use super::world::World;

/// The first message number that a machine could read, by machine and session.
#[derive(Debug, Default)]
pub(super) struct Handed(BTreeMap<(usize, ChannelId, String), u32>);

impl Handed {
    /// Whether a machine ever got a key that reads a message.
    pub(super) fn could_read(
        &self,
        machine: usize,
        channel: ChannelId,
        message: &EncryptedMessage,
    ) -> bool {
        let index = number_in_session(message);
        self.0
            .get(&(machine, channel, message.session.to_string()))
            .is_some_and(|first| *first <= index)
    }

    /// A machine read keys in its person's vault.
    pub(super) fn note_restored(&mut self, machine: usize, records: &[Record]) {
        for record in records {
            let mut parts = record.key.split('/');
            let channel = parts.next().and_then(|it| it.parse().ok());
            let session = parts.nth(1).map(str::to_owned);
            let handed: Value = serde_json::from_slice(&record.value).expect("a record");
            // Direct messages lie among them.
            if handed.get("author").is_some() {
                continue;
            }
            let noted = channel.zip(session).and_then(|(channel, session)| {
                self.note_key(machine, channel, session, handed["key"].as_str()?)
            });
            noted.expect("a key of a session");
        }
    }

    fn note(&mut self, machine: usize, body: &Value) -> Option<()> {
        let named = &body["session"];
        let channel = named["channel"].as_str()?.parse().ok()?;
        let session = named["session"].as_str()?.to_owned();
        self.note_key(machine, channel, session, body["handed"]["key"].as_str()?)
    }

    fn note_key(
        &mut self,
        machine: usize,
        channel: ChannelId,
        session: String,
        key: &str,
    ) -> Option<()> {
        let key = ExportedSessionKey::from_base64(key).ok()?;
        let key = InboundGroupSession::import(&key, MegolmConfig::version_1());
        let first = key.first_known_index();
        let known = self.0.entry((machine, channel, session)).or_insert(first);
        *known = first.min(*known);
        Some(())
    }
}

/// The number of a message in its session.
pub(super) fn number_in_session(message: &EncryptedMessage) -> u32 {
    MegolmMessage::from_base64(&message.ciphertext)
        .expect("Megolm")
        .message_index()
}

impl World {
    /// A machine gets a frame; what it does with it is not looked at.
    pub(super) fn look_into_mail(&mut self, index: usize, text: &str) {
        if !text.starts_with(r#"{"mail":"#) {
            return;
        }
        let Ok(RelayToClient::Mail { items }) = decode(text) else {
            return;
        };
        for mail in items {
            let machine = &self.machines[index];
            let sender = self.witness.as_ref().expect("the witness is here");
            let sender = sender.community().devices().get(&mail.from);
            let identity = sender.map(|it| Curve25519PublicKey::from(*it.curve25519.as_bytes()));
            let content = identity.and_then(|identity| open(&machine.disk, &mail, identity));
            if let Some(key) = content
                .as_ref()
                .and_then(|it| it["body"].get("session_key"))
            {
                self.handed.note(index, key);
            }
        }
    }
}

fn open(disk: &Disk, mail: &InboundMail, identity: Curve25519PublicKey) -> Option<Value> {
    let bytes = STANDARD_NO_PAD.decode(&mail.message.ciphertext).ok()?;
    let message = OlmMessage::from_parts(usize::from(mail.message.message_type), &bytes).ok()?;
    let plaintext = sessions_with(disk, mail.from)
        .into_iter()
        .find_map(|mut session| session.decrypt(&message).ok())
        .or_else(|| open_first(disk, &message, identity))?;
    serde_json::from_slice(&plaintext).ok()
}

fn sessions_with(disk: &Disk, device: DeviceId) -> Vec<Session> {
    let device = device.to_string();
    let mut records = disk.of(Table::OlmSessions);
    let record = records.find(|(key, _)| *key == device);
    let mut kept: Value = record
        .and_then(|(_, value)| serde_json::from_slice(value).ok())
        .unwrap_or_default();
    let pickles: Vec<SessionPickle> =
        serde_json::from_value(kept["sessions"].take()).unwrap_or_default();
    pickles.into_iter().map(Session::from_pickle).collect()
}

fn open_first(disk: &Disk, message: &OlmMessage, identity: Curve25519PublicKey) -> Option<Vec<u8>> {
    let OlmMessage::PreKey(message) = message else {
        return None;
    };
    let (_, account) = disk.of(Table::Account).next()?;
    let pickle: AccountPickle = serde_json::from_slice(account).ok()?;
    let mut account = Account::from_pickle(pickle);
    let created = account.create_inbound_session(SessionConfig::version_1(), identity, message);
    Some(created.ok()?.plaintext)
}
