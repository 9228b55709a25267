//! What somebody shows the relay before they join, to read the log: that they have the invite's link.

use parley_protocol::Millis;
use parley_protocol::ids::CommunityId;
use parley_protocol::invite::{InviteLink, InviteProof};
use parley_protocol::signing;

use crate::identity::Identity;

/// The proof for `Authorization: Invite …`. `at` is the relay's own time, as it came with the community: this device's
/// clock may be wrong. The relay takes the proof for some minutes.
pub fn invite_proof(link: &InviteLink, community: &CommunityId, at: Millis) -> InviteProof {
    let message = signing::log_read(community, &link.invite, at);
    InviteProof {
        invite: link.invite,
        at,
        signature: Identity::from_secret(link.secret).sign(&message),
    }
}
