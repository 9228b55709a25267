//! Strangers who only ask: each question gets at most one answer that is hardly larger than it, and none is remembered.

use super::*;

const STRANGERS: u16 = 20_000;
/// An answer tells realm and nonce. More than this in bytes, and a forged sender makes a weapon of it.
const LARGEST_ANSWER: usize = 200;

fn client(number: u16, transport: Transport) -> Client {
    let [high, low] = number.to_be_bytes();
    Client {
        addr: ([198, 51, high, low], 40_000).into(),
        transport,
    }
}

#[test]
fn a_flood_of_strangers_leaves_nothing_behind() {
    let mut world = World::new();
    let anna = world.caller(ANNA, 1001, Transport::Udp);
    let peer = anna.relayed();
    let nobody = Login {
        realm: REALM.to_owned(),
        nonce: "0".repeat(40),
        ..Login::new("1900000000:AAAAAAAAAAAAAAAAAAAAAA", "guessed")
    };
    let asks = [
        Ask::Binding,
        Ask::Allocate { lifetime: None },
        Ask::Allocate { lifetime: Some(1) },
        Ask::Refresh { lifetime: 0 },
        Ask::Permit(&[peer]),
        Ask::Bind {
            channel: 0x4000,
            peer,
        },
        Ask::Send { peer, data: b"x" },
    ];
    for number in 0..STRANGERS {
        let transport = if number % 2 == 0 {
            Transport::Udp
        } else {
            Transport::Tcp
        };
        let from = client(number, transport);
        for ask in asks {
            for login in [None, Some(&nobody)] {
                let asked = ask.encode(u64::from(number), login);
                let Some((to, answer)) = world.deliver(from, asked) else {
                    continue;
                };
                assert_eq!(to, from, "nobody else hears of it");
                assert!(answer.len() <= LARGEST_ANSWER, "{} bytes", answer.len());
            }
        }
    }
    assert_eq!(world.engine.stats().allocations, 1);
    assert_eq!(world.engine.stats().packets_relayed, 0);
    assert_eq!(
        world.engine.devices.known(),
        1,
        "devices that are remembered"
    );
    assert!(world.send(&anna, peer, b"x").is_none());
}

/// The password is right, but the device has no session any more: the same as a stranger.
#[test]
fn a_flood_by_a_device_that_is_out_leaves_nothing_behind() {
    let mut world = World::new();
    world.live.lock().unwrap().remove(BERT);
    for port in 1..5_000 {
        let mut bert = world.stranger(BERT, port, Transport::Udp);
        world.challenge(&mut bert);
        let refused = world.ask(&bert, Ask::Allocate { lifetime: None });
        assert_eq!(refused.error, Some(401));
    }
    assert_eq!(world.engine.stats().allocations, 0);
    assert_eq!(world.engine.devices.known(), 0);
}
