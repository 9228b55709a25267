//! A vault as an honest relay serves it, and as others might.

use parley_protocol::ids::ChannelId;
use parley_protocol::keys::{Curve25519PublicKey, Hash, SessionId};

use super::*;
use crate::device::DeviceKeys;
use crate::megolm::{HandedKey, SessionRef};
use crate::rng::Rng;
use crate::vault::KeptKey;

const COMMUNITY: CommunityId = CommunityId::from_bytes([1; 32]);

/// A member's devices and their vault.
struct World {
    rng: Rng,
    secret: VaultSecret,
    writers: Vec<(DeviceKeys, ChainEnd)>,
    /// As the relay got them.
    stored: Vec<StoredSegment>,
}

impl World {
    fn new(devices: usize) -> Self {
        let mut rng = Rng::from_seed([u8::try_from(devices).unwrap(); 32]);
        let secret = VaultSecret::generate(&mut rng);
        let writers = (0..devices).map(|_| (DeviceKeys::generate(&mut rng), ChainEnd::EMPTY));
        let writers = writers.collect();
        Self {
            rng,
            secret,
            writers,
            stored: Vec::new(),
        }
    }

    fn device(&self, writer: usize) -> DeviceId {
        self.writers[writer].0.id()
    }

    fn append(&mut self, writer: usize, contents: &SegmentContents) {
        let key = self.secret.public_key();
        self.append_to(writer, &key, contents);
    }

    fn append_to(&mut self, writer: usize, key: &Curve25519PublicKey, contents: &SegmentContents) {
        let (keys, end) = &mut self.writers[writer];
        let device = keys.id();
        let of = ChainOf {
            community: COMMUNITY,
            device,
        };
        let made = of.make(*end, key, contents, |it| keys.sign(it), &mut self.rng);
        let (segment, next) = made.unwrap();
        *end = next;
        self.stored.push(StoredSegment {
            number: self.stored.len() as u64 + 1,
            device,
            segment,
        });
    }

    fn end(&self, writer: usize) -> VaultChain {
        let (keys, end) = &self.writers[writer];
        VaultChain {
            device: keys.id(),
            counter: end.counter,
            hash: end.hash,
        }
    }

    fn restore(&self, expected: &[VaultChain]) -> Restore {
        let walks = self.writers.iter().map(|(keys, _)| {
            let of_device = expected.iter().filter(|it| it.device == keys.id());
            let walk = Walk {
                key: keys.ed25519(),
                newest: None,
                next: None,
                expected: of_device.map(end_of).collect(),
                covered: None,
                noted: 0,
                is_revoked: false,
            };
            (keys.id(), walk)
        });
        Restore {
            community: COMMUNITY,
            secret: self.secret.clone(),
            walk_by_device: sorted::map(walks),
            problems: Vec::new(),
            keys: 0,
        }
    }

    /// Reads what the relay serves, newest first.
    fn read(&self, expected: &[VaultChain]) -> (Vec<String>, Vec<VaultProblem>) {
        let mut restore = self.restore(expected);
        let mut found = Vec::new();
        for stored in self.stored.iter().rev() {
            found.extend(
                restore
                    .take(stored)
                    .data
                    .into_iter()
                    .map(|it| it.value.value),
            );
        }
        (found, restore.finish())
    }
}

fn data(value: &str) -> SegmentContents {
    SegmentContents {
        data: vec![NamedValue {
            name: "note".to_owned(),
            value: value.to_owned(),
            at: 1,
            by: DeviceId::from_bytes([1; 16]),
        }],
        ..SegmentContents::default()
    }
}

fn written() -> World {
    let mut world = World::new(2);
    for (writer, text) in [(0, "a"), (1, "b"), (0, "c"), (1, "d"), (0, "e")] {
        world.append(writer, &data(text));
    }
    world
}

#[test]
fn an_honest_vault_is_read_newest_first_and_whole() {
    let world = written();
    let (found, problems) = world.read(&[world.end(0), world.end(1)]);
    assert_eq!(found, ["e", "d", "c", "b", "a"]);
    assert_eq!(problems, []);
}

#[test]
fn keys_go_to_the_archive_one_record_for_each_segment() {
    let session = SessionRef {
        channel: ChannelId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([2; 16]),
        session: SessionId::from_bytes([7; 32]),
    };
    let mut world = World::new(1);
    for key in ["early", "late"] {
        let handed = HandedKey {
            key: key.to_owned(),
            believed: true,
        };
        let contents = SegmentContents {
            keys: vec![KeptKey { session, handed }],
            ..SegmentContents::default()
        };
        world.append(0, &contents);
    }
    let mut restore = world.restore(&[]);
    let mut keys = Vec::new();
    for stored in world.stored.iter().rev() {
        for change in restore.take(stored).changes {
            let Change::Put(record) = change else {
                panic!("nothing is deleted");
            };
            assert_eq!(record.table, Table::Archive);
            keys.push(record.key);
        }
    }
    assert_eq!(restore.keys(), 2);
    assert_ne!(keys[0], keys[1]);
    let prefix = format!("{}/", session.to_key());
    assert!(keys.iter().all(|key| key.starts_with(&prefix)), "{keys:?}");
}

#[test]
fn a_shorter_vault_is_noticed_by_what_the_log_or_a_device_says() {
    let mut world = written();
    let expected = [world.end(0), world.end(1)];
    world.stored.pop();
    let (_, problems) = world.read(&expected);
    let short = VaultProblem::Short {
        device: world.device(0),
        counter: 3,
        served: 2,
    };
    assert_eq!(problems, [short]);
    world.stored.clear();
    let (_, problems) = world.read(&expected);
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn what_a_device_says_while_the_vault_is_read_counts() {
    let mut world = written();
    let told = world.end(0);
    world.stored.pop();
    let mut restore = world.restore(&[]);
    for stored in world.stored.iter().rev() {
        restore.take(stored);
    }
    restore.hear(&[told]);
    let problems = restore.finish();
    assert!(
        matches!(problems[..], [VaultProblem::Short { .. }]),
        "{problems:?}"
    );
}

#[test]
fn a_missing_segment_is_a_gap_and_the_rest_is_used() {
    for (missing, writer, counter) in [(0, 0, 1), (1, 1, 1), (2, 0, 2)] {
        let mut world = written();
        world.stored.remove(missing);
        let (found, problems) = world.read(&[]);
        assert_eq!(found.len(), 4);
        let device = world.device(writer);
        assert_eq!(problems, [VaultProblem::Gap { device, counter }]);
    }
}

#[test]
fn an_old_vault_with_a_new_one_mixed_in_is_noticed() {
    let mut world = written();
    // The relay serves an old segment again in place of a newer one of the same chain.
    world.stored[4] = world.stored[2].clone();
    let (found, problems) = world.read(&[world.end(0)]);
    assert_eq!(found, ["c", "d", "b", "a"]);
    let device = world.device(0);
    let short = VaultProblem::Short {
        device,
        counter: 3,
        served: 2,
    };
    assert_eq!(
        problems,
        [VaultProblem::Foreign { device, counter: 2 }, short]
    );
}

#[test]
fn what_no_device_of_the_member_wrote_is_refused_and_named() {
    let mut world = written();
    let mut stranger = World::new(1);
    let key = world.secret.public_key();
    stranger.append_to(0, &key, &data("forged"));
    let mut forged = stranger.stored[0].clone();
    let unknown = forged.device;
    world.stored.insert(0, forged.clone());
    forged.device = world.device(1);
    forged.segment.counter = 9;
    world.stored.push(forged);
    let (found, problems) = world.read(&[]);
    assert_eq!(found, ["e", "d", "c", "b", "a"]);
    let named = [(world.device(1), 9), (unknown, 1)]
        .map(|(device, counter)| VaultProblem::Foreign { device, counter });
    assert_eq!(problems, named);
}

#[test]
fn a_changed_segment_is_refused() {
    for part in 0..4 {
        let mut world = written();
        let other = world.stored[0].segment.signature;
        let segment = &mut world.stored[2].segment;
        match part {
            0 => segment.sealed.insert(40, 'A'),
            1 => segment.previous = Hash::from_bytes([3; 32]),
            2 => segment.counter = 7,
            _ => segment.signature = other,
        }
        let (found, problems) = world.read(&[]);
        assert_eq!(found, ["e", "d", "b", "a"], "part {part}");
        let named = matches!(problems[0], VaultProblem::Foreign { .. });
        assert!(named, "{problems:?}");
    }
}

#[test]
fn a_chain_that_the_log_does_not_know_is_another() {
    let world = written();
    let mut noted = world.end(1);
    noted.hash = Hash::from_bytes([4; 32]);
    let (_, problems) = world.read(&[noted]);
    let device = world.device(1);
    assert_eq!(problems, [VaultProblem::Other { device, counter: 2 }]);
}

#[test]
fn a_chain_that_another_took_over_may_be_gone() {
    let mut world = written();
    let contents = SegmentContents {
        covers: vec![world.end(1)],
        ..data("b and d")
    };
    world.append(0, &contents);
    let expected = [world.end(0), world.end(1)];
    let device = world.device(1);
    world.stored.retain(|stored| stored.device != device);
    let (found, problems) = world.read(&expected);
    assert_eq!(found, ["b and d", "e", "c", "a"]);
    assert_eq!(problems, []);

    // Without the segment that says so, the relay owes an answer.
    world.stored.pop();
    let (_, problems) = world.read(&expected);
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn a_takeover_of_another_chain_than_the_noted_one_is_noticed() {
    let mut world = written();
    let noted = world.end(1);
    let mut other = noted;
    other.hash = Hash::from_bytes([5; 32]);
    let contents = SegmentContents {
        covers: vec![other],
        ..data("wrong")
    };
    world.append(0, &contents);
    let device = world.device(1);
    world.stored.retain(|stored| stored.device != device);
    let (_, problems) = world.read(&[noted]);
    assert_eq!(problems, [VaultProblem::Other { device, counter: 2 }]);
}

#[test]
fn a_device_that_was_set_back_says_so_and_its_chain_is_whole() {
    for restarts in [true, false] {
        let mut world = World::new(1);
        world.append(0, &data("a"));
        world.append(0, &data("b"));
        world.writers[0].1.hash = Hash::from_bytes([6; 32]);
        let contents = SegmentContents {
            restarts,
            ..data("c")
        };
        world.append(0, &contents);
        let (found, problems) = world.read(&[]);
        let whole = found == ["c", "b", "a"] && problems.is_empty();
        assert_eq!(whole, restarts, "{found:?} {problems:?}");
    }
}

#[test]
fn what_is_sealed_for_another_vault_is_named() {
    let mut world = World::new(1);
    let other = VaultSecret::generate(&mut Rng::from_seed([2; 32])).public_key();
    world.append_to(0, &other, &data("not for us"));
    let device = world.device(0);
    let (found, problems) = world.read(&[]);
    assert_eq!(found, [""; 0]);
    assert_eq!(problems, [VaultProblem::Foreign { device, counter: 1 }]);
}

#[test]
fn a_revoked_device_changes_no_data_after_its_end() {
    let world = written();
    let mut restore = world.restore(&[]);
    let device = world.device(0);
    let walk = restore.walk_by_device.get_mut(&device).unwrap();
    walk.noted = 2;
    walk.is_revoked = true;
    let mut found = Vec::new();
    for stored in world.stored.iter().rev() {
        found.extend(
            restore
                .take(stored)
                .data
                .into_iter()
                .map(|it| it.value.value),
        );
    }
    assert_eq!(found, ["d", "c", "b", "a"]);
}

#[test]
fn a_flood_of_foreign_segments_does_not_grow_the_list_for_ever() {
    let world = written();
    let mut restore = world.restore(&[]);
    let mut forged = world.stored[0].clone();
    for counter in 1..1_000 {
        forged.segment.counter = counter;
        restore.take(&forged);
    }
    assert!(restore.finish().len() <= 101);
}
