//! The thread that owns the core. It hands in as many inputs as are waiting together, which makes group commit
//! work.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::ids::DeviceId;
use parley_protocol::voice::IceServers;
use tokio::sync::{mpsc, oneshot};

use super::readers::Readers;
use crate::clock::Clock;
use crate::command::{Command, Outcome};
use crate::core::{Core, Input};
use crate::refusal::refused;

/// Inputs that may wait. When the queue is full, connections stop reading their sockets.
const QUEUE: usize = 1024;
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every message is an input, and a box for each would cost more"
)]
enum Message {
    Input(Input),
    /// Close every connection, because the relay is shutting down.
    CloseAll,
    /// Finish: everything before this is committed.
    End,
}

/// Sends inputs to the core.
#[derive(Clone)]
pub(crate) struct CoreHandle(mpsc::Sender<Message>);

impl CoreHandle {
    /// Sends an input; waits while the queue is full.
    pub(crate) async fn send(&self, input: Input) {
        // Without a receiver the relay is stopping, and every connection with it.
        let _ = self.0.send(Message::Input(input)).await;
    }

    /// Sends an input from a context that cannot await, such as `drop`.
    pub(crate) fn send_soon(&self, input: Input) {
        if let Err(mpsc::error::TrySendError::Full(message)) =
            self.0.try_send(Message::Input(input))
        {
            let sender = self.0.clone();
            tokio::spawn(async move { sender.send(message).await });
        }
    }

    /// Sends an input from a blocking thread.
    pub(crate) fn send_blocking(&self, input: Input) {
        let _ = self.0.blocking_send(Message::Input(input));
    }

    /// Runs a durable change and returns its outcome.
    pub(crate) async fn call(&self, command: Command) -> Result<Outcome, ApiError> {
        let (sender, receiver) = oneshot::channel();
        let answer = Box::new(move |result| {
            let _ = sender.send(result);
        });
        self.send(Input::Call { command, answer }).await;
        receiver
            .await
            .unwrap_or_else(|_| Err(refused(ErrorCode::ShuttingDown)))
    }

    /// Inputs that wait for the core.
    pub(crate) fn waiting(&self) -> usize {
        let Self(sender) = self;
        sender.max_capacity().saturating_sub(sender.capacity())
    }

    /// STUN and TURN servers with credentials for a device.
    pub(crate) async fn ice_servers(&self, device: DeviceId) -> Result<IceServers, ApiError> {
        let (answer, receiver) = oneshot::channel();
        self.send(Input::IceServers { device, answer }).await;
        receiver.await.map_err(|_| refused(ErrorCode::ShuttingDown))
    }

    pub(crate) async fn close_all(&self) {
        let _ = self.0.send(Message::CloseAll).await;
    }

    pub(crate) async fn end(&self) {
        let _ = self.0.send(Message::End).await;
    }
}

/// Starts the thread. It ends after [`CoreHandle::end`].
pub(crate) fn start(
    core: Core,
    readers: Readers,
    clock: Arc<dyn Clock>,
    batch: usize,
) -> std::io::Result<(CoreHandle, JoinHandle<()>)> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let handle = CoreHandle(sender);
    let timer = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let to_core = handle.clone();
    let thread = std::thread::Builder::new()
        .name("core".to_owned())
        .spawn(move || {
            let mut running = Running {
                core,
                receiver,
                to_core,
                readers,
                clock,
                batch,
            };
            timer.block_on(running.run());
            running.finish();
        })?;
    Ok((handle, thread))
}

struct Running {
    core: Core,
    receiver: mpsc::Receiver<Message>,
    to_core: CoreHandle,
    readers: Readers,
    clock: Arc<dyn Clock>,
    /// Maximum number of inputs per transaction. More lengthens the first one's wait.
    batch: usize,
}

impl Running {
    async fn run(&mut self) {
        let mut waiting = Vec::with_capacity(self.batch);
        loop {
            let received = match self.until_timeout() {
                None => self.receiver.recv_many(&mut waiting, self.batch).await,
                Some(wait) => {
                    let receive = self.receiver.recv_many(&mut waiting, self.batch);
                    let Ok(received) = tokio::time::timeout(wait, receive).await else {
                        self.core.handle_timeout(self.clock.now());
                        continue;
                    };
                    received
                }
            };
            if received == 0 || self.handle(&mut waiting) {
                return;
            }
            if self.until_timeout() == Some(Duration::ZERO) {
                self.core.handle_timeout(self.clock.now());
            }
        }
    }

    /// Returns `true` at the end.
    fn handle(&mut self, waiting: &mut Vec<Message>) -> bool {
        let mut inputs = Vec::with_capacity(waiting.len());
        let mut close = false;
        let mut end = false;
        for message in waiting.drain(..) {
            match message {
                Message::Input(input) => inputs.push(input),
                Message::CloseAll => close = true,
                Message::End => end = true,
            }
        }
        self.core.handle(inputs, self.clock.now());
        for job in self.core.take_reads() {
            let to_core = self.to_core.clone();
            self.readers
                .run_detached(move |db| to_core.send_blocking(Input::Read(job.perform(db))));
        }
        if close {
            self.core.close_all();
        }
        end
    }

    fn until_timeout(&self) -> Option<Duration> {
        let due = self.core.poll_timeout()?;
        Some(Duration::from_millis(due.saturating_sub(self.clock.now())))
    }

    fn finish(&self) {
        if let Err(error) = self.core.writer().checkpoint() {
            tracing::warn!(%error, "the final checkpoint failed; the next start repeats it");
        }
    }
}
