//! Any order in which chunks are sealed, sent and lost ends with all of them at the relay, in their order.

use parley_client::file::Chunks;
use parley_protocol::keys::Hash;
use proptest::prelude::*;

use super::{At, Job};

const CHUNK: u32 = 1024 * 1024;

fn hash(at: At) -> Hash {
    Hash::of(&[
        u8::try_from(at.file).unwrap(),
        u8::try_from(at.chunk).unwrap(),
    ])
}

fn cuts() -> [(String, Chunks); 2] {
    [
        ("a0".to_owned(), Chunks::new(3 * 1024 * 1024 + 5, CHUNK)),
        ("b1".to_owned(), Chunks::new(0, CHUNK)),
    ]
}

fn expected() -> Vec<Vec<Hash>> {
    let file = |file, chunks| (0..chunks).map(|chunk| hash(At { file, chunk })).collect();
    vec![file(0, 4), file(1, 1)]
}

#[test]
fn names_in_the_spool_are_read_as_they_were_written() {
    let job = Job::new(cuts());
    let at = At { file: 1, chunk: 12 };
    let name = job.full_name(at, hash(at));
    assert_eq!(job.read_name(&name), Some((at, hash(at))));
    for other in [
        "",
        "1",
        "1.2",
        "1.2.ab",
        &name[1..],
        &format!("{name}0"),
        &name.to_uppercase(),
    ] {
        assert_eq!(job.read_name(other), None, "{other}");
    }
}

#[test]
fn a_file_that_is_dropped_leaves_the_others_where_they_are() {
    let mut job = Job::new(cuts());
    let other = At { file: 1, chunk: 0 };
    let sealing = job.next_to_seal().unwrap();
    let name = job.full_name(other, hash(other));
    job.drop_file(0);
    // What was begun comes to nothing.
    job.sealed(sealing, hash(sealing));
    assert_eq!(job.next_to_send(), None);
    assert_eq!(job.next_to_seal(), Some(other));
    job.sealed(other, hash(other));
    assert_eq!(job.next_to_send(), Some((other, hash(other), false)));
    job.sent(other);
    assert_eq!(job.blobs(), Some(vec![vec![hash(other)]]));
    // A page that is loaded anew knows of the other alone.
    let [_, last] = cuts();
    let mut anew = Job::new([last]);
    anew.take_found(&name, 16);
    let first = At { file: 0, chunk: 0 };
    assert_eq!(anew.next_to_send(), Some((first, hash(other), true)));
}

#[test]
fn what_was_not_written_to_its_end_is_sealed_again() {
    let mut job = Job::new(cuts());
    let (whole, torn) = (At { file: 0, chunk: 0 }, At { file: 0, chunk: 1 });
    job.take_found(&job.full_name(whole, hash(whole)), u64::from(CHUNK) + 16);
    job.take_found(&job.full_name(torn, hash(torn)), 77);
    job.take_found("7.7.beans", 5);
    assert_eq!(job.next_to_send(), Some((whole, hash(whole), true)));
    assert_eq!(job.next_to_send(), None);
    assert_eq!(job.next_to_seal(), Some(torn));
    assert!(job.needs(0) && job.needs(1));
}

#[test]
fn one_chunk_is_sealed_at_a_time_and_none_twice() {
    let mut job = Job::new(cuts());
    let first = job.next_to_seal().unwrap();
    assert_eq!(job.next_to_seal(), None);
    job.sealed(first, hash(first));
    assert_ne!(job.next_to_seal(), Some(first));
    assert_eq!(job.next_to_send(), Some((first, hash(first), false)));
    assert_eq!(job.next_to_send(), None);
    assert_eq!(job.progress(0), (0, 3 * 1024 * 1024 + 5 + 4 * 16));
    job.sent(first);
    assert_eq!(job.progress(0).0, u64::from(CHUNK) + 16);
}

proptest! {
    #[test]
    fn it_always_comes_to_its_end(luck in proptest::collection::vec(0..4_u8, 0..200)) {
        let mut job = Job::new(cuts());
        let mut luck = luck.into_iter();
        let (mut sealing, mut sending) = (None, Vec::new());
        while job.blobs().is_none() {
            sealing = sealing.or_else(|| job.next_to_seal());
            if let Some((at, _, _)) = job.next_to_send() {
                sending.push(at);
            }
            match (luck.next(), sealing) {
                (Some(0), Some(at)) => {
                    job.not_sealed(at);
                    sealing = None;
                }
                (Some(1), _) => sending.drain(..).for_each(|at| job.not_sent(at)),
                (Some(2), _) => job.send_again(),
                (_, at) => {
                    if let Some(at) = at {
                        job.sealed(at, hash(at));
                    }
                    sealing = None;
                    sending.drain(..).for_each(|at| job.sent(at));
                }
            }
        }
        prop_assert_eq!(job.blobs(), Some(expected()));
        prop_assert_eq!(job.progress(1), (16, 16));
        prop_assert!(!job.needs(0) && job.next_to_seal().is_none() && job.next_to_send().is_none());
    }
}
