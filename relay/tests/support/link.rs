//! A TURN client on real sockets, UDP or TCP, and a server to talk to.
//! Waiting is always for an answer, never for time to pass.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parley_relay::turn::{Clock, TurnConfig, TurnLimits, TurnSecret, TurnServer};

use crate::stun::{Answer, Ask, Login, Stun, channel_data};

/// Far longer than any answer takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const ANNA: &str = "anna-anna-anna-anna-00";
pub(crate) const BERT: &str = "bert-bert-bert-bert-00";

/// A clock that only the test moves.
#[derive(Default)]
pub(crate) struct TestClock(AtomicU64);

impl TestClock {
    pub(crate) fn pass(&self, time: Duration) {
        self.0.fetch_add(time.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn unix_seconds(&self) -> u64 {
        START + self.0.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(100 + self.0.load(Ordering::SeqCst))
    }
}

/// A server with its clock, on a free port of this machine.
pub(crate) struct Site {
    pub(crate) server: TurnServer,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) live: Arc<AtomicBool>,
}

impl Site {
    pub(crate) fn start(listen: &str) -> Self {
        Self::with(listen, TurnLimits::default())
    }

    pub(crate) fn with(listen: &str, limits: TurnLimits) -> Self {
        let listen: SocketAddr = listen.parse().unwrap();
        let clock = Arc::new(TestClock::default());
        let live = Arc::new(AtomicBool::new(true));
        let config = TurnConfig {
            listen,
            public_addr: ([127, 0, 0, 1], 0).into(),
            realm: "parley.test".to_owned(),
            limits,
        };
        let is_live = {
            let live = live.clone();
            move |_: &str| live.load(Ordering::SeqCst)
        };
        let secret = TurnSecret::new([5; 32]);
        let server = TurnServer::start(config, secret, Arc::new(is_live), clock.clone());
        Self {
            server: server.unwrap(),
            clock,
            live,
        }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.server.local_addr().port()).into()
    }

    pub(crate) fn login(&self, device: &str) -> Login {
        let issued = self.server.credentials(device, self.clock.unix_seconds());
        Login::new(&issued.username, &issued.password)
    }

    /// A client with an allocation.
    pub(crate) fn client(&self, device: &str, over: Over) -> Link {
        let mut link = Link::connect(self.addr(), over, self.login(device));
        let made = link.allocate();
        assert_eq!(made.error, None);
        link.relayed = made.relayed;
        link
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Udp,
    Tcp,
}

enum Socket {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

/// A client's connection.
pub(crate) struct Link {
    socket: Socket,
    pub(crate) login: Login,
    pub(crate) relayed: Option<SocketAddr>,
    transaction: u64,
    pending: Mutex<Vec<u8>>,
}

impl Link {
    pub(crate) fn connect(server: SocketAddr, over: Over, login: Login) -> Self {
        let socket = match over {
            Over::Udp => {
                let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
                socket.connect(server).unwrap();
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                Socket::Udp(socket)
            }
            Over::Tcp => {
                let stream = TcpStream::connect(server).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                stream.set_nodelay(true).unwrap();
                Socket::Tcp(stream)
            }
        };
        Self {
            socket,
            login,
            relayed: None,
            transaction: 0,
            pending: Mutex::default(),
        }
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        match &self.socket {
            Socket::Udp(socket) => socket.local_addr().unwrap(),
            Socket::Tcp(stream) => stream.local_addr().unwrap(),
        }
    }

    pub(crate) fn relayed(&self) -> SocketAddr {
        self.relayed.unwrap()
    }

    /// Asks without credentials, then with what the server said.
    pub(crate) fn allocate(&mut self) -> Stun {
        let allocate = Ask::Allocate { lifetime: None };
        let challenge = self.ask_unsigned(allocate);
        assert_eq!(challenge.error, Some(401));
        self.login.realm = challenge.realm.unwrap();
        self.login.nonce = challenge.nonce.unwrap();
        self.ask(allocate)
    }

    pub(crate) fn ask(&mut self, ask: Ask<'_>) -> Stun {
        self.transaction += 1;
        self.write(&ask.encode(self.transaction, Some(&self.login)));
        self.read().stun()
    }

    pub(crate) fn ask_unsigned(&mut self, ask: Ask<'_>) -> Stun {
        self.transaction += 1;
        self.write(&ask.encode(self.transaction, None));
        self.read().stun()
    }

    pub(crate) fn permit(&mut self, peer: &Self) {
        assert_eq!(self.ask(Ask::Permit(&[peer.relayed()])).error, None);
    }

    pub(crate) fn bind(&mut self, channel: u16, peer: &Self) {
        let peer = peer.relayed();
        assert_eq!(self.ask(Ask::Bind { channel, peer }).error, None);
    }

    pub(crate) fn send(&self, peer: &Self, data: &[u8]) {
        let peer = peer.relayed();
        self.write(&Ask::Send { peer, data }.encode(0, None));
    }

    pub(crate) fn say(&self, channel: u16, data: &[u8]) {
        self.write(&channel_data(channel, data));
    }

    pub(crate) fn write(&self, bytes: &[u8]) {
        match &self.socket {
            Socket::Udp(socket) => assert_eq!(socket.send(bytes).unwrap(), bytes.len()),
            Socket::Tcp(stream) => (&mut &*stream).write_all(bytes).unwrap(),
        }
    }

    pub(crate) fn read(&self) -> Answer {
        Answer::parse(&self.read_packet().unwrap(), Some(&self.login))
    }

    /// One message; an error once the server has closed the connection.
    pub(crate) fn read_packet(&self) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; 4096];
        match &self.socket {
            Socket::Udp(socket) => {
                let length = socket.recv(&mut buffer)?;
                buffer.truncate(length);
                Ok(buffer)
            }
            Socket::Tcp(stream) => self.read_frame(stream, &mut buffer),
        }
    }

    fn read_frame(&self, mut stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Vec<u8>> {
        let mut pending = self.pending.lock().unwrap();
        loop {
            if let Some(header) = pending.first_chunk::<4>() {
                let body = usize::from(u16::from_be_bytes([header[2], header[3]]));
                let head = if header[0] >> 6 == 0 { 20 } else { 4 };
                let length = head + body.next_multiple_of(4);
                if pending.len() >= length {
                    return Ok(pending.drain(..length).collect());
                }
            }
            match stream.read(buffer)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => pending.extend_from_slice(&buffer[..read]),
            }
        }
    }

    /// Whether the server answers on this connection.
    pub(crate) fn is_answered(&mut self) -> bool {
        self.ask_unsigned(Ask::Binding).mapped == Some(self.local_addr())
    }

    /// Whether the server answers nothing and hangs up.
    pub(crate) fn is_refused(&mut self) -> bool {
        self.transaction += 1;
        let asked = Ask::Binding.encode(self.transaction, None);
        match &self.socket {
            Socket::Udp(socket) => socket.send(&asked).is_err(),
            Socket::Tcp(stream) => (&mut &*stream).write_all(&asked).is_err() || self.is_closed(),
        }
    }

    /// Whether the server has closed the connection. Waits until it has.
    pub(crate) fn is_closed(&self) -> bool {
        match self.read_packet() {
            Ok(_) => false,
            Err(error) => !matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            ),
        }
    }
}
