//! The encryption between two devices: ECIES over X25519 with ChaCha20-Poly1305, as vodozemac has it. Each side counts
//! its messages, so that one that is left out, sent twice or out of order does not open.

use parley_protocol::json;
use parley_protocol::keys::Curve25519PublicKey;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vodozemac::ecies::{DigitMode, Ecies, EstablishedEcies, InitialMessage, Message};
use zeroize::Zeroizing;

/// Keeps keys of this apart from any other use of the same scheme.
const INFO: &str = "PARLEY_LINK_1";

/// A text that does not open, or says nothing that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message does not open")]
pub struct ChannelError;

/// One's own key, before the other side is known.
pub(super) struct Waiting(Ecies);

/// The channel, once both keys are known.
pub(super) struct Channel(EstablishedEcies);

impl Waiting {
    pub(super) fn generate() -> Self {
        Self(Ecies::with_info(INFO))
    }

    pub(super) fn public_key(&self) -> Curve25519PublicKey {
        Curve25519PublicKey::from_bytes(self.0.public_key().to_bytes())
    }

    /// Takes the first message of the other side.
    pub(super) fn answer<T: DeserializeOwned>(
        self,
        text: &str,
    ) -> Result<(Channel, T), ChannelError> {
        let first = InitialMessage::decode(text).map_err(|_| ChannelError)?;
        let opened = self.0.establish_inbound_channel(&first);
        let opened = opened.map_err(|_| ChannelError)?;
        let plaintext = Zeroizing::new(opened.message);
        let said = json::read(plaintext.as_slice()).map_err(|_| ChannelError)?;
        Ok((Channel(opened.ecies), said))
    }

    /// Makes a channel to a key that is known to be the other side's, with its first message.
    pub(super) fn begin(
        self,
        key: &Curve25519PublicKey,
        first: &impl Serialize,
    ) -> Result<(Channel, String), ChannelError> {
        let key = vodozemac::Curve25519PublicKey::from_bytes(*key.as_bytes());
        let plaintext = Zeroizing::new(json::write(first));
        let begun = self
            .0
            .establish_outbound_channel(key, plaintext.as_bytes())
            .map_err(|_| ChannelError)?;
        Ok((Channel(begun.ecies), begun.message.encode()))
    }
}

impl Channel {
    pub(super) fn seal(&mut self, message: &impl Serialize) -> String {
        let plaintext = Zeroizing::new(json::write(message));
        self.0.encrypt(plaintext.as_bytes()).encode()
    }

    pub(super) fn open<T: DeserializeOwned>(&mut self, text: &str) -> Result<T, ChannelError> {
        let message = Message::decode(text).map_err(|_| ChannelError)?;
        let plaintext = self.0.decrypt(&message).map_err(|_| ChannelError)?;
        let plaintext = Zeroizing::new(plaintext);
        json::read(plaintext.as_slice()).map_err(|_| ChannelError)
    }

    /// Two digits that are the same on both sides if nobody is between them, from 10 to 99.
    pub(super) fn digits(&self) -> u8 {
        self.0.check_code().to_digit(DigitMode::NoLeadingZero)
    }
}
