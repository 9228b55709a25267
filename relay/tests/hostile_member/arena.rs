//! A relay on a loopback socket with its usual limits, and the people on it. Only the limits by address are
//! lifted, because everybody comes from this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{Request as HttpRequest, header};
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::BodyExt as _;
use parley_protocol::auth::{AddDeviceRequest, LoginResponse, SessionResponse, Wrap};
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, Head, VaultChain};
use parley_protocol::files::{FileToken, ShareRequest};
use parley_protocol::frame::{Positions, RelayToClient, decode};
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::keys::Hash;
use parley_relay::config::Settings;
use parley_relay::relay::{Environment, Relay};
use parley_relay::{Durability, PasswordCost};
use serde::Serialize;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tower::ServiceExt as _;

use crate::support::person::{Invite, Person};
use crate::support::town::founding_entries;

pub(crate) type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Bytes of one member's files.
pub(crate) const FILES_OF_ONE: u64 = 128 * 1024 * 1024;

/// Somebody at one device, logged in there.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) person: Person,
    token: String,
}

pub(crate) struct Arena {
    relay: Relay,
    folder: TempDir,
    community: Mutex<Community>,
    invite: Invite,
    pub(crate) text: ChannelId,
    pub(crate) voice: ChannelId,
    pub(crate) honest: Vec<Seat>,
    pub(crate) absent: Seat,
    pub(crate) hostile: Vec<Seat>,
    /// How far the hostile devices' chains in the vault went.
    pub(crate) ends: Arc<Mutex<BTreeMap<DeviceId, VaultChain>>>,
}

pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

impl Arena {
    pub(crate) async fn start(honest: usize, devices: usize, durable: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let data = format!("--data={}", folder.path().display());
        let flags = [
            "parley-relay",
            "--listen=127.0.0.1:0",
            "--turn-listen=off",
            "--login-burst=100000",
            "--registration-burst=100000",
            "--session-burst=100000",
            "--socket-burst=100000000",
            "--connections-per-address=4000",
            // What one member's files take is bounded by this alone, so it is not the usual one.
            &format!("--blob-quota-per-member={FILES_OF_ONE}"),
            &data,
        ];
        let environment = Environment {
            durability: if durable {
                Durability::Full
            } else {
                Durability::ProcessOnly
            },
            password_cost: PasswordCost::CHEAPEST,
            ..Environment::default()
        };
        let settings = Settings::from_args(flags).unwrap();
        let relay = Relay::start(settings, environment).await.unwrap();
        let mut owner = Person::founder();
        let (entries, text, voice, invite, community) = founding_entries(&mut owner, now());
        let token = relay.setup_token().unwrap().to_owned();
        let registration = owner.registration(Some(&token), entries);
        let session = post(&relay, "/auth/register", &registration, None).await;
        let owner = Seat {
            person: owner,
            token: token_of(&session),
        };
        let mut arena = Self {
            relay,
            folder,
            community: Mutex::new(community),
            invite,
            text,
            voice,
            honest: Vec::new(),
            absent: owner.clone(),
            hostile: Vec::new(),
            ends: Arc::default(),
        };
        for number in 0..honest {
            let seat = arena.join(&format!("Honest {number}")).await;
            arena.honest.push(seat);
        }
        let first = arena.join("Mallory").await;
        arena.hostile.push(first.clone());
        for _ in 1..devices {
            let seat = arena.add_device(&first).await;
            arena.hostile.push(seat);
        }
        arena
    }

    pub(crate) fn head(&self) -> Head {
        self.community.lock().unwrap().head()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    async fn join(&self, name: &str) -> Seat {
        let community = self.community.lock().unwrap().id();
        let person = Person::new(name, community);
        let entry = person.joining(&self.invite, self.head(), now());
        self.community.lock().unwrap().apply(&entry).unwrap();
        let registration = person.registration(None, vec![entry]);
        let session = post(&self.relay, "/auth/register", &registration, None).await;
        Seat {
            person,
            token: token_of(&session),
        }
    }

    async fn add_device(&self, of: &Seat) -> Seat {
        let person = of.person.at_another_device();
        let session = post(&self.relay, "/auth/login", &person.login(), None).await;
        let session: LoginResponse = serde_json::from_slice(&session).unwrap();
        let token = session.session().unwrap().access_token;
        let added = Action::DeviceAdded {
            user: person.user,
            device: person.device_details(),
            linked_by: None,
        };
        let entry = person.entry(self.head(), now(), added);
        self.community.lock().unwrap().apply(&entry).unwrap();
        let request = AddDeviceRequest {
            entry,
            prekeys: person.prekeys(1),
            wraps: vec![Wrap::password("wrapped anew".to_owned())],
        };
        post(&self.relay, "/auth/device", &request, Some(&token)).await;
        Seat { person, token }
    }

    /// Reads the newest page of somebody's vault, if the relay gives it now.
    pub(crate) async fn read_vault(&self, seat: &Seat) {
        let request = HttpRequest::get("/vault")
            .header(header::AUTHORIZATION, format!("Bearer {}", seat.token))
            .body(Body::empty())
            .unwrap();
        let response = self.relay.router().oneshot(request).await.unwrap();
        let _ = response.into_body().collect().await.unwrap();
    }

    /// A token for files, if the relay gives one now.
    pub(crate) async fn file_token(&self, seat: &Seat) -> Option<String> {
        let request = HttpRequest::post("/files/token")
            .header(header::AUTHORIZATION, format!("Bearer {}", seat.token))
            .body(Body::empty())
            .unwrap();
        let response = self.relay.router().oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let token = serde_json::from_slice::<FileToken>(&body);
        token.ok().map(|token| token.token)
    }

    /// Uploads a blob, if the relay takes it now.
    pub(crate) async fn upload(&self, token: &str, bytes: Vec<u8>) {
        let request = HttpRequest::post("/upload")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("parley-blob", Hash::of(&bytes).to_string())
            .body(Body::from(bytes))
            .unwrap();
        self.carry_out(request).await;
    }

    /// Lets all honest members read blobs, if the relay takes that now.
    pub(crate) async fn share(&self, token: &str, id: &str, blobs: &[Hash]) {
        let request = ShareRequest {
            blobs: blobs.to_vec(),
            readers: self.honest.iter().map(|seat| seat.person.user).collect(),
        };
        let request = HttpRequest::put(format!("/files/shares/{id}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(serde_json::to_vec(&request).unwrap()))
            .unwrap();
        self.carry_out(request).await;
    }

    pub(crate) async fn end_share(&self, token: &str, id: &str) {
        let request = HttpRequest::delete(format!("/files/shares/{id}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        self.carry_out(request).await;
    }

    /// Reads a blob to its end, if the relay gives it now.
    pub(crate) async fn download(&self, token: &str, blob: Hash) {
        let request = HttpRequest::get(format!("/files/{blob}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        self.carry_out(request).await;
    }

    async fn carry_out(&self, request: HttpRequest<Body>) {
        let response = self.relay.router().oneshot(request).await.unwrap();
        let _ = response.into_body().collect().await;
    }

    /// Opens a socket and says hello; `None` if the relay does not let the device in now.
    pub(crate) async fn connect(&self, seat: &Seat, positions: Positions) -> Option<Line> {
        let url = format!("ws://{}/socket", self.relay.address());
        let (mut line, _) = connect_async(url).await.ok()?;
        let RelayToClient::Challenge { nonce } = next(&mut line).await? else {
            return None;
        };
        let hello = seat.person.hello(&nonce, &seat.token, positions);
        line.send(Message::text(hello)).await.ok()?;
        match next(&mut line).await? {
            RelayToClient::Welcome(_) => Some(line),
            _ => None,
        }
    }
}

async fn next(line: &mut Line) -> Option<RelayToClient> {
    match line.next().await? {
        Ok(Message::Text(text)) => decode(&text).ok(),
        _ => None,
    }
}

fn token_of(answer: &[u8]) -> String {
    let session: SessionResponse = serde_json::from_slice(answer)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(answer)));
    session.access_token
}

async fn post(relay: &Relay, path: &str, body: &impl Serialize, token: Option<&str>) -> Vec<u8> {
    let mut request = HttpRequest::post(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = Body::from(serde_json::to_vec(body).unwrap());
    let request = request.body(body).unwrap();
    let response = relay.router().oneshot(request).await.unwrap();
    let is_good = response.status().is_success();
    let answer = response.into_body().collect().await.unwrap().to_bytes();
    assert!(is_good, "{path}: {}", String::from_utf8_lossy(&answer));
    answer.to_vec()
}
