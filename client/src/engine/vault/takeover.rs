//! Contents of other chains, written anew into this one, so that a vault of many small segments becomes one of few. Only
//! a device that has just read the vault can do that; what it read is given to it in pieces.

use std::collections::VecDeque;

use parley_protocol::entry::VaultChain;
use parley_protocol::frame::Request;
use parley_protocol::limits::MAX_VAULT_CHAINS_PER_NOTE;

use crate::engine::context::Cx;
use crate::engine::output::Asked;
use crate::vault::KeptKey;

/// What is taken over.
#[derive(Default)]
pub(super) struct Takeover {
    waiting: VecDeque<KeptKey>,
    direct: VecDeque<String>,
    /// Chains of which everything was given.
    covers: Option<Vec<VaultChain>>,
    /// Chains that a segment names, and its number once it is made.
    closing: Option<(Vec<VaultChain>, Option<u64>)>,
}

impl Takeover {
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len() + self.direct.len()
    }

    pub(super) fn add(&mut self, keys: Vec<KeptKey>, direct: Vec<String>) {
        self.waiting.extend(keys);
        self.direct.extend(direct);
    }

    /// Everything of these chains was given.
    pub(super) fn close(&mut self, covers: Vec<VaultChain>) {
        if !covers.is_empty() {
            self.covers = Some(covers);
        }
    }

    /// Whether the segment that says so is to be made.
    pub(super) fn is_closing(&self) -> bool {
        self.covers.is_some()
    }

    pub(super) fn take(&mut self, most: usize) -> Vec<KeptKey> {
        let count = most.min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }

    /// Direct messages, up to so many bytes but for the last one.
    pub(super) fn take_direct(&mut self, bytes: usize) -> Vec<String> {
        let (mut taken, mut length) = (Vec::new(), 0);
        while length < bytes
            && let Some(copy) = self.direct.pop_front()
        {
            length += copy.len();
            taken.push(copy);
        }
        taken
    }

    /// The chains to name in a segment, if all that they hold is in this one or before.
    pub(super) fn take_covers(&mut self) -> Vec<VaultChain> {
        if self.waiting() > 0 {
            return Vec::new();
        }
        let covers = self.covers.take().unwrap_or_default();
        if !covers.is_empty() {
            self.closing = Some((covers.clone(), None));
        }
        covers
    }

    pub(super) fn note_made(&mut self, counter: u64) {
        if let Some((_, made)) = &mut self.closing {
            made.get_or_insert(counter);
        }
    }

    /// The relay has a segment. After the one that names the chains, it may drop them.
    pub(super) fn note_confirmed(&mut self, counter: u64, cx: &mut Cx<'_>) {
        if let Some((chains, Some(made))) = &self.closing
            && *made == counter
        {
            for chains in chains.chunks(MAX_VAULT_CHAINS_PER_NOTE) {
                let chains = chains.to_vec();
                cx.output
                    .ask(Asked::Compact, Request::CompactVault { chains });
            }
        }
    }

    /// The relay dropped them, or will not.
    pub(super) fn end(&mut self) {
        self.closing = None;
    }

    /// A new connection: what was asked on the one before is not asked again. The chains stay where they are.
    pub(super) fn resume(&mut self) {
        if let Some((_, Some(_))) = self.closing {
            self.closing = None;
        }
    }
}
