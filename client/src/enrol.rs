//! How a device comes into being: by founding a community, by joining one, or as one more device of a
//! member. Plain functions: the driver carries the requests.

mod founding;
mod linked;
mod newcomer;
mod proof;

pub use founding::{Founding, FoundingDraft};
pub(crate) use linked::{Linked, link_device};
pub use proof::invite_proof;

use parley_protocol::Millis;
use parley_protocol::auth::{AddDeviceRequest, RegisterRequest, Ticket, Wrap};
use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Action, Entry, GuestTerms, MemberDetails};
use parley_protocol::ids::{CommunityId, UserId};
use parley_protocol::invite::InviteLink;
use parley_protocol::signing;

use crate::checkpoint;
use crate::device::{DeviceKeys, OwnDevice};
use crate::identity::Identity;
use crate::password::PasswordKeys;
use crate::recovery::RecoveryKey;
use crate::rng::Rng;
use crate::store::{Change, Table, number_key};
use crate::vault::{self, NEW_KEY, OpenVaultError, Vault, VaultSecret, WrapKey, restore};
use newcomer::{FirstWay, Newcomer, sign};

/// Why a device could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The relay shows another community than the link names.
    #[error("the relay's community is not the one that the invite is for")]
    WrongCommunity,
    /// The relay's log does not follow the rules.
    #[error("entry {seq} of the relay's log is not allowed: {rejection}")]
    InvalidLog {
        /// The entry's sequence number in the log.
        seq: u64,
        /// The rule that it breaks.
        rejection: Rejection,
    },
    /// What this device wants to add is not allowed: the name is taken, the invite is over, …
    #[error(transparent)]
    Refused(Rejection),
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] OpenVaultError),
    /// The log is of the right community, but it is not the one that the member has seen: it is shorter, or it
    /// was written anew.
    #[error("the relay's log does not have the entry {seq} that this member has seen")]
    OtherHistory {
        /// The entry that it lacks.
        seq: u64,
    },
    /// The member is not in the log, or their identity is another than the vault's.
    #[error("the log has another identity for this member than the vault")]
    WrongIdentity,
}

/// What a joiner brings.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The invite's link, which names the community by its genesis.
    pub link: InviteLink,
    /// The whole log, as the relay shows it.
    pub entries: Vec<Entry>,
    /// The joiner's name.
    pub name: String,
    /// The first device's label.
    pub label: String,
}

/// What somebody with an invite sees before they join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteView {
    /// The community's id.
    pub community: CommunityId,
    /// What people call it.
    pub community_name: String,
    /// Who made the invite.
    pub inviter: String,
    /// How many members there are.
    pub members: usize,
    /// The name of the member whom it brings back with new keys; nobody else can use it.
    pub readmits: Option<String>,
    /// It lets in guests, and nobody as a member.
    pub guest: Option<GuestView>,
}

/// What an invite for guests leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestView {
    /// What a guest may do, and how long.
    pub terms: GuestTerms,
    /// What the voice channel is called.
    pub channel: String,
}

/// A new member's first device: keep `records`, then send `request`; the engine starts from the records.
pub struct Enrolment {
    /// Body of `POST /auth/register`.
    pub request: RegisterRequest,
    /// Secret.
    pub records: Vec<Change>,
    /// The new member.
    pub user: UserId,
}

/// A member's further device: keep `records`, then send `request`; the engine starts from the records.
pub struct DeviceEnrolment {
    /// Body of `POST /auth/device`.
    pub request: AddDeviceRequest,
    /// Secret.
    pub records: Vec<Change>,
}

/// Looks at an invite before it is used.
///
/// # Errors
/// [`EnrolError`] if the relay's log is not that of the link, or the invite is over.
pub fn inspect_invite(
    link: &InviteLink,
    entries: &[Entry],
    now: Millis,
) -> Result<InviteView, EnrolError> {
    let community = replay(entries)?;
    if community.hash_at(1) != Some(link.genesis) {
        return Err(EnrolError::WrongCommunity);
    }
    let invite = community
        .check_invite(&link.invite, now)
        .map_err(EnrolError::Refused)?;
    Ok(InviteView {
        community: community.id(),
        community_name: community.name().to_owned(),
        inviter: community
            .members()
            .get(&invite.by)
            .map(|member| member.name.clone())
            .unwrap_or_default(),
        members: community
            .members()
            .values()
            .filter(|member| member.is_active())
            .count(),
        readmits: invite
            .readmits
            .and_then(|user| community.members().get(&user))
            .map(|member| member.name.clone()),
        guest: invite.guest.map(|terms| {
            let channel = community.channels().get(&terms.channel);
            let name = channel.map(|it| it.details.name.clone());
            GuestView {
                terms,
                channel: name.unwrap_or_default(),
            }
        }),
    })
}

/// Joins a community by an invite, or comes back with new keys by one that is for this: then the name is the one that
/// the member had, whatever was typed.
///
/// # Errors
/// [`EnrolError`] if the relay's log is not that of the link, or the rules refuse the newcomer.
pub fn join(
    joining: Joining,
    keys: &PasswordKeys,
    rng: &mut Rng,
    now: Millis,
) -> Result<Enrolment, EnrolError> {
    join_with(joining, &FirstWay::Password(keys), rng, now)
}

/// Comes as a guest, by a name and an invite that lets in guests. The device is all they have, and good as long as the
/// invite says.
///
/// # Errors
/// As [`join`].
pub fn join_as_guest(
    joining: Joining,
    rng: &mut Rng,
    now: Millis,
) -> Result<Enrolment, EnrolError> {
    join_with(joining, &FirstWay::Guest, rng, now)
}

fn join_with(
    joining: Joining,
    way: &FirstWay<'_>,
    rng: &mut Rng,
    now: Millis,
) -> Result<Enrolment, EnrolError> {
    let Joining {
        link,
        entries,
        name,
        label,
    } = joining;
    let log = replay(&entries)?;
    if log.hash_at(1) != Some(link.genesis) {
        return Err(EnrolError::WrongCommunity);
    }
    let community = log.id();
    let readmits = log.invites().get(&link.invite).and_then(|it| it.readmits);
    let before = readmits.and_then(|user| Some((user, log.members().get(&user)?)));
    let (user, name) = match before {
        Some((user, member)) => (user, member.name.clone()),
        None => (UserId::from_bytes(rng.bytes()), name),
    };
    let mut newcomer = Newcomer::generate(community, user, name, label, rng);
    if matches!(way, FirstWay::Guest) {
        newcomer.details.vault = None;
    }
    let MemberDetails { user, identity, .. } = newcomer.details;
    let message = signing::invite_use(&community, &link.invite, &user, &identity);
    let action = Action::MemberJoined {
        invite: link.invite,
        invite_signature: Identity::from_secret(link.secret).sign(&message),
        member: newcomer.details.clone(),
    };
    let entry = newcomer.sign(community, log.head(), action, rng, now);
    log.check(&entry).map_err(EnrolError::Refused)?;
    newcomer.enrol(&log, None, vec![entry], entries, way, rng)
}

/// Joins a community as somebody whom an identity provider vouches for: without a password, with a recovery key.
/// `ticket` is the relay's for such newcomers.
///
/// # Errors
/// As [`join`].
pub fn join_by_provider(
    joining: Joining,
    recovery: &RecoveryKey,
    ticket: Ticket,
    rng: &mut Rng,
    now: Millis,
) -> Result<Enrolment, EnrolError> {
    join_with(joining, &FirstWay::Provider(recovery, ticket), rng, now)
}

/// An open way into a member's vault.
#[derive(Debug, Clone, Copy)]
pub struct WayIn<'a> {
    /// A wrap, as the relay gave it.
    pub wrap: &'a Wrap,
    /// What opens it.
    pub key: &'a WrapKey,
}

/// What a device keeps that is back after its session had ended: its vault is read again, since the relay may have
/// dropped what waited for the device. Nothing where the member has no vault yet, or other keys since.
///
/// # Errors
/// [`EnrolError`] if the vault does not open.
pub fn read_again(
    way: WayIn<'_>,
    user: &UserId,
    log: &Community,
) -> Result<Option<Change>, EnrolError> {
    let Vault {
        identity, secret, ..
    } = vault::open(&way.wrap.text, user, way.key)?;
    let known = log.active_member(user).map(|member| member.identity);
    let secret = secret.filter(|_| known == Some(identity.public_key()));
    Ok(secret.as_ref().map(restore::waiting))
}

/// Makes this browser one more device of a member who just logged in. The wrap is made anew, with the newest head.
///
/// What the vault holds is read after that, with what the records keep for it: [`crate::vault::Restore::resume`].
///
/// # Errors
/// [`EnrolError`] if the vault does not open or the rules refuse the device.
pub fn add_device(
    way: WayIn<'_>,
    user: UserId,
    entries: Vec<Entry>,
    label: String,
    rng: &mut Rng,
    now: Millis,
) -> Result<DeviceEnrolment, EnrolError> {
    let WayIn { wrap, key } = way;
    let Vault {
        identity,
        secret,
        community,
        head,
    } = vault::open(&wrap.text, &user, key)?;
    let log = replay(&entries)?;
    if log.id() != community {
        return Err(EnrolError::WrongCommunity);
    }
    if log.hash_at(head.seq) != Some(head.hash) {
        return Err(EnrolError::OtherHistory { seq: head.seq });
    }
    let known = log.active_member(&user).ok_or(EnrolError::WrongIdentity)?;
    if known.identity != identity.public_key() {
        return Err(EnrolError::WrongIdentity);
    }
    let mut device = DeviceKeys::generate(rng);
    let details = device.details(&identity, &log.id(), &user, label);
    let entry = sign(
        &device,
        log.id(),
        log.head(),
        Action::DeviceAdded {
            user,
            device: details,
            linked_by: None,
        },
        rng,
        now,
    );
    log.check(&entry).map_err(EnrolError::Refused)?;
    let prekeys = device.make_prekeys(&log.id(), true, true);
    let mut records = records(user, &device, &log, &entries);
    records.extend(secret.as_ref().map(restore::waiting));
    let secret = secret.unwrap_or_else(|| {
        // From before there were vaults: this one begins now, and its key goes into the log.
        let secret = VaultSecret::generate(rng);
        let vault = newcomer::vault_key(&identity, &community, &user, &secret);
        records.push(Change::put(Table::Vault, NEW_KEY, &vault));
        secret
    });
    let known = Vault {
        identity,
        secret: Some(secret),
        community,
        head: log.head(),
    };
    let rewrapped = Wrap {
        text: vault::wrap(&known, &user, key, rng)?,
        ..wrap.clone()
    };
    Ok(DeviceEnrolment {
        request: AddDeviceRequest {
            entry,
            prekeys,
            wraps: vec![rewrapped],
        },
        records,
    })
}

fn replay(entries: &[Entry]) -> Result<Community, EnrolError> {
    let invalid = |seq: u64| move |rejection| EnrolError::InvalidLog { seq, rejection };
    let (genesis, rest) = entries.split_first().ok_or(EnrolError::WrongCommunity)?;
    let mut community = Community::found(genesis).map_err(invalid(1))?;
    for (seq, entry) in (2..).zip(rest) {
        community.apply(entry).map_err(invalid(seq))?;
    }
    Ok(community)
}

/// The log as the relay has shown it. A newcomer's own entry is not in it: where it stands is for the relay
/// to say.
fn records(user: UserId, device: &DeviceKeys, log: &Community, entries: &[Entry]) -> Vec<Change> {
    let who = OwnDevice {
        user,
        device: device.id(),
    };
    let mut records = vec![
        Change::put(Table::Device, "device", &who),
        Change::put(Table::Account, "account", &device.pickle()),
    ];
    records.extend(
        (1..)
            .zip(entries)
            .map(|(seq, entry)| Change::put(Table::Log, number_key(seq), entry)),
    );
    records.extend(checkpoint::first(log));
    records
}
