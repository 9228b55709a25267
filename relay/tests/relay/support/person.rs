//! Somebody with an identity and one device, who signs what they say.

use base64::Engine as _;
use ed25519_dalek::{Signer as _, SigningKey};
use parley_protocol::auth::{LoginRequest, LoginSecret, RegisterRequest, Wrap};
use parley_protocol::channel::{
    Announcement, EncryptedMessage, Redaction, SignedAnnouncement, SignedRedaction,
};
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind, DeviceDetails, Entry, EntryBody, Head, History,
    MemberDetails, Permission, Readers,
};
use parley_protocol::frame::{ClientToRelay, Hello, Positions, PresenceState, Request, encode};
use parley_protocol::ids::{
    ChannelId, CommunityId, DeviceId, EntryId, InviteId, MessageId, UserId,
};
use parley_protocol::invite::InviteProof;
use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Nonce, SessionId, Signature};
use parley_protocol::mail::{Prekeys, SignedPrekey};
use parley_protocol::signing;

use super::fresh;

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) community: CommunityId,
    pub(crate) identity: SigningKey,
    pub(crate) signing: SigningKey,
    pub(crate) curve25519: Curve25519PublicKey,
}

/// An invite with its secret half.
pub(crate) struct Invite {
    pub(crate) id: InviteId,
    pub(crate) key: SigningKey,
}

impl Invite {
    pub(crate) fn new() -> Self {
        Self {
            id: InviteId::from_bytes(fresh()),
            key: SigningKey::from_bytes(&fresh()),
        }
    }

    /// What opens the log to somebody who has the link, as `Authorization` carries it.
    pub(crate) fn credentials(&self, community: &CommunityId, at: u64) -> String {
        let message = signing::log_read(community, &self.id, at);
        let proof = InviteProof {
            invite: self.id,
            at,
            signature: sign(&self.key, &message),
        };
        format!("Invite {proof}")
    }

    pub(crate) fn made(&self, expires_at: Option<u64>, max_uses: Option<u32>) -> Action {
        Action::InviteMade {
            invite: self.id,
            key: public(&self.key),
            expires_at,
            max_uses,
            readmits: None,
            guest: None,
        }
    }
}

pub(crate) fn public(key: &SigningKey) -> Ed25519PublicKey {
    Ed25519PublicKey::from_bytes(key.verifying_key().to_bytes())
}

pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::from_bytes(key.sign(message).to_bytes())
}

impl Person {
    pub(crate) fn new(name: &str, community: CommunityId) -> Self {
        Self {
            name: name.to_owned(),
            user: UserId::from_bytes(fresh()),
            device: DeviceId::from_bytes(fresh()),
            community,
            identity: SigningKey::from_bytes(&fresh()),
            signing: SigningKey::from_bytes(&fresh()),
            curve25519: Curve25519PublicKey::from_bytes(fresh()),
        }
    }

    /// Somebody whose community is made by [`Person::founding`].
    pub(crate) fn founder() -> Self {
        Self::new("Ada", CommunityId::from_bytes([0; 32]))
    }

    /// The same member at another device.
    pub(crate) fn at_another_device(&self) -> Self {
        Self {
            name: self.name.clone(),
            user: self.user,
            identity: self.identity.clone(),
            ..Self::new(&self.name, self.community)
        }
    }

    pub(crate) fn login_secret(&self) -> LoginSecret {
        LoginSecret(format!("secret of {}", self.name))
    }

    pub(crate) fn login(&self) -> LoginRequest {
        LoginRequest {
            name: self.name.clone(),
            login_secret: self.login_secret(),
        }
    }

    pub(crate) fn device_details(&self) -> DeviceDetails {
        let ed25519 = public(&self.signing);
        let certificate = signing::device_certificate(
            &self.community,
            &self.user,
            &self.device,
            &ed25519,
            &self.curve25519,
        );
        DeviceDetails {
            id: self.device,
            ed25519,
            curve25519: self.curve25519,
            label: "a test".to_owned(),
            certificate: sign(&self.identity, &certificate),
        }
    }

    fn details(&self) -> MemberDetails {
        MemberDetails {
            user: self.user,
            name: self.name.clone(),
            identity: public(&self.identity),
            vault: None,
            device: self.device_details(),
        }
    }

    pub(crate) fn entry(&self, head: Head, at: u64, action: Action) -> Entry {
        self.sign_body(&self.body(head, at, action))
    }

    fn body(&self, head: Head, at: u64, action: Action) -> EntryBody {
        EntryBody {
            community: self.community,
            id: EntryId::from_bytes(fresh()),
            at,
            head,
            action,
        }
    }

    fn sign_body(&self, body: &EntryBody) -> Entry {
        let body = serde_json::to_string(body).unwrap();
        Entry {
            signature: sign(&self.signing, &signing::entry(&body)),
            author: self.device,
            body,
        }
    }

    /// A genesis; from now on this person belongs to its community.
    pub(crate) fn founding(&mut self, at: u64) -> Entry {
        let action = Action::CommunityCreated {
            name: "Test town".to_owned(),
            owner: self.details(),
            everyone: [
                Permission::SendMessages,
                Permission::Speak,
                Permission::Invite,
            ]
            .into(),
        };
        let mut body = self.body(Head::EMPTY, at, action);
        self.community = body.founded_community().unwrap();
        body.community = self.community;
        if let Action::CommunityCreated { owner, .. } = &mut body.action {
            *owner = self.details();
        }
        self.sign_body(&body)
    }

    pub(crate) fn joining(&self, invite: &Invite, head: Head, at: u64) -> Entry {
        let details = self.details();
        let message =
            signing::invite_use(&self.community, &invite.id, &self.user, &details.identity);
        let action = Action::MemberJoined {
            invite: invite.id,
            invite_signature: sign(&invite.key, &message),
            member: details,
        };
        self.entry(head, at, action)
    }

    pub(crate) fn registration(
        &self,
        setup_token: Option<&str>,
        entries: Vec<Entry>,
    ) -> RegisterRequest {
        RegisterRequest {
            setup_token: setup_token.map(str::to_owned),
            entries,
            login_secret: Some(self.login_secret()),
            prekeys: self.prekeys(3),
            wraps: vec![Wrap::password(format!("vault of {}", self.name))],
            recovery_secret: None,
            oidc: None,
        }
    }

    pub(crate) fn prekeys(&self, count: usize) -> Prekeys {
        Prekeys {
            one_time: (0..count).map(|_| self.prekey(false)).collect(),
            fallback: Some(self.prekey(true)),
        }
    }

    fn prekey(&self, fallback: bool) -> SignedPrekey {
        let key = Curve25519PublicKey::from_bytes(fresh());
        let message = signing::prekey(&self.community, &self.device, &key, fallback);
        SignedPrekey {
            key,
            signature: sign(&self.signing, &message),
        }
    }

    pub(crate) fn hello(&self, nonce: &Nonce, token: &str, positions: Positions) -> String {
        let message = signing::socket(&self.community, &self.device, nonce);
        encode(&ClientToRelay::Hello(Hello {
            access_token: token.to_owned(),
            device: self.device,
            signature: sign(&self.signing, &message),
            positions,
            presence: PresenceState::Online,
        }))
    }

    /// An order to delete a message that a device wrote as number `index` of its session.
    pub(crate) fn redaction(
        &self,
        channel: ChannelId,
        (seq, message): &(u64, EncryptedMessage),
        (author, index): (DeviceId, u32),
        head: Head,
    ) -> Redaction {
        Redaction {
            community: self.community,
            channel,
            seq: *seq,
            author,
            message: message.id,
            session: message.session,
            index: Some(index),
            by: self.device,
            head,
            quiet: false,
        }
    }

    pub(crate) fn order(&self, redaction: &Redaction) -> SignedRedaction {
        let body = serde_json::to_string(redaction).unwrap();
        SignedRedaction {
            signature: sign(&self.signing, &signing::redaction(&body)),
            body,
        }
    }

    /// A request to delete what an order describes.
    pub(crate) fn redact(&self, redaction: &Redaction) -> Request {
        Request::Redact {
            channel: redaction.channel,
            seq: redaction.seq,
            order: self.order(redaction),
        }
    }

    pub(crate) fn announce(&self, channel: ChannelId, session: &SigningKey, head: Head) -> Request {
        let announcement = Announcement {
            community: self.community,
            channel,
            device: self.device,
            session: session_id(session),
            first_index: 0,
            head,
            previous: None,
        };
        let body = serde_json::to_string(&announcement).unwrap();
        Request::Announce {
            channel,
            announcement: SignedAnnouncement {
                signature: sign(&self.signing, &signing::announcement(&body)),
                proof: sign(session, &signing::session_proof(&body)),
                body,
            },
        }
    }
}

/// A message with the outer form of Megolm's, so many bytes inside.
pub(crate) fn sealed(session: &SigningKey, index: u32, bytes: usize) -> EncryptedMessage {
    let varint = |mut value: u32| {
        let mut out = Vec::new();
        while value >= 0x80 {
            out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
            value >>= 7;
        }
        out.push(u8::try_from(value).unwrap());
        out
    };
    let mut message = vec![3, 0x08];
    message.extend(varint(index));
    message.push(0x12);
    message.extend(varint(u32::try_from(bytes).unwrap()));
    message.extend(fresh::<64>().iter().cycle().take(bytes));
    message.extend([7; 8]);
    let signature = session.sign(&message).to_bytes();
    message.extend(signature);
    let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(message);
    self::message(session_id(session), &text)
}

/// The id of the Megolm session that signs with a key.
pub(crate) fn session_id(key: &SigningKey) -> SessionId {
    SessionId::from_bytes(key.verifying_key().to_bytes())
}

pub(crate) fn message(session: SessionId, text: &str) -> EncryptedMessage {
    EncryptedMessage {
        id: MessageId::from_bytes(fresh()),
        session,
        ciphertext: text.to_owned(),
        blobs: Vec::new(),
    }
}

pub(crate) fn channel_created(channel: ChannelId, kind: ChannelKind, readers: Readers) -> Action {
    Action::ChannelCreated {
        channel,
        kind,
        details: ChannelDetails {
            name: "a channel".to_owned(),
            topic: String::new(),
            readers,
            history: History::Shared,
            expires_after: None,
        },
    }
}
