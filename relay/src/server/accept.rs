//! Accepts TCP connections and serves HTTP/1.1 on them, until told to stop.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::connection_slots::{Slot, Slots};

/// The peer address of a request's connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Time for the headers of a request, counted from the end of the previous one.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// Lifetime of a connection that is not upgraded. Longer keeps slots for clients that request a file and do not
/// read it.
const LIFETIME: Duration = Duration::from_mins(5);
/// Time for the last request after that: the app loads at 10 KB per second.
const GRACE: Duration = Duration::from_mins(1);

/// A connection's slot, held as long as any part of it lives.
#[derive(Debug, Clone)]
pub(crate) struct Held(pub(crate) Arc<Slot>);

/// Maximum buffer for reading and writing, headers included. The library's default is 400 KiB.
const BUFFER: usize = 16 * 1024;

/// Serves until `stopping` is true, then lets open requests finish. `is_known` tells whether a member was let in
/// from an address lately.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    slots: Arc<Slots>,
    is_known: impl Fn(IpAddr) -> bool,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            () = stopped(&mut stopping) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(slot) = slots.take(peer.ip(), is_known(peer.ip())) {
                    let held = Held(Arc::new(slot));
                    tokio::spawn(connection(
                        stream,
                        peer,
                        held,
                        router.clone(),
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

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    held: Held,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    // Frames are small and must not wait for each other (Nagle's algorithm).
    let _ = stream.set_nodelay(true);
    let slot = Arc::clone(&held.0);
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<_>| {
        let extensions = request.extensions_mut();
        extensions.insert(Peer(peer));
        extensions.insert(held.clone());
        hyper::service::Service::call(&service, Request::from(request.map(axum::body::Body::new)))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let finishing = async {
        tokio::select! {
            served = connection.as_mut() => return Some(served),
            () = stopped(&mut stopping) => {}
            () = sleep(LIFETIME) => {}
        }
        connection.as_mut().graceful_shutdown();
        timeout(GRACE, connection).await.ok()
    };
    let served = tokio::select! {
        served = finishing => served,
        () = slot.evicted() => None,
    };
    match served {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%error, "HTTP connection lost"),
        None => tracing::debug!("HTTP connection closed: timeout or evicted by a newer connection"),
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";

    struct Site {
        address: SocketAddr,
        _stop: watch::Sender<bool>,
    }

    impl Site {
        async fn start(router: Router, slots: Arc<Slots>) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopping) = watch::channel(false);
            tokio::spawn(serve(listener, router, slots, |_| false, stopping));
            Self {
                address,
                _stop: stop,
            }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
        }
    }

    fn hello() -> Router {
        Router::new().route("/", get(async || "hello"))
    }

    /// Whether a request is answered; if not, the connection was closed.
    async fn is_answered(stream: &mut TcpStream) -> bool {
        let mut byte = [0];
        let sent = stream.write_all(REQUEST).await;
        sent.is_ok() && matches!(stream.read(&mut byte).await, Ok(1))
    }

    /// Whether the relay closes the connection within this time.
    async fn is_closed_within(stream: &mut TcpStream, time: Duration) -> bool {
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

    /// A response that never ends, or that nobody reads, does not hold its slot for ever.
    #[tokio::test(start_paused = true)]
    async fn no_request_lives_for_ever() {
        let endless = Router::new().route("/", get(std::future::pending::<String>));
        let site = Site::start(endless, Slots::new(10, 10)).await;
        let mut stream = site.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        assert!(is_closed_within(&mut stream, (LIFETIME + GRACE) * 2).await);
    }
}
