//! Members and devices that are gone read and write nothing any more.

use parley_client::effect::SignedOut;
use parley_client::engine::ConnectionState;
use parley_client::timeline::Unreadable;
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::entry::Action;
use parley_protocol::frame::{ChannelPage, ClientToRelay, RelayToClient, Request, decode, encode};

use super::bench::Bench;

#[test]
fn a_removed_member_is_told_and_reads_nothing_more() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(0, general, "one");
    let user = bench.devices[1].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "two");
    bench.write(cyd, general, "three");
    bench.pass(60_000);
    assert_eq!(
        *bench.engine(1).connection(),
        ConnectionState::SignedOut(SignedOut::Removed)
    );
    assert_eq!(bench.shown(1, general), ["one"]);
    assert_eq!(bench.shown(cyd, general), ["one", "two", "three"]);
}

#[test]
fn a_removed_member_who_comes_back_is_told_again_and_keeps_what_was_read() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    let user = bench.devices[1].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.kill(1);
    bench.start(1);
    assert_eq!(
        *bench.engine(1).connection(),
        ConnectionState::SignedOut(SignedOut::Removed)
    );
    assert_eq!(bench.shown(1, general), ["one"]);
}

#[test]
fn a_revoked_device_is_told_and_the_others_go_on() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let phone = bench.another_device_of(1);
    bench.write(0, general, "one");
    let device = bench.engine(1).me().1;
    bench.append(phone, Action::DeviceRevoked { device });
    bench.write(0, general, "two");
    assert_eq!(
        *bench.engine(1).connection(),
        ConnectionState::SignedOut(SignedOut::Removed)
    );
    assert_eq!(bench.shown(1, general), ["one"]);
    assert_eq!(bench.shown(phone, general), ["one", "two"]);
}

#[test]
fn after_a_removal_everybody_writes_with_a_new_session() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(0, general, "one");
    let user = bench.devices[cyd].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "two");
    let announced = bench.devices[0].sent.iter();
    let announced = announced.filter(|text| text.contains(r#"{"announce":"#));
    assert_eq!(announced.count(), 2);
    assert_eq!(bench.shown(1, general), ["one", "two"]);
}

#[test]
fn a_removed_member_cannot_write_on_with_the_relays_help() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    // What bob writes now, nobody is shown.
    let lost = bench.devices[1].connection.take().unwrap();
    bench.write(1, general, "on and on");
    bench.relay.disconnect(lost, bench.now);
    let mut sent = bench.devices[1].sent.iter().rev();
    let message = sent
        .find_map(|text| match decode(text) {
            Ok(ClientToRelay::Request {
                request: Request::Post { message, .. },
                ..
            }) => Some(message),
            _ => None,
        })
        .unwrap();

    let user = bench.devices[1].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "two");
    let after = bench.engine(cyd).timeline(&general).unwrap().position();
    let item = ChannelItem {
        seq: after + 1,
        at: bench.now,
        author: bench.engine(1).me().1,
        content: ItemContent::Message(message),
    };
    let page = ChannelPage {
        channel: general,
        after,
        items: vec![item],
        announcements: Vec::new(),
    };
    let frame = encode(&RelayToClient::Items(page));
    bench.tell(cyd, |engine, now| engine.handle_frame(&frame, now));
    assert_eq!(bench.reasons(cyd, general), [Unreadable::SessionRetired]);
}

#[test]
fn what_somebody_wrote_before_they_left_can_be_read_later() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.unplug(0);
    bench.write(1, general, "good-bye");
    let user = bench.devices[1].user;
    bench.append(1, Action::MemberRemoved { user });
    bench.plug(0);
    bench.pass(60_000);
    assert_eq!(bench.shown(0, general), ["good-bye"]);
}
