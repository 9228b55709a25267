//! Tickets of the second factor: they say which member passed the first one, and by which way. Signed, valid for
//! five minutes, and of use at one endpoint only. The relay stores none of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parley_protocol::Millis;
use parley_protocol::auth::Ticket;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::way::Way;
use crate::entropy::{Entropy, random};

/// Time to find the phone. Longer helps whoever stole a ticket, who still needs a code.
const LIFETIME: Millis = 5 * 60 * 1000;
const DOMAIN: &[u8] = b"parley second factor ticket 1\n";
const MAC_BYTES: usize = 32;

/// A member who passed the first factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FirstFactor {
    pub(crate) user: UserId,
    pub(crate) way: Way,
    /// Of the account's secrets when they were checked: a ticket does not outlive a change of them.
    pub(crate) stamp: [u8; 16],
}

#[derive(Serialize, Deserialize)]
struct Content {
    id: [u8; 16],
    expires_at: Millis,
    passed: FirstFactor,
}

/// A ticket that was verified. It may be used up once.
#[derive(Debug)]
pub(crate) struct Opened {
    id: [u8; 16],
    expires_at: Millis,
    pub(crate) passed: FirstFactor,
}

/// Issues and verifies tickets.
pub(crate) struct Tickets {
    key: Zeroizing<Vec<u8>>,
    /// Tickets that led to a session, until they expire. Only a right code adds one.
    used: Mutex<HashMap<[u8; 16], Millis>>,
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key: _, used: _ } = self;
        f.write_str("Tickets(..)")
    }
}

impl Tickets {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self {
            key: Zeroizing::new(key.to_vec()),
            used: Mutex::default(),
        }
    }

    pub(crate) fn issue(
        &self,
        passed: FirstFactor,
        entropy: &mut dyn Entropy,
        now: Millis,
    ) -> Result<Ticket, ErrorCode> {
        let content = Content {
            id: random(entropy),
            expires_at: now.saturating_add(LIFETIME),
            passed,
        };
        let mut bytes = serde_json::to_vec(&content).map_err(|_| ErrorCode::Internal)?;
        let mac = self.mac(&bytes).ok_or(ErrorCode::Internal)?.finalize();
        bytes.extend_from_slice(&mac.into_bytes());
        Ok(Ticket(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Verifies a ticket. It can be opened again until it is used up: a code may be mistyped.
    pub(crate) fn open(&self, ticket: &Ticket, now: Millis) -> Result<Opened, ErrorCode> {
        let opened = self.read(ticket).ok_or(ErrorCode::TicketExpired)?;
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= opened.expires_at || used.contains_key(&opened.id) {
            return Err(ErrorCode::TicketExpired);
        }
        Ok(opened)
    }

    /// Uses a ticket up; of several callers with the same ticket one succeeds.
    pub(crate) fn use_up(&self, ticket: &Opened, now: Millis) -> Result<(), ErrorCode> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, expires_at| *expires_at > now);
        match used.insert(ticket.id, ticket.expires_at) {
            None => Ok(()),
            Some(_) => Err(ErrorCode::TicketExpired),
        }
    }

    /// The code was wrong after all: the ticket is good for another.
    pub(crate) fn give_back(&self, ticket: &Opened) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.remove(&ticket.id);
    }

    fn read(&self, ticket: &Ticket) -> Option<Opened> {
        let bytes = URL_SAFE_NO_PAD.decode(&ticket.0).ok()?;
        let (content, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.mac(content)?.verify_slice(mac).ok()?;
        let Content {
            id,
            expires_at,
            passed,
        } = serde_json::from_slice(content).ok()?;
        Some(Opened {
            id,
            expires_at,
            passed,
        })
    }

    /// HMAC accepts a key of any length, but the library's signature is fallible.
    fn mac(&self, content: &[u8]) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        Some(mac.chain_update(DOMAIN).chain_update(content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::{Access, AccessTokens};
    use crate::entropy::SeededEntropy;

    fn passed() -> FirstFactor {
        FirstFactor {
            user: UserId::from_bytes([1; 16]),
            way: Way::Passkey("id".to_owned()),
            stamp: [2; 16],
        }
    }

    fn issue(tickets: &Tickets, seed: u64, now: Millis) -> Ticket {
        let mut entropy = SeededEntropy::new(seed);
        tickets.issue(passed(), &mut entropy, now).unwrap()
    }

    #[test]
    fn a_ticket_is_good_for_five_minutes_and_one_use() {
        let tickets = Tickets::new(&[9; 32]);
        let ticket = issue(&tickets, 1, 1000);
        let opened = tickets.open(&ticket, 999 + LIFETIME).unwrap();
        assert_eq!(opened.passed, passed());
        let over = tickets.open(&ticket, 1000 + LIFETIME);
        assert_eq!(over.unwrap_err(), ErrorCode::TicketExpired);

        let again = tickets.open(&ticket, 1000).unwrap();
        assert_eq!(tickets.use_up(&opened, 1000), Ok(()));
        let second = tickets.use_up(&again, 1000);
        assert_eq!(second, Err(ErrorCode::TicketExpired));
        let used = tickets.open(&ticket, 1000);
        assert_eq!(used.unwrap_err(), ErrorCode::TicketExpired);
        let other = issue(&tickets, 2, 1000);
        assert!(tickets.open(&other, 1000).is_ok());
    }

    #[test]
    fn nobody_makes_one_up() {
        let tickets = Tickets::new(&[9; 32]);
        let ticket = issue(&tickets, 1, 0);
        let mut changed = URL_SAFE_NO_PAD.decode(&ticket.0).unwrap();
        changed[30] ^= 1;
        let access = Access {
            user: UserId::from_bytes([1; 16]),
            family: [3; 16],
        };
        let (token, _) = AccessTokens::new(&[9; 32]).issue(&access, 0).unwrap();
        for forged in [
            issue(&Tickets::new(&[8; 32]), 1, 0).0,
            URL_SAFE_NO_PAD.encode(changed),
            token,
            String::new(),
        ] {
            let refused = tickets.open(&Ticket(forged), 0);
            assert_eq!(refused.unwrap_err(), ErrorCode::TicketExpired);
        }
    }

    /// And a ticket is no access token.
    #[test]
    fn a_ticket_opens_no_session() {
        let tickets = Tickets::new(&[9; 32]);
        let ticket = issue(&tickets, 1, 0);
        let refused = AccessTokens::new(&[9; 32]).check(&ticket.0, 0);
        assert_eq!(refused, Err(ErrorCode::NotAuthenticated));
    }

    #[test]
    fn printing_shows_no_key() {
        assert_eq!(format!("{:?}", Tickets::new(b"key")), "Tickets(..)");
    }
}
