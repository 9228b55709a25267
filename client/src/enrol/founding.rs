//! Founding a community, in two steps: its id is made from its genesis, and the password's salt from its id.

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::entry::{
    Action, ChannelDetails, ChannelKind, Entry, EntryBody, Head, History, Permission, Permissions,
    Readers,
};
use parley_protocol::ids::{ChannelId, CommunityId, EntryId, UserId};

use super::newcomer::{FirstWay, Newcomer, sign_body};
use super::{EnrolError, Enrolment};
use crate::password::PasswordKeys;
use crate::rng::Rng;

/// What a founder chooses.
#[derive(Debug, Clone)]
pub struct Founding {
    /// What people will call the community.
    pub community_name: String,
    /// The founder's name.
    pub name: String,
    /// The first device's label.
    pub label: String,
    /// From the set-up link.
    pub setup_token: String,
}

/// A community with its first entries, which nobody but the founder has yet.
pub struct FoundingDraft {
    newcomer: Newcomer,
    log: Community,
    entries: Vec<Entry>,
    setup_token: String,
}

impl Founding {
    /// Makes a community with a text and a voice channel.
    ///
    /// # Errors
    /// [`EnrolError::Refused`] if a name cannot be used.
    pub fn draft(self, rng: &mut Rng, now: Millis) -> Result<FoundingDraft, EnrolError> {
        let Self {
            community_name,
            name,
            label,
            setup_token,
        } = self;
        let unnamed = CommunityId::from_bytes([0; CommunityId::LENGTH]);
        let user = UserId::from_bytes(rng.bytes());
        let mut newcomer = Newcomer::generate(unnamed, user, name, label, rng);
        let genesis = genesis(&mut newcomer, community_name, rng, now);
        let log = Community::found(&genesis).map_err(EnrolError::Refused)?;
        let mut draft = FoundingDraft {
            newcomer,
            log,
            entries: vec![genesis],
            setup_token,
        };
        draft.add_channel("general", ChannelKind::Text, rng, now)?;
        draft.add_channel("Lounge", ChannelKind::Voice, rng, now)?;
        Ok(draft)
    }
}

impl FoundingDraft {
    /// The community's id, to stretch the password with.
    pub fn community(&self) -> CommunityId {
        self.log.id()
    }

    /// The founder's first device and what the relay gets, with the keys of the password.
    ///
    /// # Errors
    /// [`EnrolError::Vault`] if the vault cannot be made, which no input causes.
    pub fn finish(self, keys: &PasswordKeys, rng: &mut Rng) -> Result<Enrolment, EnrolError> {
        let Self {
            newcomer,
            log,
            entries,
            setup_token,
        } = self;
        let setup_token = Some(setup_token);
        let way = FirstWay::Password(keys);
        newcomer.enrol(&log, setup_token, entries.clone(), entries, &way, rng)
    }

    fn add_channel(
        &mut self,
        name: &str,
        kind: ChannelKind,
        rng: &mut Rng,
        now: Millis,
    ) -> Result<(), EnrolError> {
        let details = ChannelDetails {
            name: name.to_owned(),
            topic: String::new(),
            readers: Readers::Everyone,
            history: History::Shared,
            expires_after: None,
        };
        let action = Action::ChannelCreated {
            channel: ChannelId::from_bytes(rng.bytes()),
            kind,
            details,
        };
        let (community, head) = (self.log.id(), self.log.head());
        let entry = self.newcomer.sign(community, head, action, rng, now);
        self.log.apply(&entry).map_err(EnrolError::Refused)?;
        self.entries.push(entry);
        Ok(())
    }
}

/// The id commits to everything in the genesis but itself and the certificate, which are made last.
fn genesis(newcomer: &mut Newcomer, name: String, rng: &mut Rng, now: Millis) -> Entry {
    let mut everyone = Permissions::new();
    everyone.extend([
        Permission::SendMessages,
        Permission::Speak,
        Permission::Invite,
    ]);
    let mut body = EntryBody {
        community: CommunityId::from_bytes([0; CommunityId::LENGTH]),
        id: EntryId::from_bytes(rng.bytes()),
        at: now,
        head: Head::EMPTY,
        action: Action::CommunityCreated {
            name,
            owner: newcomer.details.clone(),
            everyone,
        },
    };
    if let Some(community) = body.founded_community() {
        newcomer.certify_for(&community);
        body.community = community;
    }
    if let Action::CommunityCreated { owner, .. } = &mut body.action {
        *owner = newcomer.details.clone();
    }
    sign_body(&newcomer.device, &body)
}

impl std::fmt::Debug for FoundingDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            newcomer: _,
            log,
            entries: _,
            setup_token: _,
        } = self;
        f.debug_struct("FoundingDraft")
            .field("community", &log.id())
            .finish_non_exhaustive()
    }
}
