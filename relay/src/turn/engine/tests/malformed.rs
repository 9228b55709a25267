//! Bytes from outside never do harm: random, cut short, changed, or signed by
//! somebody who may and means no good.

use proptest::prelude::*;

use super::*;
use crate::turn::encode::Encoder;
use crate::turn::message::names;

/// Anna and Bert on channels, and Anna's word on it after whatever came in.
fn undisturbed(world: &mut World, anna: &Caller) -> bool {
    world.say(anna, 0x4001, b"still there").is_some()
}

fn feed(world: &mut World, from: Client, mut packet: Vec<u8>) -> bool {
    let mut reply = BytesMut::new();
    let handled = world
        .engine
        .handle(from, &mut packet, world.now, &mut reply);
    matches!(handled, Ok(Some(_)))
}

/// Requests that would be answered, had nobody touched them.
fn genuine(login: &Login, peer: SocketAddr) -> Vec<Vec<u8>> {
    let asks = [
        Ask::Binding,
        Ask::Allocate {
            lifetime: Some(700),
        },
        Ask::Refresh { lifetime: 700 },
        Ask::Permit(&[peer]),
        Ask::Bind {
            channel: 0x4001,
            peer,
        },
    ];
    let mut all: Vec<_> = asks.iter().map(|it| it.encode(5, Some(login))).collect();
    all.push(
        Ask::Send {
            peer,
            data: b"data",
        }
        .encode(5, None),
    );
    all
}

#[test]
fn a_message_that_was_cut_short_is_malformed() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    for packet in genuine(&anna.login, bert.relayed()) {
        assert!(feed(&mut world, anna.client, packet.clone()));
        for length in 0..packet.len() {
            let cut = packet[..length].to_vec();
            assert!(!feed(&mut world, anna.client, cut), "{length}");
        }
    }
    assert!(undisturbed(&mut world, &anna));
}

#[test]
fn unknown_attributes_that_must_be_understood_are_refused() {
    let mut world = World::new();
    let client = Client::udp(([198, 51, 100, 7], 777).into());
    for (kind, error) in [(0x0022, Some(420)), (0x7FFF, Some(420)), (0x8001, None)] {
        let mut out = BytesMut::new();
        Encoder::new(&mut out, names::BINDING_REQUEST, [1; 12])
            .attribute(kind, &[0; 4])
            .finish();
        assert_eq!(world.answer_to(client, out.to_vec(), None).error, error);
    }
}

#[test]
fn what_follows_the_signature_does_not_count() {
    let mut world = World::new();
    let (anna, bert) = world.friends();
    let mut request = Ask::Permit(&[]).encode(9, Some(&anna.login));
    let mut extra = BytesMut::new();
    Encoder::new(&mut extra, 0, request[8..20].try_into().unwrap())
        .address(names::XOR_PEER_ADDRESS, bert.relayed())
        .finish();
    request.extend_from_slice(&extra[20..]);
    let length = u16::try_from(request.len() - 20).unwrap();
    request[2..4].copy_from_slice(&length.to_be_bytes());
    let answer = world.answer_to(anna.client, request, Some(&anna.login));
    assert_eq!(answer.error, Some(400));
}

proptest! {
    #[test]
    fn random_bytes_do_nothing(packets in prop::collection::vec(
        prop::collection::vec(any::<u8>(), 0..200), 1..20,
    )) {
        let mut world = World::new();
        let (anna, _) = world.on_channels();
        for packet in packets {
            feed(&mut world, anna.client, packet);
        }
        prop_assert!(undisturbed(&mut world, &anna));
        prop_assert_eq!(world.engine.stats().allocations, 2);
    }

    #[test]
    fn changed_messages_do_nothing(
        which in 0..5_usize,
        at in any::<prop::sample::Index>(),
        value in any::<u8>(),
    ) {
        let mut world = World::new();
        let (anna, bert) = world.on_channels();
        let packets = genuine(&anna.login, bert.relayed());
        let mut packet = packets[which].clone();
        let at = at.index(packet.len());
        packet[at] ^= value;
        feed(&mut world, anna.client, packet);
        prop_assert!(undisturbed(&mut world, &anna));
    }

    /// Signed properly, with attributes of any kind and length.
    #[test]
    fn odd_requests_by_a_member_do_no_harm(
        kind in prop::sample::select(vec![0x0001_u16, 0x0003, 0x0008, 0x0009, 0x0016, 0x0017]),
        attributes in prop::collection::vec((
            prop::sample::select(vec![
                0x0000_u16, 0x0006, 0x000C, 0x000D, 0x0012, 0x0013, 0x0017, 0x0018, 0x0019,
                0x001C, 0x001D, 0x001E, 0x8022, 0x8028,
            ]),
            prop::collection::vec(any::<u8>(), 0..24),
        ), 0..8),
    ) {
        let mut world = World::new();
        let (anna, _) = world.on_channels();
        let mut bert = world.stranger(BERT, 5, Transport::Tcp);
        world.challenge(&mut bert);
        for caller in [&anna, &bert] {
            let mut out = BytesMut::new();
            let mut encoder = Encoder::new(&mut out, kind, [8; 12])
                .attribute(names::USERNAME, caller.login.username.as_bytes())
                .attribute(names::REALM, caller.login.realm.as_bytes())
                .attribute(names::NONCE, caller.login.nonce.as_bytes());
            for (kind, value) in &attributes {
                encoder = encoder.attribute(*kind, value);
            }
            encoder.finish_signed(&caller.login.md5());
            feed(&mut world, caller.client, out.to_vec());
        }
        prop_assert!(undisturbed(&mut world, &anna));
    }
}
