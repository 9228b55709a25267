//! One step along a device's chain: what must come next, and what it means if something else does.

use parley_protocol::channel::PreviousSession;
use parley_protocol::keys::SessionId;

use super::Link;
use crate::timeline::Mark;

/// Links looked at to tell a repetition from a wrong order. A relay that repeats everything costs no more.
const LOOK_BACK: usize = 2_000;

/// How far a device's chain goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    session: SessionId,
    /// The number of the session's next message.
    next: u32,
    announced: Announced,
}

/// What the announcement of the session says of the session before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// Nothing: it stands before what is known, or does not stand at all.
    Unseen,
    After(Option<PreviousSession>),
}

impl Walk {
    pub(super) fn as_previous(&self) -> PreviousSession {
        PreviousSession {
            session: self.session,
            next_index: self.next,
        }
    }
}

/// Where the chain is after `link`, and the break before it, if there is one. `earlier` is what stands before.
pub(super) fn step(
    earlier: &[(u64, Link)],
    before: Option<Walk>,
    link: Link,
    from_the_beginning: bool,
) -> (Walk, Option<Mark>) {
    let after = after(link);
    let unknown = Mark::Missing { count: None };
    let Some(before) = before else {
        let is_first = matches!(link, Link::Announcement { previous: None, .. });
        let broken = from_the_beginning && !is_first;
        return (after, broken.then_some(unknown));
    };
    match link {
        Link::Announcement {
            session, previous, ..
        } => {
            if previous == Some(before.as_previous()) {
                return (after, None);
            }
            if stands(earlier, |other| announces(other, session)) {
                return (before, Some(Mark::Repeated));
            }
            (after, Some(break_before(earlier, before, previous)))
        }
        Link::Message { session, index } if session == before.session => {
            let onward = Walk {
                next: before.next.max(after.next),
                ..before
            };
            let mark = match index.checked_sub(before.next) {
                Some(0) => None,
                Some(missing) => Some(Mark::Missing {
                    count: Some(missing),
                }),
                None => Some(again(earlier, link)),
            };
            (onward, mark)
        }
        Link::Message { session, .. } => {
            if stands(earlier, |other| other.session() == session) {
                return (before, Some(again(earlier, link)));
            }
            (after, Some(unknown))
        }
    }
}

fn after(link: Link) -> Walk {
    match link {
        Link::Announcement {
            session,
            first_index,
            previous,
        } => Walk {
            session,
            next: first_index,
            announced: Announced::After(previous),
        },
        Link::Message { session, index } => Walk {
            session,
            next: index.saturating_add(1),
            announced: Announced::Unseen,
        },
    }
}

/// What an announcement says by not going on from where the chain is.
fn break_before(earlier: &[(u64, Link)], before: Walk, previous: Option<PreviousSession>) -> Mark {
    // The author announced this one in place of the session that stands here: it was told that the relay
    // had refused that.
    if before.announced == Announced::After(previous) {
        return Mark::MoreThanAuthor;
    }
    let Some(previous) = previous else {
        return Mark::OutOfOrder;
    };
    if previous.session == before.session {
        return match previous.next_index.checked_sub(before.next) {
            Some(missing) => Mark::Missing {
                count: Some(missing),
            },
            None => Mark::MoreThanAuthor,
        };
    }
    if stands(earlier, |other| other.session() == previous.session) {
        Mark::OutOfOrder
    } else {
        Mark::Missing { count: None }
    }
}

fn again(earlier: &[(u64, Link)], link: Link) -> Mark {
    if stands(earlier, |other| *other == link) {
        Mark::Repeated
    } else {
        Mark::OutOfOrder
    }
}

fn announces(link: &Link, session: SessionId) -> bool {
    matches!(link, Link::Announcement { session: of, .. } if *of == session)
}

fn stands(earlier: &[(u64, Link)], is_it: impl Fn(&Link) -> bool) -> bool {
    let mut near = earlier.iter().rev().take(LOOK_BACK);
    near.any(|(_, link)| is_it(link))
}
