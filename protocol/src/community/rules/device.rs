//! What a device brings: a label, and keys that somebody certified.

use super::check_text;
use crate::community::Rejection;
use crate::entry::DeviceDetails;
use crate::ids::{CommunityId, UserId};
use crate::keys::Ed25519PublicKey;
use crate::limits::MAX_LABEL_CHARS;
use crate::signing;

/// Whose key certifies a device.
pub(super) enum Certifier {
    Identity(Ed25519PublicKey),
    /// An active device of the same member.
    Device(Ed25519PublicKey),
}

/// A device's label must be short, and its keys certified.
pub(super) fn check_device(
    community: CommunityId,
    user: UserId,
    certifier: &Certifier,
    device: &DeviceDetails,
) -> Result<(), Rejection> {
    check_text(&device.label, MAX_LABEL_CHARS)?;
    let (key, message) = match certifier {
        Certifier::Identity(key) => (
            key,
            signing::device_certificate(
                &community,
                &user,
                &device.id,
                &device.ed25519,
                &device.curve25519,
            ),
        ),
        Certifier::Device(key) => (
            key,
            signing::linked_device(
                &community,
                &user,
                &device.id,
                &device.ed25519,
                &device.curve25519,
            ),
        ),
    };
    key.verify(&message, &device.certificate)
        .map_err(|_| Rejection::BadCertificate)
}
