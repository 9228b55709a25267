//! Channels whose messages disappear: their ciphertext is dropped on time, and where it stood stays.

use ed25519_dalek::SigningKey;
use parley_protocol::channel::{ExpiredMessage, ItemContent};
use parley_protocol::entry::{Action, ChannelDetails};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{Request, Response};

use crate::redaction::{Written, written};
use crate::support::fresh;
use crate::support::person::sealed;
use crate::support::town::Town;

const MINUTE: u64 = 60 * 1_000;

/// The owner says after how many seconds messages of the text channel disappear.
fn expire(town: &mut Town, expires_after: Option<u32>) {
    let owner = town.connect_owner();
    let channel = town.text;
    let details = town
        .community
        .channels()
        .get(&channel)
        .unwrap()
        .details
        .clone();
    let details = ChannelDetails {
        expires_after,
        ..details
    };
    town.append(
        owner,
        Action::ChannelChanged {
            channel,
            details,
            opens_past: false,
        },
    );
}

/// A new session of the author.
fn announce(it: &mut Written) {
    it.session = SigningKey::from_bytes(&fresh());
    let request = it.ben.announce(it.town.text, &it.session, it.town.head());
    it.town.ask(it.connection, request).unwrap();
}

fn contents(it: &mut Written) -> Vec<ItemContent> {
    let owner = it.town.owner.clone();
    it.town.log_in_again(&owner);
    let owner = it.town.connect_owner();
    let items = it.town.page(owner).items.into_iter();
    items.map(|item| item.content).collect()
}

#[test]
fn what_is_written_after_the_change_is_dropped_on_time_and_nothing_else_is() {
    let mut it = written();
    expire(&mut it.town, Some(300));
    // The session does not know of it.
    let post = Request::Post {
        channel: it.town.text,
        message: sealed(&it.session, 1, 60),
    };
    let answer = it.town.ask(it.connection, post);
    assert_eq!(answer, Err(ErrorCode::SessionRetired));
    announce(&mut it);
    let first = it.town.post_sealed(it.connection, &it.session, 0);
    it.town.wait(2 * MINUTE);
    let second = it.town.post_sealed(it.connection, &it.session, 300);
    it.town.wait(3 * MINUTE - 1);
    assert!(contents(&mut it).contains(&ItemContent::Message(first.1.clone())));
    it.town.wait(1);

    let left = |message: &parley_protocol::channel::EncryptedMessage, index| {
        ItemContent::Expired(ExpiredMessage {
            id: message.id,
            session: message.session,
            index: Some(index),
        })
    };
    let found = contents(&mut it);
    assert_eq!(found.len(), 5);
    assert_eq!(
        found[1],
        ItemContent::Message(it.message.1.clone()),
        "from before"
    );
    assert_eq!(found[3], left(&first.1, 0));
    assert_eq!(found[4], ItemContent::Message(second.1.clone()));
    it.town.wait(3 * MINUTE);
    let found = contents(&mut it);
    assert_eq!(found[4], left(&second.1, 300));
    for (_, message) in [first, second] {
        let text = message.ciphertext.as_bytes();
        assert!(!it.town.is_on_disk(&text[..60]));
    }
    let kept = it.message.1.ciphertext.clone();
    assert!(it.town.is_on_disk(&kept.as_bytes()[..60]));
    it.town.restart();
    assert_eq!(contents(&mut it), found);
}

#[test]
fn a_change_is_for_what_is_written_later() {
    let mut it = written();
    expire(&mut it.town, Some(60));
    announce(&mut it);
    let short = it.town.post_sealed(it.connection, &it.session, 0);
    expire(&mut it.town, None);
    announce(&mut it);
    let stays = it.town.post_sealed(it.connection, &it.session, 0);
    it.town.wait(60 * MINUTE);
    let found = contents(&mut it);
    assert!(!found.contains(&ItemContent::Message(short.1)));
    assert!(found.contains(&ItemContent::Message(stays.1)));
    assert_eq!(it.town.rows("item WHERE expires_at IS NOT NULL"), 0);
}

#[test]
fn a_relay_that_was_off_drops_what_was_due_when_it_starts() {
    let mut it = written();
    expire(&mut it.town, Some(60));
    announce(&mut it);
    for index in 0..450 {
        it.town.post_sealed(it.connection, &it.session, index);
    }
    it.town.restart();
    it.town.now += 10 * MINUTE;
    it.town.wait(MINUTE);
    let found = contents(&mut it);
    assert_eq!(found.len(), 200);
    let gone = |content: &ItemContent| matches!(content, ItemContent::Expired(_));
    assert!(found.iter().all(gone), "one slice after the other");
    assert_eq!(it.town.rows("item WHERE expires_at IS NOT NULL"), 0);
}

#[test]
fn a_message_can_be_deleted_before_its_time_and_the_order_stays() {
    let mut it = written();
    expire(&mut it.town, Some(60));
    announce(&mut it);
    it.message = it.town.post_sealed(it.connection, &it.session, 0);
    let redact = it.redact();
    assert_eq!(
        it.town.ask(it.connection, redact.clone()),
        Ok(Response::Done)
    );
    it.town.wait(2 * MINUTE);
    assert!(matches!(contents(&mut it)[3], ItemContent::Tombstone(_)));

    it.message = it.town.post_sealed(it.connection, &it.session, 1);
    it.town.wait(2 * MINUTE);
    let mut redaction = it.ben.redaction(
        it.town.text,
        &it.message,
        (it.ben.device, 1),
        it.town.head(),
    );
    redaction.index = Some(1);
    let request = it.ben.redact(&redaction);
    assert_eq!(
        it.town.ask(it.connection, request),
        Ok(Response::Done),
        "gone already"
    );
    assert!(matches!(contents(&mut it)[4], ItemContent::Expired(_)));
}
