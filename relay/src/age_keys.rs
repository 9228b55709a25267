//! Who can read backups: age recipients, which the relay knows, and identities, which it never needs.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::str::FromStr;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::hex::hex;

/// What encryption adds at most: the header with a line for each of a hundred recipients, and 16 bytes for each 64 KiB.
pub(crate) const OVERHEAD: usize = 32 * 1024;

/// Those for whom backups are encrypted.
#[derive(Clone, Default)]
pub struct Recipients(Vec<Recipient>);

/// A text that is no recipient.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no age recipient, which begins with age1; `parley-relay backup --make-key FILE` makes one"
)]
pub struct BadRecipient(String);

/// The keys that open backups.
pub(crate) struct Identities(Vec<Identity>);

/// The text has no usable identity.
#[derive(Debug, thiserror::Error)]
pub enum BadIdentity {
    /// A line is no identity.
    #[error("line {0} is no age identity, which begins with AGE-SECRET-KEY-1")]
    Line(usize),
    /// No line at all.
    #[error("there is no age identity in it")]
    None,
}

/// Why bytes cannot be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is for somebody else.
    #[error("it was encrypted for another key")]
    OtherKey,
    /// The bytes are not those that were written.
    #[error("it is damaged")]
    Damaged,
}

/// A new identity.
pub(crate) struct NewKey {
    /// Text of the file.
    pub(crate) file: Zeroizing<String>,
    /// Its recipient.
    pub(crate) recipient: String,
}

impl Recipients {
    /// Reads each text as one recipient.
    ///
    /// # Errors
    /// [`BadRecipient`] for the first that is none.
    pub(crate) fn parse(texts: &[String]) -> Result<Self, BadRecipient> {
        let parse = |text: &String| {
            let text = text.trim();
            Recipient::from_str(text).map_err(|_| BadRecipient(text.to_owned()))
        };
        let mut all = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        all.sort_by_key(ToString::to_string);
        all.dedup_by_key(|recipient| recipient.to_string());
        Ok(Self(all))
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The recipients as text.
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// A short name of this set: a blob that was encrypted for others must be sent again.
    pub(crate) fn short_name(&self) -> String {
        let digest = Sha256::digest(self.texts().join("\n"));
        hex(digest.get(..8).unwrap_or_default())
    }

    /// Encrypts for all of them.
    pub(crate) fn encrypt(&self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let all = self.0.iter().map(|one| one as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(all).map_err(std::io::Error::other)?;
        let mut out = Vec::with_capacity(bytes.len().saturating_add(OVERHEAD));
        let mut writer = encryptor.wrap_output(&mut out)?;
        writer.write_all(bytes)?;
        writer.finish()?;
        Ok(out)
    }
}

impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recipients").field(&self.texts()).finish()
    }
}

impl Identities {
    /// Reads the text of an identity file; lines that begin with `#` are remarks.
    ///
    /// # Errors
    /// [`BadIdentity`] if a line is no identity, or there is none.
    pub(crate) fn parse(text: &str) -> Result<Self, BadIdentity> {
        let mut all = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            all.push(line.parse().map_err(|_| BadIdentity::Line(number))?);
        }
        if all.is_empty() {
            return Err(BadIdentity::None);
        }
        Ok(Self(all))
    }

    /// Decrypts a whole object.
    pub(crate) fn decrypt(&self, bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let read = |error: DecryptError| {
            if matches!(error, DecryptError::NoMatchingKeys) {
                Unreadable::OtherKey
            } else {
                Unreadable::Damaged
            }
        };
        let decryptor = Decryptor::new_buffered(bytes).map_err(read)?;
        let all = self.0.iter().map(|one| one as &dyn age::Identity);
        let mut reader = decryptor.decrypt(all).map_err(read)?;
        let mut out = Vec::with_capacity(bytes.len());
        let done = reader.read_to_end(&mut out);
        done.map_err(|_| Unreadable::Damaged)?;
        Ok(out)
    }
}

/// Makes an identity.
pub(crate) fn make_key() -> NewKey {
    let identity = Identity::generate();
    let recipient = identity.to_public().to_string();
    let secret = identity.to_string();
    let file = format!(
        "# Opens the backups of a Parley relay. Keep it elsewhere, never beside them.\n# public key: {recipient}\n{}\n",
        secret.expose_secret()
    );
    NewKey {
        file: Zeroizing::new(file),
        recipient,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Two that belong together.
    pub(crate) fn pair() -> (Recipients, Identities) {
        let key = make_key();
        (
            Recipients::parse(&[key.recipient]).unwrap(),
            Identities::parse(&key.file).unwrap(),
        )
    }

    #[test]
    fn each_recipient_reads_and_nobody_else() {
        let (one, other, stranger) = (make_key(), make_key(), make_key());
        let both = [one.recipient.clone(), other.recipient.clone()];
        let both = Recipients::parse(&both).unwrap();
        let sealed = both.encrypt(&vec![7; 200_000]).unwrap();
        for key in [&one, &other] {
            let identity = Identities::parse(&key.file).unwrap();
            assert_eq!(identity.decrypt(&sealed).unwrap(), vec![7; 200_000]);
        }
        let stranger = Identities::parse(&stranger.file).unwrap();
        assert_eq!(stranger.decrypt(&sealed), Err(Unreadable::OtherKey));
    }

    #[test]
    fn every_damage_is_noticed() {
        let (recipients, identities) = pair();
        let sealed = recipients.encrypt(b"all of it").unwrap();
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert!(identities.decrypt(&damaged).is_err(), "byte {place}");
        }
        for length in 0..sealed.len() {
            let cut = sealed.get(..length).unwrap();
            assert!(identities.decrypt(cut).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn the_order_of_recipients_does_not_matter_and_nobody_counts_twice() {
        let (one, other) = (make_key().recipient, make_key().recipient);
        let set = |texts: &[&String]| {
            let texts: Vec<_> = texts.iter().map(|text| (*text).clone()).collect();
            Recipients::parse(&texts).unwrap().short_name()
        };
        assert_eq!(set(&[&one, &other]), set(&[&other, &one, &other]));
        assert_ne!(set(&[&one]), set(&[&other]));
    }

    #[test]
    fn what_is_no_key_is_named() {
        let error = Recipients::parse(&["ssh-ed25519 AAAA".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("ssh-ed25519"), "{error}");
        assert!(matches!(
            Identities::parse("# nothing\n\n"),
            Err(BadIdentity::None)
        ));
        assert!(matches!(
            Identities::parse("# remark\nAGE-SECRET"),
            Err(BadIdentity::Line(2))
        ));
    }
}
