//! The code that joins two devices of one member: a number under which the relay keeps what they say to each other, and
//! enough of the old device's key for the new one to know it again. As a link, the whole key is in it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::keys::{Curve25519PublicKey, Hash};

/// Before the code in the fragment of a link.
const FRAGMENT: &str = "link=";
/// Bits in a letter.
const LETTER: u32 = 5;
/// Letters of the number, and of the rest of a typed code.
const NUMBER_LETTERS: usize = 4;
const NUMBER_BITS: u32 = 20;
const CHECK_LETTERS: usize = 12;
const CHECK_BITS: u32 = 60;
/// Base32 as Crockford has it: no letters that look like digits.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of a meeting of two devices at the relay: 20 bits, written as four letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkNumber(u32);

impl LinkNumber {
    /// How many there are.
    pub const COUNT: u32 = 1 << NUMBER_BITS;

    /// From any number; higher bits do not count.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits % Self::COUNT)
    }
}

impl fmt::Display for LinkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_letters(f, u64::from(self.0), NUMBER_LETTERS)
    }
}

impl FromStr for LinkNumber {
    type Err = BadLinkCode;

    fn from_str(text: &str) -> Result<Self, BadLinkCode> {
        let bits = read_letters(text, NUMBER_LETTERS).ok_or(BadLinkCode)?;
        u32::try_from(bits).map(Self).map_err(|_| BadLinkCode)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for LinkNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LinkNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "four letters and digits" })
    }
}

impl Serialize for LinkNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LinkNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What the new device is given: typed as 16 letters, or opened as a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LinkCode {
    number: LinkNumber,
    /// 60 bits of a hash of the key.
    check: u64,
    key: Option<Curve25519PublicKey>,
}

/// The text is no code for linking devices, or a letter of it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no code for linking devices")]
pub struct BadLinkCode;

impl LinkCode {
    /// The code of a device that shows it.
    pub fn new(number: LinkNumber, key: Curve25519PublicKey) -> Self {
        Self {
            number,
            check: check(number, &key),
            key: Some(key),
        }
    }

    /// Where the two devices meet.
    pub fn number(&self) -> LinkNumber {
        self.number
    }

    /// Whether the key is the one of the device that showed the code. Of a typed code 60 bits are compared: whoever
    /// wants to pass for it has to try 2^60 keys in the minutes that it is good for.
    pub fn fits(&self, key: &Curve25519PublicKey) -> bool {
        self.check == check(self.number, key) && self.key.is_none_or(|known| known == *key)
    }

    /// Shows the relay that the code is known, without which it lets nobody to the meeting.
    pub fn proof(&self) -> Hash {
        proof(self.number, self.check)
    }

    /// 16 letters in four groups, for typing.
    pub fn to_letters(&self) -> String {
        let letters = format!("{}{}", self.number, Letters(self.check));
        let groups: Vec<&str> = (0..letters.len())
            .step_by(4)
            .filter_map(|at| letters.get(at..at + 4))
            .collect();
        groups.join("-")
    }

    /// The fragment of a link, which browsers send to nobody. Only for a code with its whole key.
    pub fn to_fragment(&self) -> Option<String> {
        let key = self.key?;
        Some(format!("{FRAGMENT}{}.{key}", self.number))
    }

    /// Whether the fragment of an address is meant to be such a code.
    pub fn is_fragment(fragment: &str) -> bool {
        fragment.starts_with(FRAGMENT)
    }
}

/// The same proof, made by the relay, which knows the key.
pub fn link_proof(number: LinkNumber, key: &Curve25519PublicKey) -> Hash {
    proof(number, check(number, key))
}

impl FromStr for LinkCode {
    type Err = BadLinkCode;

    /// Reads 16 letters however they are spaced, a fragment, or a whole link.
    fn from_str(text: &str) -> Result<Self, BadLinkCode> {
        let text = text.trim();
        if let Some((_, rest)) = text.split_once(FRAGMENT) {
            let (number, key) = rest.split_once('.').ok_or(BadLinkCode)?;
            let key = key.parse().map_err(|_| BadLinkCode)?;
            return Ok(Self::new(number.parse()?, key));
        }
        let letters: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .collect();
        let (number, rest) = letters
            .split_at_checked(NUMBER_LETTERS)
            .ok_or(BadLinkCode)?;
        Ok(Self {
            number: number.parse()?,
            check: read_letters(rest, CHECK_LETTERS).ok_or(BadLinkCode)?,
            key: None,
        })
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            check: _,
            key: _,
        } = self;
        f.debug_struct("LinkCode")
            .field("number", number)
            .finish_non_exhaustive()
    }
}

fn check(number: LinkNumber, key: &Curve25519PublicKey) -> u64 {
    let hash = Hash::of_parts(&[b"parley link 1", &number.0.to_be_bytes(), key.as_bytes()]);
    let (first, _) = hash
        .as_bytes()
        .split_first_chunk::<8>()
        .unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*first) >> (64 - CHECK_BITS)
}

fn proof(number: LinkNumber, check: u64) -> Hash {
    Hash::of_parts(&[
        b"parley link proof 1",
        &number.0.to_be_bytes(),
        &check.to_be_bytes(),
    ])
}

struct Letters(u64);

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_letters(f, self.0, CHECK_LETTERS)
    }
}

fn write_letters(f: &mut fmt::Formatter<'_>, bits: u64, count: usize) -> fmt::Result {
    use fmt::Write as _;
    (0..count).rev().try_for_each(|at| {
        let five = (bits >> (LETTER as usize * at)) & 31;
        let letter = usize::try_from(five).ok().and_then(|at| LETTERS.get(at));
        f.write_char(letter.copied().map_or('0', char::from))
    })
}

/// `None` unless these are so many letters. What is easily mistaken for a digit is taken for it.
fn read_letters(text: &str, count: usize) -> Option<u64> {
    let mut bits = 0;
    let mut read = 0;
    for letter in text.chars() {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let five = LETTERS.iter().position(|it| char::from(*it) == letter)?;
        bits = (bits << LETTER) | u64::try_from(five).ok()?;
        read += 1;
        if read > count {
            return None;
        }
    }
    (read == count).then_some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Curve25519PublicKey {
        Curve25519PublicKey::from_bytes([byte; 32])
    }

    #[test]
    fn a_code_is_read_from_letters_and_from_a_link() {
        let code = LinkCode::new(LinkNumber::from_bits(0x000d_ecaf), key(7));
        let letters = code.to_letters();
        assert_eq!(letters.len(), 19);
        let typed: LinkCode = letters.to_lowercase().replace('-', " ").parse().unwrap();
        assert_eq!(typed.number(), code.number());
        assert!(typed.fits(&key(7)));
        assert_eq!(typed.proof(), code.proof());
        assert_eq!(typed.proof(), link_proof(code.number(), &key(7)));

        let fragment = code.to_fragment().unwrap();
        let link = format!("https://parley.example/#{fragment}");
        assert!(LinkCode::is_fragment(&fragment));
        assert_eq!(link.parse(), Ok(code));
        assert_eq!(typed.to_fragment(), None);
    }

    #[test]
    fn another_key_does_not_fit() {
        let code = LinkCode::new(LinkNumber::from_bits(5), key(7));
        let typed: LinkCode = code.to_letters().parse().unwrap();
        for code in [code, typed] {
            assert!(code.fits(&key(7)));
            assert!(!code.fits(&key(8)));
        }
        let elsewhere = LinkCode::new(LinkNumber::from_bits(6), key(7));
        assert_ne!(elsewhere.proof(), code.proof());
    }

    #[test]
    fn letters_that_look_like_digits_are_digits() {
        assert_eq!("o1iL".parse::<LinkNumber>(), "0111".parse());
        assert_eq!("0111".parse::<LinkNumber>().unwrap().to_string(), "0111");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            "ABCD",
            "ABCD-EFGH-JKMN-PQR",
            "ABCD-EFGH-JKMN-PQRSU",
            "link=ABCD",
            "#link=ABCD.x",
            "ÄÖÜß-ÄÖÜß",
        ] {
            assert_eq!(text.parse::<LinkCode>(), Err(BadLinkCode), "{text}");
        }
    }

    #[test]
    fn a_code_is_never_printed() {
        let code = LinkCode::new(LinkNumber::from_bits(5), key(7));
        assert_eq!(
            format!("{code:?}"),
            "LinkCode { number: LinkNumber(5), .. }"
        );
    }
}
