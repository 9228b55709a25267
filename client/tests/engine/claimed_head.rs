//! A member names a head of the log that does not exist, so that what others wrote would seem to come too late.

use parley_client::Engine;
use parley_client::alert::Alert;
use parley_client::store::Table;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::entry::Action;
use parley_protocol::frame::{ClientToRelay, Request, encode};
use parley_protocol::ids::{ChannelId, MessageId};
use parley_protocol::keys::Hash;
use serde_json::{Value, json};
use vodozemac::megolm::{GroupSession, GroupSessionPickle};

use super::bench::Bench;

/// Device 1 writes with its own session, past its engine, and names a head.
fn write_naming(bench: &mut Bench, channel: ChannelId, seq: u64) {
    let device = &bench.devices[1];
    let place = (Table::OutboundSessions, channel.to_string());
    let record: Value = serde_json::from_slice(&device.disk[&place]).unwrap();
    let pickle: GroupSessionPickle = serde_json::from_value(record["session"].clone()).unwrap();
    let mut session = GroupSession::from_pickle(pickle);
    let announced = record["announcement"]["body"].as_str().unwrap();
    let announced: Value = serde_json::from_str(announced).unwrap();
    let id = MessageId::from_bytes([7; 16]);
    let content = json!({
        "community": bench.community(),
        "channel": channel,
        "from": device.id(),
        "id": id,
        "at": bench.now,
        "head": { "seq": seq, "hash": Hash::from_bytes([9; 32]) },
        "body": { "type": "text", "text": "from the future" },
    });
    let message = EncryptedMessage {
        id,
        session: announced["session"].as_str().unwrap().parse().unwrap(),
        ciphertext: session.encrypt(content.to_string()).to_base64(),
        blobs: Vec::new(),
    };
    let request = Request::Post { channel, message };
    let frame = encode(&ClientToRelay::Request {
        id: 1 << 50,
        request,
    });
    let connection = bench.devices[1].connection.unwrap();
    bench.relay.send(connection, &frame, bench.now);
    bench.pass(10);
}

#[test]
fn a_head_that_is_not_in_the_log_makes_nobody_late() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    let removal = bench.engine(0).community().head().seq + 1;
    write_naming(&mut bench, general, removal);
    bench.unplug(0);
    bench.tell(cyd, Engine::write_anyway);
    bench.write(cyd, general, "in time");
    let user = bench.devices[cyd].user;
    bench.append(cyd, Action::MemberRemoved { user });
    bench.plug(0);
    bench.pass(60_000);
    assert_eq!(bench.engine(0).community().head().seq, removal);
    let shown = ["one", "from the future", "in time"];
    assert_eq!(bench.shown(0, general), shown);
    let told = |alert: &Alert| {
        matches!(
            alert,
            Alert::LogFork {
                seen_by: Some(_),
                ..
            }
        )
    };
    assert!(bench.alerts(0).iter().any(told));
}
