//! How much room members' files take: of each and of all, whoever uploaded what.

use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Request, Response};
use parley_protocol::keys::Hash;
use parley_relay::config::FileTerms;
use parley_relay::local::LocalOptions;

use crate::support::files::naming;
use crate::support::person::Person;
use crate::support::town::Town;

/// What a blob counts for beside its bytes.
const OVERHEAD: u64 = 16 * 1024;

fn town(files: FileTerms) -> Town {
    Town::with(LocalOptions {
        files,
        ..LocalOptions::default()
    })
}

fn upload(town: &mut Town, person: &Person, bytes: &[u8]) -> Result<Hash, ErrorCode> {
    let token = town.token(person).to_owned();
    let uploaded = town.relay.upload(&token, bytes, town.now);
    uploaded.map_err(|error| error.code)
}

#[test]
fn a_member_in_a_loop_fills_their_own_quota_only() {
    let mut town = town(FileTerms {
        per_member: 100 * (OVERHEAD + 2),
        ..FileTerms::default()
    });
    let (ben, eve) = (town.join("Ben"), town.join("Eve"));
    let mut stored = 0_u64;
    let refusal = (0..10_000_u16)
        .find_map(|number| {
            let done = upload(&mut town, &ben, &number.to_be_bytes());
            stored += u64::from(done.is_ok());
            done.err()
        })
        .unwrap();
    assert_eq!(stored, 100);
    let used = 100 * (OVERHEAD + 2);
    assert_eq!(refusal, ErrorCode::BlobQuota { used, quota: used });
    assert_eq!(town.files_of_blobs(), 100, "what was refused left nothing");
    assert!(upload(&mut town, &eve, b"mine").is_ok());
    // What is there already costs nothing more.
    assert!(upload(&mut town, &ben, &0_u16.to_be_bytes()).is_ok());
}

#[test]
fn all_together_have_a_bound() {
    let mut town = town(FileTerms {
        in_all: 3 * (OVERHEAD + 3),
        ..FileTerms::default()
    });
    let (ben, eve) = (town.join("Ben"), town.join("Eve"));
    for (person, bytes) in [(&ben, b"one"), (&eve, b"two"), (&ben, b"six")] {
        upload(&mut town, person, bytes).unwrap();
    }
    assert_eq!(upload(&mut town, &eve, b"ten"), Err(ErrorCode::DiskFull));
    assert_eq!(town.files_of_blobs(), 3);
    assert!(
        upload(&mut town, &eve, b"one").is_ok(),
        "it is there already"
    );
    town.wait(25 * 60 * 60 * 1_000);
    town.come_back(&eve);
    assert!(upload(&mut town, &eve, b"ten").is_ok());
}

/// Otherwise one member uploads, another names it, and the first one has room again.
#[test]
fn what_is_forwarded_counts_for_whoever_forwards_it() {
    let mut town = town(FileTerms {
        per_member: 2 * (OVERHEAD + 3),
        ..FileTerms::default()
    });
    let ben = town.join("Ben");
    let owner = town.owner.clone();
    let connection = town.connect_owner();
    let owners = town.announce(connection, &owner);
    let blobs = [b"one", b"two"].map(|bytes| upload(&mut town, &owner, bytes).unwrap());
    let channel = town.text;
    let message = naming(owners, &blobs);
    let request = Request::Post { channel, message };
    assert!(town.ask(connection, request).is_ok());

    let bens = town.connect(&ben);
    let session = town.announce(bens, &ben);
    upload(&mut town, &ben, b"six").unwrap();
    let mut forward = |blobs: &[Hash]| {
        let message = naming(session, blobs);
        town.ask(bens, Request::Post { channel, message })
    };
    let refusal = forward(&blobs);
    assert!(
        matches!(refusal, Err(ErrorCode::BlobQuota { .. })),
        "{refusal:?}"
    );
    assert!(matches!(forward(&blobs[..1]), Ok(Response::Posted { .. })));
    assert!(matches!(forward(&blobs[..1]), Ok(Response::Posted { .. })));
    assert!(forward(&blobs[1..]).is_err());
}

#[test]
fn one_message_has_a_bound() {
    let mut town = town(FileTerms {
        max_file_bytes: 10,
        ..FileTerms::default()
    });
    let owner = town.owner.clone();
    let connection = town.connect_owner();
    let session = town.announce(connection, &owner);
    // Five bytes of a file and a tag each.
    let blobs = [1, 2, 3].map(|byte| upload(&mut town, &owner, &[byte; 21]).unwrap());
    let channel = town.text;
    let mut post = |blobs: &[Hash]| {
        let message = naming(session, blobs);
        town.ask(connection, Request::Post { channel, message })
    };
    assert_eq!(post(&blobs), Err(ErrorCode::TooLarge));
    assert!(post(&blobs[..2]).is_ok());
}

#[test]
fn names_in_a_loop_are_bounded_in_time() {
    let mut town = Town::with(LocalOptions {
        quota_factor: 1,
        ..LocalOptions::default()
    });
    let owner = town.owner.clone();
    let connection = town.connect_owner();
    let session = town.announce(connection, &owner);
    let blob = upload(&mut town, &owner, b"again and again").unwrap();
    let channel = town.text;
    let posted = (0..100)
        .take_while(|_| {
            let message = naming(session, &vec![blob; 530]);
            let answer = town.ask(connection, Request::Post { channel, message });
            answer.is_ok()
        })
        .count();
    assert_eq!(posted, 11, "6,000 names");
}
