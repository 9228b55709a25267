//! Single breaks, and what each is called.

use super::*;

const ADA: DeviceId = DeviceId::from_bytes([1; 16]);
const A: SessionId = SessionId::from_bytes([10; 32]);
const B: SessionId = SessionId::from_bytes([11; 32]);
const C: SessionId = SessionId::from_bytes([12; 32]);

fn announce(session: SessionId, previous: Option<(SessionId, u32)>) -> Link {
    Link::Announcement {
        session,
        first_index: 0,
        previous: previous.map(|(session, next_index)| PreviousSession {
            session,
            next_index,
        }),
    }
}

fn say(session: SessionId, index: u32) -> Link {
    Link::Message { session, index }
}

/// The marks of what stands at 1, 2, 3, … of a channel known from its beginning.
fn marks(links: &[Link]) -> Vec<(u64, Mark)> {
    marks_after(0, links)
}

/// The same of what stands after a place. One by one as it comes, and put in all at once, they are the same.
fn marks_after(after: u64, links: &[Link]) -> Vec<(u64, Mark)> {
    let position = after + links.len() as u64;
    let mut live = Chains::default();
    let mut whole = Chains::default();
    for (seq, link) in (after + 1..).zip(links) {
        live.put(seq, ADA, *link);
        live.reconcile(Stretch {
            after,
            position: seq,
        });
    }
    for (seq, link) in (after + 1..).zip(links) {
        whole.put(seq, ADA, *link);
    }
    whole.reconcile(Stretch { after, position });
    let found = |chains: &Chains| chains.marks().map(|(seq, _, mark)| (seq, mark)).collect();
    let found: (Vec<_>, Vec<_>) = (found(&live), found(&whole));
    assert_eq!(found.0, found.1);
    found.0
}

fn missing(count: u32) -> Mark {
    Mark::Missing { count: Some(count) }
}

const UNKNOWN: Mark = Mark::Missing { count: None };

#[test]
fn a_whole_chain_has_no_marks() {
    let links = [
        announce(A, None),
        say(A, 0),
        say(A, 1),
        announce(B, Some((A, 2))),
        announce(C, Some((B, 0))),
        say(C, 0),
    ];
    assert_eq!(marks(&links), []);
    assert_eq!(marks_after(7, &links[2..]), []);
}

#[test]
fn messages_left_out_are_counted() {
    assert_eq!(marks(&[announce(A, None), say(A, 2)]), [(2, missing(2))]);
    let at_the_end = [
        announce(A, None),
        say(A, 0),
        announce(B, Some((A, 4))),
        say(B, 0),
    ];
    assert_eq!(marks(&at_the_end), [(3, missing(3))]);
}

#[test]
fn a_session_left_out_is_missing() {
    let links = [announce(A, None), say(A, 0), announce(C, Some((B, 7)))];
    assert_eq!(marks(&links), [(3, UNKNOWN)]);
    assert_eq!(marks(&[announce(B, Some((A, 3)))]), [(1, UNKNOWN)]);
}

#[test]
fn an_announcement_moved_in_front_of_what_is_known_is_missed() {
    let mut chains = Chains::default();
    chains.put(6, ADA, announce(A, None));
    chains.put(7, ADA, say(A, 0));
    chains.claim(ADA, B, 3);
    chains.put(8, ADA, say(B, 2));
    chains.reconcile(Stretch {
        after: 5,
        position: 8,
    });
    let found: Vec<_> = chains.marks().collect();
    assert_eq!(found, [(8, ADA, UNKNOWN)]);
}

#[test]
fn an_announcement_must_stand_where_the_relay_said() {
    let mut chains = Chains::default();
    chains.claim(ADA, A, 3);
    chains.put(6, ADA, say(A, 2));
    let known = |after| Stretch { after, position: 6 };
    chains.reconcile(known(5));
    assert_eq!(chains.marks().count(), 0, "it may be so");
    chains.grew_back(2, 5);
    chains.reconcile(known(2));
    let found: Vec<_> = chains.marks().collect();
    assert_eq!(found, [(3, ADA, Mark::OutOfOrder)]);
    chains.put(3, ADA, announce(A, None));
    chains.put(4, ADA, say(A, 0));
    chains.put(5, ADA, say(A, 1));
    chains.reconcile(known(2));
    assert_eq!(chains.marks().count(), 0, "now it does");
}

#[test]
fn what_comes_again_is_repeated() {
    let links = [announce(A, None), say(A, 0), say(A, 0), say(A, 1)];
    assert_eq!(marks(&links), [(3, Mark::Repeated)]);
    let links = [announce(A, None), announce(A, None), say(A, 0)];
    assert_eq!(marks(&links), [(2, Mark::Repeated)]);
}

#[test]
fn what_changed_places_is_out_of_order() {
    let links = [announce(A, None), say(A, 1), say(A, 0), say(A, 2)];
    assert_eq!(marks(&links), [(2, missing(1)), (3, Mark::OutOfOrder)]);
    let links = [
        announce(A, None),
        announce(B, Some((A, 1))),
        say(A, 0),
        say(B, 0),
    ];
    assert_eq!(marks(&links), [(2, missing(1)), (3, Mark::OutOfOrder)]);
}

#[test]
fn what_the_author_believes_refused_is_told() {
    let a_message = [
        announce(A, None),
        say(A, 0),
        say(A, 1),
        announce(B, Some((A, 1))),
        say(B, 0),
    ];
    assert_eq!(marks(&a_message), [(4, Mark::MoreThanAuthor)]);
    let a_session = [
        announce(A, None),
        announce(B, Some((A, 0))),
        announce(C, Some((A, 0))),
        say(C, 0),
    ];
    assert_eq!(marks(&a_session), [(3, Mark::MoreThanAuthor)]);
    let the_first = [announce(A, None), announce(B, None)];
    assert_eq!(marks(&the_first), [(2, Mark::MoreThanAuthor)]);
}

#[test]
fn a_session_that_nobody_announced_is_no_part_of_the_chain() {
    let links = [announce(A, None), say(A, 0), say(C, 5), say(A, 1)];
    assert_eq!(marks(&links), []);
}

#[test]
fn what_the_relay_takes_back_is_not_expected() {
    let mut chains = Chains::default();
    for (seq, link) in [(1, announce(A, None)), (2, say(A, 0)), (3, say(A, 1))] {
        chains.put(seq, ADA, link);
    }
    chains.forget_after(2);
    chains.reconcile(Stretch {
        after: 0,
        position: 2,
    });
    chains.put(3, ADA, say(A, 1));
    assert_eq!(chains.marks().count(), 0);
    chains.forget_after(2);
    chains.reconcile(Stretch {
        after: 0,
        position: 2,
    });
    chains.put(3, ADA, say(A, 2));
    let found: Vec<_> = chains.marks().collect();
    assert_eq!(found, [(3, ADA, missing(1))]);
}
