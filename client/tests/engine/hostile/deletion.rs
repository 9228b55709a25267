//! Attacks with messages that are said to be deleted, or to have disappeared.

use parley_client::store::Table;
use parley_client::timeline::{Mark, Unreadable};
use parley_protocol::channel::{
    ChannelItem, ExpiredMessage, ItemContent, Redaction, SignedRedaction, signed_index,
};
use parley_protocol::entry::Action;
use parley_protocol::frame::{ChannelPage, RelayToClient};
use parley_protocol::ids::ChannelId;
use parley_protocol::keys::Signature;
use parley_protocol::signing;
use vodozemac::olm::{Account, AccountPickle};

use super::super::bench::Bench;
use super::super::breaks::change_pages;
use super::super::disappearing::expire;
use super::super::hostile_relay::listen;
use super::super::redaction::{ROLE, make_moderator, redact};
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "drops a message, and makes up an order to delete it",
        play: order_by_nobody,
    },
    Attack {
        what: "drops a message with the order to delete another one",
        play: order_for_another,
    },
    Attack {
        what: "drops a message with an order that names another number in its author's session",
        play: order_for_another_index,
    },
    Attack {
        what: "drops a message at the order of a member who may not delete it",
        play: order_without_right,
    },
    Attack {
        what: "drops a new message at the order of a member who may delete nothing any more",
        play: order_of_the_past,
    },
    Attack {
        what: "shows a message again that was deleted",
        play: undo,
    },
    Attack {
        what: "says that a message disappeared where messages stay",
        play: expired_where_it_stays,
    },
    Attack {
        what: "says that a message disappeared before its time",
        play: expired_too_early,
    },
];

/// Device 0 writes two messages; the relay's items of them. Device 1 hears of the first one only, so far.
fn two_written(bench: &mut Bench, general: ChannelId) -> [ChannelItem; 2] {
    let heard = listen(bench, 0);
    bench.write(0, general, "one");
    bench.unplug(1);
    bench.write(0, general, "two");
    bench.devices[0].tamper = None;
    let items = heard.borrow();
    let is_message = |item: &&ChannelItem| matches!(item.content, ItemContent::Message(_));
    let written: Vec<ChannelItem> = items.iter().filter(is_message).cloned().collect();
    written.try_into().expect("two messages")
}

/// Device 1 hears something else in the place of the second message, and then the third.
fn put_in_place(bench: &mut Bench, general: ChannelId, changed: ChannelItem) {
    change_pages(bench, 1, general, move |page| {
        let mut items = page.items.iter_mut();
        if let Some(item) = items.find(|item| item.seq == changed.seq) {
            item.clone_from(&changed);
        }
    });
    bench.write(0, general, "three");
    bench.plug(1);
}

fn tombstone(item: ChannelItem, order: SignedRedaction) -> ChannelItem {
    ChannelItem {
        content: ItemContent::Tombstone(order),
        ..item
    }
}

/// The message is not shown, the relay is said to have taken it away, and its author's chain has a gap.
fn seen(bench: &Bench, general: ChannelId) -> Outcome {
    assert_eq!(bench.shown(1, general), ["one", "[TakenAway]", "three"]);
    let gap = Mark::Missing { count: Some(1) };
    assert_eq!(bench.marks(1, general).len(), 1);
    assert_eq!(bench.marks(1, general)[0].1, gap);
    Outcome::Unreadable(Unreadable::TakenAway)
}

/// What an order for an item says, by a device in sight of the newest log.
fn redaction(bench: &Bench, by: usize, channel: ChannelId, item: &ChannelItem) -> Redaction {
    let ItemContent::Message(message) = &item.content else {
        panic!("a message");
    };
    let community = bench.engine(by).community();
    Redaction {
        community: community.id(),
        channel,
        seq: item.seq,
        author: item.author,
        message: message.id,
        session: message.session,
        index: signed_index(&message.session, &message.ciphertext),
        by: bench.devices[by].id(),
        head: community.head(),
        quiet: false,
    }
}

/// Signs with a device's own key, whatever its engine would say to that.
fn sign(bench: &Bench, device: usize, redaction: &Redaction) -> SignedRedaction {
    let key = (Table::Account, "account".to_owned());
    let pickle = &bench.devices[device].disk[&key];
    let pickle: AccountPickle = serde_json::from_slice(pickle).expect("an account");
    let body = serde_json::to_string(redaction).expect("a text");
    let signature = Account::from_pickle(pickle).sign(signing::redaction(&body));
    SignedRedaction {
        signature: Signature::from_bytes(signature.to_bytes()),
        body,
    }
}

fn order_by_nobody() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let [_, two] = two_written(&mut bench, general);
    let mut order = sign(&bench, 0, &redaction(&bench, 0, general, &two));
    order.signature = Signature::from_bytes([7; 64]);
    put_in_place(&mut bench, general, tombstone(two, order));
    seen(&bench, general)
}

fn order_for_another() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let [one, two] = two_written(&mut bench, general);
    let order = sign(&bench, 0, &redaction(&bench, 0, general, &one));
    put_in_place(&mut bench, general, tombstone(two, order));
    seen(&bench, general)
}

/// A moderator helps the relay.
fn order_for_another_index() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let [_, two] = two_written(&mut bench, general);
    let redaction = Redaction {
        index: Some(9),
        ..redaction(&bench, 0, general, &two)
    };
    let order = sign(&bench, 0, &redaction);
    put_in_place(&mut bench, general, tombstone(two, order));
    assert_eq!(bench.shown(1, general), ["one", "[removed]", "three"]);
    Outcome::Marked(bench.marks(1, general)[0].1)
}

fn order_without_right() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let eve = bench.welcome("eve");
    let [_, two] = two_written(&mut bench, general);
    let order = sign(&bench, eve, &redaction(&bench, eve, general, &two));
    put_in_place(&mut bench, general, tombstone(two, order));
    seen(&bench, general)
}

fn order_of_the_past() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let eve = bench.welcome("eve");
    make_moderator(&mut bench, eve);
    let head = bench.engine(eve).community().head();
    let user = bench.devices[eve].user;
    bench.append(0, Action::RoleTaken { user, role: ROLE });
    let [_, two] = two_written(&mut bench, general);
    let redaction = Redaction {
        head,
        ..redaction(&bench, eve, general, &two)
    };
    let order = sign(&bench, eve, &redaction);
    put_in_place(&mut bench, general, tombstone(two, order));
    seen(&bench, general)
}

fn undo() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let heard = listen(&mut bench, 0);
    bench.write(0, general, "one");
    let item = heard.borrow().last().expect("it is there").clone();
    let seq = item.seq;
    assert_eq!(redact(&mut bench, 0, general, "one"), Ok(()));
    bench.write(0, general, "two");
    let page = ChannelPage {
        channel: general,
        after: seq - 1,
        items: vec![item.clone()],
        announcements: Vec::new(),
    };
    // Under its own number, and as something new.
    bench.hand(0, &RelayToClient::Items(page));
    assert_eq!(bench.shown(0, general), ["[removed]", "two"]);
    let after = bench.items(0, general)[1].seq;
    let page = ChannelPage {
        channel: general,
        after,
        items: vec![ChannelItem {
            seq: after + 1,
            ..item
        }],
        announcements: Vec::new(),
    };
    bench.hand(0, &RelayToClient::Items(page));
    assert_eq!(bench.shown(0, general), ["[removed]", "two", "[Repeated]"]);
    Outcome::Unreadable(bench.reasons(0, general)[0])
}

/// What the relay says of a message that expired.
fn as_expired(item: &ChannelItem) -> ItemContent {
    let ItemContent::Message(message) = &item.content else {
        panic!("a message");
    };
    ItemContent::Expired(ExpiredMessage {
        id: message.id,
        session: message.session,
        index: signed_index(&message.session, &message.ciphertext),
    })
}

fn expired_where_it_stays() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let [_, two] = two_written(&mut bench, general);
    let content = as_expired(&two);
    put_in_place(
        &mut bench,
        general,
        ChannelItem {
            at: 1,
            content,
            ..two
        },
    );
    // A change that comes later allows nothing for what stands.
    expire(&mut bench, general, Some(60));
    bench.pass(600_000);
    seen(&bench, general)
}

fn expired_too_early() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    expire(&mut bench, general, Some(3_600));
    let [_, two] = two_written(&mut bench, general);
    let content = as_expired(&two);
    put_in_place(&mut bench, general, ChannelItem { content, ..two });
    let outcome = seen(&bench, general);
    bench.pass(3_600_000);
    assert!(bench.shown(1, general).is_empty(), "its time came");
    outcome
}
