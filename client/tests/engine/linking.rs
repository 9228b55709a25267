//! A further device comes by a code that another one shows: no password, and the history comes along. And what somebody
//! between the two gains: nothing.

use std::collections::VecDeque;
use std::fmt::Write as _;

use parley_client::Rng;
use parley_client::engine::Engine;
use parley_client::enrol::EnrolError;
use parley_client::linking::{
    LinkError, NewDevice, NewEffect, NewProgress, OldDevice, OldEffect, OldProgress, read_piece,
    take_copies, write_piece,
};
use parley_protocol::auth::LoginRequest;
use parley_protocol::entry::{Action, History, Readers};
use parley_protocol::keys::Curve25519PublicKey;
use parley_protocol::limits::MAX_LINK_MESSAGE_BYTES;
use parley_protocol::link::{LinkCode, LinkNumber};
use parley_relay::RefreshToken;

use super::bench::{Bench, password};

const ADA: usize = 0;

/// A device that shows a code, and one that has typed it.
fn pair() -> (OldDevice, NewDevice) {
    let old = OldDevice::begin();
    let shown = LinkCode::new(LinkNumber::from_bits(77), old.key());
    let typed: LinkCode = shown.to_letters().parse().expect("a code");
    let rng = &mut Rng::from_seed([5; 32]);
    let new = NewDevice::begin(&typed, &old.key(), "Phone".to_owned(), rng).expect("the key");
    (old, new)
}

fn sent_by_new(new: &mut NewDevice) -> String {
    match new.poll_effect() {
        Some(NewEffect::Send(text)) => text,
        other => panic!("nothing to send: {other:?}"),
    }
}

fn sent_by_old(old: &mut OldDevice) -> String {
    match old.poll_effect() {
        Some(OldEffect::Send(text)) => text,
        other => panic!("nothing to send: {other:?}"),
    }
}

/// The same up to where the person compares digits.
fn compared() -> (OldDevice, NewDevice, u8) {
    let (mut old, mut new) = pair();
    old.handle_text(&sent_by_new(&mut new));
    let NewProgress::Comparing { digits } = new.progress() else {
        panic!("no digits: {new:?}");
    };
    (old, new, digits)
}

/// Certified by a device of the bench, up to where the new device registers.
fn welcomed(bench: &Bench) -> (OldDevice, NewDevice) {
    let (mut old, mut new, _) = compared();
    old.decide(true);
    assert!(matches!(
        old.poll_effect(),
        Some(OldEffect::GetToken { .. })
    ));
    let engine = bench.devices[ADA].engine.as_ref().expect("on");
    old.welcome(|device| engine.certify_linked(device, "token".to_owned()));
    new.handle_text(&sent_by_old(&mut old));
    let token = new.poll_effect();
    let expected = NewEffect::Register {
        token: "token".to_owned(),
    };
    assert!(token == Some(expected));
    (old, new)
}

/// Registers, and says which device of the bench it is now.
fn register(bench: &mut Bench, new: &mut NewDevice) -> Result<usize, EnrolError> {
    let (token, cookie) = log_in(bench);
    let entries = bench
        .relay
        .log(&token, 1, bench.now)
        .expect("a log")
        .entries;
    let rng = &mut Rng::from_seed([6; 32]);
    let made = new.enrol(entries, rng, bench.now)?;
    bench
        .relay
        .add_device(&token, made.request, bench.now)
        .expect("the relay takes it");
    new.registered();
    let user = bench.devices[ADA].user;
    Ok(bench.plug_in("ada", user, made.records, cookie))
}

fn log_in(bench: &mut Bench) -> (String, RefreshToken) {
    let request = LoginRequest {
        name: "ada".to_owned(),
        login_secret: password("ada", &bench.community()).login_secret(),
    };
    let (session, cookie) = bench.relay.log_in(&request, bench.now).expect("a login");
    (session.access_token, cookie)
}

#[test]
fn a_linked_device_reads_what_was_written_before_with_nobody_else_there() {
    let mut bench = Bench::of_two();
    let channel = bench.make_channel(Readers::Everyone, History::Shared);
    bench.write(ADA, channel, "before the phone");
    let bob = bench.devices[1].user;
    let identity = bench.devices[ADA]
        .engine
        .as_ref()
        .expect("on")
        .community()
        .members()[&bob]
        .identity;
    bench
        .tell(ADA, |engine, now| engine.set_verified(bob, identity, now))
        .expect("room");

    let (mut old, mut new) = welcomed(&bench);
    let phone = register(&mut bench, &mut new).expect("the log takes it");
    old.handle_text(&sent_by_new(&mut new));
    assert!(matches!(old.poll_effect(), Some(OldEffect::SendPieces)));

    let piece = bench.tell(ADA, |engine, _| {
        let keys = engine.linking_keys();
        let records = engine.export_linking_keys(&keys, 0, keys.len());
        assert_eq!(records.len(), keys.len());
        write_piece(&records, engine.linking_data(), Vec::new())
    });
    // Nobody is left who could be asked for a key.
    let ada = bench.devices[ADA].id();
    bench.kill(ADA);
    bench.kill(1);
    old.send_piece(piece, 1, 1);
    new.handle_text(&sent_by_old(&mut old));
    let Some(NewEffect::Take(piece)) = new.poll_effect() else {
        panic!("no piece: {new:?}");
    };
    let piece = read_piece(&piece, ada).expect("a piece");
    bench.devices[phone].keep(piece.changes);
    bench.tell(phone, |engine, now| {
        engine.handle_restored(&piece.records, piece.data, now);
        // Whatever it does not want yet it finds in the store later.
        engine.handle_found(&piece.records, now);
    });
    old.finish();
    new.handle_text(&sent_by_old(&mut old));
    assert_eq!(new.progress(), NewProgress::Done);
    assert_eq!(old.progress(), OldProgress::Done);

    bench.pass(60_000);
    assert_eq!(bench.shown(phone, channel), ["before the phone"]);
    let engine = bench.devices[phone].engine.as_ref().expect("on");
    assert_eq!(engine.trust(&bob), parley_client::engine::Trust::Verified);
    bench.write(phone, channel, "from the phone");
}

#[test]
fn a_linked_device_has_all_of_a_conversation_also_what_no_mail_would_bring() {
    let mut bench = Bench::of_two();
    let id = bench.direct(1, ADA);
    bench.write(1, id, "the very first");
    bench.pass(1_000);
    bench.accept(ADA, id);
    // More than a new device gets by mail.
    let long = "Regen \"auf\" dem Dach. ".repeat(600);
    let written: Vec<String> = (0..30).map(|number| format!("{number} {long}")).collect();
    for text in &written {
        bench.write(ADA, id, text);
        bench.pass(1_000);
    }
    let shown = bench.shown(ADA, id);
    assert_eq!(shown.len(), 31);
    let (mut old, mut new) = welcomed(&bench);
    let phone = register(&mut bench, &mut new).expect("the log takes it");
    old.handle_text(&sent_by_new(&mut new));
    assert!(matches!(old.poll_effect(), Some(OldEffect::SendPieces)));
    let ada = bench.devices[ADA].id();
    let records = bench.devices[ADA].records();
    bench.kill(ADA);
    bench.kill(1);
    let mut waiting: VecDeque<String> = records
        .iter()
        .filter_map(parley_client::engine::stored_copy)
        .collect();
    assert!(waiting.len() >= 31);
    let mut pieces = 0;
    while !waiting.is_empty() {
        let piece = write_piece(&[], Vec::new(), take_copies(&mut waiting));
        pieces += 1;
        old.send_piece(piece, pieces, 100);
        let sealed = sent_by_old(&mut old);
        assert!(sealed.len() < MAX_LINK_MESSAGE_BYTES, "{}", sealed.len());
        new.handle_text(&sealed);
        let Some(NewEffect::Take(piece)) = new.poll_effect() else {
            panic!("no piece: {new:?}");
        };
        let piece = read_piece(&piece, ada).expect("a piece");
        assert!(piece.has_direct() && piece.changes.is_empty());
        bench.tell(phone, |engine, now| {
            engine.handle_restored(&piece.records, piece.data, now);
        });
    }
    assert!(pieces > 5, "{pieces}");
    bench.pass(60_000);
    assert_eq!(bench.shown(phone, id), shown);
    bench.kill(phone);
    bench.start(phone);
    assert_eq!(bench.shown(phone, id).last(), shown.last());
}

#[test]
fn both_devices_show_the_same_digits() {
    let (old, _, digits) = compared();
    let OldProgress::Comparing {
        digits: shown,
        label,
    } = old.progress()
    else {
        panic!("nothing to compare: {old:?}");
    };
    assert_eq!((shown, label.as_str()), (digits, "Phone"));
    assert!((10..=99).contains(&digits));
}

#[test]
fn a_relay_that_gives_another_key_is_found_out_by_the_code() {
    let old = OldDevice::begin();
    let shown = LinkCode::new(LinkNumber::from_bits(77), old.key());
    let between = OldDevice::begin();
    let rng = &mut Rng::from_seed([5; 32]);
    for code in [shown, shown.to_letters().parse().expect("a code")] {
        let begun = NewDevice::begin(&code, &between.key(), "Phone".to_owned(), rng);
        assert_eq!(begun.err(), Some(LinkError::WrongKey));
    }
    let zero = Curve25519PublicKey::from_bytes([0; 32]);
    let code = LinkCode::new(LinkNumber::from_bits(77), zero);
    let begun = NewDevice::begin(&code, &zero, "Phone".to_owned(), rng);
    assert_eq!(begun.err(), Some(LinkError::WrongKey));
}

#[test]
fn somebody_who_answers_in_place_of_the_new_device_shows_other_digits() {
    // The digits of a hundred strangers are spread: none can make the old device show what the new one does.
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..100 {
        let mut old = OldDevice::begin();
        let code = LinkCode::new(LinkNumber::from_bits(seed), old.key());
        let rng = &mut Rng::from_seed([1; 32]);
        let mut stranger =
            NewDevice::begin(&code, &old.key(), "Phone".to_owned(), rng).expect("the key");
        old.handle_text(&sent_by_new(&mut stranger));
        if let OldProgress::Comparing { digits, .. } = old.progress() {
            seen.insert(digits);
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}

#[test]
fn digits_that_differ_end_it_before_anything_was_given() {
    let (mut old, mut new, _) = compared();
    old.decide(false);
    new.handle_text(&sent_by_old(&mut old));
    assert_eq!(old.progress(), OldProgress::Failed(LinkError::Mismatch));
    assert_eq!(new.progress(), NewProgress::Failed(LinkError::Mismatch));
    assert!(old.poll_effect().is_none());
}

#[test]
fn a_second_answer_does_not_take_the_place_of_the_first() {
    let mut old = OldDevice::begin();
    let code = LinkCode::new(LinkNumber::from_bits(77), old.key());
    let answer = |seed| {
        let rng = &mut Rng::from_seed([seed; 32]);
        let mut new =
            NewDevice::begin(&code, &old.key(), "Phone".to_owned(), rng).expect("the key");
        sent_by_new(&mut new)
    };
    let (first, second) = (answer(1), answer(2));
    old.handle_text(&first);
    old.handle_text(&second);
    assert_eq!(old.progress(), OldProgress::Failed(LinkError::Damaged));
    old.decide(true);
    assert!(old.poll_effect().is_none());
}

#[test]
fn what_is_sent_twice_or_changed_does_not_open() {
    let bench = Bench::new();
    let (mut old, mut new) = welcomed(&bench);
    new.registered();
    let added = sent_by_new(&mut new);
    old.handle_text(&added);
    assert!(matches!(old.poll_effect(), Some(OldEffect::SendPieces)));
    old.send_piece("{}".to_owned(), 1, 2);
    let piece = sent_by_old(&mut old);
    new.handle_text(&piece);
    assert!(matches!(new.poll_effect(), Some(NewEffect::Take(_))));
    new.handle_text(&piece);
    assert_eq!(new.progress(), NewProgress::Failed(LinkError::Damaged));
    assert!(new.poll_effect().is_none());
    for text in ["", "x", &added] {
        old.handle_text(text);
    }
    assert_eq!(old.progress(), OldProgress::Failed(LinkError::Damaged));
}

#[test]
fn who_ends_it_ends_it_on_the_other_device() {
    let (mut old, mut new, _) = compared();
    new.end(LinkError::Ended);
    old.handle_text(&sent_by_new(&mut new));
    assert_eq!(old.progress(), OldProgress::Failed(LinkError::Ended));

    let (mut old, mut new, _) = compared();
    old.end(LinkError::Ended);
    new.handle_text(&sent_by_old(&mut old));
    assert_eq!(new.progress(), NewProgress::Failed(LinkError::Ended));
}

#[test]
fn a_log_that_the_old_device_has_not_seen_is_refused() {
    let mut bench = Bench::of_two();
    let (_, mut new) = welcomed(&bench);
    let (token, _) = log_in(&mut bench);
    let mut entries = bench
        .relay
        .log(&token, 1, bench.now)
        .expect("a log")
        .entries;
    entries.pop();
    let rng = &mut Rng::from_seed([6; 32]);
    let refused = new.enrol(entries, rng, bench.now).err();
    assert!(matches!(refused, Some(EnrolError::OtherHistory { .. })));

    let mut other = Bench::of_two();
    let (token, _) = log_in(&mut other);
    let entries = other
        .relay
        .log(&token, 1, other.now)
        .expect("a log")
        .entries;
    let refused = new.enrol(entries, rng, bench.now).err();
    assert!(matches!(refused, Some(EnrolError::WrongCommunity)));
}

#[test]
fn a_certificate_of_a_device_that_was_revoked_since_is_worth_nothing() {
    let mut bench = Bench::of_two();
    let laptop = bench.another_device_of(ADA);
    let (_, mut new) = welcomed(&bench);
    let device = bench.devices[ADA].id();
    bench.append(laptop, Action::DeviceRevoked { device });
    bench.pass(1_000);
    let refused = register(&mut bench, &mut new).err();
    assert!(
        matches!(refused, Some(EnrolError::Refused(_))),
        "{refused:?}"
    );
}

#[test]
fn printing_shows_nothing_that_is_secret() {
    let bench = Bench::new();
    let (old, new) = welcomed(&bench);
    let engine: &Engine = bench.devices[ADA].engine.as_ref().expect("on");
    let (mut asking, _, _) = compared();
    asking.decide(true);
    let mut printed = format!("{old:?} {new:?} {asking:?}");
    asking.welcome(|device| {
        let welcome = engine.certify_linked(device, "a token".to_owned());
        write!(printed, "{welcome:?}").unwrap();
        welcome
    });
    for effect in [
        NewEffect::Register {
            token: "a token".to_owned(),
        },
        NewEffect::Take("a token".to_owned()),
        NewEffect::Send("a token".to_owned()),
    ] {
        write!(printed, "{effect:?}").unwrap();
    }
    write!(printed, "{:?}", OldEffect::Send("a token".to_owned())).unwrap();
    assert!(!printed.contains("a token"), "{printed}");
}
