//! `POST /link/…`: meetings of two devices of one member. The relay passes on what they say, and understands nothing.

pub(super) mod end;
pub(super) mod join;
pub(super) mod open;
pub(super) mod receive;
pub(super) mod send;

use std::future::Future;
use std::time::Duration;

use parley_protocol::auth::LinkSeat;
use parley_protocol::error::ErrorCode;
use parley_protocol::link::LinkNumber;

use super::app::App;

/// How long a request waits for the other side. Longer saves requests; clients give up after 20 seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// Looks again whenever something changed at a meeting, until there is something or the time is over.
async fn wait_for<T>(
    app: &App,
    (number, seat): (LinkNumber, LinkSeat),
    look: impl Fn() -> Result<Option<T>, ErrorCode>,
) -> Result<Option<T>, ErrorCode> {
    let changes = app.links().changes(number, seat, app.now())?;
    let waiting = async {
        loop {
            // Listens before it looks, so that nothing changes unheard.
            let heard = changes.notified();
            tokio::pin!(heard);
            heard.as_mut().enable();
            if let Some(found) = look()? {
                return Ok(Some(found));
            }
            heard.await;
        }
    };
    within_patience(waiting).await
}

async fn within_patience<T>(
    waiting: impl Future<Output = Result<Option<T>, ErrorCode>>,
) -> Result<Option<T>, ErrorCode> {
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap_or(Ok(None))
}
