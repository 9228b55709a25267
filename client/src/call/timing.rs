//! How long a call waits for what. Each says what changes with it.

use parley_protocol::Millis;

/// Candidates are collected for this long into one signal. Longer saves messages, shorter connects sooner.
pub(super) const CANDIDATE_BATCH: Millis = 75;
/// Candidates go once more after this, if there is no path by then. Sooner wastes messages on slow networks.
pub(super) const CANDIDATES_AGAIN: Millis = 2_500;
/// Who was there first waits this long for the newcomer's offer before it offers itself.
pub(super) const FIRST_OFFER: Millis = 4_000;
/// An offer without an answer is sent again after these, the last one over and over.
const OFFER_AGAIN: [Millis; 5] = [2_000, 3_000, 5_000, 10_000, 15_000];
/// While both sides offer, an offer is not sent again within this. Shorter sends more of them; longer keeps a call silent
/// in which both sides mend at once and one offer met nobody.
pub(super) const INSIST: Millis = 300;
/// Hints that a path may be gone restart ICE no more often than this: it takes that long to find out.
pub(super) const HINTED: Millis = 2_000;
/// After the relay came back, its fresh STUN and TURN servers are waited for before anything is mended with old ones.
pub(super) const FRESH_SERVERS: Millis = 1_000;
/// Offers without an answer after which an unconnected peer is begun anew.
pub(super) const MAX_OFFERS: u32 = 4;
/// A silent path may come back by itself for this long before ICE restarts.
pub(super) const DISCONNECTED: Millis = 3_000;
/// The polite side leaves the other this head start, so that both seldom restart at once.
pub(super) const POLITE_DELAY: Millis = 3_000;
/// Between one attempt to mend a connection and the next.
const ATTEMPTS: [Millis; 5] = [1_000, 2_000, 4_000, 8_000, 15_000];
/// Every third attempt makes a new connection: a restart mends the path, not a description gone wrong.
pub(super) const REPLACE_EVERY: u32 = 3;
/// Once descriptions are agreed, a path should be found within this. Browsers give up after 15 to 30 seconds.
pub(super) const CONNECT: Millis = 20_000;
/// While an offer is open, or a description is being set, mending looks again after this.
pub(super) const BUSY: Millis = 5_000;
/// A browser that has not answered for this long will not.
pub(super) const STUCK: Millis = 10_000;
/// A person is told that a connection failed after this.
pub(super) const FAILED: Millis = 30_000;
/// After the relay came back, others have this long to be in its roster again.
pub(super) const RELAY_GRACE: Millis = 15_000;
/// Otherwise a connected device may be missing from the roster for this long: its socket may have broken.
pub(super) const MISSING_GRACE: Millis = 5_000;
/// A signal waits this long for the roster to name its sender.
pub(super) const HOLD: Millis = 10_000;
/// The other side may replace its connection once in this time. Bounds what a hostile one can make us do.
pub(super) const REPLACED: Millis = 500;
/// A device that takes the call over waits this long for its connections before it tells the earlier one to go. Longer:
/// a person is there twice while somebody cannot be reached.
pub(super) const HANDOVER_AT_LATEST: Millis = 5_000;
/// The earlier device is told again after this, while the roster names it.
pub(super) const HANDOVER_AGAIN: Millis = 1_000;
/// And after this, once it has not gone for long.
pub(super) const HANDOVER_SELDOM: Millis = 15_000;
/// Fresh TURN credentials are asked for this long before the old ones end.
pub(super) const CREDENTIALS_EARLY: Millis = 5 * 60 * 1000;
/// And never more often than this.
pub(super) const CREDENTIALS_LEAST: Millis = 60_000;

/// The wait after an offer was sent for the `sends`-th time, counted from 1.
pub(super) fn offer_again(sends: u32) -> Millis {
    nth_or_last(&OFFER_AGAIN, sends)
}

/// The wait after the `attempts`-th attempt to mend, counted from 1.
pub(super) fn between_attempts(attempts: u32) -> Millis {
    nth_or_last(&ATTEMPTS, attempts)
}

fn nth_or_last(waits: &[Millis], count: u32) -> Millis {
    let index = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    waits.get(index).or(waits.last()).copied().unwrap_or(0)
}
