//! Accepts TCP connections until told to stop, and finds out what is spoken on each by its first bytes: TLS, plain
//! HTTP or TURN outside, HTTP/2, HTTP/1.1 or TURN inside.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::http::{self, Client};
use crate::config::TrustedProxies;
use crate::connection_slots::{Slot, Slots};
use crate::tls::{HTTP2, Tls};
use crate::turn::TurnDoor;

pub(crate) use super::http::{Held, OverTls, Peer};

/// Time for a TLS handshake, and before it for the first byte. A phone on a bad line needs two seconds.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Type of a TLS record with a handshake in it (RFC 8446 section 5.1).
const TLS_HANDSHAKE: u8 = 22;
/// The first two bits of a STUN message are zero, and no request of HTTP begins so (RFC 8489 section 5).
const STUN_BELOW: u8 = 0x40;
/// Bytes 4 to 7 of every STUN message (RFC 8489 section 5).
const STUN_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];

/// What is behind the port.
pub(crate) struct Door<K> {
    pub(crate) router: Router,
    /// With TLS, what plain HTTP gets.
    pub(crate) plain: Router,
    pub(crate) tls: Option<Tls>,
    pub(crate) turn: Option<TurnDoor>,
    pub(crate) slots: Arc<Slots>,
    pub(crate) proxies: TrustedProxies,
    /// Whether a member was let in from an address lately.
    pub(crate) is_known: K,
}

/// Serves until `stopping` is true, then lets open requests finish.
pub(crate) async fn serve<K>(
    listener: TcpListener,
    door: Arc<Door<K>>,
    mut stopping: watch::Receiver<bool>,
) where
    K: Fn(IpAddr) -> bool + Send + Sync + 'static,
{
    loop {
        let accepted = tokio::select! {
            () = http::stopped(&mut stopping) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(slot) = door.slot(peer.ip()) {
                    let held = Held(Arc::new(slot));
                    tokio::spawn(connection(
                        stream,
                        peer,
                        held,
                        Arc::clone(&door),
                        stopping.clone(),
                    ));
                } else {
                    tracing::debug!("connection refused: connection limit reached");
                }
            }
            Err(error) => {
                // Too many open files, most likely: wait until some are closed.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl<K: Fn(IpAddr) -> bool> Door<K> {
    /// All connections of a proxy come from its address; there, sockets are counted by the forwarded address instead.
    fn slot(&self, from: IpAddr) -> Option<Slot> {
        if self.proxies.contains(from) {
            self.slots.take_for_many(from, (self.is_known)(from))
        } else {
            self.slots.take(from, (self.is_known)(from))
        }
    }
}

async fn connection<K>(
    stream: TcpStream,
    peer: SocketAddr,
    held: Held,
    door: Arc<Door<K>>,
    stopping: watch::Receiver<bool>,
) where
    K: Fn(IpAddr) -> bool + Send + Sync + 'static,
{
    // Frames are small and must not wait for each other (Nagle's algorithm).
    let _ = stream.set_nodelay(true);
    let slot = Arc::clone(&held.0);
    let client = Client {
        peer,
        held,
        is_over_tls: false,
    };
    let served = async {
        match &door.tls {
            None => http::http1(stream, client, door.router.clone(), stopping).await,
            Some(tls) => speak(stream, client, tls, &door, stopping).await,
        }
    };
    let ended = tokio::select! {
        served = served => served,
        () = slot.evicted() => Err(io::Error::other("evicted by a newer connection")),
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection lost");
    }
}

/// One port for everything.
async fn speak<K>(
    stream: TcpStream,
    client: Client,
    tls: &Tls,
    door: &Door<K>,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut first = [0; 8];
    let length = timeout(HANDSHAKE_TIMEOUT, stream.peek(&mut first)).await??;
    match first.get(..length).unwrap_or_default() {
        [] => Ok(()),
        [TLS_HANDSHAKE, ..] => {
            let Some(stream) = timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await?? else {
                return Ok(());
            };
            let client = Client {
                is_over_tls: true,
                ..client
            };
            inside(stream, client, door, stopping).await
        }
        begun if is_stun(begun) => turn(stream, &client, door).await,
        [..] => http::http1(stream, client, door.plain.clone(), stopping).await,
    }
}

/// What is spoken inside of TLS.
async fn inside<K>(
    mut stream: Box<tokio_rustls::server::TlsStream<TcpStream>>,
    client: Client,
    door: &Door<K>,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    if stream.get_ref().1.alpn_protocol() == Some(HTTP2) {
        return http::http2(stream, client, door.router.clone(), stopping).await;
    }
    let begun = timeout(http::HEADER_TIMEOUT, stream.fill_buf()).await??;
    match begun {
        [] => Ok(()),
        begun if is_stun(begun) => turn(stream, &client, door).await,
        [..] => http::http1(stream, client, door.router.clone(), stopping).await,
    }
}

/// Whether this is how a STUN message begins, as far as it is there.
fn is_stun(begun: &[u8]) -> bool {
    begun.first().is_some_and(|first| *first < STUN_BELOW)
        && begun.get(4..8).is_none_or(|cookie| cookie == STUN_COOKIE)
}

async fn turn<K>(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    client: &Client,
    door: &Door<K>,
) -> io::Result<()> {
    let Some(turn) = &door.turn else {
        return Err(io::Error::other("TURN is off"));
    };
    turn.serve(stream, client.peer, &client.held.0).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tempfile::TempDir;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;
    use tokio_rustls::rustls::crypto::aws_lc_rs;
    use tokio_rustls::rustls::pki_types::pem::PemObject as _;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    use crate::config::TlsTerms;

    use super::super::http::{GRACE, HEADER_TIMEOUT, LIFETIME};
    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";

    struct Site {
        address: SocketAddr,
        folder: Option<TempDir>,
        _stop: watch::Sender<bool>,
    }

    impl Site {
        async fn start(router: Router, slots: Arc<Slots>) -> Self {
            Self::open(router, slots, None).await
        }

        /// The same with TLS.
        async fn secure(router: Router, slots: Arc<Slots>) -> Self {
            Self::open(router, slots, Some(TempDir::new().unwrap())).await
        }

        async fn open(router: Router, slots: Arc<Slots>, folder: Option<TempDir>) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopping) = watch::channel(false);
            let tls = folder
                .as_ref()
                .and_then(|folder| Tls::start(&TlsTerms::SelfSigned, folder.path(), None).unwrap());
            let door = Door {
                router,
                plain: Router::new(),
                tls,
                turn: None,
                slots,
                proxies: TrustedProxies::default(),
                is_known: |_| false,
            };
            tokio::spawn(serve(listener, Arc::new(door), stopping));
            Self {
                address,
                folder,
                _stop: stop,
            }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
        }

        /// The handshake of somebody who trusts it.
        async fn over_tls(&self, protocol: &[u8]) -> TlsStream<TcpStream> {
            let folder = self.folder.as_ref().unwrap().path();
            let root = CertificateDer::from_pem_file(folder.join("tls/authority.pem"));
            let mut roots = RootCertStore::empty();
            roots.add(root.unwrap()).unwrap();
            let provider = Arc::new(aws_lc_rs::default_provider());
            let mut config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots)
                .with_no_client_auth();
            config.alpn_protocols = vec![protocol.to_vec()];
            let name = ServerName::try_from("localhost").unwrap();
            let connector = TlsConnector::from(Arc::new(config));
            connector.connect(name, self.connect().await).await.unwrap()
        }
    }

    fn hello() -> Router {
        Router::new().route("/", get(async || "hello"))
    }

    /// Whether a request is answered; if not, the connection was closed.
    async fn is_answered(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> bool {
        let mut byte = [0];
        let sent = stream.write_all(REQUEST).await;
        sent.is_ok() && matches!(stream.read(&mut byte).await, Ok(1))
    }

    /// Whether the relay closes the connection within this time.
    async fn is_closed_within(stream: &mut (impl AsyncRead + Unpin), time: Duration) -> bool {
        let mut rest = Vec::new();
        // A reset is an end, too.
        timeout(time, stream.read_to_end(&mut rest)).await.is_ok()
    }

    /// Nobody who requests a page has to wait for those who hold connections.
    #[tokio::test]
    async fn whoever_comes_last_takes_the_place_of_the_oldest() {
        let site = Site::start(hello(), Slots::new(10, 2)).await;
        let (mut first, mut second) = (site.connect().await, site.connect().await);
        assert!(is_answered(&mut first).await && is_answered(&mut second).await);
        let mut third = site.connect().await;
        assert!(is_answered(&mut third).await);
        assert!(is_closed_within(&mut first, Duration::from_mins(1)).await);
        assert!(is_answered(&mut second).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_no_whole_request_is_not_waited_for() {
        let site = Site::start(hello(), Slots::new(10, 10)).await;
        let beginnings: [&[u8]; 3] = [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: here\r\n"];
        for beginning in beginnings {
            let mut stream = site.connect().await;
            stream.write_all(beginning).await.unwrap();
            assert!(is_closed_within(&mut stream, HEADER_TIMEOUT * 2).await);
        }
        let mut asked_once = site.connect().await;
        assert!(is_answered(&mut asked_once).await);
        assert!(is_closed_within(&mut asked_once, HEADER_TIMEOUT * 2).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_handshake_that_does_not_end_is_not_waited_for() {
        let site = Site::secure(hello(), Slots::new(10, 10)).await;
        // A record that announces 512 bytes of a client's hello, and the beginning of what it may be.
        let begun = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
        let beginnings: [&[u8]; 6] = [b"", &begun[..1], &begun[..5], &begun, b"GET / HT", &[0, 1]];
        for beginning in beginnings {
            let mut stream = site.connect().await;
            stream.write_all(beginning).await.unwrap();
            assert!(
                is_closed_within(&mut stream, HEADER_TIMEOUT * 2).await,
                "{beginning:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_inside_of_tls_is_not_waited_for() {
        let site = Site::secure(hello(), Slots::new(20, 20)).await;
        let beginnings: [&[u8]; 4] = [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: here\r\n", &[0]];
        for beginning in beginnings {
            let mut stream = site.over_tls(b"http/1.1").await;
            stream.write_all(beginning).await.unwrap();
            assert!(
                is_closed_within(&mut stream, HEADER_TIMEOUT * 2).await,
                "{beginning:?}"
            );
        }
        let mut asked_once = site.over_tls(b"http/1.1").await;
        assert!(is_answered(&mut asked_once).await);
        assert!(is_closed_within(&mut asked_once, HEADER_TIMEOUT * 2).await);
    }

    /// Connections of HTTP/2 that ask for nothing, or begin to ask, or never read what they asked for.
    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_of_http_2_ends() {
        let site = Site::secure(hello(), Slots::new(20, 20)).await;
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        // The beginning of headers, without their end (RFC 9113 section 6.2): `:method: GET`, and no more.
        let headers = [0, 0, 1, 1, 0, 0, 0, 0, 1, 0x82];
        let greeted = [&preface[..], &settings].concat();
        let begun = [&greeted[..], &headers].concat();
        for beginning in [&b""[..], &preface[..10], &greeted, &begun] {
            let mut stream = site.over_tls(b"h2").await;
            stream.write_all(beginning).await.unwrap();
            let patience = (HEADER_TIMEOUT + GRACE) * 2;
            assert!(
                is_closed_within(&mut stream, patience).await,
                "{beginning:?}"
            );
        }
    }

    /// A response that never ends, or that nobody reads, does not hold its slot for ever.
    #[tokio::test(start_paused = true)]
    async fn no_request_lives_for_ever() {
        let endless = Router::new().route("/", get(std::future::pending::<String>));
        let site = Site::start(endless, Slots::new(10, 10)).await;
        let mut stream = site.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        assert!(is_closed_within(&mut stream, (LIFETIME + GRACE) * 2).await);
    }

    #[test]
    fn a_stun_message_is_told_by_its_first_bytes() {
        let binding = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
        assert!(is_stun(&binding) && is_stun(&binding[..3]));
        assert!(!is_stun(&[0, 1, 0, 0, 0, 0, 0, 0]));
        assert!(!is_stun(b"GET / HT") && !is_stun(b"PRI * HT") && !is_stun(&[]));
        assert!(
            !is_stun(&[0x40, 0, 0, 4]),
            "data of a channel begins no connection"
        );
    }
}
