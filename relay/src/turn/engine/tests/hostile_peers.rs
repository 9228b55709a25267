//! TURN is no way into anybody's network: whatever address a client names as its peer, and by whichever of the three
//! ways, nothing is ever relayed but between clients of this server.

use super::*;

/// Every block of the IANA registries of special-purpose addresses (RFC 6890 and what came since), with its first
/// address, its last, or one in the middle; besides them, multicast, and ordinary addresses of others.
const PEERS: [&str; 68] = [
    // IPv4: this network, private, shared, loopback, link-local and the addresses of clouds in it, protocol
    // assignments, DS-Lite, dummy, PCP and TURN anycast, NAT64 discovery, documentation, AS112, AMT, 6to4 relay,
    // benchmarking, reserved, broadcast.
    "0.0.0.0",
    "0.1.2.3",
    "0.255.255.255",
    "10.0.0.0",
    "10.1.2.3",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.0.0.53",
    "127.255.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.10",
    "192.0.0.170",
    "192.0.0.171",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.88.99.2",
    "192.168.0.1",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.77",
    "203.0.113.8",
    "203.0.113.10",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "8.8.8.8",
    // IPv6: loopback, unspecified, mapped, translated, well-known and local NAT64, discard, protocol assignments,
    // Teredo, benchmarking, documentation, AS112, ORCHID, 6to4, unique local and the addresses of clouds in it,
    // link-local, site-local, segment routing, multicast, and others.
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:0:127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:0:7f00:1:0:0:80ff:fffe",
    "2001:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a01:203::1",
    "2620:4f:8000::1",
    "3fff::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "2a00:1450::1",
];

/// The server's own IPv4 address in every dress that IPv6 has for it.
const OWN_IN_DISGUISE: [&str; 7] = [
    "::ffff:203.0.113.9",
    "::ffff:0:203.0.113.9",
    "::203.0.113.9",
    "64:ff9b::203.0.113.9",
    "64:ff9b:1::203.0.113.9",
    "2002:cb00:7109::1",
    "2001:0:cb00:7109:0:ffff:34ff:8ef6",
];

const PUBLIC_V6: &str = "2a01:4f8::9";

/// Every way by which a client can name a peer; whether anything goes there.
fn reaches(world: &mut World, anna: &Caller, peer: SocketAddr) -> bool {
    let permitted = world.ask(anna, Ask::Permit(&[peer]));
    let channel = 0x4000 + (peer.port() & 0x0FFF);
    let bound = world.ask(anna, Ask::Bind { channel, peer });
    for refused in [&permitted, &bound] {
        assert!(
            matches!(refused.error, Some(403 | 443)) && refused.signed,
            "{peer}: {refused:?}"
        );
    }
    world.say(anna, channel, b"x").is_some() || world.send(anna, peer, b"x").is_some()
}

fn addresses(texts: &[&str]) -> Vec<std::net::IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn no_address_but_the_servers_own_is_ever_a_peer() {
    for public in [
        (PUBLIC, 3478).into(),
        (PUBLIC_V6.parse::<std::net::IpAddr>().unwrap(), 3478).into(),
    ] {
        let mut world = World::at(public, TurnLimits::default());
        let (anna, bert) = world.friends();
        let ports = [
            bert.relayed().port(),
            anna.relayed().port(),
            3478,
            22,
            80,
            0,
        ];
        for address in addresses(&PEERS)
            .into_iter()
            .chain(addresses(&OWN_IN_DISGUISE))
        {
            for port in ports {
                let peer = SocketAddr::new(address, port);
                assert!(!reaches(&mut world, &anna, peer), "{peer} of {public}");
            }
        }
        assert_eq!(world.engine.stats().packets_relayed, 0);
        // One good peer among bad ones does not take them with it.
        let bad = SocketAddr::new(addresses(&["127.0.0.1"])[0], bert.relayed().port());
        let answer = world.ask(&anna, Ask::Permit(&[bert.relayed(), bad]));
        assert!(answer.error.is_some());
        // And what is allowed works, so this test could fail.
        assert!(world.send(&anna, bert.relayed(), b"x").is_some());
    }
}

/// A server whose public address is itself of a special kind, as at home: still only its clients.
#[test]
fn a_server_on_loopback_leads_to_no_other_port_of_its_machine() {
    let mut world = World::at(([127, 0, 0, 1], 3478).into(), TurnLimits::default());
    let (anna, bert) = world.friends();
    let taken = [anna.relayed().port(), bert.relayed().port()];
    for port in (1..=1024)
        .chain([3478, 5432, 6379, 8080])
        .chain(49_152..=65_535)
    {
        if taken.contains(&port) {
            continue;
        }
        let peer = SocketAddr::from(([127, 0, 0, 1], port));
        let channel = 0x4001;
        assert_eq!(
            world.ask(&anna, Ask::Bind { channel, peer }).error,
            Some(403)
        );
        assert_eq!(world.send(&anna, peer, b"x"), None);
    }
    assert_eq!(world.engine.stats().packets_relayed, 0);
}

#[test]
fn an_address_that_is_none_is_refused() {
    let mut world = World::new();
    let (anna, _) = world.friends();
    for value in [
        &[][..],
        &[0],
        &[0, 1, 2, 3],
        &[0, 9, 0, 1, 2, 3, 4, 5],
        &[0; 8],
        &[0, 2, 0, 1, 2, 3, 4, 5],
    ] {
        let mut out = BytesMut::new();
        crate::turn::encode::Encoder::new(&mut out, 0x0008, [8; 12])
            .attribute(0x0006, anna.login.username.as_bytes())
            .attribute(0x0014, anna.login.realm.as_bytes())
            .attribute(0x0015, anna.login.nonce.as_bytes())
            .attribute(0x0012, value)
            .finish_signed(&anna.login.md5());
        let answer = world.answer_to(anna.client, out.to_vec(), Some(&anna.login));
        assert!(answer.error.is_some(), "{value:?}");
    }
}
