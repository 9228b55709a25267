//! From the first key to the last MAC: two devices agree on a short string, two people compare it, and each device
//! proves to the other what its log says. Never here: who may take part, and what is sent.

use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, VerificationId};
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use vodozemac::sas::{EstablishedSas, Sas};

use super::emoji::{self, Emoji};
use super::transcript::{Transcript, commitment};

/// What both people see when nobody is between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortString {
    /// Seven of 64 emoji.
    pub emoji: [Emoji; 7],
    /// The same for who cannot tell emoji apart: three numbers from 1000 to 9191.
    pub numbers: [u16; 3],
}

/// Who began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Asker,
    Answerer,
}

/// This device's ephemeral key.
pub(super) struct OwnKey(Sas);

impl OwnKey {
    pub(super) fn generate() -> Self {
        Self(Sas::new())
    }

    pub(super) fn public_key(&self) -> Curve25519PublicKey {
        public(self.0.public_key())
    }

    pub(super) fn commitment(&self, id: VerificationId) -> Hash {
        commitment(id, &self.public_key())
    }
}

/// The other side was chosen, and its key is on its way.
pub(super) struct Agreeing {
    pub(super) id: VerificationId,
    pub(super) me: DeviceId,
    pub(super) peer: DeviceId,
    pub(super) side: Side,
    pub(super) key: OwnKey,
    /// What the answerer committed to; the asker waits for a key that it fits.
    pub(super) commitment: Option<Hash>,
}

/// Both keys are here.
pub(super) struct Comparing {
    transcript: Transcript,
    sas: EstablishedSas,
    me: DeviceId,
    peer: DeviceId,
    short_string: ShortString,
    /// The person said that both screens show the same.
    pub(super) is_confirmed: bool,
    /// The other side said so, and proved that it means the same keys.
    pub(super) is_proven: bool,
}

impl Agreeing {
    /// `None` if the key is not the one committed to, is no key, or one of the devices is gone.
    pub(super) fn finish(self, theirs: &Curve25519PublicKey, log: &Community) -> Option<Comparing> {
        let Self {
            id,
            me,
            peer,
            side,
            key: OwnKey(sas),
            commitment: committed,
        } = self;
        if committed.is_some_and(|committed| committed != commitment(id, theirs)) {
            return None;
        }
        let ours = public(sas.public_key());
        let their_key = vodozemac::Curve25519PublicKey::from_bytes(*theirs.as_bytes());
        let sas = sas.diffie_hellman(their_key).ok()?;
        let (transcript, asker, answerer) = match side {
            Side::Asker => (Transcript::of(log, id, me, peer)?, &ours, theirs),
            Side::Answerer => (Transcript::of(log, id, peer, me)?, theirs, &ours),
        };
        let bytes = transcript.short_string(&sas, asker, answerer);
        let (first, second, third) = bytes.decimals();
        Some(Comparing {
            transcript,
            sas,
            me,
            peer,
            short_string: ShortString {
                emoji: bytes.emoji_indices().map(emoji::of),
                numbers: [first, second, third],
            },
            is_confirmed: false,
            is_proven: false,
        })
    }
}

impl Comparing {
    pub(super) fn short_string(&self) -> ShortString {
        self.short_string
    }

    pub(super) fn peer(&self) -> DeviceId {
        self.peer
    }

    /// The proof for the other side.
    pub(super) fn own_mac(&self) -> Option<Hash> {
        self.transcript.mac(&self.sas, self.me)
    }

    /// Whether the other side means the same keys.
    pub(super) fn check(&self, mac: &Hash) -> bool {
        self.transcript.is_mac_of(mac, &self.sas, self.peer)
    }

    /// Both people and both devices agree.
    pub(super) fn is_done(&self) -> bool {
        self.is_confirmed && self.is_proven
    }
}

fn public(key: vodozemac::Curve25519PublicKey) -> Curve25519PublicKey {
    Curve25519PublicKey::from_bytes(key.to_bytes())
}
