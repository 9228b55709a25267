//! A measuring program for the benchmarks: a vault of many sessions, as JSON how long it takes to read it and how many
//! bytes a new session costs. The first argument is how many sessions there are.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program: it prints what it measured, and ends at what should not be"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use parley_client::rng::Rng;
use parley_client::store::Change;
use parley_client::vault::{Restore, VaultSecret, seal};
use parley_protocol::community::Community;
use parley_protocol::entry::{
    Action, DeviceDetails, Entry, EntryBody, Head, MemberDetails, Permission,
};
use parley_protocol::frame::{ClientToRelay, Request, encode};
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId, EntryId, UserId};
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash, Signature};
use parley_protocol::signing;
use parley_protocol::vault::{Segment, StoredSegment};
use vodozemac::megolm::{GroupSession, InboundGroupSession, SessionConfig};

/// Keys of a segment that was not in a hurry.
const KEYS: usize = 100;

fn main() {
    let sessions: Option<usize> = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let sessions = sessions.unwrap_or(50_000);
    let mut home = Home::found();
    let alone = frame_bytes(&home.segment(1));
    let together = frame_bytes(&home.segment(KEYS)) / KEYS;
    home = Home::found();
    let mut rest = sessions;
    let mut segments = Vec::new();
    while rest > 0 {
        let keys = rest.min(KEYS);
        rest -= keys;
        segments.push(home.segment(keys));
    }
    let (total, longest) = home.read(&segments, sessions);
    println!(
        "{{\"sessions\":{sessions},\"segments\":{},\"read_ms\":{:.1},\"longest_ms\":{:.2},\"alone_bytes\":{alone},\"together_bytes\":{together}}}",
        segments.len(),
        milliseconds(total),
        milliseconds(longest),
    );
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// What a segment is on its way to the relay.
fn frame_bytes(stored: &StoredSegment) -> usize {
    let segment = stored.segment.clone();
    let request = Request::AppendVault { segment };
    encode(&ClientToRelay::Request { id: 1_000, request }).len()
}

/// A member with one device and a vault.
struct Home {
    rng: Rng,
    community: Community,
    user: UserId,
    device: DeviceId,
    key: SigningKey,
    secret: VaultSecret,
    end: (u64, Hash),
}

impl Home {
    fn found() -> Self {
        let mut rng = Rng::from_seed([9; 32]);
        let identity = SigningKey::from_bytes(&rng.bytes());
        let key = SigningKey::from_bytes(&rng.bytes());
        let mut owner = MemberDetails {
            user: UserId::from_bytes(rng.bytes()),
            name: "Ada".to_owned(),
            identity: public(&identity),
            vault: None,
            device: DeviceDetails {
                id: DeviceId::from_bytes(rng.bytes()),
                ed25519: public(&key),
                curve25519: Curve25519PublicKey::from_bytes(rng.bytes()),
                label: "Firefox on Linux".to_owned(),
                certificate: Signature::from_bytes([0; 64]),
            },
        };
        let mut body = EntryBody {
            community: CommunityId::from_bytes([0; 32]),
            id: EntryId::from_bytes(rng.bytes()),
            at: 1_700_000_000_000,
            head: Head::EMPTY,
            action: founding(&owner),
        };
        body.community = body.founded_community().expect("a genesis");
        let device = &mut owner.device;
        let message = signing::device_certificate(
            &body.community,
            &owner.user,
            &device.id,
            &device.ed25519,
            &device.curve25519,
        );
        device.certificate = sign(&identity, &message);
        body.action = founding(&owner);
        let text = body.to_text();
        let genesis = Entry {
            author: owner.device.id,
            signature: sign(&key, &signing::entry(&text)),
            body: text,
        };
        Self {
            community: Community::found(&genesis).expect("a community"),
            user: owner.user,
            device: owner.device.id,
            key,
            secret: VaultSecret::generate(&mut rng),
            end: (0, Segment::NONE_BEFORE),
            rng,
        }
    }

    /// The next segment of the chain, with the keys of so many new sessions.
    fn segment(&mut self, keys: usize) -> StoredSegment {
        let keys: Vec<serde_json::Value> = (0..keys).map(|_| self.key_of_session()).collect();
        let plaintext = serde_json::json!({ "keys": keys }).to_string();
        let (community, device) = (self.community.id(), self.device);
        let (last, previous) = self.end;
        let counter = last + 1;
        let signed =
            |sealed: &str| signing::vault_segment(&community, &device, counter, &previous, sealed);
        let public_key = self.secret.public_key();
        let sealed = seal(
            &public_key,
            plaintext.as_bytes(),
            &signed(""),
            &mut self.rng,
        );
        let sealed = URL_SAFE_NO_PAD.encode(sealed.expect("a good key"));
        let signature = sign(&self.key, &signed(&sealed));
        let segment = Segment {
            counter,
            previous,
            sealed,
            signature,
        };
        self.end = (counter, segment.hash(&community, &device));
        StoredSegment {
            number: counter,
            device,
            segment,
        }
    }

    fn key_of_session(&mut self) -> serde_json::Value {
        let config = SessionConfig::version_1();
        let session = GroupSession::new(config);
        let inbound = InboundGroupSession::new(&session.session_key(), config);
        let id = URL_SAFE_NO_PAD.encode(session_id(&session));
        serde_json::json!({
            "session": {
                "channel": ChannelId::from_bytes(self.rng.bytes()).to_string(),
                "device": self.device.to_string(),
                "session": id,
            },
            "handed": {
                "key": inbound.export_at_first_known_index().to_base64(),
                "believed": true,
            },
        })
    }

    /// As a page does it, newest first; a map stands for the store.
    fn read(&self, segments: &[StoredSegment], sessions: usize) -> (Duration, Duration) {
        let secret = self.secret.clone();
        let mut restore = Restore::new(secret, &self.user, &self.community, &[]);
        let mut store = BTreeMap::new();
        let mut longest = Duration::ZERO;
        let begun = Instant::now();
        for segment in segments.iter().rev() {
            let step = Instant::now();
            for change in restore.take(segment).changes {
                if let Change::Put(record) = change {
                    store.insert(record.key, record.value);
                }
            }
            longest = longest.max(step.elapsed());
        }
        let total = begun.elapsed();
        assert_eq!(store.len(), sessions, "all of them were read");
        assert!(restore.is_clean(), "and nothing is wrong");
        (total, longest)
    }
}

fn session_id(session: &GroupSession) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(session.session_id())
        .expect("base64")
}

fn founding(owner: &MemberDetails) -> Action {
    Action::CommunityCreated {
        name: "A full vault".to_owned(),
        owner: owner.clone(),
        everyone: [Permission::SendMessages].into(),
    }
}

fn public(key: &SigningKey) -> Ed25519PublicKey {
    Ed25519PublicKey::from_bytes(key.verifying_key().to_bytes())
}

fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::from_bytes(key.sign(message).to_bytes())
}
