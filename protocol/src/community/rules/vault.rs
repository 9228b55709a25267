//! The keys of vaults, and notes of how far their chains went.

use crate::community::{Community, Rejection};
use crate::entry::{VaultChain, VaultKey};
use crate::ids::{CommunityId, UserId};
use crate::keys::Ed25519PublicKey;
use crate::limits::{
    MAX_VAULT_CHAINS_PER_NOTE, MAX_VAULT_KEYS_EVER_PER_MEMBER, MAX_VAULT_NOTES_EVER_PER_MEMBER,
};
use crate::map::IdSet;
use crate::signing;

impl Community {
    /// The identity certifies a new key, and not without end.
    pub(super) fn check_vault_key_set(
        &self,
        author: UserId,
        vault: &VaultKey,
    ) -> Result<(), Rejection> {
        let member = self
            .active_member(&author)
            .ok_or(Rejection::UnknownMember)?;
        if member.vault_keys_set >= MAX_VAULT_KEYS_EVER_PER_MEMBER {
            return Err(Rejection::TooMany);
        }
        check_vault_key(self.id, author, &member.identity, vault)
    }

    /// A note only ever says that own chains went further.
    pub(super) fn check_vault_note(
        &self,
        author: UserId,
        chains: &[VaultChain],
    ) -> Result<(), Rejection> {
        let member = self
            .active_member(&author)
            .ok_or(Rejection::UnknownMember)?;
        if self.is_bounded(author) && member.vault_notes >= MAX_VAULT_NOTES_EVER_PER_MEMBER {
            return Err(Rejection::TooMany);
        }
        if chains.is_empty() || chains.len() > MAX_VAULT_CHAINS_PER_NOTE {
            return Err(Rejection::TooMany);
        }
        let mut noted = IdSet::new();
        for chain in chains {
            let device = self
                .devices
                .get(&chain.device)
                .filter(|device| device.user == author)
                .ok_or(Rejection::UnknownDevice)?;
            let before = device.vault.map_or(0, |vault| vault.counter);
            if chain.counter <= before || !noted.insert(chain.device) {
                return Err(Rejection::Repeated);
            }
        }
        Ok(())
    }
}

pub(super) fn check_vault_key(
    community: CommunityId,
    user: UserId,
    identity: &Ed25519PublicKey,
    vault: &VaultKey,
) -> Result<(), Rejection> {
    identity
        .verify(
            &signing::vault_key(&community, &user, &vault.key),
            &vault.certificate,
        )
        .map_err(|_| Rejection::BadCertificate)
}
