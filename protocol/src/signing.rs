//! The exact bytes that each kind of signature covers. Each kind has its own first line, so that no signature can
//! pass for one of another kind.

use crate::Millis;
use crate::ids::{CommunityId, DeviceId, InviteId, UserId};
use crate::keys::{Curve25519PublicKey, Ed25519PublicKey, Hash, Nonce};

fn message(domain: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = domain.as_bytes().to_vec();
    bytes.push(b'\n');
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Input of the hash that is a community's id: the text of the genesis body, in which the community id and the
/// certificate of the owner's device, which names the community, are zeroed.
pub fn community(body: &str) -> Vec<u8> {
    message("parley community 1", &[body.as_bytes()])
}

/// Signed by a device to author a log entry: the exact text of the body.
pub fn entry(body: &str) -> Vec<u8> {
    message("parley entry 1", &[body.as_bytes()])
}

/// Signed by a user's identity key to certify a device. All parts have fixed lengths.
pub fn device_certificate(
    community: &CommunityId,
    user: &UserId,
    device: &DeviceId,
    ed25519: &Ed25519PublicKey,
    curve25519: &Curve25519PublicKey,
) -> Vec<u8> {
    message(
        "parley device 1",
        &[
            community.as_bytes(),
            user.as_bytes(),
            device.as_bytes(),
            ed25519.as_bytes(),
            curve25519.as_bytes(),
        ],
    )
}

/// Signed by one's own other device to certify a device that was linked to it. All parts have fixed lengths.
pub fn linked_device(
    community: &CommunityId,
    user: &UserId,
    device: &DeviceId,
    ed25519: &Ed25519PublicKey,
    curve25519: &Curve25519PublicKey,
) -> Vec<u8> {
    message(
        "parley linked device 1",
        &[
            community.as_bytes(),
            user.as_bytes(),
            device.as_bytes(),
            ed25519.as_bytes(),
            curve25519.as_bytes(),
        ],
    )
}

/// Signed by a user's identity key to certify the public half of their vault's key. All parts have fixed lengths.
pub fn vault_key(community: &CommunityId, user: &UserId, key: &Curve25519PublicKey) -> Vec<u8> {
    message(
        "parley vault key 1",
        &[community.as_bytes(), user.as_bytes(), key.as_bytes()],
    )
}

/// Signed by a device to append a segment to its chain in the vault. All parts but the last have fixed lengths; the
/// counter is eight bytes, big-endian.
pub fn vault_segment(
    community: &CommunityId,
    device: &DeviceId,
    counter: u64,
    previous: &Hash,
    sealed: &str,
) -> Vec<u8> {
    message(
        "parley vault segment 1",
        &[
            community.as_bytes(),
            device.as_bytes(),
            &counter.to_be_bytes(),
            previous.as_bytes(),
            sealed.as_bytes(),
        ],
    )
}

/// Signed by the secret half of an invite to let one identity join. All parts have fixed lengths.
pub fn invite_use(
    community: &CommunityId,
    invite: &InviteId,
    user: &UserId,
    identity: &Ed25519PublicKey,
) -> Vec<u8> {
    message(
        "parley invite 1",
        &[
            community.as_bytes(),
            invite.as_bytes(),
            user.as_bytes(),
            identity.as_bytes(),
        ],
    )
}

/// Signed by the secret half of an invite to read the log before joining. All parts have fixed lengths; the time is
/// in milliseconds, eight bytes, big-endian.
pub fn log_read(community: &CommunityId, invite: &InviteId, at: Millis) -> Vec<u8> {
    message(
        "parley read 1",
        &[community.as_bytes(), invite.as_bytes(), &at.to_be_bytes()],
    )
}

/// Signed by a device to open a socket.
pub fn socket(community: &CommunityId, device: &DeviceId, nonce: &Nonce) -> Vec<u8> {
    message(
        "parley socket 1",
        &[community.as_bytes(), device.as_bytes(), nonce.as_bytes()],
    )
}

/// Signed by a device to announce a Megolm session: the exact text of the announcement.
pub fn announcement(body: &str) -> Vec<u8> {
    message("parley session 1", &[body.as_bytes()])
}

/// Signed by a Megolm session's own key to prove who holds it: the exact text of the announcement. Megolm messages
/// and exported keys begin with a version byte, so neither can pass for this.
pub fn session_proof(body: &str) -> Vec<u8> {
    message("parley session proof 1", &[body.as_bytes()])
}

/// Signed by a device to delete a message: the exact text of the order.
pub fn redaction(body: &str) -> Vec<u8> {
    message("parley redaction 1", &[body.as_bytes()])
}

/// Signed by a device to publish a one-time or fallback key.
pub fn prekey(
    community: &CommunityId,
    device: &DeviceId,
    key: &Curve25519PublicKey,
    fallback: bool,
) -> Vec<u8> {
    let domain = if fallback {
        "parley fallback key 1"
    } else {
        "parley one-time key 1"
    };
    message(
        domain,
        &[community.as_bytes(), device.as_bytes(), key.as_bytes()],
    )
}
