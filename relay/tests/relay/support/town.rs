//! A community on a relay without sockets: the owner, a text channel, a voice channel, an open invite.

use std::collections::BTreeMap;
use std::path::Path;

use ed25519_dalek::SigningKey;
use parley_protocol::auth::{AddDeviceRequest, RegisterRequest, Wrap};
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, ChannelKind, Entry, Head, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{
    ChannelPage, ClientToRelay, Hello, Positions, PresenceState, RelayToClient, Request, Response,
    Welcome, decode, encode,
};
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::keys::SessionId;
use parley_protocol::map::IdMap;
use parley_protocol::vault::VaultPage;
use parley_relay::ConnectionId;
use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay, Received};
use tempfile::TempDir;

use super::fresh;
use super::person::{Invite, Person, channel_created, message, sealed, session_id};

pub(crate) struct Town {
    pub(crate) relay: LocalRelay,
    folder: TempDir,
    pub(crate) now: u64,
    pub(crate) owner: Person,
    pub(crate) text: ChannelId,
    pub(crate) voice: ChannelId,
    pub(crate) invite: Invite,
    /// What a client makes of the log.
    pub(crate) community: Community,
    tokens: BTreeMap<DeviceId, String>,
    next_request: u64,
}

pub(crate) fn open(folder: &TempDir) -> LocalRelay {
    open_with(folder, LocalOptions::default())
}

fn open_with(folder: &TempDir, options: LocalOptions) -> LocalRelay {
    let entropy = SeededEntropy::new(u64::from_be_bytes(fresh()));
    LocalRelay::open(folder.path(), Box::new(entropy), options).unwrap()
}

/// A founder's entries: the community, a text channel, a voice channel, an invite without an end.
pub(crate) fn founding_entries(
    owner: &mut Person,
    now: u64,
) -> (Vec<Entry>, ChannelId, ChannelId, Invite, Community) {
    let (text, voice) = (
        ChannelId::from_bytes(fresh()),
        ChannelId::from_bytes(fresh()),
    );
    let invite = Invite::new();
    let mut entries = vec![owner.founding(now)];
    let mut community = Community::found(&entries[0]).unwrap();
    for action in [
        channel_created(text, ChannelKind::Text, Readers::Everyone),
        channel_created(voice, ChannelKind::Voice, Readers::Everyone),
        invite.made(None, None),
    ] {
        let entry = owner.entry(community.head(), now, action);
        community.apply(&entry).unwrap();
        entries.push(entry);
    }
    (entries, text, voice, invite, community)
}

impl Town {
    pub(crate) fn new() -> Self {
        Self::with(LocalOptions::default())
    }

    pub(crate) fn with(options: LocalOptions) -> Self {
        let folder = TempDir::new().unwrap();
        let mut relay = open_with(&folder, options);
        let now = 1_000_000_000;
        let mut owner = Person::founder();
        let (entries, text, voice, invite, community) = founding_entries(&mut owner, now);
        let token = relay.setup_token().unwrap().to_owned();
        let (session, _) = relay
            .register(owner.registration(Some(&token), entries), now)
            .unwrap();
        Self {
            relay,
            folder,
            now,
            tokens: BTreeMap::from([(owner.device, session.access_token)]),
            owner,
            text,
            voice,
            invite,
            community,
            next_request: 1,
        }
    }

    pub(crate) fn head(&self) -> Head {
        self.community.head()
    }

    /// Registers a member whose entry the log takes.
    pub(crate) fn register(&mut self, person: &Person, request: RegisterRequest) {
        self.community.apply(&request.entries[0]).unwrap();
        let (session, _) = self.relay.register(request, self.now).unwrap();
        self.tokens.insert(person.device, session.access_token);
    }

    /// Somebody comes in by the open invite.
    pub(crate) fn join(&mut self, name: &str) -> Person {
        let person = Person::new(name, self.owner.community);
        let entry = person.joining(&self.invite, self.head(), self.now);
        self.register(&person, person.registration(None, vec![entry]));
        person
    }

    /// Another device of a member, who logs in there.
    pub(crate) fn add_device(&mut self, person: &Person) -> Person {
        let other = person.at_another_device();
        let (session, _) = self.relay.log_in(&other.login(), self.now).unwrap();
        let added = Action::DeviceAdded {
            user: other.user,
            device: other.device_details(),
            linked_by: None,
        };
        let entry = other.entry(self.head(), self.now, added);
        self.community.apply(&entry).unwrap();
        let request = AddDeviceRequest {
            entry,
            prekeys: other.prekeys(1),
            wraps: vec![Wrap::password("wrapped anew".to_owned())],
        };
        let token = session.access_token;
        self.relay.add_device(&token, request, self.now).unwrap();
        self.tokens.insert(other.device, token);
        other
    }

    /// A device goes on with the login of another.
    pub(crate) fn adopt_token(&mut self, device: &Person, of: &Person) {
        let token = self.token(of).to_owned();
        self.tokens.insert(device.device, token);
    }

    /// Time goes by, and the timers that are due run in their order.
    pub(crate) fn wait(&mut self, time: u64) {
        let until = self.now + time;
        while let Some(due) = self.relay.poll_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.relay.handle_timeout(self.now);
        }
        self.now = until;
    }

    /// A device whose access token may have expired logs in again.
    pub(crate) fn log_in_again(&mut self, person: &Person) {
        let (session, _) = self.relay.log_in(&person.login(), self.now).unwrap();
        self.tokens.insert(person.device, session.access_token);
    }

    /// The same, and the session is the device's again.
    pub(crate) fn come_back(&mut self, person: &Person) {
        self.log_in_again(person);
        self.connect(person);
    }

    /// Kills the relay and starts it again on the same folder.
    pub(crate) fn restart(&mut self) {
        let folder = TempDir::new().unwrap();
        // The old one must be gone before the new one opens the files.
        drop(std::mem::replace(&mut self.relay, open(&folder)));
        self.relay = open(&self.folder);
    }

    /// Kills the relay, changes what it has on the disk, and starts it again.
    pub(crate) fn edit(&mut self, statement: &str) {
        let folder = TempDir::new().unwrap();
        drop(std::mem::replace(&mut self.relay, open(&folder)));
        self.database().execute_batch(statement).unwrap();
        self.relay = open(&self.folder);
    }

    /// Rows of a table on the disk.
    pub(crate) fn rows(&self, table: &str) -> u64 {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: i64 = self
            .database()
            .query_row(&count, [], |row| row.get(0))
            .unwrap();
        rows.try_into().unwrap()
    }

    pub(crate) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("parley.db")).unwrap()
    }

    /// Files of blobs on the disk.
    pub(crate) fn files_of_blobs(&self) -> usize {
        files_of_blobs(self.folder.path())
    }

    /// Whether these bytes stand anywhere in the files of the relay.
    pub(crate) fn is_on_disk(&self, wanted: &[u8]) -> bool {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| bytes.windows(wanted.len()).any(|part| part == wanted))
    }

    /// A page of somebody's vault.
    pub(crate) fn vault(
        &self,
        person: &Person,
        before: Option<u64>,
    ) -> Result<VaultPage, ErrorCode> {
        let page = self.relay.vault(self.token(person), before, self.now);
        page.map_err(|error| error.code)
    }

    pub(crate) fn token(&self, person: &Person) -> &str {
        &self.tokens[&person.device]
    }

    /// Connects from the given positions; gives the welcome.
    pub(crate) fn connect_from(
        &mut self,
        person: &Person,
        positions: Positions,
    ) -> (ConnectionId, Welcome) {
        let connection = self.relay.connect();
        let RelayToClient::Challenge { nonce } = self.next(connection) else {
            panic!("no challenge");
        };
        let hello = person.hello(&nonce, self.token(person), positions);
        self.relay.send(connection, &hello, self.now);
        match self.next(connection) {
            RelayToClient::Welcome(welcome) => (connection, welcome),
            other => panic!("{other:?}"),
        }
    }

    /// Connects as a client that has everything.
    pub(crate) fn connect(&mut self, person: &Person) -> ConnectionId {
        let (connection, welcome) = self.connect_from(person, everything());
        assert_eq!(welcome.head, self.head());
        connection
    }

    /// Connects as one that says from the start how its member is here.
    pub(crate) fn connect_as(&mut self, person: &Person, presence: PresenceState) -> ConnectionId {
        let connection = self.relay.connect();
        let RelayToClient::Challenge { nonce } = self.next(connection) else {
            panic!("no challenge");
        };
        let hello = person.hello(&nonce, self.token(person), everything());
        let ClientToRelay::Hello(hello) = decode(&hello).unwrap() else {
            panic!("no hello");
        };
        self.send(
            connection,
            &ClientToRelay::Hello(Hello { presence, ..hello }),
        );
        self.all(connection);
        connection
    }

    /// Connects the owner as a client that has everything.
    pub(crate) fn connect_owner(&mut self) -> ConnectionId {
        self.try_connect_owner().unwrap()
    }

    pub(crate) fn try_connect_owner(&mut self) -> Result<ConnectionId, ErrorCode> {
        self.try_connect(&self.owner.clone())
    }

    pub(crate) fn try_connect(&mut self, person: &Person) -> Result<ConnectionId, ErrorCode> {
        let connection = self.relay.connect();
        let RelayToClient::Challenge { nonce } = self.next(connection) else {
            panic!("no challenge");
        };
        let hello = person.hello(&nonce, self.token(person), everything());
        self.relay.send(connection, &hello, self.now);
        match self.next(connection) {
            RelayToClient::Welcome(_) => Ok(connection),
            RelayToClient::Closing { error } => Err(error.code),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn send(&mut self, connection: ConnectionId, frame: &ClientToRelay) {
        self.relay.send(connection, &encode(frame), self.now);
    }

    pub(crate) fn receive(&mut self, connection: ConnectionId) -> Option<RelayToClient> {
        match self.relay.receive(connection, self.now) {
            Received::Frame(text) => Some(decode(&text).unwrap()),
            Received::Nothing | Received::Closed => None,
        }
    }

    pub(crate) fn next(&mut self, connection: ConnectionId) -> RelayToClient {
        self.receive(connection).expect("a frame")
    }

    /// Everything that waits for a connection.
    pub(crate) fn all(&mut self, connection: ConnectionId) -> Vec<RelayToClient> {
        std::iter::from_fn(|| self.receive(connection)).collect()
    }

    /// Asks, and gives the answer; other frames that came before it are let go.
    pub(crate) fn ask(
        &mut self,
        connection: ConnectionId,
        request: Request,
    ) -> Result<Response, ErrorCode> {
        self.all(connection);
        self.answer(connection, request, |_| true)
    }

    /// Asks, and gives the answer, which is the next frame; what follows stays in the queue.
    pub(crate) fn ask_quietly(
        &mut self,
        connection: ConnectionId,
        request: Request,
    ) -> Result<Response, ErrorCode> {
        self.answer(connection, request, |frame| {
            matches!(frame, RelayToClient::PrekeyCount { .. })
        })
    }

    fn answer(
        &mut self,
        connection: ConnectionId,
        request: Request,
        may_come_before: fn(&RelayToClient) -> bool,
    ) -> Result<Response, ErrorCode> {
        let id = self.next_request;
        self.next_request += 1;
        self.send(connection, &ClientToRelay::Request { id, request });
        loop {
            match self.next(connection) {
                RelayToClient::Response { id: of, response } if of == id => return Ok(response),
                RelayToClient::Refused { id: of, error } if of == id => return Err(error.code),
                other => assert!(may_come_before(&other), "{other:?} before the answer"),
            }
        }
    }

    /// The owner adds an entry.
    pub(crate) fn append(&mut self, connection: ConnectionId, action: Action) {
        let entry = self.owner.entry(self.head(), self.now, action);
        self.community.apply(&entry).unwrap();
        let answer = self.ask(connection, Request::Append { entry });
        let seq = self.head().seq;
        assert_eq!(answer, Ok(Response::Appended { seq }));
    }

    /// The owner, beside the town.
    pub(crate) fn owner_of(town: &Self) -> Person {
        town.owner.clone()
    }

    /// A new session of somebody in the text channel.
    pub(crate) fn announce(&mut self, connection: ConnectionId, person: &Person) -> SessionId {
        let session = SigningKey::from_bytes(&fresh());
        let request = person.announce(self.text, &session, self.head());
        assert!(matches!(
            self.ask(connection, request),
            Ok(Response::Posted { .. })
        ));
        session_id(&session)
    }

    /// Posts a message as a session seals it, and gives it with its sequence number.
    pub(crate) fn post_sealed(
        &mut self,
        connection: ConnectionId,
        session: &SigningKey,
        index: u32,
    ) -> (u64, EncryptedMessage) {
        let (channel, message) = (self.text, sealed(session, index, 60));
        let request = Request::Post {
            channel,
            message: message.clone(),
        };
        match self.ask(connection, request) {
            Ok(Response::Posted { seq, .. }) => (seq, message),
            other => panic!("{other:?}"),
        }
    }

    /// The newest items of the text channel, as a page of history.
    pub(crate) fn page(&mut self, connection: ConnectionId) -> ChannelPage {
        let history = Request::History {
            channel: self.text,
            before: u64::MAX,
            limit: 200,
        };
        match self.ask(connection, history) {
            Ok(Response::Page(page)) => page,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn post(
        &mut self,
        connection: ConnectionId,
        session: SessionId,
        text: &str,
    ) -> Result<Response, ErrorCode> {
        let channel = self.text;
        let message = message(session, text);
        self.ask(connection, Request::Post { channel, message })
    }
}

/// Files of blobs below a data folder, those included that are still arriving.
pub(crate) fn files_of_blobs(data: &Path) -> usize {
    let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
    entries(&data.join("blobs"))
        .flat_map(|folder| entries(&folder.path()))
        .count()
}

/// Positions of a client that misses nothing.
pub(crate) fn everything() -> Positions {
    Positions {
        log: u64::MAX,
        mailbox: u64::MAX,
        channels: IdMap::new(),
    }
}
