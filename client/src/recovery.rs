//! The recovery key: what opens the vault when the password is forgotten. It is shown once, as 52 letters and digits
//! in 13 groups, and kept by the person alone.

use hkdf::Hkdf;
use parley_protocol::auth::LoginSecret;
use parley_protocol::keys::Hash;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::password::login_secret;
use crate::rng::Rng;
use crate::vault::{WrapKey, WrapUse};

/// Random bytes of a key. 240 bits: nobody guesses it, so that it needs no slow stretching.
const SECRET_BYTES: usize = 30;
/// Bytes of the checksum behind them, of which the lower four bits are always zero: 20 bits find a typing error.
const CHECK_BYTES: usize = 3;
/// Letters of the text: 260 bits, five a letter.
const LETTERS: usize = 52;
const GROUP: usize = 4;
/// Crockford's alphabet: without I, L, O and U, which are read as 1, 1, 0 and V.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery key.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey([u8; SECRET_BYTES]);

/// What a recovery key gives.
pub struct RecoveryKeys {
    /// What proves it to the relay, which keeps only a hash.
    pub secret: LoginSecret,
    /// What wraps the vault.
    pub wrap: WrapKey,
}

/// Text that is not a recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseRecoveryKeyError {
    /// Too short or too long.
    #[error("a recovery key has 52 letters and digits, this has {letters}")]
    Length {
        /// Letters and digits that were found.
        letters: usize,
    },
    /// A letter that is not in the alphabet.
    #[error("a recovery key has no {letter}")]
    Letter {
        /// The letter.
        letter: char,
    },
    /// A typing error somewhere.
    #[error("the recovery key has a typing error")]
    Checksum,
}

impl RecoveryKey {
    /// A new one.
    pub fn generate(rng: &mut Rng) -> Self {
        Self(rng.bytes())
    }

    /// The text that is shown: 13 groups of 4, joined by `-`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES + CHECK_BYTES]);
        let (secret, check) = bytes.split_at_mut(SECRET_BYTES);
        secret.copy_from_slice(&self.0);
        check.copy_from_slice(&checksum(&self.0));
        let mut text = Zeroizing::new(String::with_capacity(LETTERS + LETTERS / GROUP));
        for index in 0..LETTERS {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            let letter = ALPHABET.get(five_bits(bytes.as_slice(), index));
            text.push(letter.copied().map_or('0', char::from));
        }
        text
    }

    /// Reads what a person typed: case, spaces and dashes do not matter, and look-alike letters are taken for what they
    /// look like.
    ///
    /// # Errors
    /// [`ParseRecoveryKeyError`]
    pub fn parse(text: &str) -> Result<Self, ParseRecoveryKeyError> {
        let letters = text.chars().filter(|letter| !is_ignored(*letter));
        let found = letters.clone().count();
        if found != LETTERS {
            return Err(ParseRecoveryKeyError::Length { letters: found });
        }
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES + CHECK_BYTES]);
        for (index, letter) in letters.enumerate() {
            let value = value_of(letter).ok_or(ParseRecoveryKeyError::Letter { letter })?;
            put_five_bits(bytes.as_mut_slice(), index, value);
        }
        let mut secret = Zeroizing::new([0_u8; SECRET_BYTES]);
        let (first, check) = bytes.split_at(SECRET_BYTES);
        secret.copy_from_slice(first);
        if check != checksum(&secret) {
            return Err(ParseRecoveryKeyError::Checksum);
        }
        Ok(Self(*secret))
    }

    /// What it gives: HKDF-SHA-256 (RFC 5869) into a secret for the relay and a key for the vault.
    pub fn keys(&self) -> RecoveryKeys {
        let hkdf = Hkdf::<Sha256>::new(None, &self.0);
        let expand = |info: &[u8]| {
            let mut key = Zeroizing::new([0_u8; 32]);
            // 32 bytes are within what HKDF gives, so this does not fail.
            let done = hkdf.expand(info, key.as_mut_slice());
            debug_assert!(done.is_ok());
            key
        };
        RecoveryKeys {
            secret: login_secret(&expand(b"parley recovery login 1")),
            wrap: WrapKey::new(WrapUse::Recovery, &expand(b"parley recovery vault 1")),
        }
    }
}

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(_) = self;
        f.write_str("RecoveryKey(..)")
    }
}

fn checksum(secret: &[u8; SECRET_BYTES]) -> [u8; CHECK_BYTES] {
    let hash = Hash::of_parts(&[b"parley recovery check 1", secret]);
    let [first, second, third, ..] = *hash.as_bytes();
    [first, second, third & 0xF0]
}

fn five_bits(bytes: &[u8], index: usize) -> usize {
    (0..5).fold(0, |value, bit| {
        let at = index * 5 + bit;
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        value << 1 | usize::from(byte >> (7 - at % 8) & 1)
    })
}

fn put_five_bits(bytes: &mut [u8], index: usize, value: u8) {
    for bit in 0..5 {
        let at = index * 5 + bit;
        if let Some(byte) = bytes.get_mut(at / 8) {
            *byte |= (value >> (4 - bit) & 1) << (7 - at % 8);
        }
    }
}

fn is_ignored(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}')
}

fn value_of(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        'U' => 'V',
        other => other,
    };
    let at = ALPHABET.iter().position(|it| char::from(*it) == letter)?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    fn key() -> RecoveryKey {
        RecoveryKey::generate(&mut Rng::from_seed([3; 32]))
    }

    #[test]
    fn is_shown_in_thirteen_groups_of_four() {
        let text = key().to_text();
        let groups: Vec<&str> = text.split('-').collect();
        assert_eq!(groups.len(), 13);
        assert!(groups.iter().all(|group| group.len() == 4), "{groups:?}");
    }

    #[test]
    fn a_typing_error_is_found() {
        let text = key().to_text();
        let mut found = 0;
        let all = text.char_indices().filter(|(_, letter)| *letter != '-');
        for (at, letter) in all {
            let other = if letter == 'Q' { 'R' } else { 'Q' };
            let mut wrong = text.to_string();
            wrong.replace_range(at..=at, &other.to_string());
            match RecoveryKey::parse(&wrong) {
                Err(ParseRecoveryKeyError::Checksum) => found += 1,
                other => panic!("{other:?} for a wrong letter at {at}"),
            }
        }
        assert_eq!(found, LETTERS);
    }

    #[test]
    fn what_is_no_key_is_refused_with_a_reason() {
        assert_eq!(
            RecoveryKey::parse("ABCD-EFGH"),
            Err(ParseRecoveryKeyError::Length { letters: 8 })
        );
        let text = key().to_text().replace(|it| it != '-', "*");
        assert_eq!(
            RecoveryKey::parse(&text),
            Err(ParseRecoveryKeyError::Letter { letter: '*' })
        );
    }

    #[test]
    fn its_two_keys_differ_and_are_the_same_every_time() {
        let (one, two) = (key().keys(), key().keys());
        assert!(one.secret == two.secret);
        assert_eq!(one.wrap.as_bytes(), two.wrap.as_bytes());
        assert!(one.secret != login_secret(one.wrap.as_bytes()));
    }

    #[test]
    fn printing_shows_no_key() {
        assert_eq!(format!("{:?}", key()), "RecoveryKey(..)");
    }

    proptest! {
        #[test]
        fn what_is_typed_from_the_text_is_the_key(seed: [u8; 32], upper: bool) {
            let key = RecoveryKey::generate(&mut Rng::from_seed(seed));
            let text = key.to_text();
            let typed = if upper { text.replace('-', " ") } else { text.to_lowercase() };
            let typed = typed.replace('0', "o").replace('1', "l");
            prop_assert!(RecoveryKey::parse(&typed) == Ok(key));
        }

        #[test]
        fn any_text_is_a_key_or_an_error(text in "\\PC{0,80}") {
            let _ = RecoveryKey::parse(&text);
        }
    }
}
