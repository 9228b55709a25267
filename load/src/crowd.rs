//! Many connected sockets that count the messages they receive. Each has a reading task; all share one counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::socket::Socket;

/// Messages in flight during a fan-out. More would measure a slow load generator; one would measure the server's
/// pauses.
const WINDOW: u64 = 4;
const PATIENCE: Duration = Duration::from_secs(30);

/// The connected receivers.
#[derive(Default)]
pub(crate) struct Crowd {
    shared: Arc<Shared>,
    size: u64,
}

#[derive(Default)]
struct Shared {
    delivered: AtomicU64,
    broken: AtomicU64,
    changed: Notify,
}

impl Crowd {
    /// Adds a receiving socket. `count` returns the number of messages in a frame.
    pub(crate) fn add(&mut self, mut socket: Socket, count: fn(&str) -> u64) {
        self.size += 1;
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            while let Ok(text) = socket.receive().await {
                shared.delivered.fetch_add(count(&text), Ordering::Relaxed);
                shared.changed.notify_one();
            }
            shared.broken.fetch_add(1, Ordering::Relaxed);
            shared.changed.notify_one();
        });
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Sends `messages` through `send`, and waits until every socket has received them all.
    pub(crate) async fn fan_out<S>(&self, messages: u64, mut send: S) -> Result<Value>
    where
        S: AsyncFnMut(u64) -> Result<()>,
    {
        let before = self.shared.delivered.load(Ordering::Relaxed);
        let started = Instant::now();
        for number in 0..messages {
            send(number).await?;
            let on_the_way = (number + 1).saturating_sub(WINDOW);
            self.until(before + on_the_way * self.size).await?;
        }
        self.until(before + messages * self.size).await?;
        Ok(json!({
            "delivered": messages * self.size,
            "seconds": started.elapsed().as_secs_f64(),
        }))
    }

    async fn until(&self, delivered: u64) -> Result<()> {
        while self.shared.delivered.load(Ordering::Relaxed) < delivered {
            let broken = self.shared.broken.load(Ordering::Relaxed);
            if broken > 0 {
                bail!("{broken} of the sockets broke");
            }
            timeout(PATIENCE, self.shared.changed.notified())
                .await
                .context("the messages do not arrive")?;
        }
        Ok(())
    }
}
