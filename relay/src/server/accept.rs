//! Takes TCP connections and speaks HTTP/1.1 on them, until it is told to stop.

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

use crate::places::{Place, Places};

/// The address of the other end of a request's connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// A request's headers must be there within this time, counted from the end of the one before.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// A connection that became no socket takes no further request after this time. Longer keeps places for
/// whoever asks for a file and does not read it.
const LIFETIME: Duration = Duration::from_mins(5);
/// And then has so long to finish: the app is there at 10 KB a second.
const GRACE: Duration = Duration::from_mins(1);

/// A connection's place, for as long as anything of it lives.
#[derive(Debug, Clone)]
pub(crate) struct Held(pub(crate) Arc<Place>);

/// What a connection that is no socket reads and writes ahead at most, its headers included. The library's own
/// figure is 400 KiB.
const BUFFER: usize = 16 * 1024;

/// Serves until `stopping` is true, then lets open requests finish. `is_known` tells whether members were let in
/// from an address lately.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    places: Arc<Places>,
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
                if let Some(place) = places.take(peer.ip(), is_known(peer.ip())) {
                    let held = Held(Arc::new(place));
                    tokio::spawn(connection(
                        stream,
                        peer,
                        held,
                        router.clone(),
                        stopping.clone(),
                    ));
                } else {
                    tracing::debug!("too many connections");
                }
            }
            Err(error) => {
                // Too many open files, most likely: wait until some are closed.
                tracing::warn!(%error, "a connection could not be taken");
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
    // Frames are small and must not wait for each other.
    let _ = stream.set_nodelay(true);
    let place = Arc::clone(&held.0);
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
        () = place.evicted() => None,
    };
    match served {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%error, "a request broke off"),
        None => tracing::debug!("a connection took too long, or others needed its place"),
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
        async fn start(router: Router, places: Arc<Places>) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopping) = watch::channel(false);
            tokio::spawn(serve(listener, router, places, |_| false, stopping));
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

    /// Nobody who asks for a page has to wait for those who hold connections.
    #[tokio::test]
    async fn whoever_comes_last_takes_the_place_of_the_oldest() {
        let site = Site::start(hello(), Places::new(10, 2)).await;
        let (mut first, mut second) = (site.connect().await, site.connect().await);
        assert!(is_answered(&mut first).await && is_answered(&mut second).await);
        let mut third = site.connect().await;
        assert!(is_answered(&mut third).await);
        assert!(is_closed_within(&mut first, Duration::from_mins(1)).await);
        assert!(is_answered(&mut second).await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_no_whole_request_is_not_waited_for() {
        let site = Site::start(hello(), Places::new(10, 10)).await;
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

    /// An answer that never ends, or that nobody reads, does not hold its place for ever.
    #[tokio::test(start_paused = true)]
    async fn no_request_lives_for_ever() {
        let endless = Router::new().route("/", get(std::future::pending::<String>));
        let site = Site::start(endless, Places::new(10, 10)).await;
        let mut stream = site.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        assert!(is_closed_within(&mut stream, (LIFETIME + GRACE) * 2).await);
    }
}
