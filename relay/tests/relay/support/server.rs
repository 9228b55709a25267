//! A relay with real routes and sockets, a clock that is moved by hand, and what was logged.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request as HttpRequest, StatusCode, header};
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::BodyExt as _;
use parley_protocol::auth::{LoginResponse, RegisterRequest, SessionResponse};
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, ChannelKind, GuestTerms};
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, decode, encode};
use parley_relay::clock::ManualClock;
use parley_relay::config::Settings;
use parley_relay::relay::{Environment, Relay};
use parley_relay::{Disk, Durability, PasswordCost, SystemDisk};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tower::ServiceExt as _;

use super::person::{Invite, Person};
use super::town::{everything, founding_entries};

pub(crate) struct Server {
    pub(crate) relay: Relay,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
}

/// A server on which the owner has created the community.
pub(crate) struct Founded {
    pub(crate) server: Server,
    pub(crate) owner: Person,
    pub(crate) session: SessionResponse,
    pub(crate) cookie: String,
    pub(crate) invite: Invite,
    pub(crate) community: Community,
}

/// An HTTP response.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The session of a login.
    pub(crate) fn signed_in(&self) -> SessionResponse {
        self.json::<LoginResponse>().session().expect("a session")
    }

    pub(crate) fn refusal(&self) -> ErrorCode {
        assert!(!self.status.is_success(), "{}", self.status);
        self.json::<ApiError>().code
    }

    /// The refresh token's cookie, as a browser would send it back.
    pub(crate) fn cookie(&self) -> String {
        let cookie = self.cookie_named("parley_refresh").unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A cookie that was set, with all that was said about it.
    pub(crate) fn cookie_named(&self, name: &str) -> Option<&str> {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        let mut all = all.map(|cookie| cookie.to_str().unwrap());
        all.find(|cookie| cookie.split('=').next() == Some(name))
    }

    /// Seconds of `Retry-After`, if the request was limited.
    pub(crate) fn wait(&self) -> Option<u32> {
        if self.status.is_success() {
            return None;
        }
        match self.refusal() {
            ErrorCode::RateLimited { retry_after } => Some(retry_after),
            _ => None,
        }
    }
}

pub(crate) const NOW: u64 = 1_800_000_000_000;

impl Server {
    pub(crate) async fn start(options: &[&str]) -> Self {
        Self::start_on(Arc::new(SystemDisk), options).await
    }

    pub(crate) async fn start_on(disk: Arc<dyn Disk>, options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let relay = Self::run(&folder, Arc::clone(&clock), disk, options).await;
        Self {
            relay,
            clock,
            folder,
        }
    }

    async fn run(
        folder: &TempDir,
        clock: Arc<ManualClock>,
        disk: Arc<dyn Disk>,
        options: &[&str],
    ) -> Relay {
        let data = folder.path().to_str().unwrap();
        let fixed = [
            "parley-relay",
            "--listen=127.0.0.1:0",
            "--turn-listen=off",
            "--data",
            data,
        ];
        // Clap takes an option once: a test's own replaces what is fixed here.
        let is_own = |fixed: &str| {
            let name = fixed.split_once('=').map_or(fixed, |(name, _)| name);
            options.iter().any(|option| option.starts_with(name))
        };
        let fixed: Vec<&str> = fixed.into_iter().filter(|fixed| !is_own(fixed)).collect();
        let settings = Settings::from_args([&fixed[..], options].concat()).unwrap();
        let environment = Environment {
            clock,
            durability: Durability::ProcessOnly,
            password_cost: PasswordCost::CHEAPEST,
            disk,
            ..Environment::default()
        };
        Relay::start(settings, environment).await.unwrap()
    }

    pub(crate) async fn send(&self, request: HttpRequest<Body>) -> Answer {
        let response = self.relay.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(path, None).await
    }

    pub(crate) async fn get_as(&self, path: &str, token: Option<&str>) -> Answer {
        match token {
            Some(token) => {
                let credentials = format!("Bearer {token}");
                self.get_with(path, &[("authorization", &credentials)])
                    .await
            }
            None => self.get_with(path, &[]).await,
        }
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = HttpRequest::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// What comes back for a request that goes over a real connection.
    pub(crate) async fn get_over_tcp(&self, path: &str, headers: &[&str]) -> String {
        self.get_over_tcp_at("localhost", path, headers).await
    }

    /// The same under another name.
    pub(crate) async fn get_over_tcp_at(&self, host: &str, path: &str, headers: &[&str]) -> String {
        let mut stream = TcpStream::connect(self.relay.address()).await.unwrap();
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
        for header in headers.iter().chain(&["Connection: close"]) {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// A counter of a relay that lets anybody read its metrics.
    pub(crate) async fn counter(&self, name: &str) -> u64 {
        let text = String::from_utf8(self.get("/metrics").await.body).unwrap();
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        let (_, value) = lines.find(|(found, _)| *found == name).unwrap();
        value.parse().unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.post_as(path, body, &[]).await
    }

    /// A body with headers, such as a proxy adds.
    pub(crate) async fn post_as(
        &self,
        path: &str,
        body: &impl Serialize,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        let mut request = HttpRequest::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn post_with(&self, path: &str, name: &str, value: &str) -> Answer {
        let request = HttpRequest::post(path)
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        self.send(request).await
    }
}

impl Founded {
    pub(crate) async fn start(options: &[&str]) -> Self {
        Self::start_on(Arc::new(SystemDisk), options).await
    }

    /// Stops the relay, and starts it again on the same folder and at the same time.
    pub(crate) async fn restart(self, options: &[&str]) -> Self {
        self.restart_after(|| (), options).await
    }

    /// The same, and something is done to the folder meanwhile.
    pub(crate) async fn restart_after(self, meanwhile: impl FnOnce(), options: &[&str]) -> Self {
        let Server {
            relay,
            clock,
            folder,
        } = self.server;
        relay.shutdown().await;
        meanwhile();
        let disk = Arc::new(SystemDisk);
        let relay = Server::run(&folder, Arc::clone(&clock), disk, options).await;
        let server = Server {
            relay,
            clock,
            folder,
        };
        Self { server, ..self }
    }

    pub(crate) async fn start_on(disk: Arc<dyn Disk>, options: &[&str]) -> Self {
        let server = Server::start_on(disk, options).await;
        let mut owner = Person::founder();
        let (entries, _, _, invite, community) = founding_entries(&mut owner, NOW);
        let token = server.relay.setup_token().unwrap().to_owned();
        let answer = server
            .post("/auth/register", &owner.registration(Some(&token), entries))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        Self {
            session: answer.json(),
            cookie: answer.cookie(),
            server,
            owner,
            invite,
            community,
        }
    }

    /// Somebody comes as a guest for an hour. Gives back their access token.
    pub(crate) async fn guest(&mut self, name: &str) -> String {
        let channels = self.community.channels();
        let mut voice = channels
            .iter()
            .filter(|(_, it)| it.kind == ChannelKind::Voice);
        let channel = *voice.next().unwrap().0;
        let until = NOW + 3_600_000;
        let invite = Invite::new();
        let mut action = invite.made(Some(until), Some(1));
        if let Action::InviteMade { guest, .. } = &mut action {
            *guest = Some(GuestTerms { channel, until });
        }
        let entry = self.owner.entry(self.community.head(), NOW, action);
        self.community.apply(&entry).unwrap();
        let mut socket = self.connect().await;
        let request = Request::Append { entry };
        socket
            .send(&encode(&ClientToRelay::Request { id: 1, request }))
            .await;
        while !matches!(socket.next().await, RelayToClient::Response { .. }) {}
        let guest = Person::new(name, self.owner.community);
        let entry = guest.joining(&invite, self.community.head(), NOW);
        self.community.apply(&entry).unwrap();
        let request = RegisterRequest {
            login_secret: None,
            wraps: Vec::new(),
            ..guest.registration(None, vec![entry])
        };
        let answer = self.server.post("/auth/register", &request).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json::<SessionResponse>().access_token
    }

    /// Opens the owner's socket as a client that has everything.
    pub(crate) async fn connect(&self) -> Socket {
        let mut socket = Socket::open(&self.server.relay, None).await;
        let RelayToClient::Challenge { nonce } = socket.next().await else {
            panic!("no challenge");
        };
        let token = &self.session.access_token;
        socket
            .send(&self.owner.hello(&nonce, token, everything()))
            .await;
        assert!(matches!(socket.next().await, RelayToClient::Welcome(_)));
        socket
    }
}

/// A client's end of a WebSocket.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn open(relay: &Relay, origin: Option<&str>) -> Self {
        Self::try_open(relay, origin).await.unwrap()
    }

    pub(crate) async fn try_open(
        relay: &Relay,
        origin: Option<&str>,
    ) -> Result<Self, tungstenite::Error> {
        Self::try_open_with(relay, origin.map(|origin| ("origin", origin))).await
    }

    pub(crate) async fn try_open_with(
        relay: &Relay,
        header: Option<(&'static str, &str)>,
    ) -> Result<Self, tungstenite::Error> {
        let url = format!("ws://{}/socket", relay.address());
        let mut request = url.into_client_request().unwrap();
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn next(&mut self) -> RelayToClient {
        self.receive().await.expect("a frame")
    }

    /// The next frame, or `None` when the relay has closed.
    pub(crate) async fn receive(&mut self) -> Option<RelayToClient> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(decode(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }
}
