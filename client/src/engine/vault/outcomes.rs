//! The relay's word on segments.

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};

use super::{Kept, Vault, VaultTrouble};
use crate::engine::context::Cx;
use crate::engine::output::retry_wait;
use crate::store::{Change, Table};

/// A relay that keeps no more is asked again after this.
const FULL_FOR: Millis = 3_600_000;
/// A relay that lost segments gets everything again, but not more often than this.
const REWRITE_AFTER: Millis = 86_400_000;
/// Refused for a reason that does not end by itself: until the next connection, or this.
const REFUSED_FOR: Millis = 86_400_000;

impl Vault {
    pub(in crate::engine) fn handle_appended(
        &mut self,
        counter: u64,
        follows: bool,
        kept: &mut Kept<'_>,
        cx: &mut Cx<'_>,
    ) {
        self.trouble = None;
        self.drop_segments(|it| it == counter, cx);
        self.takeover.note_confirmed(counter, cx);
        if !follows {
            self.rewrite(kept, cx);
        }
    }

    pub(in crate::engine) fn handle_refused(
        &mut self,
        error: &ApiError,
        kept: &mut Kept<'_>,
        cx: &mut Cx<'_>,
    ) {
        for on_way in &mut self.on_way {
            on_way.is_sent = false;
        }
        if let ErrorCode::VaultConflict { last } = &error.code {
            // The store here is older than what this device did since: its chain goes on after that.
            self.drop_segments(|_| true, cx);
            self.chain.end.counter = self.chain.end.counter.max(*last);
            self.chain.restarts = true;
            self.store_chain(cx);
            self.rewrite(kept, cx);
            return;
        }
        let wait = if error.code == ErrorCode::Full {
            self.trouble = Some(VaultTrouble::Full);
            FULL_FOR
        } else {
            let wait = retry_wait(error);
            self.trouble = wait.is_none().then_some(VaultTrouble::Refused);
            wait.unwrap_or(REFUSED_FOR)
        };
        self.blocked_until = Some(cx.now + wait);
    }

    /// The relay dropped the chains that this one took over: the log hears at once, so that it cannot serve them instead.
    pub(in crate::engine) fn handle_compacted(&mut self, cx: &mut Cx<'_>) {
        self.takeover.end();
        self.note_in_log(cx);
    }

    /// The relay keeps the chains that this one took over.
    pub(in crate::engine) fn end_takeover(&mut self) {
        self.takeover.end();
    }

    /// What was in the vault may be gone: it gets everything that is here again.
    fn rewrite(&mut self, kept: &mut Kept<'_>, cx: &mut Cx<'_>) {
        let lately = self
            .rewritten_at
            .is_some_and(|at| cx.now < at + REWRITE_AFTER);
        if !lately {
            self.rewritten_at = Some(cx.now);
            kept.ring.forget_vault();
            kept.data.forget_vault();
            if let Some(direct) = &mut kept.direct {
                direct.forget_vault(cx);
            }
        }
    }

    fn drop_segments(&mut self, which: impl Fn(u64) -> bool, cx: &mut Cx<'_>) {
        for on_way in &self.on_way {
            let counter = on_way.segment.counter;
            if which(counter) {
                cx.output
                    .store(Change::delete(Table::Vault, Self::segment_key(counter)));
            }
        }
        self.on_way.retain(|it| !which(it.segment.counter));
    }
}
