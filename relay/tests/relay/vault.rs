//! Each device appends to its own chain in its member's vault. The relay keeps the order in which segments came, and
//! nothing that it answered for is lost or exchanged.

use parley_protocol::entry::Action;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::Response;
use parley_protocol::keys::Hash;
use parley_protocol::limits::{MAX_SEGMENT_CHARS, MAX_SEGMENTS_BYTES, SEGMENT_OVERHEAD_BYTES};
use parley_protocol::vault::{Segment, StoredSegment};

use crate::support::chain::{Chain, append};
use crate::support::person::Person;
use crate::support::town::Town;

type Answer = Result<Response, ErrorCode>;

const FOLLOWS: Answer = Ok(Response::VaultAppended { follows: true });
const HAS_A_GAP: Answer = Ok(Response::VaultAppended { follows: false });

fn conflict(last: u64) -> Answer {
    Err(ErrorCode::VaultConflict { last })
}

/// All pages, newest first.
fn read(town: &Town, person: &Person) -> Vec<StoredSegment> {
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = town.vault(person, before).unwrap();
        all.extend(page.segments);
        assert!(all.len() as u64 <= page.total);
        let Some(next) = page.before else {
            assert_eq!(all.len() as u64, page.total);
            return all;
        };
        before = Some(next);
    }
}

fn contents(segments: &[StoredSegment]) -> Vec<&str> {
    let sealed = segments.iter().map(|stored| stored.segment.sealed.as_str());
    sealed.collect()
}

#[test]
fn a_vault_is_read_newest_first_in_the_order_of_arrival() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let other = town.add_device(&ben);
    let (first, second) = (town.connect(&ben), town.connect(&other));
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let (mut bens, mut others) = (Chain::of(&ben), Chain::of(&other));
    let one = bens.next("one");
    assert_eq!(town.ask(first, append(one.clone())), FOLLOWS);
    let secret = Chain::of(&ada).next("of somebody else");
    assert_eq!(town.ask(owner, append(secret)), FOLLOWS);
    assert_eq!(town.ask(second, append(others.next("two"))), FOLLOWS);
    assert_eq!(town.ask(first, append(bens.next("three"))), FOLLOWS);
    town.restart();

    let all = read(&town, &other);
    assert_eq!(contents(&all), ["three", "two", "one"]);
    let numbers: Vec<u64> = all.iter().map(|stored| stored.number).collect();
    assert_eq!(numbers, [3, 2, 1], "what others do shows nowhere");
    assert_eq!(all[1].device, other.device);
    assert_eq!(all[2].segment, one);
    assert_eq!(contents(&read(&town, &ada)), ["of somebody else"]);

    let first = town.connect(&ben);
    assert_eq!(town.ask(first, append(bens.next("four"))), FOLLOWS);
    assert_eq!(read(&town, &ben)[0].number, 4);
}

#[test]
fn a_large_vault_comes_in_pages() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let mut chain = Chain::of(&ada);
    assert_eq!(town.vault(&ada, None).unwrap().total, 0);
    for number in 0..9 {
        let size = if number % 2 == 0 {
            MAX_SEGMENT_CHARS
        } else {
            10
        };
        let segment = chain.next(&"A".repeat(size));
        assert_eq!(town.ask(owner, append(segment)), FOLLOWS);
    }
    let page = town.vault(&ada, None).unwrap();
    assert_eq!(
        (page.segments.len(), page.before, page.total),
        (6, Some(4), 9)
    );
    let counters: Vec<u64> = read(&town, &ada)
        .iter()
        .map(|stored| stored.segment.counter)
        .collect();
    assert_eq!(counters, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert!(town.vault(&ada, Some(1)).unwrap().segments.is_empty());
    assert!(town.vault(&ada, Some(0)).unwrap().segments.is_empty());
}

#[test]
fn the_same_segment_again_changes_nothing() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let mut chain = Chain::of(&ada);
    let segments = [
        chain.next("one"),
        chain.next("two"),
        chain.numbered(7, "seven"),
    ];
    let answers = [FOLLOWS, FOLLOWS, HAS_A_GAP];
    for (segment, answer) in segments.iter().zip(&answers) {
        assert_eq!(town.ask(owner, append(segment.clone())), *answer);
    }
    town.restart();
    let owner = town.connect_owner();
    for (segment, answer) in segments.iter().zip(&answers) {
        assert_eq!(town.ask(owner, append(segment.clone())), *answer);
    }
    assert_eq!(contents(&read(&town, &ada)), ["seven", "two", "one"]);
}

#[test]
fn another_segment_of_a_used_number_is_refused() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let mut chain = Chain::of(&ada);
    for sealed in ["one", "two"] {
        town.ask(owner, append(chain.next(sealed))).unwrap();
    }
    let last = town.ask(owner, append(chain.numbered(9, "nine")));
    assert_eq!(last, HAS_A_GAP);
    for counter in [1, 2, 3, 8, 9] {
        let answer = town.ask(owner, append(Chain::of(&ada).numbered(counter, "other")));
        assert_eq!(answer, conflict(9), "{counter}");
    }
    assert_eq!(read(&town, &ada).len(), 3);
    assert_eq!(town.ask(owner, append(chain.next("ten"))), FOLLOWS);
}

#[test]
fn a_gap_is_taken_and_said() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let bens = town.connect(&ben);
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let mut chain = Chain::of(&ada);
    assert_eq!(town.ask(owner, append(chain.next("one"))), FOLLOWS);
    chain.next("lost");
    assert_eq!(town.ask(owner, append(chain.next("three"))), HAS_A_GAP);
    assert_eq!(town.ask(owner, append(chain.next("four"))), FOLLOWS);

    let mut starts_later = Chain::of(&ben);
    let second = starts_later.numbered(2, "the first one that came");
    assert_eq!(town.ask(bens, append(second)), HAS_A_GAP);
}

#[test]
fn the_first_segment_names_nothing_before_it() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let mut chain = Chain::of(&ada);
    chain.hash = Hash::from_bytes([1; 32]);
    assert_eq!(town.ask(owner, append(chain.next("one"))), HAS_A_GAP);
    assert_eq!(town.ask(owner, append(chain.next("two"))), FOLLOWS);
}

#[test]
fn what_is_no_segment_is_refused() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let ben = town.join("Ben");
    let mut ask = |segment: Segment| town.ask(owner, append(segment));
    let chain = || Chain::of(&ada);
    let large = "A".repeat(MAX_SEGMENT_CHARS + 1);
    assert_eq!(ask(chain().next(&large)), Err(ErrorCode::TooLarge));
    for sealed in ["\u{1}", "\"", "\\"] {
        assert_eq!(ask(chain().next(sealed)), Err(ErrorCode::Malformed));
    }
    for counter in [0, 1 << 63, u64::MAX] {
        let segment = chain().numbered(counter, "number");
        assert_eq!(ask(segment), Err(ErrorCode::Malformed));
    }
    let mut changed = chain().next("one");
    changed.sealed = "another".to_owned();
    assert_eq!(ask(changed), Err(ErrorCode::BadSignature));
    assert_eq!(
        ask(Chain::of(&ben).next("one")),
        Err(ErrorCode::BadSignature)
    );
    assert!(read(&town, &ada).is_empty());
    let most = Chain::of(&ada).numbered((1 << 63) - 1, "the last one ever");
    assert_eq!(town.ask(owner, append(most)), HAS_A_GAP);
}

#[test]
fn a_full_vault_takes_no_more_and_goes_on() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let ada = Town::owner_of(&town);
    let owner = town.connect_owner();
    let mut chain = Chain::of(&ada);
    assert_eq!(town.ask(owner, append(chain.next("one"))), FOLLOWS);
    let room = SEGMENT_OVERHEAD_BYTES + 10;
    let filled = MAX_SEGMENTS_BYTES - room;
    town.edit(&format!("UPDATE vault SET bytes = {filled}"));

    let (owner, bens) = (town.connect_owner(), town.connect(&ben));
    let before = chain.clone();
    let large = chain.next("eleven long");
    assert_eq!(town.ask(owner, append(large)), Err(ErrorCode::Full));
    assert_eq!(town.ask(bens, append(Chain::of(&ben).next("one"))), FOLLOWS);
    let mut chain = before;
    let fits = chain.next("ten lettrs");
    assert_eq!(town.ask(owner, append(fits.clone())), FOLLOWS);
    let empty = chain.next("");
    assert_eq!(town.ask(owner, append(empty)), Err(ErrorCode::Full));
    assert_eq!(town.ask(owner, append(fits)), FOLLOWS, "a repetition");
    assert_eq!(read(&town, &ada).len(), 2);
}

#[test]
fn a_full_disk_loses_nothing() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let mut chain = Chain::of(&ada);
    let large = "A".repeat(MAX_SEGMENT_CHARS);
    town.relay.fill_disk().unwrap();
    let refused = loop {
        let segment = chain.next(&large);
        match town.ask(owner, append(segment.clone())) {
            Ok(_) => assert!(chain.counter < 100, "the disk never fills"),
            Err(code) => {
                assert_eq!(code, ErrorCode::StorageFailed);
                break segment;
            }
        }
    };
    town.relay.free_disk().unwrap();
    assert_eq!(town.ask(owner, append(refused)), FOLLOWS);
    assert_eq!(read(&town, &ada).len() as u64, chain.counter);
}

#[test]
fn a_revoked_device_writes_nothing_more_and_what_it_wrote_stays() {
    let mut town = Town::new();
    let ada = Town::owner_of(&town);
    let lost = town.add_device(&ada);
    let (owner, losts) = (town.connect_owner(), town.connect(&lost));
    let mut chain = Chain::of(&lost);
    assert_eq!(town.ask(losts, append(chain.next("one"))), FOLLOWS);
    let device = lost.device;
    town.append(owner, Action::DeviceRevoked { device });
    town.all(losts);
    let request = parley_protocol::frame::ClientToRelay::Request {
        id: 1,
        request: append(chain.next("two")),
    };
    town.send(losts, &request);
    assert_eq!(town.receive(losts), None);
    let refused = town.vault(&lost, None).unwrap_err();
    assert_eq!(refused, ErrorCode::SessionEnded);
    assert_eq!(contents(&read(&town, &ada)), ["one"]);
    // Nor can another device go on with its chain.
    let foreign = town.ask(owner, append(chain.next("three")));
    assert_eq!(foreign, Err(ErrorCode::BadSignature));
}

#[test]
fn a_removed_members_vault_is_gone() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let bens = town.connect(&ben);
    let owner = town.connect_owner();
    assert_eq!(town.ask(bens, append(Chain::of(&ben).next("one"))), FOLLOWS);
    let ada = Town::owner_of(&town);
    assert_eq!(
        town.ask(owner, append(Chain::of(&ada).next("one"))),
        FOLLOWS
    );
    town.append(owner, Action::MemberRemoved { user: ben.user });
    assert!(town.vault(&ben, None).is_err());
    assert_eq!(town.rows("segment"), 1);
    assert_eq!(town.rows("vault_chain"), 1);
    assert_eq!(town.rows("vault"), 1);
    assert_eq!(read(&town, &ada).len(), 1);
}
