//! The whole relay on one thread, without sockets and without a clock: for simulations and tests.
//!
//! All work happens inside the calls; the time is an argument, in milliseconds since the Unix epoch. Dropping a
//! [`LocalRelay`] is a crash: what was answered is in the folder, and opening the same folder again resumes from
//! there.

mod blobs;
mod endpoints;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::keys::Nonce;

use crate::auth::password::PasswordCost;
use crate::auth::rate_limit::Rate;
use crate::auth::refresh::RefreshToken;
use crate::auth::secret_gate::SecretGate;
use crate::auth::token::AccessTokens;
use crate::blobs::disk::SystemDisk;
use crate::blobs::files::BlobFiles;
use crate::command::{Command, Outcome};
use crate::config::{FileTerms, MailboxTerms};
use crate::core::{ConnectionId, Core, Input};
use crate::entropy::{Entropy, random};
use crate::gate::Gate;
use crate::ice::NoIce;
use crate::outgoing::{Next, Outbox};
use crate::refusal::refused;
use crate::shared::Shared;
use crate::storage::{Durability, OpenError, Storage};
use crate::writer::Writer;

/// The client address of every request.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Options of a test relay.
#[derive(Debug, Clone, Copy)]
pub struct LocalOptions {
    /// [`Durability::ProcessOnly`] is about a thousand times faster.
    pub durability: Durability,
    /// [`PasswordCost::CHEAPEST`] is much faster than the default.
    pub password_cost: PasswordCost,
    /// Frames per device.
    pub frame_rate: Rate,
    /// Multiplier for the quotas per member; 0 disables them.
    pub quota_factor: u32,
    /// How much waits for a device, and for how long.
    pub mailbox: MailboxTerms,
    /// How much room files take.
    pub files: FileTerms,
}

impl Default for LocalOptions {
    /// Fast, and without limits.
    fn default() -> Self {
        Self {
            durability: Durability::ProcessOnly,
            password_cost: PasswordCost::CHEAPEST,
            frame_rate: Rate::UNLIMITED,
            quota_factor: 0,
            mailbox: MailboxTerms::WIDEST,
            files: FileTerms::default(),
        }
    }
}

/// A relay that is driven by method calls.
pub struct LocalRelay {
    core: Core,
    files: BlobFiles,
    shared: Arc<Shared>,
    entropy: Box<dyn Entropy>,
    options: LocalOptions,
    setup_token: Option<String>,
    secrets: SecretGate,
    connections: HashMap<ConnectionId, (Gate, Arc<Outbox>)>,
    next_connection: u64,
}

/// What a connection received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// JSON text of the next frame.
    Frame(String),
    /// No frame is waiting.
    Nothing,
    /// The relay ended the connection.
    Closed,
}

impl LocalRelay {
    /// Opens a data folder, creating it if missing.
    ///
    /// # Errors
    /// [`OpenError`] if the folder or its contents cannot be used.
    pub fn open(
        folder: &Path,
        mut entropy: Box<dyn Entropy>,
        options: LocalOptions,
    ) -> Result<Self, OpenError> {
        let storage = Storage::in_folder(folder, options.durability)?;
        let writer = Writer::open(&storage)?;
        let secret = writer.setting("token key", || random::<32>(&mut *entropy).to_vec())?;
        let setup_token = match writer.community() {
            Some(_) => None,
            None => Some(writer.setup_token(|| new_setup_token(&mut *entropy))?),
        };
        let shared = Arc::new(Shared::new(
            writer.community().cloned(),
            AccessTokens::new(&secret),
            options.frame_rate,
            options.quota_factor,
        ));
        Ok(Self {
            core: Core::new(
                writer,
                Arc::clone(&shared),
                Box::new(NoIce),
                options.mailbox,
                options.files,
            )?,
            files: BlobFiles::of(folder, options.durability, Arc::new(SystemDisk))
                .map_err(|error| OpenError::Folder(folder.join("blobs"), error))?,
            shared,
            entropy,
            options,
            setup_token,
            secrets: SecretGate::open(),
            connections: HashMap::new(),
            next_connection: 1,
        })
    }

    /// The token of the setup link. `None` if the community existed when the relay was opened.
    pub fn setup_token(&self) -> Option<&str> {
        self.setup_token.as_deref()
    }

    /// Opens a connection. Its challenge is waiting to be received.
    pub fn connect(&mut self) -> ConnectionId {
        let connection = ConnectionId(self.next_connection);
        self.next_connection = self.next_connection.saturating_add(1);
        let outbox = Arc::new(Outbox::default());
        let nonce = Nonce::from_bytes(random(&mut *self.entropy));
        let gate = Gate::open(connection, Arc::clone(&outbox), nonce);
        self.connections.insert(connection, (gate, outbox));
        connection
    }

    /// Sends a text frame to the relay. Its effects are complete when this returns.
    pub fn send(&mut self, connection: ConnectionId, text: &str, now: Millis) {
        let Some((gate, _)) = self.connections.get_mut(&connection) else {
            return;
        };
        let input = gate.handle_text(text, &self.shared, now);
        self.run(input, now);
    }

    /// Sends several text frames that the relay handles together: their changes share one transaction.
    pub fn send_together(&mut self, texts: &[(ConnectionId, &str)], now: Millis) {
        let mut inputs = Vec::with_capacity(texts.len());
        for (connection, text) in texts {
            if let Some((gate, _)) = self.connections.get_mut(connection) {
                inputs.extend(gate.handle_text(text, &self.shared, now));
            }
        }
        self.run(inputs, now);
    }

    /// The next frame for the client.
    pub fn receive(&mut self, connection: ConnectionId, now: Millis) -> Received {
        loop {
            let Some((_, outbox)) = self.connections.get(&connection) else {
                return Received::Closed;
            };
            match outbox.pop() {
                Next::Frame(frame) => return Received::Frame(frame.as_str().to_owned()),
                Next::Empty { more: true } => self.run([Input::Emptied { connection }], now),
                Next::Empty { more: false } => return Received::Nothing,
                Next::Closed => {
                    self.disconnect(connection, now);
                    return Received::Closed;
                }
            }
        }
    }

    /// The client closes the connection.
    pub fn disconnect(&mut self, connection: ConnectionId, now: Millis) {
        if self.connections.remove(&connection).is_some() {
            self.run([Input::Gone { connection }], now);
        }
    }

    /// When [`LocalRelay::handle_timeout`] must be called next.
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.core.poll_timeout()
    }

    /// Runs the timers that are due.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.core.handle_timeout(now);
        self.remove_gone(now);
    }

    /// Simulates a full disk: the database may use no more pages than it has now.
    ///
    /// # Errors
    /// [`OpenError::Database`] if the database fails.
    pub fn fill_disk(&self) -> Result<(), OpenError> {
        let writer = self.core.writer();
        Ok(writer.limit_pages(writer.pages()?)?)
    }

    /// Ends [`LocalRelay::fill_disk`].
    ///
    /// # Errors
    /// [`OpenError::Database`] if the database fails.
    pub fn free_disk(&self) -> Result<(), OpenError> {
        Ok(self.core.writer().limit_pages(u32::MAX - 1)?)
    }

    fn call(&mut self, command: Command, now: Millis) -> Result<Outcome, ApiError> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let answer = Box::new(move |result| {
            let _ = sender.send(result);
        });
        self.run([Input::Call { command, answer }], now);
        receiver
            .try_recv()
            .unwrap_or_else(|_| Err(refused(ErrorCode::Internal)))
    }

    fn run(&mut self, inputs: impl IntoIterator<Item = Input>, now: Millis) {
        self.core.handle(inputs, now);
        loop {
            let reads = self.core.take_reads();
            if reads.is_empty() {
                return self.remove_gone(now);
            }
            let db = self.core.writer().db();
            let done: Vec<_> = reads
                .iter()
                .map(|job| Input::Read(job.perform(db)))
                .collect();
            self.core.handle(done, now);
        }
    }
}

pub(crate) fn new_setup_token(entropy: &mut dyn Entropy) -> String {
    RefreshToken::new(entropy).expose().to_owned()
}
