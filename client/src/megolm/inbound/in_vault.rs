//! Which keys the vault has, and which it still lacks.

use super::{HandedKey, InboundSessions};
use crate::megolm::SessionRef;

impl InboundSessions {
    /// Whether a key of it is here that the vault does not have.
    pub(crate) fn lacks_vault(&self, of: SessionRef) -> bool {
        self.lacking_vault.contains(&of)
    }

    /// How many keys the vault does not have.
    pub(crate) fn lacking_vault(&self) -> usize {
        self.lacking_vault.len()
    }

    /// Hands out keys that the vault does not have, and takes them for kept there. The caller stores the sessions.
    pub(crate) fn take_for_vault(&mut self, most: usize) -> Vec<(SessionRef, HandedKey)> {
        let taken: Vec<SessionRef> = self.lacking_vault.iter().take(most).collect();
        let mut handed = Vec::new();
        for of in taken {
            self.lacking_vault.remove(&of);
            let Some(found) = self.sessions_by_ref.get_mut(&of) else {
                continue;
            };
            found.in_vault = found.keys.first_trusted_index();
            handed.extend(found.keys.export(0).map(|key| (of, key)));
        }
        handed
    }

    /// The vault lost what was in it, or may have.
    pub(crate) fn forget_vault(&mut self) {
        let all: Vec<SessionRef> = self.sessions_by_ref.keys().copied().collect();
        for of in all {
            let Some(found) = self.sessions_by_ref.get_mut(&of) else {
                continue;
            };
            found.in_vault = None;
            if found.lacks_vault() {
                self.lacking_vault.insert(of);
            }
        }
    }
}
