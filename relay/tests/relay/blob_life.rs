//! How long a blob lives: as long as an item or a share names it, and a day after its upload if nothing ever does.

use parley_protocol::entry::{Action, ChannelDetails};
use parley_protocol::error::ErrorCode;
use parley_protocol::files::ShareRequest;
use parley_protocol::frame::{Request, Response};
use parley_protocol::ids::{ShareId, UserId};
use parley_protocol::keys::{Hash, SessionId};
use parley_relay::ConnectionId;

use crate::support::files::naming;
use crate::support::fresh;
use crate::support::person::Person;
use crate::support::town::Town;

const HOUR: u64 = 60 * 60 * 1_000;
const DAY: u64 = 24 * HOUR;

/// A member with a session in the text channel.
struct Writer {
    person: Person,
    connection: ConnectionId,
    session: SessionId,
}

impl Writer {
    fn new(town: &mut Town, person: Person) -> Self {
        let connection = town.connect(&person);
        let session = town.announce(connection, &person);
        Self {
            person,
            connection,
            session,
        }
    }

    fn post(&self, town: &mut Town, blobs: &[Hash]) -> Result<u64, ErrorCode> {
        let request = Request::Post {
            channel: town.text,
            message: naming(self.session, blobs),
        };
        match town.ask(self.connection, request)? {
            Response::Posted { seq, .. } => Ok(seq),
            other => panic!("{other:?}"),
        }
    }

    fn redact(&self, town: &mut Town, seq: u64) {
        let page = town.page(self.connection);
        let item = page.items.iter().find(|item| item.seq == seq).unwrap();
        let parley_protocol::channel::ItemContent::Message(message) = &item.content else {
            panic!("{item:?}");
        };
        let about = (seq, message.clone());
        let by = (self.person.device, 0);
        let redaction = self.person.redaction(town.text, &about, by, town.head());
        let request = self.person.redact(&redaction);
        assert_eq!(town.ask(self.connection, request), Ok(Response::Done));
    }
}

/// The owner and a member, both writers.
fn two() -> (Town, Writer, Writer) {
    let mut town = Town::new();
    let owner = town.owner.clone();
    let ben = town.join("Ben");
    let owner = Writer::new(&mut town, owner);
    let ben = Writer::new(&mut town, ben);
    (town, owner, ben)
}

fn upload(town: &mut Town, person: &Person, bytes: &[u8]) -> Hash {
    let token = town.token(person).to_owned();
    town.relay.upload(&token, bytes, town.now).unwrap()
}

fn reads(town: &Town, person: &Person, hash: &Hash) -> bool {
    match town.relay.blob(town.token(person), hash, town.now) {
        Ok(bytes) => {
            assert_eq!(Hash::of(&bytes), *hash);
            true
        }
        Err(error) => {
            assert_eq!(error.code, ErrorCode::UnknownBlob { blob: *hash });
            false
        }
    }
}

fn used(town: &Town, person: &Person) -> u64 {
    let token = town.token(person);
    town.relay.blob_bytes(token, town.now).unwrap()
}

fn share(
    town: &mut Town,
    maker: &Person,
    id: ShareId,
    blobs: &[Hash],
    readers: &[UserId],
) -> Result<(), ErrorCode> {
    let request = ShareRequest {
        blobs: blobs.to_vec(),
        readers: readers.to_vec(),
    };
    let token = town.token(maker).to_owned();
    let shared = town.relay.share(&token, id, request, town.now);
    shared.map_err(|error| error.code)
}

#[test]
fn it_lives_until_the_message_is_deleted() {
    let (mut town, owner, ben) = two();
    let blob = upload(&mut town, &ben.person, b"a picture");
    assert!(reads(&town, &ben.person, &blob));
    assert!(!reads(&town, &owner.person, &blob), "nothing names it yet");
    let seq = ben.post(&mut town, &[blob]).unwrap();
    assert!(reads(&town, &owner.person, &blob));
    town.wait(30 * DAY);
    for person in [&owner.person, &ben.person] {
        town.come_back(person);
    }
    assert!(reads(&town, &owner.person, &blob));
    assert!(used(&town, &ben.person) > 0);

    let owner = Writer::new(&mut town, owner.person);
    let ben = Writer::new(&mut town, ben.person);
    ben.redact(&mut town, seq);
    assert!(!reads(&town, &owner.person, &blob));
    assert!(!reads(&town, &ben.person, &blob));
    assert_eq!(town.files_of_blobs(), 0);
    assert_eq!(used(&town, &ben.person), 0);
    for table in ["blob", "blob_holder", "blob_item", "blob_gone"] {
        assert_eq!(town.rows(table), 0, "{table}");
    }
}

#[test]
fn an_upload_that_nothing_names_waits_for_a_day() {
    let (mut town, _, ben) = two();
    let first = upload(&mut town, &ben.person, b"one");
    town.wait(DAY / 2);
    town.come_back(&ben.person);
    let second = upload(&mut town, &ben.person, b"two");
    town.wait(DAY / 2 - 1);
    town.come_back(&ben.person);
    assert!(reads(&town, &ben.person, &first));
    town.wait(1);
    assert!(!reads(&town, &ben.person, &first));
    assert!(reads(&town, &ben.person, &second));
    assert_eq!(town.files_of_blobs(), 1);
    // Whoever goes on sends it again, and may name it.
    assert_eq!(upload(&mut town, &ben.person, b"one"), first);
    town.wait(DAY);
    town.come_back(&ben.person);
    assert!(!reads(&town, &ben.person, &first) && !reads(&town, &ben.person, &second));
    assert_eq!((town.files_of_blobs(), used(&town, &ben.person)), (0, 0));
}

#[test]
fn a_restart_forgets_no_wait() {
    let (mut town, _, ben) = two();
    upload(&mut town, &ben.person, b"one");
    town.restart();
    town.wait(DAY + 1);
    assert_eq!((town.rows("blob"), town.files_of_blobs()), (0, 0));
}

#[test]
fn a_message_that_disappears_lets_its_files_go() {
    let (mut town, owner, ben) = two();
    let channel = town.text;
    let details = &town.community.channels().get(&channel).unwrap().details;
    let details = ChannelDetails {
        expires_after: Some(300),
        ..details.clone()
    };
    let change = Action::ChannelChanged {
        channel,
        details,
        opens_past: false,
    };
    town.append(owner.connection, change);
    let ben = Writer {
        session: town.announce(ben.connection, &ben.person),
        ..ben
    };
    let blob = upload(&mut town, &ben.person, b"for a while");
    ben.post(&mut town, &[blob]).unwrap();
    town.wait(299_999);
    assert!(reads(&town, &owner.person, &blob));
    town.wait(1);
    assert!(!reads(&town, &owner.person, &blob));
    assert_eq!((town.files_of_blobs(), used(&town, &ben.person)), (0, 0));
}

#[test]
fn forwarding_sends_nothing_again_and_outlives_the_first_message() {
    let (mut town, owner, ben) = two();
    let blob = upload(&mut town, &ben.person, b"worth telling");
    let first = ben.post(&mut town, &[blob]).unwrap();
    let second = owner.post(&mut town, &[blob]).unwrap();
    assert_eq!(used(&town, &owner.person), used(&town, &ben.person));
    ben.redact(&mut town, first);
    assert!(reads(&town, &ben.person, &blob));
    assert_eq!(used(&town, &ben.person), 0);
    owner.redact(&mut town, second);
    assert!(!reads(&town, &ben.person, &blob));
    assert_eq!(town.files_of_blobs(), 0);
}

#[test]
fn two_who_upload_the_same_hold_one_blob() {
    let (mut town, owner, ben) = two();
    let blob = upload(&mut town, &ben.person, b"the same");
    assert_eq!(upload(&mut town, &owner.person, b"the same"), blob);
    assert_eq!((town.rows("blob"), town.files_of_blobs()), (1, 1));
    let seq = ben.post(&mut town, &[blob]).unwrap();
    ben.redact(&mut town, seq);
    assert!(!reads(&town, &ben.person, &blob));
    assert!(reads(&town, &owner.person, &blob));
    let seq = owner.post(&mut town, &[blob]).unwrap();
    assert!(reads(&town, &ben.person, &blob));
    owner.redact(&mut town, seq);
    assert_eq!((town.rows("blob"), town.files_of_blobs()), (0, 0));
}

#[test]
fn a_list_is_served_as_it_was_sent() {
    let (mut town, owner, ben) = two();
    let one = upload(&mut town, &ben.person, b"one");
    let two = upload(&mut town, &ben.person, b"two");
    let list = [two, one, two];
    let seq = ben.post(&mut town, &list).unwrap();
    for () in [(), town.restart()] {
        let reader = town.connect(&owner.person);
        let page = town.page(reader);
        let item = page.items.iter().find(|item| item.seq == seq).unwrap();
        let parley_protocol::channel::ItemContent::Message(message) = &item.content else {
            panic!("{item:?}");
        };
        assert_eq!(message.blobs, list);
    }
    assert_eq!(town.rows("blob_item"), 2);
}

#[test]
fn a_repeated_post_names_once() {
    let (mut town, _, ben) = two();
    let blob = upload(&mut town, &ben.person, b"once");
    let message = naming(ben.session, &[blob]);
    let channel = town.text;
    let post = Request::Post { channel, message };
    let first = town.ask(ben.connection, post.clone()).unwrap();
    assert_eq!(town.ask(ben.connection, post), Ok(first.clone()));
    let Response::Posted { seq, .. } = first else {
        panic!("{first:?}");
    };
    ben.redact(&mut town, seq);
    assert_eq!(town.files_of_blobs(), 0);
}

/// Whoever knows a hash alone neither reads the blob nor keeps it alive.
#[test]
fn foreign_blobs_cannot_be_named() {
    let (mut town, owner, ben) = two();
    let foreign = upload(&mut town, &owner.person, b"not Ben's");
    let nowhere = Hash::from_bytes([7; 32]);
    let own = upload(&mut town, &ben.person, b"Ben's");
    for blob in [foreign, nowhere] {
        let refusal = Err(ErrorCode::UnknownBlob { blob });
        assert_eq!(ben.post(&mut town, &[own, blob]), refusal);
        let id = ShareId::from_bytes(fresh());
        let shared = share(&mut town, &ben.person, id, &[own, blob], &[ben.person.user]);
        assert_eq!(shared, Err(ErrorCode::UnknownBlob { blob }));
    }
    assert!(!reads(&town, &ben.person, &foreign));
    // Nothing of a refused list is named.
    town.wait(DAY);
    assert_eq!((town.rows("blob"), town.files_of_blobs()), (0, 0));
}

#[test]
fn too_much_in_one_message_is_refused() {
    let (mut town, _, ben) = two();
    let blob = upload(&mut town, &ben.person, b"small");
    let list = vec![blob; parley_protocol::limits::MAX_BLOBS_PER_ITEM + 1];
    let most = &list[1..];
    assert_eq!(ben.post(&mut town, &list), Err(ErrorCode::TooLarge));
    assert!(ben.post(&mut town, most).is_ok());
}

#[test]
fn a_share_is_for_those_it_names_until_it_ends() {
    let (mut town, owner, ben) = two();
    let eve = town.join("Eve");
    let blob = upload(&mut town, &ben.person, b"for Ada");
    let other = upload(&mut town, &ben.person, b"another");
    let id = ShareId::from_bytes(fresh());
    let ada = owner.person.user;
    share(&mut town, &ben.person, id, &[blob], &[ada]).unwrap();
    assert!(reads(&town, &owner.person, &blob) && reads(&town, &ben.person, &blob));
    assert!(!reads(&town, &eve, &blob) && !reads(&town, &owner.person, &other));
    // Another member's share of the same id is another share.
    share(&mut town, &eve, id, &[], &[]).unwrap();
    let eves = town.token(&eve).to_owned();
    town.relay.end_share(&eves, id, town.now).unwrap();
    // Whoever reads it may pass it on.
    let onwards = ShareId::from_bytes(fresh());
    share(&mut town, &owner.person, onwards, &[blob], &[eve.user]).unwrap();
    assert!(reads(&town, &eve, &blob));

    share(&mut town, &ben.person, id, &[blob, other], &[ada]).unwrap();
    assert!(reads(&town, &owner.person, &other));
    share(&mut town, &ben.person, id, &[other], &[ada]).unwrap();
    assert!(!reads(&town, &ben.person, &blob) && reads(&town, &owner.person, &blob));
    for (person, id) in [
        (&ben.person, id),
        (&ben.person, id),
        (&owner.person, onwards),
    ] {
        let token = town.token(person).to_owned();
        town.relay.end_share(&token, id, town.now).unwrap();
    }
    assert!(!reads(&town, &owner.person, &other));
    assert_eq!((town.rows("blob"), town.files_of_blobs()), (0, 0));
    assert_eq!((town.rows("share_reader"), town.rows("share_blob")), (0, 0));
}

#[test]
fn a_share_has_few_readers() {
    let (mut town, _, ben) = two();
    let blob = upload(&mut town, &ben.person, b"for everybody");
    let id = ShareId::from_bytes(fresh());
    let readers: Vec<_> = (0..11).map(|_| UserId::from_bytes(fresh())).collect();
    let shared = share(&mut town, &ben.person, id, &[blob], &readers);
    assert_eq!(shared, Err(ErrorCode::TooLarge));
    assert_eq!(
        share(&mut town, &ben.person, id, &[blob], &readers[1..]),
        Ok(())
    );
}

#[test]
fn a_member_in_a_loop_makes_no_more_shares_than_they_may() {
    let (mut town, _, ben) = two();
    let mut made = 0;
    loop {
        let id = ShareId::from_bytes(fresh());
        match share(&mut town, &ben.person, id, &[], &[]) {
            Ok(()) => made += 1,
            Err(code) => break assert_eq!(code, ErrorCode::Full),
        }
    }
    assert_eq!(made, parley_protocol::limits::MAX_SHARES_PER_MEMBER);
}

#[test]
fn with_a_member_go_their_shares_and_uploads_and_not_what_they_posted() {
    let (mut town, owner, ben) = two();
    let posted = upload(&mut town, &ben.person, b"posted");
    ben.post(&mut town, &[posted]).unwrap();
    let shared = upload(&mut town, &ben.person, b"shared");
    let id = ShareId::from_bytes(fresh());
    let ada = owner.person.user;
    share(&mut town, &ben.person, id, &[shared], &[ada]).unwrap();
    upload(&mut town, &ben.person, b"never named");
    assert_eq!(town.files_of_blobs(), 3);
    let user = ben.person.user;
    town.append(owner.connection, Action::MemberRemoved { user });
    assert_eq!(town.files_of_blobs(), 1);
    assert!(reads(&town, &owner.person, &posted));
    assert!(!reads(&town, &owner.person, &shared));
    let refused = town.relay.blob(town.token(&ben.person), &posted, town.now);
    assert_eq!(refused.unwrap_err().code, ErrorCode::SessionEnded);
}
