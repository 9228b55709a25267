//! The whole relay on one thread, without sockets and without a clock: for simulations and tests.
//!
//! All work happens inside the calls; the time is an argument, in milliseconds since the Unix epoch. Dropping a
//! [`LocalRelay`] is a crash: what was answered is in the folder, and opening the same folder again resumes from
//! there.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::auth::{
    AddDeviceRequest, CommunityInfo, CommunityName, LogPage, LoginRequest, RegisterRequest,
    SessionResponse, Wrap,
};
use parley_protocol::entry::Head;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::invite::InviteProof;
use parley_protocol::keys::Nonce;
use parley_protocol::vault::VaultPage;

use crate::auth::account::{self, Hashes, Prepared};
use crate::auth::invite;
use crate::auth::password::PasswordCost;
use crate::auth::rate_limit::Rate;
use crate::auth::recovery;
use crate::auth::refresh::RefreshToken;
use crate::auth::secret_gate::{SecretGate, Tried};
use crate::auth::token::AccessTokens;
use crate::auth::way::Way;
use crate::command::{self, Command, Outcome, Seen};
use crate::config::MailboxTerms;
use crate::core::{ConnectionId, Core, Input};
use crate::entropy::{Entropy, random};
use crate::gate::Gate;
use crate::ice::NoIce;
use crate::outgoing::{Next, Outbox};
use crate::refusal::{refused, storage_failed};
use crate::shared::Shared;
use crate::storage::password_record::PasswordRecord;
use crate::storage::{Durability, OpenError, Storage, accounts, read, segments};
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
        }
    }
}

/// A relay that is driven by method calls.
pub struct LocalRelay {
    core: Core,
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
            )?,
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
    }

    /// `GET /community`.
    pub fn community(&self, now: Millis) -> CommunityInfo {
        let community = self.shared.community();
        CommunityInfo {
            community: community.map(|community| CommunityName {
                id: community.id(),
                name: community.name().to_owned(),
            }),
            now,
            providers: Vec::new(),
        }
    }

    /// `GET /log` with an access token; `from` is a sequence number.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log(&self, access_token: &str, from: u64, now: Millis) -> Result<LogPage, ApiError> {
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let has_device = command::has_device(self.core.writer().db(), &access.family)
            .map_err(|error| storage_failed(&error))?;
        account::check_without_device(has_device).map_err(refused)?;
        self.log_page(from)
    }

    /// `GET /log` with an invite proof; `from` is a sequence number.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log_by_invite(
        &self,
        proof: &InviteProof,
        from: u64,
        now: Millis,
    ) -> Result<LogPage, ApiError> {
        let community = self.shared.community();
        let community = community.ok_or_else(|| refused(ErrorCode::NotSetUp))?;
        invite::check(&community, proof, now)?;
        self.log_page(from)
    }

    fn log_page(&self, from: u64) -> Result<LogPage, ApiError> {
        let from = from.max(1);
        let entries = read::log_page(self.core.writer().db(), from)
            .map_err(|error| storage_failed(&error))?;
        let head = self.shared.community().map(|community| community.head());
        Ok(LogPage {
            from,
            entries,
            head: head.unwrap_or(Head::EMPTY),
        })
    }

    /// `GET /vault`; `before` is the number of a segment.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn vault(
        &self,
        access_token: &str,
        before: Option<u64>,
        now: Millis,
    ) -> Result<VaultPage, ApiError> {
        let ended = || refused(ErrorCode::SessionEnded);
        let failed = |error: rusqlite::Error| storage_failed(&error);
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let db = self.core.writer().db();
        let session = command::has_device(db, &access.family).map_err(failed)?;
        session.ok_or_else(ended)?;
        let community = self.shared.community().ok_or_else(ended)?;
        let member = community.active_member(&access.user).ok_or_else(ended)?;
        let before = before.unwrap_or(u64::MAX);
        segments::page(db, command::vault_stream(member), before).map_err(failed)
    }

    /// `POST /auth/register`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn register(
        &mut self,
        request: RegisterRequest,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let salt = random(&mut *self.entropy);
        let cost = self.options.password_cost;
        let secret = request.login_secret.clone();
        let secret = secret.ok_or_else(|| refused(ErrorCode::Malformed))?;
        let registration = self.secrets.register(HERE, now).map_err(refused)?;
        let permit = SecretGate::admit_new(registration);
        let hashes = Hashes {
            password: Some(PasswordRecord::new(&secret, salt, cost, permit)),
            recovery: request.recovery_secret.as_ref().map(recovery::hash),
        };
        let prepared = account::register(
            request,
            hashes,
            None,
            &mut *self.entropy,
            Seen::at(HERE, now),
        )
        .map_err(refused)?;
        self.session(prepared, Vec::new(), now)
    }

    /// `POST /auth/login` of a member without a second factor.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log_in(
        &mut self,
        request: &LoginRequest,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let wrong = || refused(ErrorCode::WrongCredentials);
        let community = self.shared.community().ok_or_else(wrong)?;
        let (user, _) = community.member_named(&request.name).ok_or_else(wrong)?;
        let failed = |error: rusqlite::Error| storage_failed(&error);
        let db = self.core.writer().db();
        let account = accounts::account(db, &user).map_err(failed)?;
        let record = account
            .filter(|account| account.enabled_factor().is_none())
            .and_then(|account| account.password)
            .ok_or_else(wrong)?;
        let tried = Tried {
            name: &request.name,
            user: Some(user),
        };
        let knock = self.secrets.knock(HERE, Vec::new(), now);
        let permit = knock.and_then(|knock| self.secrets.admit(knock, tried, now));
        if !record.fits(&request.login_secret, permit.map_err(refused)?) {
            return Err(wrong());
        }
        let mut wraps = accounts::wraps(self.core.writer().db(), &user).map_err(failed)?;
        wraps.retain(|wrap| Way::Password.opens(wrap));
        let prepared = account::log_in(user, &mut *self.entropy, Seen::at(HERE, now));
        self.session(prepared, wraps, now)
    }

    /// `POST /auth/refresh`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn refresh(
        &mut self,
        token: &RefreshToken,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let prepared = account::refresh(token, &mut *self.entropy, Seen::at(HERE, now));
        self.session(prepared, Vec::new(), now)
    }

    /// `POST /auth/logout`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn log_out(&mut self, token: &RefreshToken, now: Millis) -> Result<(), ApiError> {
        self.call(account::log_out(token), now).map(|_| ())
    }

    /// `POST /auth/device`.
    ///
    /// # Errors
    /// The same as over HTTP.
    pub fn add_device(
        &mut self,
        access_token: &str,
        request: AddDeviceRequest,
        now: Millis,
    ) -> Result<(), ApiError> {
        let access = self.shared.tokens.check(access_token, now);
        let access = access.map_err(refused)?;
        let command = account::add_device(request, &access);
        self.call(command, now).map(|_| ())
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

    fn session(
        &mut self,
        prepared: Prepared,
        wraps: Vec<Wrap>,
        now: Millis,
    ) -> Result<(SessionResponse, RefreshToken), ApiError> {
        let Prepared {
            command,
            token,
            access,
        } = prepared;
        let access = account::access_after(access, self.call(command, now))?;
        let body = account::session_response(&self.shared.tokens, &access, wraps, now)?;
        Ok((body, token))
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
                return;
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
