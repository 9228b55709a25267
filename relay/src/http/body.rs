//! Bodies, read only once the sender is admitted: as JSON with a maximum size, a minimum speed, and a memory budget, or
//! piece by piece.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt as _;
use parley_protocol::error::ErrorCode;
use parley_protocol::json;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout, timeout_at};

use super::error::Refused;
use crate::memory_budget::Reservation;

/// A name and a login secret, or one entry.
pub(super) const SMALL: usize = 16 * 1024;
/// The largest join or new device: an entry of 8 KiB, a hundred keys, a vault of 16 KiB, as JSON.
pub(super) const MEDIUM: usize = 64 * 1024;
/// A founder's fifty entries, sent once, with the setup token.
pub(super) const LARGE: usize = 256 * 1024;

/// Time for a body to start.
const GRACE: Duration = Duration::from_secs(5);
/// Minimum speed of a body. Faster shuts out slow connections; slower lets strangers hold memory.
const BYTES_A_SECOND: usize = 1024;
/// Bytes of a refused body that are read and discarded: closing a connection with unread bytes in it would reset
/// it, and the client would lose the answer.
const DISCARDED_BYTES: usize = 256 * 1024;
const DISCARD_TIMEOUT: Duration = Duration::from_secs(1);
/// The same for a blob.
const LONG_DISCARD_TIMEOUT: Duration = Duration::from_secs(10);

/// The body of a request, which may still be arriving.
pub(super) struct UnreadBody {
    announced: u64,
    stream: BodyDataStream,
}

impl<S: Send + Sync> FromRequest<S> for UnreadBody {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        Ok(request.into_body().into())
    }
}

impl From<Body> for UnreadBody {
    fn from(body: Body) -> Self {
        Self {
            announced: body.size_hint().lower(),
            stream: body.into_data_stream(),
        }
    }
}

impl UnreadBody {
    /// Returns the admission, or refuses the body.
    pub(super) async fn admit<T>(&mut self, admission: Result<T, ErrorCode>) -> Result<T, Refused> {
        match admission {
            Ok(admitted) => Ok(admitted),
            Err(code) => Err(self.refuse(code).await),
        }
    }

    /// Reads and parses the body. Its memory stays reserved until the second value is dropped.
    pub(super) async fn read<T: DeserializeOwned>(
        mut self,
        max: usize,
        mut held: Reservation,
    ) -> Result<(T, Reservation), Refused> {
        match self.collect(max, &mut held).await {
            Ok(bytes) => {
                let body = json::read(&bytes).map_err(|_| ErrorCode::Malformed)?;
                Ok((body, held))
            }
            Err(code) => {
                drop(held);
                Err(self.refuse(code).await)
            }
        }
    }

    async fn collect(&mut self, max: usize, held: &mut Reservation) -> Result<Vec<u8>, ErrorCode> {
        if usize::try_from(self.announced).is_ok_and(|announced| announced > max) {
            return Err(ErrorCode::TooLarge);
        }
        let began = Instant::now();
        let mut bytes = Vec::new();
        loop {
            let earned = u64::try_from(bytes.len() / BYTES_A_SECOND).unwrap_or(0);
            let end = began + GRACE + Duration::from_secs(earned);
            let next = timeout_at(end, self.stream.next());
            let Some(chunk) = next.await.map_err(|_| ErrorCode::TooSlow)? else {
                return Ok(bytes);
            };
            let chunk = chunk.map_err(|_| ErrorCode::Malformed)?;
            if bytes.len().saturating_add(chunk.len()) > max {
                return Err(ErrorCode::TooLarge);
            }
            held.grow(chunk.len())?;
            bytes.extend_from_slice(&chunk);
        }
    }

    /// Bytes that the request says it has; 0 if it does not say.
    pub(super) fn announced(&self) -> u64 {
        self.announced
    }

    /// The next bytes, if they come in time. `None` at the end.
    pub(super) async fn next(&mut self, end: Instant) -> Result<Option<Bytes>, ErrorCode> {
        let next = timeout_at(end, self.stream.next()).await;
        let next = next.map_err(|_| ErrorCode::TooSlow)?;
        next.transpose().map_err(|_| ErrorCode::Malformed)
    }

    /// Reads and discards the rest of a large body, within limits.
    pub(super) async fn discard(&mut self, bytes: u64) {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let _ = timeout(LONG_DISCARD_TIMEOUT, self.discard_up_to(bytes)).await;
    }

    async fn refuse(&mut self, code: ErrorCode) -> Refused {
        let _ = timeout(DISCARD_TIMEOUT, self.discard_up_to(DISCARDED_BYTES)).await;
        code.into()
    }

    async fn discard_up_to(&mut self, bytes: usize) {
        let mut discarded = 0_usize;
        while let Some(Ok(chunk)) = self.stream.next().await {
            discarded = discarded.saturating_add(chunk.len());
            if discarded > bytes {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::time::sleep;

    use super::*;
    use crate::memory_budget::MemoryBudget;

    fn held() -> Reservation {
        MemoryBudget::new(1_000_000, 1_000_000).reserve([192, 0, 2, 1].into(), false)
    }

    /// A text in pieces, one every `pause` milliseconds.
    fn slow(piece: usize, pieces: usize, pause: u64) -> UnreadBody {
        let text = format!("\"{}\"", "x".repeat(piece * pieces - 2));
        let chunks: Vec<Bytes> = text
            .into_bytes()
            .chunks(piece)
            .map(Bytes::copy_from_slice)
            .collect();
        Body::from_stream(stream::iter(chunks).then(move |chunk| async move {
            sleep(Duration::from_millis(pause)).await;
            Ok::<_, Infallible>(chunk)
        }))
        .into()
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_is_waited_for_and_a_standing_one_is_not() {
        let (text, held) = slow(1024, 30, 900)
            .read::<String>(MEDIUM, held())
            .await
            .unwrap();
        assert_eq!(text.len(), 30 * 1024 - 2);
        drop(held);
        let standing = slow(10, 100, 1000)
            .read::<String>(MEDIUM, self::held())
            .await;
        assert_eq!(standing.unwrap_err().code(), &ErrorCode::TooSlow);
    }

    #[tokio::test]
    async fn nothing_beyond_the_limit_is_kept() {
        let body = slow(1024, 100, 0);
        let refused = body.read::<String>(SMALL, held()).await.unwrap_err();
        assert_eq!(refused.code(), &ErrorCode::TooLarge);
        // Of a body whose announced length is too large nothing is read.
        let announced = UnreadBody::from(Body::from("x".repeat(SMALL + 1)));
        let refused = announced.read::<String>(SMALL, held()).await.unwrap_err();
        assert_eq!(refused.code(), &ErrorCode::TooLarge);
    }

    #[tokio::test]
    async fn what_does_not_fit_the_store_is_refused() {
        let budget = MemoryBudget::new(4000, 1000);
        let held = budget.reserve([192, 0, 2, 1].into(), false);
        let refused = slow(600, 2, 0)
            .read::<String>(MEDIUM, held)
            .await
            .unwrap_err();
        assert!(matches!(refused.code(), ErrorCode::RateLimited { .. }));
        assert_eq!(
            budget.reserve([192, 0, 2, 1].into(), false).grow(1000),
            Ok(())
        );
    }
}
