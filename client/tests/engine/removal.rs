//! Members and devices that are gone read and write nothing any more.

use parley_client::effect::SignedOut;
use parley_client::engine::ConnectionState;
use parley_client::timeline::Unreadable;
use parley_protocol::channel::{ChannelItem, EncryptedMessage, ItemContent};
use parley_protocol::entry::{Action, Permission};
use parley_protocol::frame::{ChannelPage, ClientToRelay, RelayToClient, Request, decode, encode};
use parley_protocol::ids::{ChannelId, RoleId};

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

/// What device 1 writes now goes nowhere.
pub(super) fn write_for_nobody(bench: &mut Bench, channel: ChannelId) -> EncryptedMessage {
    let lost = bench.devices[1].connection.take().unwrap();
    bench.write(1, channel, "on and on");
    bench.relay.disconnect(lost, bench.now);
    let mut sent = bench.devices[1].sent.iter().rev();
    sent.find_map(|text| match decode(text) {
        Ok(ClientToRelay::Request {
            request: Request::Post { message, .. },
            ..
        }) => Some(message),
        _ => None,
    })
    .unwrap()
}

/// The relay gives a device a message of device 1, as the next one.
pub(super) fn slip_in(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    message: &EncryptedMessage,
) {
    let after = bench.engine(device).timeline(&channel).unwrap().position();
    let item = ChannelItem {
        seq: after + 1,
        at: bench.now,
        author: bench.engine(1).me().1,
        content: ItemContent::Message(message.clone()),
    };
    let page = ChannelPage {
        channel,
        after,
        items: vec![item],
        announcements: Vec::new(),
    };
    let frame = encode(&RelayToClient::Items(page));
    bench.tell(device, |engine, now| engine.handle_frame(&frame, now));
}

pub(super) fn everyone_may(bench: &mut Bench, permissions: &[Permission]) {
    bench.append(
        0,
        Action::RoleDefined {
            role: RoleId::EVERYONE,
            name: "everyone".to_owned(),
            permissions: permissions.iter().copied().collect(),
        },
    );
}

#[test]
fn a_removed_member_cannot_write_on_with_the_relays_help() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    let message = write_for_nobody(&mut bench, general);

    let user = bench.devices[1].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "two");
    slip_in(&mut bench, cyd, general, &message);
    assert_eq!(bench.reasons(cyd, general), [Unreadable::SessionRetired]);
}

#[test]
fn who_may_write_no_more_cannot_with_the_relays_help() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    let message = write_for_nobody(&mut bench, general);

    everyone_may(&mut bench, &[]);
    bench.write(0, general, "two");
    slip_in(&mut bench, cyd, general, &message);
    let shown = ["one", "two", "[NotPermitted]"];
    assert_eq!(bench.shown(cyd, general), shown);

    bench.kill(1);
    everyone_may(&mut bench, &[Permission::SendMessages]);
    bench.kill(cyd);
    bench.start(cyd);
    bench.pass(60_000);
    assert_eq!(bench.shown(cyd, general), shown, "it stays so");
}

#[test]
fn who_wrote_before_others_knew_of_the_change_is_heard() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    let message = write_for_nobody(&mut bench, general);

    // The relay took it before the change, and cyd hears of the change first.
    everyone_may(&mut bench, &[]);
    slip_in(&mut bench, cyd, general, &message);
    assert_eq!(bench.shown(cyd, general), ["one", "on and on"]);
}

#[test]
fn who_may_write_again_is_heard_though_their_message_is_older() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    bench.unplug(1);
    bench.write(1, general, "two");
    everyone_may(&mut bench, &[]);
    bench.write(0, general, "three");
    everyone_may(&mut bench, &[Permission::SendMessages]);
    bench.plug(1);
    bench.pass(60_000);
    assert_eq!(bench.shown(cyd, general), ["one", "three", "two"]);
}

#[test]
fn who_knew_that_they_may_not_write_is_not_heard() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    bench.unplug(1);
    bench.write(1, general, "two");
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        // Not even the relay's word keeps them from trying.
        RelayToClient::Refused { .. } => Vec::new(),
        frame => vec![frame],
    }));
    everyone_may(&mut bench, &[]);
    bench.plug(1);
    let mut sent = bench.devices[1].sent.iter().rev();
    let named = sent.find_map(|text| match decode(text) {
        Ok(ClientToRelay::Request {
            request: Request::Post { message, .. },
            ..
        }) => Some(message),
        _ => None,
    });
    slip_in(&mut bench, cyd, general, &named.unwrap());
    assert_eq!(bench.shown(cyd, general), ["one", "[NotPermitted]"]);
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
