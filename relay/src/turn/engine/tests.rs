//! The engine as its clients see it, with a clock that only the tests move.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;

use super::{Body, Engine};
use crate::turn::authority::Authority;
use crate::turn::client::{Client, Transport};
use crate::turn::clock::Now;
use crate::turn::credentials::TurnSecret;
use crate::turn::limits::TurnLimits;

mod credentials;
mod expiry;
mod floods;
mod forwarding;
mod hostile_peers;
mod limits;
mod malformed;
mod vectors;

#[path = "../../../tests/support/stun.rs"]
mod stun;

use stun::{Answer, Ask, Login, Stun, channel_data};

const REALM: &str = "parley.test";
const PUBLIC: [u8; 4] = [203, 0, 113, 9];
const ANNA: &str = "anna-anna-anna-anna-00";
const BERT: &str = "bert-bert-bert-bert-00";

/// A server, the time, and who has a session.
struct World {
    engine: Engine,
    now: Now,
    secret: TurnSecret,
    live: Arc<Mutex<HashSet<String>>>,
    transaction: u64,
}

/// A client of the server, with what it knows.
#[derive(Clone)]
struct Caller {
    client: Client,
    login: Login,
    relayed: Option<SocketAddr>,
}

impl Caller {
    fn relayed(&self) -> SocketAddr {
        self.relayed.unwrap()
    }
}

impl World {
    fn new() -> Self {
        Self::with(TurnLimits::default())
    }

    fn with(limits: TurnLimits) -> Self {
        Self::at((PUBLIC, 3478).into(), limits)
    }

    /// A server that is known by this address.
    fn at(public: SocketAddr, limits: TurnLimits) -> Self {
        let names = [ANNA, BERT].map(str::to_owned);
        let live = Arc::new(Mutex::new(HashSet::from(names)));
        let secret = TurnSecret::new([3; 32]);
        let is_live = {
            let live = live.clone();
            move |device: &str| live.lock().unwrap().contains(device)
        };
        let authority = Authority::new(secret.clone(), REALM.to_owned(), Arc::new(is_live));
        let interface = ([127, 0, 0, 1], 3478).into();
        Self {
            engine: Engine::new(authority, limits, interface, public),
            now: Now {
                unix: 1_800_000_000,
                monotonic: Duration::from_hours(1),
            },
            secret,
            live,
            transaction: 0,
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now.monotonic += time;
        self.now.unix += time.as_secs();
    }

    /// A client with good credentials that has not yet spoken to the server.
    fn stranger(&self, device: &str, port: u16, transport: Transport) -> Caller {
        let issued = self.secret.issue(device, self.now.unix + 3600);
        Caller {
            client: Client {
                addr: ([198, 51, 100, 1], port).into(),
                transport,
            },
            login: Login::new(&issued.username, &issued.password),
            relayed: None,
        }
    }

    /// Lets the server tell its realm and nonce.
    fn challenge(&mut self, caller: &mut Caller) -> Stun {
        let allocate = Ask::Allocate { lifetime: None };
        let challenge = self.unsigned(caller.client, allocate);
        caller.login.realm = challenge.realm.clone().unwrap();
        caller.login.nonce = challenge.nonce.clone().unwrap();
        challenge
    }

    /// A client with an allocation.
    fn caller(&mut self, device: &str, port: u16, transport: Transport) -> Caller {
        let mut caller = self.stranger(device, port, transport);
        self.challenge(&mut caller);
        let made = self.ask(&caller, Ask::Allocate { lifetime: None });
        assert_eq!(made.error, None);
        caller.relayed = Some(made.relayed.unwrap());
        caller
    }

    /// Two clients over UDP that may send to each other, without channels.
    fn friends(&mut self) -> (Caller, Caller) {
        let anna = self.caller(ANNA, 1001, Transport::Udp);
        let bert = self.caller(BERT, 1002, Transport::Udp);
        self.permit(&anna, &bert);
        self.permit(&bert, &anna);
        (anna, bert)
    }

    /// Two clients over UDP with channels to each other.
    fn on_channels(&mut self) -> (Caller, Caller) {
        let (anna, bert) = self.friends();
        self.bind(&anna, 0x4001, &bert);
        self.bind(&bert, 0x4002, &anna);
        (anna, bert)
    }

    fn permit(&mut self, who: &Caller, whom: &Caller) {
        let answer = self.ask(who, Ask::Permit(&[whom.relayed()]));
        assert_eq!(answer.error, None);
    }

    fn bind(&mut self, who: &Caller, channel: u16, whom: &Caller) {
        let peer = whom.relayed();
        let answer = self.ask(who, Ask::Bind { channel, peer });
        assert_eq!(answer.error, None);
    }

    fn ask(&mut self, caller: &Caller, ask: Ask<'_>) -> Stun {
        self.transaction += 1;
        let request = ask.encode(self.transaction, Some(&caller.login));
        self.answer_to(caller.client, request, Some(&caller.login))
    }

    fn unsigned(&mut self, client: Client, ask: Ask<'_>) -> Stun {
        self.transaction += 1;
        self.answer_to(client, ask.encode(self.transaction, None), None)
    }

    /// The server's answer, which goes to whoever asked.
    fn answer_to(&mut self, from: Client, request: Vec<u8>, login: Option<&Login>) -> Stun {
        let (to, answer) = self.deliver(from, request).unwrap();
        assert_eq!(to, from);
        Answer::parse(&answer, login).stun()
    }

    /// What the server sends when this comes in.
    fn deliver(&mut self, from: Client, mut packet: Vec<u8>) -> Option<(Client, Vec<u8>)> {
        let mut reply = BytesMut::new();
        let transmit = self.engine.handle(from, &mut packet, self.now, &mut reply);
        let transmit = transmit.unwrap()?;
        let bytes = match transmit.body {
            Body::Packet(length) => packet[..length].to_vec(),
            Body::Reply => reply.to_vec(),
        };
        Some((transmit.to, bytes))
    }

    /// Who gets `ChannelData`, and as what.
    fn say(&mut self, who: &Caller, channel: u16, data: &[u8]) -> Option<(Client, Answer)> {
        let (to, bytes) = self.deliver(who.client, channel_data(channel, data))?;
        Some((to, Answer::parse(&bytes, None)))
    }

    /// Who gets a Send indication, and as what.
    fn send(&mut self, who: &Caller, peer: SocketAddr, data: &[u8]) -> Option<(Client, Answer)> {
        let packet = Ask::Send { peer, data }.encode(0, None);
        let (to, bytes) = self.deliver(who.client, packet)?;
        Some((to, Answer::parse(&bytes, None)))
    }
}
