//! Members with file tokens at a relay with real routes, and what they send and read.

use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode};
use ed25519_dalek::SigningKey;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::entry::Action;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::files::FileToken;
use parley_protocol::frame::{ClientToRelay, RelayToClient, Request, Response, encode};
use parley_protocol::ids::{ChannelId, ShareId};
use parley_protocol::keys::{Hash, SessionId};

use super::fresh;
use super::person::{Person, message, session_id};
use super::server::{Answer, Founded, NOW, Server, Socket};
use super::town::everything;

/// A member who is signed in, with an open socket.
pub(crate) struct Sender {
    pub(crate) person: Person,
    pub(crate) access: String,
    pub(crate) token: String,
    socket: Socket,
    next: u64,
}

impl Sender {
    pub(crate) async fn owner(founded: &Founded) -> Self {
        let access = founded.session.access_token.clone();
        Self::sign_in(&founded.server, founded.owner.clone(), access).await
    }

    /// Somebody who joins by the open invite.
    pub(crate) async fn join(founded: &mut Founded, name: &str) -> Self {
        let person = Person::new(name, founded.owner.community);
        let entry = person.joining(&founded.invite, founded.community.head(), NOW);
        founded.community.apply(&entry).unwrap();
        let request = person.registration(None, vec![entry]);
        let answer = founded.server.post("/auth/register", &request).await;
        assert_eq!(answer.status, StatusCode::OK);
        let access = answer
            .json::<parley_protocol::auth::SessionResponse>()
            .access_token;
        Self::sign_in(&founded.server, person, access).await
    }

    async fn sign_in(server: &Server, person: Person, access: String) -> Self {
        let mut socket = Socket::open(&server.relay, None).await;
        let RelayToClient::Challenge { nonce } = socket.next().await else {
            panic!("no challenge");
        };
        socket
            .send(&person.hello(&nonce, &access, everything()))
            .await;
        assert!(matches!(socket.next().await, RelayToClient::Welcome(_)));
        let answer = ask_token(server, &access).await;
        Self {
            person,
            token: answer.json::<FileToken>().token,
            access,
            socket,
            next: 1,
        }
    }

    /// The relay closes the socket.
    pub(crate) async fn expect_end(mut self) {
        while self.socket.receive().await.is_some() {}
    }

    pub(crate) async fn ask(&mut self, request: Request) -> Result<Response, ErrorCode> {
        let id = self.next;
        self.next += 1;
        let frame = ClientToRelay::Request { id, request };
        self.socket.send(&encode(&frame)).await;
        loop {
            match self.socket.next().await {
                RelayToClient::Response { id: of, response } if of == id => return Ok(response),
                RelayToClient::Refused { id: of, error } if of == id => return Err(error.code),
                _ => {}
            }
        }
    }

    /// Adds an entry to the log.
    pub(crate) async fn append(&mut self, founded: &mut Founded, action: Action) {
        let entry = self.person.entry(founded.community.head(), NOW, action);
        founded.community.apply(&entry).unwrap();
        self.ask(Request::Append { entry }).await.unwrap();
    }

    /// A new session in a channel.
    pub(crate) async fn announce(&mut self, founded: &Founded, channel: ChannelId) -> SessionId {
        let session = SigningKey::from_bytes(&fresh());
        let head = founded.community.head();
        let request = self.person.announce(channel, &session, head);
        self.ask(request).await.unwrap();
        session_id(&session)
    }

    /// Posts a message that names blobs.
    pub(crate) async fn post(
        &mut self,
        channel: ChannelId,
        session: SessionId,
        blobs: &[Hash],
    ) -> Result<(u64, EncryptedMessage), ErrorCode> {
        let message = naming(session, blobs);
        let request = Request::Post {
            channel,
            message: message.clone(),
        };
        match self.ask(request).await? {
            Response::Posted { seq, .. } => Ok((seq, message)),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn upload(&self, server: &Server, bytes: &[u8]) -> Answer {
        self.upload_as(server, bytes, &Hash::of(bytes).to_string())
            .await
    }

    /// Uploads bytes under any name.
    pub(crate) async fn upload_as(&self, server: &Server, bytes: &[u8], name: &str) -> Answer {
        let body = Body::from(bytes.to_vec());
        server.send(self.upload_request(body, name)).await
    }

    pub(crate) fn upload_request(&self, body: Body, name: &str) -> HttpRequest<Body> {
        HttpRequest::post("/upload")
            .header("authorization", format!("Bearer {}", self.token))
            .header("parley-blob", name)
            .body(body)
            .unwrap()
    }

    pub(crate) async fn get(&self, server: &Server, name: &str) -> Answer {
        let path = format!("/files/{name}");
        server.get_as(&path, Some(&self.token)).await
    }

    pub(crate) async fn head(&self, server: &Server, hash: &Hash) -> StatusCode {
        let request = HttpRequest::head(format!("/files/{hash}"))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Body::empty())
            .unwrap();
        let answer = server.send(request).await;
        assert!(answer.body.is_empty());
        answer.status
    }

    pub(crate) async fn share(
        &self,
        server: &Server,
        method: &str,
        id: &ShareId,
        body: String,
    ) -> Answer {
        let request = HttpRequest::builder()
            .method(method)
            .uri(format!("/files/shares/{id}"))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Body::from(body))
            .unwrap();
        server.send(request).await
    }
}

/// A message that names blobs.
pub(crate) fn naming(session: SessionId, blobs: &[Hash]) -> EncryptedMessage {
    EncryptedMessage {
        blobs: blobs.to_vec(),
        ..message(session, "text")
    }
}

pub(crate) async fn ask_token(server: &Server, access: &str) -> Answer {
    let credentials = format!("Bearer {access}");
    server
        .post_with("/files/token", "authorization", &credentials)
        .await
}

/// Nobody learns more of a blob that they may not read than of one that is not there.
pub(crate) fn assert_unknown(answer: &Answer, hash: &Hash) {
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.refusal(), ErrorCode::UnknownBlob { blob: *hash });
    let message = answer.json::<ApiError>().message;
    assert_eq!(message, "unknown blob");
}
