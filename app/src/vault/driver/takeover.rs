//! Many small segments become few: what was read goes into the chain of this device, piece by piece, and the relay drops
//! the chains that it came from.

use parley_client::Engine;
use parley_client::store::Record;
use parley_protocol::entry::VaultChain;

/// Segments from which on it is worth it.
const WORTH: u64 = 300;
/// Keys in a segment on average, above which there is nothing to win.
const FULL: u64 = 30;
/// Records that the engine gets at once.
const PIECE: usize = 500;

/// What is to be taken over.
#[derive(Default)]
pub(super) struct Takeover {
    records: Vec<Record>,
    total: u64,
    chains: Vec<VaultChain>,
}

impl Takeover {
    /// Something was read from a vault of so many segments.
    pub(super) fn note(&mut self, records: Vec<Record>, total: u64) {
        self.total = total;
        if total >= WORTH {
            self.records.extend(records);
        }
    }

    /// All of these chains was read, and nothing was wrong.
    pub(super) fn begin(&mut self, chains: Vec<VaultChain>) {
        let keys = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        if self.total >= WORTH && keys / self.total.max(1) < FULL {
            self.chains = chains;
        } else {
            self.records = Vec::new();
        }
    }

    /// Gives the engine the next piece, once the one before is on its way. Says whether to come again.
    pub(super) fn give(&mut self, engine: &mut Engine, now: u64) -> bool {
        if self.chains.is_empty() {
            return false;
        }
        if engine.vault_state().waiting >= PIECE {
            return true;
        }
        let rest = self.records.len().saturating_sub(PIECE);
        let piece = self.records.split_off(rest);
        engine.take_over_vault(&piece, now);
        if self.records.is_empty() {
            let (_, me) = engine.me();
            let mut chains = std::mem::take(&mut self.chains);
            chains.retain(|chain| chain.device != me);
            engine.close_vault_takeover(chains, now);
            return false;
        }
        true
    }
}
