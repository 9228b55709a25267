//! A device drops the chains of its member's other devices once its own holds what is in them, and nothing else.

use parley_protocol::entry::{Action, VaultChain};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::Response;
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::Hash;
use parley_protocol::limits::{MAX_SEGMENTS_BYTES, MAX_VAULT_CHAINS_PER_NOTE};
use parley_relay::ConnectionId;

use crate::support::chain::{Chain, append, compact};
use crate::support::fresh;
use crate::support::person::Person;
use crate::support::town::Town;

const FOLLOWS: Result<Response, ErrorCode> = Ok(Response::VaultAppended { follows: true });

/// The owner with two devices, each connected; the other one wrote three segments.
struct Scene {
    town: Town,
    ada: Person,
    other: Person,
    owner: ConnectionId,
    others: ConnectionId,
    /// How far the other's chain went at each of its segments.
    ends: Vec<VaultChain>,
    chain: Chain,
}

impl Scene {
    fn new() -> Self {
        let mut town = Town::new();
        let ada = Town::owner_of(&town);
        let other = town.add_device(&ada);
        let (owner, others) = (town.connect_owner(), town.connect(&other));
        let mut chain = Chain::of(&other);
        let mut ends = Vec::new();
        for sealed in ["one", "two", "three"] {
            assert_eq!(town.ask(others, append(chain.next(sealed))), FOLLOWS);
            ends.push(chain.end());
        }
        Self {
            town,
            ada,
            other,
            owner,
            others,
            ends,
            chain,
        }
    }

    fn compact(&mut self, chains: &[VaultChain]) -> Result<Response, ErrorCode> {
        self.town.ask(self.owner, compact(chains))
    }

    fn stored(&self) -> Vec<(DeviceId, u64)> {
        let page = self.town.vault(&self.ada, None).unwrap();
        assert_eq!(page.total, page.segments.len() as u64);
        let segments = page.segments.iter();
        segments
            .map(|stored| (stored.device, stored.segment.counter))
            .collect()
    }
}

#[test]
fn what_another_device_holds_by_now_is_dropped() {
    let mut scene = Scene::new();
    let mut own = Chain::of(&scene.ada);
    let merged = own.next("one and two");
    assert_eq!(scene.town.ask(scene.owner, append(merged)), FOLLOWS);
    let two = scene.ends[1];
    assert_eq!(scene.compact(&[two]), Ok(Response::Done));
    let (ada, other) = (scene.ada.device, scene.other.device);
    assert_eq!(scene.stored(), [(ada, 1), (other, 3)]);
    let page = scene.town.vault(&scene.ada, None).unwrap();
    assert_eq!(page.segments[0].number, 4, "numbers stay");

    // Again, and of what was dropped long ago, it is done already.
    scene.town.restart();
    scene.owner = scene.town.connect_owner();
    scene.others = scene.town.connect(&scene.other);
    for end in [two, scene.ends[0]] {
        assert_eq!(scene.compact(&[end]), Ok(Response::Done));
    }
    assert_eq!(scene.stored(), [(ada, 1), (other, 3)]);

    // A chain that was dropped to its end goes on.
    let three = scene.ends[2];
    assert_eq!(scene.compact(&[three]), Ok(Response::Done));
    assert_eq!(scene.stored(), [(ada, 1)]);
    let mut before = scene.chain.clone();
    let next = scene.chain.next("four");
    assert_eq!(scene.town.ask(scene.others, append(next)), FOLLOWS);
    let other_next = scene.town.ask(scene.others, append(before.next("other")));
    assert_eq!(other_next, Err(ErrorCode::VaultConflict { last: 4 }));
    assert_eq!(scene.stored(), [(other, 4), (ada, 1)]);
}

#[test]
fn the_newest_segment_is_known_after_it_was_dropped() {
    let mut scene = Scene::new();
    let mut chain = scene.chain.clone();
    let four = chain.next("four");
    assert_eq!(scene.town.ask(scene.others, append(four.clone())), FOLLOWS);
    assert_eq!(scene.compact(&[chain.end()]), Ok(Response::Done));
    assert!(scene.stored().is_empty());
    let again = scene.town.ask(scene.others, append(four));
    assert_eq!(again, FOLLOWS, "its answer may have been lost");
    assert!(scene.stored().is_empty());
    // An older one that was dropped cannot be told from another.
    let old = Chain::of(&scene.other).next("one");
    let answer = scene.town.ask(scene.others, append(old));
    assert_eq!(answer, Err(ErrorCode::VaultConflict { last: 4 }));
}

#[test]
fn only_whoever_read_a_chain_drops_it() {
    let mut scene = Scene::new();
    let three = scene.ends[2];
    let of_another_number = |counter| VaultChain { counter, ..three };
    let hash = Hash::from_bytes(fresh());
    for wrong in [
        VaultChain { hash, ..three },
        of_another_number(0),
        of_another_number(2),
        of_another_number(4),
        of_another_number(u64::MAX),
    ] {
        let refused = Err(ErrorCode::VaultConflict { last: 3 });
        assert_eq!(scene.compact(&[wrong]), refused, "{wrong:?}");
        // All of them or none.
        assert_eq!(scene.compact(&[scene.ends[0], wrong]), refused, "{wrong:?}");
        assert_eq!(scene.stored().len(), 3);
    }
}

#[test]
fn nobody_drops_their_own_chain_or_somebody_elses() {
    let mut scene = Scene::new();
    let ben = scene.town.join("Ben");
    let bens = scene.town.connect(&ben);
    let mut chain = Chain::of(&ben);
    assert_eq!(scene.town.ask(bens, append(chain.next("Ben's"))), FOLLOWS);
    let refused = Err(ErrorCode::NotPermitted);
    assert_eq!(scene.compact(&[chain.end()]), refused);
    let three = scene.ends[2];
    assert_eq!(scene.town.ask(bens, compact(&[three])), refused);
    assert_eq!(scene.town.ask(scene.others, compact(&[three])), refused);
    let unknown = VaultChain {
        device: DeviceId::from_bytes(fresh()),
        ..three
    };
    assert_eq!(scene.compact(&[unknown]), Err(ErrorCode::UnknownDevice));
    let many = vec![three; MAX_VAULT_CHAINS_PER_NOTE + 1];
    assert_eq!(scene.compact(&many), Err(ErrorCode::TooLarge));
    let silent = Chain::of(&scene.ada).end();
    let answer = scene.town.ask(scene.others, compact(&[silent]));
    assert_eq!(answer, Err(ErrorCode::VaultConflict { last: 0 }));
    assert_eq!(scene.stored().len(), 3);
    assert_eq!(scene.town.vault(&ben, None).unwrap().total, 1);
}

#[test]
fn a_revoked_devices_chain_is_dropped_like_any_other() {
    let mut scene = Scene::new();
    let device = scene.other.device;
    scene
        .town
        .append(scene.owner, Action::DeviceRevoked { device });
    let three = scene.ends[2];
    assert_eq!(scene.compact(&[three]), Ok(Response::Done));
    assert!(scene.stored().is_empty());
}

#[test]
fn what_was_dropped_makes_room() {
    let mut scene = Scene::new();
    scene
        .town
        .edit(&format!("UPDATE vault SET bytes = {MAX_SEGMENTS_BYTES}"));
    scene.owner = scene.town.connect_owner();
    let mut chain = Chain::of(&scene.ada);
    let next = append(chain.next("one"));
    let answer = scene.town.ask(scene.owner, next.clone());
    assert_eq!(answer, Err(ErrorCode::Full));
    let three = scene.ends[2];
    assert_eq!(scene.compact(&[three]), Ok(Response::Done));
    assert_eq!(scene.town.ask(scene.owner, next), FOLLOWS);
}
