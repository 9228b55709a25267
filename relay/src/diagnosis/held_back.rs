//! Whether something between here and the relay keeps requests or answers until the whole of them is there: a proxy
//! that buffers. Files wait on its disk then, and no progress is true. Whoever wants to know sends [`PATH`] two parts
//! with a pause between them, and is told how long the pause was when they came; the answer comes in two parts, too.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Body, Frame};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep};

/// Where the relay answers.
pub const PATH: &str = "/diagnosis/slowly";

/// Between two parts.
pub(crate) const PAUSE: Duration = Duration::from_millis(600);

/// What one side sends, in bytes at most.
const MOST: usize = 64;

/// Asks once over an open connection to what answers for `host`. `None`: it does not give this answer.
///
/// Takes at least 1.2 seconds; how long at most is the caller's to bound.
pub async fn is_held_back(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    host: &str,
) -> Option<bool> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let parts = two_parts("one\n".to_owned()).map(|part| part.map(Frame::data));
    let request = hyper::Request::post(PATH)
        .header(HOST, host)
        .body(StreamBody::new(Box::pin(parts)));
    let answered = sender.send_request(request.ok()?).await.ok()?;
    if !answered.status().is_success() {
        return None;
    }
    let (text, answer) = pause_of(answered.into_body()).await?;
    connection.abort();
    let request: u64 = text.lines().next()?.parse().ok()?;
    let is_short = |pause: Duration| pause < PAUSE / 2;
    Some(is_short(Duration::from_millis(request)) || is_short(answer))
}

/// A text, and after a pause another line.
pub(crate) fn two_parts(first: String) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream::iter([Bytes::from(first), Bytes::from_static(b"two\n")])
        .enumerate()
        .then(async |(index, part)| {
            if index > 0 {
                sleep(PAUSE).await;
            }
            Ok(part)
        })
}

/// What came, and for how long after its first part. `None`: too much, or it broke off.
pub(crate) async fn pause_of(
    mut body: impl Body<Data = Bytes> + Unpin,
) -> Option<(String, Duration)> {
    let mut came = Vec::new();
    let mut first = None;
    while let Some(frame) = body.frame().await {
        came.extend_from_slice(&frame.ok()?.into_data().unwrap_or_default());
        if came.len() > MOST {
            return None;
        }
        first.get_or_insert_with(Instant::now);
    }
    Some((String::from_utf8(came).ok()?, first?.elapsed()))
}
