//! How long things take in a direct call, in milliseconds.

use parley_protocol::Millis;

/// A ring is said again after this: what was lost, or a device that comes, is late by so much.
pub(super) const RING_EVERY: Millis = 3_000;
/// A caller gives up after this. Long enough to find the telephone, short enough to know.
pub(super) const RING_FOR: Millis = 45_000;
/// A called device stops by itself after this, whatever comes. Above [`RING_FOR`].
pub(super) const RING_FOR_AT_MOST: Millis = 60_000;
/// A called device stops when it hears nothing of the caller for this long. Three rings may be lost.
pub(super) const SILENCE_FOR: Millis = 11_000;
/// How long the answer to "is it still on?" may take. A relay can make a ring late by this much and no more.
pub(super) const ASK_FOR: Millis = 6_000;
/// A caller may take this long to get into the room: the browser may ask for the microphone.
pub(super) const PREPARE_FOR: Millis = 60_000;
/// An answer that the caller does not confirm is given up after this.
pub(super) const CONFIRM_FOR: Millis = 15_000;
/// Whoever is alone in the room of a call for this long leaves it. Above the relay's grace for broken connections.
pub(super) const ALONE_FOR: Millis = 15_000;
/// After the page was loaded anew, this long it may come back into its call.
pub(super) const RETURN_FOR: Millis = 45_000;
/// How often a running call is kept with its time.
pub(super) const KEEP_EVERY: Millis = 60_000;
