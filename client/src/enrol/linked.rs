//! One more device of a member, certified by another one of theirs: no password, and no identity key on either.

use parley_protocol::Millis;
use parley_protocol::auth::AddDeviceRequest;
use parley_protocol::entry::{Action, DeviceDetails, Entry, Head};
use parley_protocol::ids::{CommunityId, DeviceId, UserId};
use parley_protocol::keys::Signature;

use super::newcomer::sign;
use super::{DeviceEnrolment, EnrolError, records, replay};
use crate::device::DeviceKeys;
use crate::rng::Rng;

/// What the other device gives.
pub(crate) struct Linked {
    pub(crate) community: CommunityId,
    pub(crate) user: UserId,
    /// The newest head that it has seen.
    pub(crate) head: Head,
    pub(crate) by: DeviceId,
    /// Its signature over [`parley_protocol::signing::linked_device`].
    pub(crate) certificate: Signature,
}

/// Makes the device's entry for the log that the relay shows.
pub(crate) fn link_device(
    linked: &Linked,
    device: &mut DeviceKeys,
    label: String,
    entries: Vec<Entry>,
    rng: &mut Rng,
    now: Millis,
) -> Result<DeviceEnrolment, EnrolError> {
    let log = replay(&entries)?;
    let Linked {
        community,
        user,
        head,
        by,
        certificate,
    } = linked;
    if log.id() != *community {
        return Err(EnrolError::WrongCommunity);
    }
    if log.hash_at(head.seq) != Some(head.hash) {
        return Err(EnrolError::OtherHistory { seq: head.seq });
    }
    let details = DeviceDetails {
        id: device.id(),
        ed25519: device.ed25519(),
        curve25519: device.curve25519(),
        label,
        certificate: *certificate,
    };
    let action = Action::DeviceAdded {
        user: *user,
        device: details,
        linked_by: Some(*by),
    };
    let entry = sign(device, log.id(), log.head(), action, rng, now);
    log.check(&entry).map_err(EnrolError::Refused)?;
    let prekeys = device.make_prekeys(&log.id(), true, true);
    Ok(DeviceEnrolment {
        request: AddDeviceRequest {
            entry,
            prekeys,
            wraps: Vec::new(),
        },
        records: records(*user, device, &log, &entries),
    })
}
