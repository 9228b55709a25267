//! Stateless nonces: a time, and a MAC over it and the client's address. A challenge to a forged address costs no
//! memory.

use std::net::IpAddr;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::client::{Client, Transport};
use super::credentials::{TurnSecret, mac};

/// RFC 8489, section 9.2: nonces expire. One hour spares running calls an extra round trip; less only narrows the
/// window for replays.
const LIFETIME_SECONDS: u64 = 3600;

const TAG_LENGTH: usize = 12;

/// Issues and verifies nonces.
pub(super) struct Nonces {
    key: Zeroizing<[u8; 32]>,
}

impl Nonces {
    pub(super) fn new(secret: &TurnSecret) -> Self {
        Self {
            key: secret.derive("turn nonce"),
        }
    }

    pub(super) fn issue(&self, client: Client, unix: u64) -> String {
        let made = unix.to_be_bytes();
        let tag = self.tag(client, made);
        let mut bytes = Vec::with_capacity(made.len() + TAG_LENGTH);
        bytes.extend_from_slice(&made);
        bytes.extend_from_slice(&tag);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn is_fresh(&self, nonce: &str, client: Client, unix: u64) -> bool {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(nonce) else {
            return false;
        };
        let Some((made, tag)) = bytes.split_first_chunk::<8>() else {
            return false;
        };
        let age = unix.checked_sub(u64::from_be_bytes(*made));
        same(tag, &self.tag(client, *made)) && age.is_some_and(|age| age < LIFETIME_SECONDS)
    }

    fn tag(&self, client: Client, made: [u8; 8]) -> [u8; TAG_LENGTH] {
        let ip = match client.addr.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
            IpAddr::V6(ip) => ip.octets(),
        };
        let transport = match client.transport {
            Transport::Udp => [0],
            Transport::Tcp => [1],
        };
        let port = client.addr.port().to_be_bytes();
        let full = mac(self.key.as_slice(), &[&made, &ip, &port, &transport]);
        let mut tag = [0; TAG_LENGTH];
        tag.copy_from_slice(full.split_at(TAG_LENGTH).0);
        tag
    }
}

/// Compares in constant time.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(port: u16, transport: Transport) -> Client {
        Client {
            addr: ([192, 0, 2, 1], port).into(),
            transport,
        }
    }

    #[test]
    fn a_nonce_serves_its_client_for_an_hour() {
        let nonces = Nonces::new(&TurnSecret::new([1; 32]));
        let here = client(1000, Transport::Udp);
        let nonce = nonces.issue(here, 5000);
        assert!(nonces.is_fresh(&nonce, here, 5000));
        assert!(nonces.is_fresh(&nonce, here, 5000 + LIFETIME_SECONDS - 1));
        assert!(!nonces.is_fresh(&nonce, here, 5000 + LIFETIME_SECONDS));
        assert!(!nonces.is_fresh(&nonce, here, 4999));
        assert!(!nonces.is_fresh(&nonce, client(1001, Transport::Udp), 5000));
        assert!(!nonces.is_fresh(&nonce, client(1000, Transport::Tcp), 5000));
        let other = Nonces::new(&TurnSecret::new([2; 32]));
        assert!(!other.is_fresh(&nonce, here, 5000));
        assert!(!nonces.is_fresh("", here, 5000));
        assert!(!nonces.is_fresh("AAAA", here, 5000));
    }
}
