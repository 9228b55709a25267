//! Messages with files: they wait for their files, go out with the list of blobs, and a list that was changed on the
//! way is noticed.

use parley_client::engine::{Draft, SendError};
use parley_client::file::{
    Chunks, FileDescription, FileFault, FileKey, FileKind, chunk_bytes_for, root_of,
};
use parley_client::timeline::{OutboxState, TimelineItem};
use parley_protocol::channel::{EncryptedMessage, ItemContent};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, decode};
use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::keys::Hash;

use super::bench::Bench;

/// What stands for a sealed chunk: the relay does not look into it.
fn piece(salt: u8, index: u32) -> Vec<u8> {
    [&[salt][..], &index.to_be_bytes()].concat()
}

fn upload(bench: &mut Bench, device: usize) {
    for (salt, index) in [(1, 0), (1, 1), (1, 2), (2, 0)] {
        bench.upload(device, &piece(salt, index));
    }
}

fn file(size: u64, salt: u8) -> (FileDescription, Vec<Hash>) {
    let chunk_bytes = chunk_bytes_for(&[size]);
    let chunks = Chunks::new(size, chunk_bytes).count();
    let names = (0..chunks).map(|index| Hash::of(&piece(salt, index)));
    let blobs: Vec<Hash> = names.collect();
    let described = FileDescription {
        name: "beans.png".to_owned(),
        mime: "image/png".to_owned(),
        size,
        key: FileKey::from_bytes([salt; 32]),
        chunk_bytes,
        chunks,
        root: root_of(&blobs),
        covered: false,
        kind: FileKind::Other,
    };
    (described, blobs)
}

fn two_files() -> (Vec<FileDescription>, Vec<Hash>) {
    let (one, mut blobs) = file(3_000_000, 1);
    let (other, more) = file(10, 2);
    blobs.extend(more);
    (vec![one, other], blobs)
}

fn send(bench: &mut Bench, channel: ChannelId, draft: Draft) -> Result<MessageId, SendError> {
    bench.tell(1, |engine, now| engine.send_message(channel, draft, now))
}

fn hold(bench: &mut Bench, channel: ChannelId, text: &str) -> MessageId {
    let draft = Draft {
        text: text.to_owned(),
        files: two_files().0,
        ..Draft::default()
    };
    send(bench, channel, draft).expect("it is taken")
}

fn let_go(bench: &mut Bench, id: MessageId) -> Result<(), FileFault> {
    let (files, blobs) = two_files();
    bench.tell(1, |engine, now| engine.files_are_up(id, files, blobs, now))
}

fn posted(bench: &Bench) -> Vec<EncryptedMessage> {
    let sent = bench.devices[1].sent.iter();
    sent.filter_map(|text| match decode(text) {
        Ok(ClientToRelay::Request {
            request: Request::Post { message, .. },
            ..
        }) => Some(message),
        _ => None,
    })
    .collect()
}

fn states(item: &TimelineItem) -> Vec<Option<FileFault>> {
    item.files().map(|it| it.blobs.err()).collect()
}

#[test]
fn a_message_waits_for_its_files_and_others_do_not_wait_for_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let held = hold(&mut bench, general, "");
    bench.write(1, general, "quick");
    assert_eq!(bench.shown(0, general), ["quick"]);
    bench.kill(1);
    bench.start(1);
    bench.pass(60_000);
    let waiting: Vec<_> = bench.engine(1).uploading().map(|it| it.id).collect();
    assert_eq!(waiting, [held]);
    assert_eq!(bench.shown(0, general), ["quick"]);

    upload(&mut bench, 1);
    let_go(&mut bench, held).unwrap();
    assert_eq!(bench.shown(0, general), ["quick", ""]);
    assert!(bench.outbox(1, general).is_empty());
    let last = posted(&bench).pop().unwrap();
    assert_eq!((last.id, last.blobs), (held, two_files().1));
}

#[test]
fn what_is_done_with_a_message_does_not_stand_before_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let held = hold(&mut bench, general, "first");
    let target = parley_client::relations::Target {
        device: bench.engine(1).me().1,
        id: held,
    };
    let text = "second".to_owned();
    let edit = |engine: &mut parley_client::Engine, now| engine.edit(general, target, text, now);
    bench.tell(1, edit).unwrap();
    bench.pass(10_000);
    assert!(bench.shown(0, general).is_empty());
    upload(&mut bench, 1);
    let_go(&mut bench, held).unwrap();
    bench.pass(10_000);
    let timeline = bench.engine(0).timeline(&general).unwrap();
    let found = timeline.find(target).unwrap();
    let summary = timeline.summary(found, bench.engine(0).me());
    assert_eq!(summary.says(&found.body), Some("second"));
    assert_eq!(found.files().count(), 2, "the files stay");
}

#[test]
fn one_that_waits_can_be_taken_back() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let held = hold(&mut bench, general, "never");
    bench.tell(1, |engine, now| engine.discard(held, now));
    let_go(&mut bench, held).unwrap();
    bench.pass(10_000);
    assert!(bench.shown(0, general).is_empty() && bench.outbox(1, general).is_empty());
}

#[test]
fn one_of_several_files_stays_behind_and_the_message_goes_with_the_rest() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let held = hold(&mut bench, general, "two at first");
    let drop =
        |bench: &mut Bench, index| bench.tell(1, |engine, now| engine.drop_file(held, index, now));
    assert!(!drop(&mut bench, 2), "there is none");
    assert!(drop(&mut bench, 0));
    assert!(
        !drop(&mut bench, 0),
        "the last one goes only with its message"
    );
    bench.kill(1);
    bench.start(1);
    bench.pass(1_000);
    upload(&mut bench, 1);
    let (file, blobs) = file(10, 2);
    bench
        .tell(1, |engine, now| {
            engine.files_are_up(held, vec![file], blobs, now)
        })
        .unwrap();
    bench.pass(1_000);
    assert_eq!(bench.shown(0, general), ["two at first"]);
    let found = bench.items(0, general).pop().unwrap();
    assert_eq!(states(&found), [None]);
}

#[test]
fn files_that_cannot_be_are_not_taken() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let (files, mut blobs) = two_files();
    blobs.swap(0, 1);
    let draft = |files, blobs| Draft {
        files,
        blobs,
        ..Draft::default()
    };
    let fault = FileFault::Chunks;
    let wrong = send(&mut bench, general, draft(files.clone(), blobs.clone()));
    assert_eq!(wrong, Err(SendError::Files(fault)));
    let nothing = send(&mut bench, general, draft(Vec::new(), blobs.clone()));
    assert_eq!(nothing, Err(SendError::Empty));
    let count = 11;
    let many = send(
        &mut bench,
        general,
        draft(vec![file(1, 1).0; count], Vec::new()),
    );
    assert_eq!(many, Err(SendError::Files(FileFault::TooMany { count })));

    let held = hold(&mut bench, general, "");
    let up = bench.tell(1, |engine, now| {
        engine.files_are_up(held, files, blobs, now)
    });
    assert_eq!(up, Err(fault));
    assert_eq!(bench.outbox(1, general)[0].state, OutboxState::Uploading);
}

#[test]
fn a_message_whose_blobs_the_relay_let_go_of_waits_for_them_again() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let held = hold(&mut bench, general, "");
    let_go(&mut bench, held).unwrap();
    let state = bench.outbox(1, general)[0].state.clone();
    let error = ErrorCode::UnknownBlob {
        blob: two_files().1[0],
    };
    assert_eq!(state, OutboxState::Failed { error });
    bench.tell(1, |engine, now| engine.retry(held, now));
    assert_eq!(bench.outbox(1, general)[0].state, OutboxState::Uploading);
    upload(&mut bench, 1);
    let_go(&mut bench, held).unwrap();
    bench.pass(10_000);
    assert_eq!(bench.items(0, general).len(), 1);
}

#[test]
fn whoever_reads_a_file_passes_it_on_without_sending_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    upload(&mut bench, 1);
    let (files, blobs) = two_files();
    let draft = Draft {
        files,
        blobs,
        ..Draft::default()
    };
    send(&mut bench, general, draft.clone()).unwrap();
    let item = bench.items(0, general).pop().unwrap();
    assert_eq!(states(&item), [None, None]);
    let passed_on = Draft {
        forwarded: true,
        ..draft
    };
    let sent = bench.tell(0, |engine, now| {
        engine.send_message(general, passed_on, now)
    });
    sent.unwrap();
    let item = bench.items(1, general).pop().unwrap();
    assert!(item.body.is_forwarded());
    assert_eq!(states(&item), [None, None]);
}

#[test]
fn a_relay_that_changes_the_list_is_noticed() {
    type Change = fn(&mut Vec<Hash>);
    let own = [None, None];
    let (both, first) = (Some(FileFault::Chunks), None);
    let cases: [(Change, [Option<FileFault>; 2]); 5] = [
        (|_| {}, own),
        (|blobs| blobs.swap(0, 1), [both, first]),
        (|blobs| blobs.clear(), [both, both]),
        (|blobs| blobs.push(Hash::of(b"more")), [both, both]),
        (|blobs| blobs[3] = Hash::of(b"another"), [first, both]),
    ];
    for (change, expected) in cases {
        assert_eq!(with_changed_blobs(change), expected);
    }
}

#[test]
fn files_of_a_conversation_are_shared_first_and_their_share_ends_with_the_message() {
    let mut bench = Bench::of_two();
    let id = bench.direct(1, 0);
    let held = hold(&mut bench, id, "look");
    bench.write(1, id, "nothing waits for it");
    bench.pass(5_000);
    assert_eq!(bench.shown(0, id), ["nothing waits for it"]);

    bench.kill(1);
    bench.start(1);
    bench.pass(5_000);
    let waiting: Vec<MessageId> = bench.engine(1).uploading().map(|item| item.id).collect();
    assert_eq!(waiting, [held], "a page that was closed goes on");
    let mut people = bench.engine(1).people_of(&id);
    people.sort();
    let mut both = vec![bench.user(0), bench.user(1)];
    both.sort();
    assert_eq!(people, both);

    let (files, mut wrong) = two_files();
    wrong.swap(0, 1);
    let refused = bench.tell(1, |engine, now| {
        engine.files_are_up(held, files, wrong, now)
    });
    assert_eq!(refused, Err(FileFault::Chunks));
    let_go(&mut bench, held).expect("they fit");
    bench.pass(5_000);
    for index in [0, 1] {
        let items = bench.items(index, id);
        let item = items
            .iter()
            .find(|item| item.id == held)
            .expect("it is here");
        assert_eq!(states(item), [None, None], "at {index}");
    }

    let items = bench.items(1, id);
    let target = items.iter().find(|item| item.id == held).unwrap().target();
    bench
        .tell(1, |engine, now| engine.delete(id, target, now))
        .expect("it is theirs");
    bench.pass(5_000);
    for index in [0, 1] {
        let items = bench.items(index, id);
        let item = items
            .iter()
            .find(|item| item.id == held)
            .expect("its place");
        assert_eq!(item.files().count(), 0, "at {index}");
    }
    bench.kill(1);
    bench.start(1);
    assert_eq!(bench.engine(1).ended_shares(), [held]);
    bench.tell(1, |engine, now| engine.note_share_ended(held, now));
    assert_eq!(bench.engine(1).ended_shares(), []);
    assert_eq!(bench.engine(0).ended_shares(), [], "it was not theirs");
}

/// What the reader of a message with two files says of each, if the relay changes the list of blobs.
pub(super) fn with_changed_blobs(change: fn(&mut Vec<Hash>)) -> Vec<Option<FileFault>> {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let (files, blobs) = two_files();
    let list = blobs.clone();
    bench.devices[0].tamper = Some(Box::new(move |mut frame| {
        if let RelayToClient::Items(page) = &mut frame {
            for item in &mut page.items {
                if let ItemContent::Message(message) = &mut item.content {
                    message.blobs.clone_from(&list);
                    change(&mut message.blobs);
                }
            }
        }
        vec![frame]
    }));
    let draft = Draft {
        files,
        blobs,
        ..Draft::default()
    };
    upload(&mut bench, 1);
    send(&mut bench, general, draft).unwrap();
    let seen = states(&bench.items(0, general).pop().unwrap());
    // What was kept says the same.
    bench.kill(0);
    bench.start(0);
    assert_eq!(states(&bench.items(0, general).pop().unwrap()), seen);
    seen
}
