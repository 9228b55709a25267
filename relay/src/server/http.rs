//! HTTP on one connection: version 1.1 or 2, with a limit for everything that a peer can draw out.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{HeaderValue, Version};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::connection_slots::Slot;

/// Time for the headers of a request, counted from the end of the previous one.
pub(super) const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// Lifetime of a connection that is not upgraded. Longer keeps slots for clients that request a file and do not
/// read it.
pub(super) const LIFETIME: Duration = Duration::from_mins(5);
/// Time for the last request after that: the app loads at 10 KB per second.
pub(super) const GRACE: Duration = Duration::from_mins(1);
/// Maximum buffer for reading and writing, headers included. The library's default is 400 KiB.
const BUFFER: usize = 16 * 1024;

/// Requests of one HTTP/2 connection at a time: the page with all its parts.
const STREAMS: u32 = 64;
/// Bytes that a peer may send ahead, per request and per connection. Less slows uploads on long lines; more lets a
/// crowd hold more memory.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 512 * 1024;

/// The peer address of a request's connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// A connection's slot, held as long as any part of it lives.
#[derive(Debug, Clone)]
pub(crate) struct Held(pub(crate) Arc<Slot>);

/// The request came by TLS that ends here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverTls;

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) peer: SocketAddr,
    pub(super) held: Held,
    pub(super) is_over_tls: bool,
}

impl Client {
    /// The request with all that is known of its connection, and with `Host` in every version.
    fn mark(&self, request: hyper::Request<hyper::body::Incoming>) -> Request {
        let mut request = request.map(Body::new);
        let authority = request.uri().authority();
        if request.version() == Version::HTTP_2
            && let Some(host) = authority.and_then(|it| HeaderValue::from_str(it.as_str()).ok())
        {
            request.headers_mut().insert(HOST, host);
        }
        let extensions = request.extensions_mut();
        extensions.insert(Peer(self.peer));
        extensions.insert(self.held.clone());
        if self.is_over_tls {
            extensions.insert(OverTls);
        }
        request
    }
}

/// Serves requests one after the other, and lets one of them become a WebSocket.
pub(super) async fn http1<S>(
    stream: S,
    client: Client,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |request| {
        hyper::service::Service::call(&service, client.mark(request))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        served = connection.as_mut() => return served.map_err(io::Error::other),
        () = stopped(&mut stopping) => {}
        () = sleep(LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    timeout(GRACE, connection).await?.map_err(io::Error::other)
}

/// Serves requests side by side.
pub(super) async fn http2<S>(
    stream: S,
    client: Client,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let open = Open::default();
    let counted = open.clone();
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |request| {
        let one = counted.begin();
        let answer = hyper::service::Service::call(&service, client.mark(request));
        async move { answer.await.map(|response| one.until_sent(response)) }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(BUFFER).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        served = connection.as_mut() => return served.map_err(io::Error::other),
        () = stopped(&mut stopping) => {}
        () = open.idle() => {}
        () = sleep(LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    timeout(GRACE, connection).await?.map_err(io::Error::other)
}

/// The requests of an HTTP/2 connection that are not answered in full.
#[derive(Debug, Clone, Default)]
struct Open(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    open: AtomicUsize,
    begun: AtomicU64,
}

impl Open {
    fn begin(&self) -> One {
        self.0.open.fetch_add(1, Ordering::Relaxed);
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        One(Arc::clone(&self.0))
    }

    /// Waits until nothing was asked for as long as HTTP/1.1 waits for headers.
    async fn idle(&self) {
        let mut before = self.0.begun.load(Ordering::Relaxed);
        loop {
            sleep(HEADER_TIMEOUT).await;
            let begun = self.0.begun.load(Ordering::Relaxed);
            if begun == before && self.0.open.load(Ordering::Relaxed) == 0 {
                return;
            }
            before = begun;
        }
    }
}

/// One of them.
#[derive(Debug)]
struct One(Arc<Counts>);

impl One {
    fn until_sent(self, response: Response) -> Response {
        response.map(|body| Body::new(Sending { body, _one: self }))
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that counts as open until it is sent or dropped.
struct Sending {
    body: Body,
    _one: One,
}

impl hyper::body::Body for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Waits until the relay stops.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
