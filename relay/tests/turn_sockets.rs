//! The TURN server on real sockets: the ways between two clients, what ends
//! them, and what bad bytes do.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::net::{TcpListener, UdpSocket};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

#[path = "support/link.rs"]
mod link;
#[path = "support/stun.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod stun;

use link::{ANNA, BERT, Link, Over, Site};
use parley_relay::turn::TurnLimits;
use stun::Answer;

const WAYS: [(Over, Over); 3] = [
    (Over::Udp, Over::Udp),
    (Over::Tcp, Over::Tcp),
    (Over::Udp, Over::Tcp),
];

fn on_channels(site: &Site, (a, b): (Over, Over)) -> (Link, Link) {
    let mut anna = site.client(ANNA, a);
    let mut bert = site.client(BERT, b);
    anna.bind(0x4001, &bert);
    bert.bind(0x4002, &anna);
    (anna, bert)
}

fn channel(channel: u16, data: &[u8]) -> Answer {
    let data = data.to_vec();
    Answer::Channel { channel, data }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_tells_clients_their_address() {
    let site = Site::start("127.0.0.1:0");
    for over in [Over::Udp, Over::Tcp] {
        let mut anyone = Link::connect(site.addr(), over, site.login(ANNA));
        assert!(anyone.is_answered());
    }
}

/// IPv4 clients of a socket for both families are told their IPv4 address.
#[tokio::test(flavor = "multi_thread")]
async fn one_socket_serves_both_families() {
    let site = Site::start("[::]:0");
    for ways in WAYS {
        let (mut anna, bert) = on_channels(&site, ways);
        anna.say(0x4001, b"over");
        assert_eq!(bert.read(), channel(0x4002, b"over"));
        assert!(anna.is_answered());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn channel_data_goes_both_ways_over_all_ways() {
    let site = Site::start("127.0.0.1:0");
    for ways in WAYS {
        let (anna, bert) = on_channels(&site, ways);
        for length in [0, 1, 2, 3, 4, 120, 1200] {
            let data = vec![7; length];
            anna.say(0x4001, &data);
            assert_eq!(bert.read(), channel(0x4002, &data), "{ways:?}");
            bert.say(0x4002, &data);
            assert_eq!(anna.read(), channel(0x4001, &data), "{ways:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn indications_go_both_ways_over_all_ways() {
    let site = Site::start("127.0.0.1:0");
    for (a, b) in WAYS {
        let mut anna = site.client(ANNA, a);
        let mut bert = site.client(BERT, b);
        anna.permit(&bert);
        bert.permit(&anna);
        for (from, to) in [(&anna, &bert), (&bert, &anna)] {
            from.send(to, b"hello");
            let arrived = to.read().stun();
            assert_eq!(arrived.peer, Some(from.relayed()));
            assert_eq!(arrived.data.as_deref(), Some(&b"hello"[..]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_arrives_whole_and_in_order() {
    // As many as fit into the smallest usual socket buffer.
    const BURST: u16 = 150;
    let site = Site::start("127.0.0.1:0");
    for ways in WAYS {
        let (anna, bert) = on_channels(&site, ways);
        for number in 0..BURST {
            anna.say(0x4001, &number.to_be_bytes());
        }
        for number in 0..BURST {
            assert_eq!(bert.read(), channel(0x4002, &number.to_be_bytes()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_after_the_channel_has_ended() {
    let site = Site::start("127.0.0.1:0");
    let (mut anna, mut bert) = on_channels(&site, (Over::Udp, Over::Udp));
    site.clock.pass(Duration::from_secs(599));
    anna.permit(&bert);
    bert.permit(&anna);
    anna.say(0x4001, b"in time");
    assert_eq!(bert.read(), channel(0x4002, b"in time"));
    site.clock.pass(Duration::from_secs(1));
    anna.say(0x4001, b"too late");
    // Had it been passed on, Bert would have it before this answer.
    assert!(anna.is_answered());
    assert!(bert.is_answered());
    assert_eq!(site.server.stats().packets_relayed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_device_ends_its_way_at_once() {
    let site = Site::start("127.0.0.1:0");
    for ways in WAYS {
        let (mut anna, bert) = on_channels(&site, ways);
        site.server.end_device(BERT);
        anna.say(0x4001, b"gone");
        assert!(anna.is_answered());
        if ways.1 == Over::Tcp {
            assert!(bert.is_closed());
        }
        assert_eq!(site.server.stats().allocations, 1);
        site.server.end_device(ANNA);
    }
    assert_eq!(site.server.stats().packets_relayed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_a_session_gets_nothing() {
    let site = Site::start("127.0.0.1:0");
    site.live.store(false, Ordering::SeqCst);
    for over in [Over::Udp, Over::Tcp] {
        let mut anna = Link::connect(site.addr(), over, site.login(ANNA));
        assert_eq!(anna.allocate().error, Some(401));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allocation_ends_with_its_tcp_connection() {
    let site = Site::start("127.0.0.1:0");
    let (mut anna, bert) = on_channels(&site, (Over::Udp, Over::Tcp));
    assert_eq!(site.server.stats().allocations, 2);
    drop(bert);
    // The server learns of it in its own time: ask it things until it has.
    let gone = (0..100_000).any(|_| anna.is_answered() && site.server.stats().allocations == 1);
    assert!(gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bytes_close_a_tcp_connection_and_no_other() {
    let site = Site::start("127.0.0.1:0");
    let (anna, bert) = on_channels(&site, (Over::Tcp, Over::Tcp));
    let bad: [&[u8]; 5] = [
        b"\x80\x00\x00\x00",
        b"\x40\x01\xFF\xFF",
        b"\x00\x01\x00\x03",
        b"\x00\x01\x00\x00no magic cookie!",
        b"GET / HTTP/1.1\r\n\r\n",
    ];
    for bytes in bad {
        let stranger = Link::connect(site.addr(), Over::Tcp, site.login(ANNA));
        stranger.write(bytes);
        assert!(stranger.is_closed(), "{bytes:?}");
    }
    anna.say(0x4001, b"untouched");
    assert_eq!(bert.read(), channel(0x4002, b"untouched"));
}

#[tokio::test(start_paused = true)]
async fn a_stranger_without_an_allocation_is_not_kept() {
    let site = Site::start("127.0.0.1:0");
    let mut stranger = tokio::net::TcpStream::connect(site.addr()).await.unwrap();
    let mut rest = Vec::new();
    let closed = timeout(Duration::from_mins(2), stranger.read_to_end(&mut rest));
    assert!(closed.await.is_ok());
}

/// The rest of the server's slots stays free for others.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_only_so_many_tcp_connections() {
    let limits = TurnLimits {
        tcp_connections_per_address: 2,
        ..TurnLimits::default()
    };
    let site = Site::with("127.0.0.1:0", limits);
    let connect = || Link::connect(site.addr(), Over::Tcp, site.login(ANNA));
    let (first, mut second) = (site.client(ANNA, Over::Tcp), connect());
    assert!(second.is_answered());
    // A connection without an allocation is evicted, and no other.
    let mut third = site.client(BERT, Over::Tcp);
    assert!(second.is_closed());
    assert!(third.is_answered());
    assert!(connect().is_closed());
    drop(first);
    // The server learns of it in its own time.
    let again = (0..100_000).any(|_| third.is_answered() && !connect().is_refused());
    assert!(again);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bytes_over_udp_are_ignored() {
    let site = Site::start("127.0.0.1:0");
    let (mut anna, bert) = on_channels(&site, (Over::Udp, Over::Udp));
    for length in 0..64 {
        anna.write(&vec![length; usize::from(length)]);
    }
    anna.write(&[0x40; 4000]);
    assert!(anna.is_answered());
    anna.say(0x4001, b"untouched");
    assert_eq!(bert.read(), channel(0x4002, b"untouched"));
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_may_arrive_in_pieces() {
    let site = Site::start("127.0.0.1:0");
    let (anna, bert) = on_channels(&site, (Over::Tcp, Over::Udp));
    let mut stream = stun::channel_data(0x4001, b"one");
    stream.extend(stun::channel_data(0x4001, b"three"));
    for byte in stream {
        anna.write(&[byte]);
    }
    assert_eq!(bert.read(), channel(0x4002, b"one"));
    assert_eq!(bert.read(), channel(0x4002, b"three"));
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_leaves_nothing_behind() {
    let site = Site::start("127.0.0.1:0");
    let addr = site.addr();
    let (_anna, bert) = on_channels(&site, (Over::Udp, Over::Tcp));
    site.server.shutdown().await;
    assert!(bert.is_closed());
    UdpSocket::bind(addr).unwrap();
    TcpListener::bind(addr).unwrap();
}

/// A flood by nobody in particular: at most one answer to each question, and the process does not grow.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_answered_at_most_as_often_as_it_asks() {
    const ROUNDS: u64 = 40;
    const SOCKETS: usize = 50;
    const GROWTH: u64 = 8 * 1024 * 1024;
    let site = Site::start("127.0.0.1:0");
    let mut strangers: Vec<UdpSocket> = Vec::new();
    for _ in 0..SOCKETS {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(site.addr()).unwrap();
        socket.set_nonblocking(true).unwrap();
        strangers.push(socket);
    }
    let before = resident_bytes();
    let (mut asked, mut answered) = (0_u64, 0_u64);
    let mut bytes = [0; 2048];
    for round in 0..ROUNDS {
        for socket in &strangers {
            for ask in [stun::Ask::Binding, stun::Ask::Allocate { lifetime: None }] {
                asked += u64::from(socket.send(&ask.encode(round, None)).is_ok());
            }
        }
        for socket in &strangers {
            while socket.recv(&mut bytes).is_ok() {
                answered += 1;
            }
        }
    }
    // What is still under way is here before the answer to one more.
    let mut last = Link::connect(site.addr(), Over::Udp, site.login(ANNA));
    assert!(last.is_answered());
    for socket in &strangers {
        while socket.recv(&mut bytes).is_ok() {
            answered += 1;
        }
    }
    assert!(
        answered > 0 && answered <= asked,
        "{answered} answers to {asked}"
    );
    assert_eq!(site.server.stats().allocations, 0);
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < GROWTH, "{grown} bytes more");
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    const PAGE: u64 = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * PAGE
}
