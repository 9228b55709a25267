//! The community twice: as of the last commit, shared with all readers, and as the open transaction has it. Each
//! commit swaps the two, and the outdated copy applies the same entries again, so that the cost of an entry does
//! not grow with the log.

use std::sync::Arc;

use parley_protocol::community::{Community, Rejection};
use parley_protocol::entry::{Entry, EntryBody};

#[derive(Default)]
pub(crate) struct LogState {
    committed: Option<Arc<Community>>,
    /// Usually unshared: readers may still hold it from when it was the committed copy.
    working: Option<Arc<Community>>,
    /// Entries that `committed` has and `working` lacks.
    missing: Vec<Entry>,
    /// Entries that the open transaction has appended.
    added: Vec<Entry>,
}

impl LogState {
    pub(crate) fn new(community: Option<Community>) -> Self {
        Self {
            working: community.clone().map(Arc::new),
            committed: community.map(Arc::new),
            ..Self::default()
        }
    }

    pub(crate) fn committed(&self) -> Option<&Arc<Community>> {
        self.committed.as_ref()
    }

    /// The community as the open transaction has it.
    pub(crate) fn working(&self) -> Option<&Community> {
        self.working.as_deref()
    }

    pub(crate) fn begin(&mut self) {
        let missing = std::mem::take(&mut self.missing);
        if let Some(working) = &mut self.working
            && !missing.is_empty()
        {
            apply_again(Arc::make_mut(working), &missing);
        }
    }

    /// Appends an entry. The first one founds the community.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<(u64, EntryBody), Rejection> {
        let body = if let Some(working) = &mut self.working {
            Arc::make_mut(working).apply(entry)?
        } else {
            let founded = Community::found(entry)?;
            self.working = Some(Arc::new(founded));
            entry.parse_body().map_err(|_| Rejection::Malformed)?
        };
        self.added.push(entry.clone());
        let head = self.working().map_or(0, |working| working.head().seq);
        Ok((head, body))
    }

    /// A point in the transaction to roll back to.
    pub(crate) fn savepoint(&self) -> usize {
        self.added.len()
    }

    /// Rolls back to a savepoint. Copies the whole state, so commands check what they can before they append.
    pub(crate) fn roll_back_to(&mut self, savepoint: usize) {
        if self.added.len() <= savepoint {
            return;
        }
        self.added.truncate(savepoint);
        let added = std::mem::take(&mut self.added);
        let mut state = self.committed.as_deref().cloned();
        for entry in &added {
            match &mut state {
                Some(state) => apply_again(state, std::slice::from_ref(entry)),
                None => state = Community::found(entry).ok(),
            }
        }
        self.working = state.map(Arc::new);
        self.added = added;
    }

    pub(crate) fn commit(&mut self) {
        if self.added.is_empty() {
            return;
        }
        std::mem::swap(&mut self.committed, &mut self.working);
        self.missing = std::mem::take(&mut self.added);
        if self.working.is_none() {
            self.missing.clear();
            self.working = self.committed.as_deref().cloned().map(Arc::new);
        }
    }

    pub(crate) fn roll_back(&mut self) {
        self.roll_back_to(0);
    }
}

/// The entries were accepted at the same sequence numbers before.
fn apply_again(community: &mut Community, entries: &[Entry]) {
    for entry in entries {
        if let Err(error) = community.apply_again(entry) {
            tracing::error!(%error, "a committed log entry cannot be applied again");
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use parley_protocol::entry::{
        Action, DeviceDetails, EntryBody, Head, MemberDetails, Permissions,
    };
    use parley_protocol::ids::{CommunityId, DeviceId, EntryId, InviteId, UserId};
    use parley_protocol::keys::{Curve25519PublicKey, Ed25519PublicKey, Signature};
    use parley_protocol::signing;

    use super::*;

    /// An owner who makes invites.
    struct Owner {
        key: SigningKey,
        next: u8,
    }

    impl Owner {
        fn new() -> Self {
            let key = SigningKey::from_bytes(&[1; 32]);
            Self { key, next: 0 }
        }

        fn entry(&mut self, community: CommunityId, head: Head, action: Action) -> Entry {
            self.next += 1;
            let mut body = EntryBody {
                community,
                id: EntryId::from_bytes([self.next; 16]),
                at: 0,
                head,
                action,
            };
            if let Some(founded) = body.founded_community() {
                body.community = founded;
                if let Action::CommunityCreated { owner, .. } = &mut body.action {
                    *owner = details(&self.key, founded);
                }
            }
            let text = body.to_text();
            Entry {
                author: DeviceId::from_bytes([3; 16]),
                signature: sign(&self.key, &signing::entry(&text)),
                body: text,
            }
        }

        fn genesis(&mut self) -> Entry {
            let nowhere = CommunityId::from_bytes([0; 32]);
            let action = Action::CommunityCreated {
                name: "Town".to_owned(),
                owner: details(&self.key, nowhere),
                everyone: Permissions::new(),
            };
            self.entry(nowhere, Head::EMPTY, action)
        }

        fn invite(&mut self, state: &LogState) -> Entry {
            let community = state.committed().expect("founded");
            let action = Action::InviteMade {
                invite: InviteId::from_bytes([self.next; 16]),
                key: Ed25519PublicKey::from_bytes([7; 32]),
                expires_at: None,
                max_uses: None,
                readmits: None,
                guest: None,
            };
            self.entry(community.id(), community.head(), action)
        }
    }

    fn details(device: &SigningKey, community: CommunityId) -> MemberDetails {
        let identity = SigningKey::from_bytes(&[2; 32]);
        let user = UserId::from_bytes([4; 16]);
        let id = DeviceId::from_bytes([3; 16]);
        let curve25519 = Curve25519PublicKey::from_bytes([5; 32]);
        let ed25519 = public(device);
        let message = signing::device_certificate(&community, &user, &id, &ed25519, &curve25519);
        MemberDetails {
            user,
            name: "Ada".to_owned(),
            identity: public(&identity),
            vault: None,
            device: DeviceDetails {
                id,
                ed25519,
                curve25519,
                label: String::new(),
                certificate: sign(&identity, &message),
            },
        }
    }

    fn public(key: &SigningKey) -> Ed25519PublicKey {
        Ed25519PublicKey::from_bytes(key.verifying_key().to_bytes())
    }

    fn sign(key: &SigningKey, message: &[u8]) -> Signature {
        Signature::from_bytes(key.sign(message).to_bytes())
    }

    fn founded() -> (LogState, Owner) {
        let (mut state, mut owner) = (LogState::default(), Owner::new());
        state.begin();
        state.append(&owner.genesis()).unwrap();
        assert!(state.committed().is_none());
        state.commit();
        (state, owner)
    }

    fn heads(state: &LogState) -> (u64, u64) {
        let committed = state.committed().unwrap().head().seq;
        (committed, state.working().unwrap().head().seq)
    }

    #[test]
    fn entries_copy_nothing() {
        let (mut state, mut owner) = founded();
        let both = [&state.committed, &state.working].map(|it| Arc::as_ptr(it.as_ref().unwrap()));
        for _ in 0..10 {
            let entry = owner.invite(&state);
            state.begin();
            state.append(&entry).unwrap();
            state.commit();
            for now in [&state.committed, &state.working] {
                assert!(both.contains(&Arc::as_ptr(now.as_ref().unwrap())));
            }
        }
        state.begin();
        assert_eq!(heads(&state), (11, 11));
        assert_eq!(state.committed, state.working);
    }

    #[test]
    fn a_reader_keeps_what_it_looks_at() {
        let (mut state, mut owner) = founded();
        let seen = Arc::clone(state.committed().unwrap());
        for _ in 0..3 {
            let entry = owner.invite(&state);
            state.begin();
            state.append(&entry).unwrap();
            state.commit();
        }
        assert_eq!(seen.head().seq, 1);
        assert_eq!(state.committed().unwrap().head().seq, 4);
    }

    #[test]
    fn what_came_to_nothing_leaves_no_trace() {
        let (mut state, mut owner) = founded();
        let (first, second) = (owner.invite(&state), owner.invite(&state));
        state.begin();
        state.append(&first).unwrap();
        let savepoint = state.savepoint();
        state.append(&second).unwrap();
        state.roll_back_to(savepoint);
        assert_eq!(heads(&state), (1, 2));
        assert!(state.append(&first).is_err(), "it stands there already");
        state.roll_back();
        assert_eq!(heads(&state), (1, 1));

        state.begin();
        state.append(&second).unwrap();
        state.commit();
        assert_eq!(state.committed().unwrap().head().seq, 2);
    }
}
