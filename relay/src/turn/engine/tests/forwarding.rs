//! What reaches whom: only what both sides agreed to, and only clients.

use super::*;

fn data_from(peer: &Caller, data: &[u8]) -> impl Fn(&Answer) -> bool {
    let (peer, data) = (peer.relayed(), data.to_vec());
    move |answer| {
        let Answer::Stun(stun) = answer else {
            return false;
        };
        stun.peer == Some(peer) && stun.data.as_ref() == Some(&data)
    }
}

#[test]
fn an_indication_arrives_as_an_indication() {
    let mut world = World::new();
    let (anna, bert) = world.friends();
    for data in [&b"hello"[..], b"", &[7; 1200]] {
        let (to, answer) = world.send(&anna, bert.relayed(), data).unwrap();
        assert_eq!(to, bert.client);
        assert!(data_from(&anna, data)(&answer), "{answer:?}");
    }
}

#[test]
fn a_channel_leads_into_the_channel_of_the_other_side() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    for data in [&b"hello"[..], b"", &[7; 1200]] {
        let (to, answer) = world.say(&anna, 0x4001, data).unwrap();
        assert_eq!(to, bert.client);
        let data = data.to_vec();
        let channel = 0x4002;
        assert_eq!(answer, Answer::Channel { channel, data });
    }
    assert_eq!(world.engine.stats().packets_relayed, 3);
    assert_eq!(world.engine.stats().bytes_relayed, 1205);
}

#[test]
fn channels_and_indications_mix() {
    let mut world = World::new();
    let (anna, bert) = world.friends();
    world.bind(&anna, 0x4001, &bert);

    let (to, answer) = world.say(&anna, 0x4001, b"one").unwrap();
    assert_eq!(to, bert.client);
    assert!(data_from(&anna, b"one")(&answer), "{answer:?}");

    let (to, answer) = world.send(&bert, anna.relayed(), b"two").unwrap();
    assert_eq!(to, anna.client);
    let (channel, data) = (0x4001, b"two".to_vec());
    assert_eq!(answer, Answer::Channel { channel, data });
}

#[test]
fn nothing_passes_until_both_sides_permit_it() {
    let mut world = World::new();
    let anna = world.caller(ANNA, 1, Transport::Udp);
    let bert = world.caller(BERT, 2, Transport::Udp);
    assert_eq!(world.send(&anna, bert.relayed(), b"x"), None);
    world.permit(&anna, &bert);
    assert_eq!(world.send(&anna, bert.relayed(), b"x"), None);
    assert_eq!(world.send(&bert, anna.relayed(), b"x"), None);
    world.permit(&bert, &anna);
    assert!(world.send(&anna, bert.relayed(), b"x").is_some());
    assert!(world.send(&bert, anna.relayed(), b"x").is_some());
    assert_eq!(world.engine.stats().dropped_without_permission, 3);
}

/// RFC 8656, section 9: the port of a permission does not matter.
#[test]
fn a_permission_is_for_an_ip() {
    let mut world = World::new();
    let (anna, _) = world.friends();
    let third = world.caller(BERT, 3, Transport::Tcp);
    let answer = world.ask(&third, Ask::Permit(&[(PUBLIC, 0).into()]));
    assert_eq!(answer.error, None);
    assert!(world.send(&anna, third.relayed(), b"x").is_some());
}

#[test]
fn only_clients_of_this_server_can_be_peers() {
    let mut world = World::new();
    let anna = world.caller(ANNA, 1, Transport::Udp);
    let bert = world.caller(BERT, 2, Transport::Udp);
    world.permit(&bert, &anna);
    let elsewhere = ([10, 0, 0, 1], bert.relayed().port()).into();
    for peers in [&[elsewhere][..], &[bert.relayed(), elsewhere]] {
        assert_eq!(world.ask(&anna, Ask::Permit(peers)).error, Some(403));
        assert_eq!(world.send(&anna, bert.relayed(), b"x"), None);
    }

    world.permit(&anna, &bert);
    let taken = [anna.relayed().port(), bert.relayed().port()];
    let free = (49152..=65535).find(|port| !taken.contains(port)).unwrap();
    for peer in [elsewhere, (PUBLIC, free).into(), (PUBLIC, 3478).into()] {
        let channel = 0x4000;
        let refused = world.ask(&anna, Ask::Bind { channel, peer });
        assert_eq!(refused.error, Some(403));
        assert_eq!(world.send(&anna, peer, b"x"), None);
    }
    let other_family = "[2001:db8::1]:50000".parse().unwrap();
    let answer = world.ask(&anna, Ask::Permit(&[other_family]));
    assert_eq!(answer.error, Some(443));
    assert_eq!(world.ask(&anna, Ask::Permit(&[])).error, Some(400));
}

#[test]
fn a_channel_belongs_to_one_peer_and_a_peer_has_one_channel() {
    let mut world = World::new();
    let (anna, bert) = world.on_channels();
    let third = world.caller(BERT, 3, Transport::Tcp);
    let mut bind = |channel, whom: &Caller| {
        let peer = whom.relayed();
        world.ask(&anna, Ask::Bind { channel, peer }).error
    };
    assert_eq!(bind(0x4001, &third), Some(400));
    assert_eq!(bind(0x4009, &bert), Some(400));
    assert_eq!(bind(0x4001, &bert), None);
    assert_eq!(bind(0x4009, &third), None);
    for outside in [0x3FFF, 0x8000, 0xFFFF] {
        assert_eq!(bind(outside, &third), Some(400));
    }
}

#[test]
fn channels_are_the_clients_own() {
    let mut world = World::new();
    let (anna, _) = world.on_channels();
    let stranger = world.stranger(BERT, 9, Transport::Udp);
    assert_eq!(world.say(&stranger, 0x4001, b"x"), None);
    assert_eq!(world.say(&anna, 0x4002, b"x"), None);
    let mut over_tcp = anna.clone();
    over_tcp.client.transport = Transport::Tcp;
    assert_eq!(world.say(&over_tcp, 0x4001, b"x"), None);
}

#[test]
fn udp_and_tcp_clients_reach_each_other() {
    let mut world = World::new();
    let anna = world.caller(ANNA, 1, Transport::Udp);
    let bert = world.caller(BERT, 1, Transport::Tcp);
    world.bind(&anna, 0x4001, &bert);
    world.bind(&bert, 0x4002, &anna);
    assert_eq!(world.say(&anna, 0x4001, b"x").unwrap().0, bert.client);
    assert_eq!(world.say(&bert, 0x4002, b"x").unwrap().0, anna.client);
}
