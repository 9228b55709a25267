//! A relay that changes, repeats, moves or keeps back what members wrote.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::timeline::{Mark, Unreadable};
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::entry::{History, Readers};
use parley_protocol::frame::{ChannelPage, RelayToClient, encode};
use parley_protocol::ids::{ChannelId, MessageId};

use super::bench::Bench;

pub(super) type Heard = Rc<RefCell<Vec<ChannelItem>>>;

/// Writes down the items that a device is sent.
pub(super) fn listen(bench: &mut Bench, device: usize) -> Heard {
    let heard = Heard::default();
    let list = Rc::clone(&heard);
    bench.devices[device].tamper = Some(Box::new(move |frame| {
        if let RelayToClient::Items(page) = &frame {
            list.borrow_mut().extend(page.items.iter().cloned());
        }
        vec![frame]
    }));
    heard
}

/// Gives device 1 an item at the next place of a channel.
pub(super) fn slip_in(bench: &mut Bench, channel: ChannelId, mut item: ChannelItem) {
    let timeline = bench.engine(1).timeline(&channel);
    let after = timeline.map_or(0, parley_client::timeline::Timeline::position);
    item.seq = after + 1;
    let page = ChannelPage {
        channel,
        after,
        items: vec![item],
        announcements: Vec::new(),
    };
    let frame = encode(&RelayToClient::Items(page));
    bench.tell(1, |engine, now| engine.handle_frame(&frame, now));
}

/// Device 0 has written; its message and its announcement as device 1 heard them.
pub(super) fn one_written() -> (Bench, ChannelId, ChannelItem, ChannelItem) {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let heard = listen(&mut bench, 1);
    bench.write(0, general, "one");
    let items = heard.borrow().clone();
    let is_message = |item: &&ChannelItem| matches!(item.content, ItemContent::Message(_));
    let message = items.iter().find(is_message).unwrap().clone();
    let announcement = items.iter().find(|item| !is_message(item)).unwrap().clone();
    (bench, general, announcement, message)
}

pub(super) fn change_message(
    item: &mut ChannelItem,
    change: impl FnOnce(&mut MessageId, &mut String),
) {
    if let ItemContent::Message(message) = &mut item.content {
        change(&mut message.id, &mut message.ciphertext);
    }
}

#[test]
fn a_message_told_twice_shows_once() {
    let (mut bench, general, _, message) = one_written();
    slip_in(&mut bench, general, message);
    assert_eq!(bench.shown(1, general), ["one", "[Repeated]"]);
}

#[test]
fn a_repetition_under_another_id_shows_once() {
    let (mut bench, general, _, mut message) = one_written();
    change_message(&mut message, |id, _| *id = MessageId::from_bytes([8; 16]));
    slip_in(&mut bench, general, message);
    assert_eq!(bench.shown(1, general), ["one", "[Repeated]"]);
}

#[test]
fn a_changed_message_is_damaged() {
    let (mut bench, general, _, mut message) = one_written();
    change_message(&mut message, |_, ciphertext| {
        let changed = if ciphertext.contains('A') { 'B' } else { 'A' };
        let kept: String = ciphertext.chars().skip(1).collect();
        *ciphertext = format!("{changed}{kept}");
    });
    slip_in(&mut bench, general, message);
    assert_eq!(bench.reasons(1, general), [Unreadable::Damaged]);
}

#[test]
fn a_message_moved_to_another_channel_is_not_read_there() {
    let (mut bench, _, announcement, message) = one_written();
    let other = bench.make_channel(Readers::Everyone, History::Shared);
    bench.devices[1].tamper = None;
    slip_in(&mut bench, other, announcement);
    slip_in(&mut bench, other, message);
    bench.pass(120_000);
    assert_eq!(bench.reasons(1, other), [Unreadable::NotAnnounced]);
}

#[test]
fn a_message_under_another_name_is_not_read() {
    let (mut bench, general, _, mut message) = one_written();
    message.author = bench.engine(1).me().1;
    slip_in(&mut bench, general, message);
    bench.pass(120_000);
    assert_eq!(bench.reasons(1, general), [Unreadable::NotAnnounced]);
}

#[test]
fn a_message_held_back_leaves_a_gap() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    let mut messages = 0;
    let mut shift = 0;
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Items(mut page) => {
            messages += 1;
            if messages == 1 {
                shift += 1;
                return Vec::new();
            }
            page.after -= shift;
            for item in &mut page.items {
                item.seq -= shift;
            }
            vec![RelayToClient::Items(page)]
        }
        frame => vec![frame],
    }));
    bench.write(0, general, "two");
    bench.write(0, general, "three");
    assert_eq!(bench.shown(1, general), ["one", "three"]);
    let last = bench.items(1, general)[1].seq;
    let missing = Mark::Missing { count: Some(1) };
    assert_eq!(bench.marks(1, general), [(last, missing)]);
}

#[test]
fn a_forged_announcement_counts_for_nothing() {
    let (mut bench, general, mut announcement, mut message) = one_written();
    let me = bench.engine(1).me().1;
    announcement.author = me;
    slip_in(&mut bench, general, announcement);
    message.author = me;
    slip_in(&mut bench, general, message);
    bench.pass(120_000);
    assert_eq!(bench.shown(1, general), ["one", "[NotAnnounced]"]);
}

#[test]
fn a_made_up_session_is_said_to_be_nobodys() {
    let (mut bench, general, _, mut message) = one_written();
    if let ItemContent::Message(message) = &mut message.content {
        message.session = parley_protocol::keys::SessionId::from_bytes([5; 32]);
    }
    slip_in(&mut bench, general, message);
    assert_eq!(bench.reasons(1, general), [Unreadable::KeyNotHereYet]);
    bench.pass(120_000);
    assert_eq!(bench.reasons(1, general), [Unreadable::NotAnnounced]);
}

#[test]
fn ones_own_message_is_not_out_because_the_relay_says_so() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.unplug(1);
    bench.write(1, general, "two");
    let waiting = bench.outbox(1, general)[0].id;
    bench.plug(1);
    assert_eq!(bench.shown(0, general), ["one", "two"]);

    let heard = listen(&mut bench, 1);
    bench.write(1, general, "three");
    let mut fake = heard.borrow().last().unwrap().clone();
    bench.unplug(1);
    bench.write(1, general, "four");
    let four = bench.outbox(1, general)[0].id;
    assert_ne!(four, waiting);
    change_message(&mut fake, |id, _| *id = four);
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Welcome(welcome) => {
            let mut item = fake.clone();
            let place = welcome.channels.iter().find(|place| place.last > 0);
            let place = place.unwrap();
            item.seq = place.last + 1;
            let page = ChannelPage {
                channel: place.channel,
                after: place.last,
                items: vec![item],
                announcements: Vec::new(),
            };
            vec![RelayToClient::Welcome(welcome), RelayToClient::Items(page)]
        }
        frame => vec![frame],
    }));
    bench.plug(1);
    assert_eq!(
        bench.shown(0, general),
        ["one", "two", "three", "four"],
        "it went out all the same"
    );
}
