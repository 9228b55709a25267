//! Two devices of one member meet at the relay, and a token lets one device be added once. Strangers, the curious and
//! those who come twice get nothing.

use axum::http::StatusCode;
use parley_protocol::auth::{
    AddDeviceRequest, EndLinkRequest, JoinLinkRequest, LinkJoined, LinkMessages, LinkOpened,
    LinkSeat, LinkToken, LinkTokenRequest, OpenLinkRequest, ReceiveLinkRequest, SendLinkRequest,
    SessionResponse,
};
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::DeviceId;
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use parley_protocol::limits::MAX_LINK_MESSAGE_BYTES;
use parley_protocol::link::{LinkCode, LinkNumber};
use parley_protocol::signing;

use crate::support::fresh;
use crate::support::person::{Person, sign};
use crate::support::server::{Answer, Founded, NOW};

const MINUTE: u64 = 60_000;

fn key() -> Curve25519PublicKey {
    Curve25519PublicKey::from_bytes([7; 32])
}

struct Scene {
    founded: Founded,
    bearer: String,
}

impl Scene {
    async fn start() -> Self {
        let founded = Founded::start(&[]).await;
        let bearer = format!("Bearer {}", founded.session.access_token);
        Self { founded, bearer }
    }

    async fn post(&self, path: &str, body: &impl serde::Serialize) -> Answer {
        self.founded.server.post(path, body).await
    }

    async fn post_as_owner(&self, path: &str, body: &impl serde::Serialize) -> Answer {
        let headers = [("authorization", self.bearer.as_str())];
        self.founded.server.post_as(path, body, &headers).await
    }

    async fn open(&self) -> LinkOpened {
        let request = OpenLinkRequest { key: key() };
        self.post_as_owner("/link", &request).await.json()
    }

    async fn join(&self, number: LinkNumber, seat: LinkSeat) -> Answer {
        let proof = LinkCode::new(number, key()).proof();
        let request = JoinLinkRequest {
            number,
            proof,
            seat,
        };
        self.post("/link/join", &request).await
    }

    /// Two devices that met.
    async fn meet(&self) -> (LinkNumber, LinkSeat, LinkSeat) {
        let opened = self.open().await;
        let seat = LinkSeat::from_bytes(fresh());
        let joined: LinkJoined = self.join(opened.number, seat).await.json();
        assert_eq!(joined.key, key());
        (opened.number, opened.seat, seat)
    }

    async fn send(&self, number: LinkNumber, seat: LinkSeat, index: u64, text: &str) -> Answer {
        let request = SendLinkRequest {
            number,
            seat,
            index,
            text: text.to_owned(),
        };
        self.post("/link/send", &request).await
    }

    async fn receive(&self, number: LinkNumber, seat: LinkSeat, after: u64) -> Answer {
        let request = ReceiveLinkRequest {
            number,
            seat,
            after,
        };
        self.post("/link/receive", &request).await
    }

    async fn received(&self, number: LinkNumber, seat: LinkSeat, after: u64) -> Vec<String> {
        let answer = self.receive(number, seat, after).await;
        answer.json::<LinkMessages>().messages
    }

    async fn token(&self, device: DeviceId) -> Answer {
        let request = LinkTokenRequest { device };
        self.post_as_owner("/auth/link/token", &request).await
    }

    async fn add(&self, token: &LinkToken, entry: Entry, phone: &Person) -> Answer {
        let request = AddDeviceRequest {
            entry,
            prekeys: phone.prekeys(1),
            wraps: Vec::new(),
        };
        let link = format!("Link {}", token.token.0);
        let headers = [("authorization", link.as_str())];
        let server = &self.founded.server;
        server.post_as("/auth/device", &request, &headers).await
    }

    /// The entry of a device that the owner's device certifies.
    fn linked(&self, phone: &Person) -> Entry {
        let owner = &self.founded.owner;
        let mut details = phone.device_details();
        let message = signing::linked_device(
            &owner.community,
            &owner.user,
            &details.id,
            &details.ed25519,
            &details.curve25519,
        );
        details.certificate = sign(&owner.signing, &message);
        let action = Action::DeviceAdded {
            user: owner.user,
            device: details,
            linked_by: Some(owner.device),
        };
        phone.entry(self.founded.community.head(), NOW, action)
    }
}

#[tokio::test]
async fn what_one_says_the_other_hears_once_and_in_order() {
    let scene = Scene::start().await;
    let (number, old, new) = scene.meet().await;
    for (index, text) in [(1, "hello"), (2, "again"), (2, "again"), (1, "hello")] {
        let sent = scene.send(number, new, index, text).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(scene.received(number, old, 0).await, ["hello", "again"]);
    assert_eq!(scene.received(number, old, 1).await, ["again"]);
    let skipped = scene.send(number, new, 9, "later").await;
    assert_eq!(skipped.refusal(), ErrorCode::Malformed);

    scene.send(number, old, 1, "welcome").await;
    assert_eq!(scene.received(number, new, 0).await, ["welcome"]);
}

#[tokio::test]
async fn who_receives_waits_until_something_is_said() {
    let scene = Scene::start().await;
    let (number, old, new) = scene.meet().await;
    let (heard, _) = tokio::join!(scene.received(number, old, 0), async {
        tokio::task::yield_now().await;
        scene.send(number, new, 1, "at last").await
    });
    assert_eq!(heard, ["at last"]);
}

#[tokio::test]
async fn who_sends_waits_for_room() {
    let scene = Scene::start().await;
    let (number, old, new) = scene.meet().await;
    let long = "x".repeat(MAX_LINK_MESSAGE_BYTES);
    for index in [1, 2] {
        let sent = scene.send(number, old, index, &long).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT);
    }
    let (third, heard) = tokio::join!(scene.send(number, old, 3, &long), async {
        tokio::task::yield_now().await;
        assert_eq!(scene.received(number, new, 0).await.len(), 2);
        scene.received(number, new, 2).await
    });
    assert_eq!(third.status, StatusCode::NO_CONTENT);
    assert_eq!(heard.len(), 1);
    let too_long = "x".repeat(MAX_LINK_MESSAGE_BYTES + 1);
    let refused = scene.send(number, old, 4, &too_long).await;
    assert_eq!(refused.refusal(), ErrorCode::TooLarge);
}

#[tokio::test]
async fn only_who_knows_the_code_gets_a_seat_and_only_the_first() {
    let scene = Scene::start().await;
    let opened = scene.open().await;
    let guess = JoinLinkRequest {
        number: opened.number,
        proof: Hash::from_bytes([0; 32]),
        seat: LinkSeat::from_bytes(fresh()),
    };
    let refused = scene.post("/link/join", &guess).await;
    assert_eq!(refused.refusal(), ErrorCode::LinkOver);
    let first = LinkSeat::from_bytes(fresh());
    let joined = scene.join(opened.number, first).await;
    assert_eq!(joined.status, StatusCode::OK);
    let again = scene.join(opened.number, first).await;
    assert_eq!(again.status, StatusCode::OK);
    let second = scene
        .join(opened.number, LinkSeat::from_bytes(fresh()))
        .await;
    assert_eq!(second.refusal(), ErrorCode::LinkTaken);
    let stranger = LinkSeat::from_bytes(fresh());
    let heard = scene.receive(opened.number, stranger, 0).await;
    assert_eq!(heard.refusal(), ErrorCode::LinkOver);
}

#[tokio::test]
async fn a_meeting_is_over_after_five_minutes_or_when_a_side_ends_it() {
    let scene = Scene::start().await;
    let opened = scene.open().await;
    scene.founded.server.clock.advance(5 * MINUTE);
    let late = scene
        .join(opened.number, LinkSeat::from_bytes(fresh()))
        .await;
    assert_eq!(late.refusal(), ErrorCode::LinkOver);

    let (number, old, new) = scene.meet().await;
    let end = EndLinkRequest { number, seat: new };
    let ended = scene.post("/link/end", &end).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let heard = scene.receive(number, old, 0).await;
    assert_eq!(heard.refusal(), ErrorCode::LinkOver);
}

#[tokio::test]
async fn a_member_has_one_meeting_and_an_address_a_few_tries() {
    let scene = Scene::start().await;
    let first = scene.open().await;
    let second = scene.open().await;
    let old = scene.receive(first.number, first.seat, 0).await;
    assert_eq!(old.refusal(), ErrorCode::LinkOver);
    assert_ne!(first.seat, second.seat);

    let mut refused = None;
    for _ in 0..10_000 {
        let number = LinkNumber::from_bits(3);
        let answer = scene.join(number, LinkSeat::from_bytes(fresh())).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    assert!(refused.is_some(), "a flood is never slowed down");
}

#[tokio::test]
async fn a_stranger_opens_no_meeting_and_gets_no_token() {
    let scene = Scene::start().await;
    let opened = scene.post("/link", &OpenLinkRequest { key: key() }).await;
    assert_eq!(opened.refusal(), ErrorCode::NotAuthenticated);
    let request = LinkTokenRequest {
        device: DeviceId::from_bytes(fresh()),
    };
    let token = scene.post("/auth/link/token", &request).await;
    assert_eq!(token.refusal(), ErrorCode::NotAuthenticated);
}

#[tokio::test]
async fn a_token_adds_its_device_once_and_opens_a_session() {
    let scene = Scene::start().await;
    let phone = scene.founded.owner.at_another_device();
    let token: LinkToken = scene.token(phone.device).await.json();
    let link = format!("Link {}", token.token.0);
    let headers = [("authorization", link.as_str())];
    let log = scene.founded.server.get_with("/log?from=1", &headers).await;
    assert_eq!(log.status, StatusCode::OK);

    let entry = scene.linked(&phone);
    let added = scene.add(&token, entry.clone(), &phone).await;
    assert_eq!(added.status, StatusCode::OK);
    let session: SessionResponse = added.json();
    assert_eq!(session.user, scene.founded.owner.user);
    assert_eq!(session.wraps, []);
    assert!(added.cookie_named("parley_refresh").is_some());

    let again = scene.add(&token, entry, &phone).await;
    assert_eq!(again.refusal(), ErrorCode::TicketExpired);
    let log = scene.founded.server.get_with("/log?from=1", &headers).await;
    assert_eq!(log.refusal(), ErrorCode::TicketExpired);
}

#[tokio::test]
async fn a_token_is_good_for_no_other_device_and_for_five_minutes() {
    let scene = Scene::start().await;
    let (phone, thief) = (
        scene.founded.owner.at_another_device(),
        scene.founded.owner.at_another_device(),
    );
    let token: LinkToken = scene.token(phone.device).await.json();
    let stolen = scene.add(&token, scene.linked(&thief), &thief).await;
    assert_eq!(stolen.refusal(), ErrorCode::NotPermitted);
    assert!(stolen.cookie_named("parley_refresh").is_none());
    let used = scene.add(&token, scene.linked(&phone), &phone).await;
    assert_eq!(used.refusal(), ErrorCode::TicketExpired);

    let token: LinkToken = scene.token(phone.device).await.json();
    scene.founded.server.clock.advance(5 * MINUTE);
    let late = scene.add(&token, scene.linked(&phone), &phone).await;
    assert_eq!(late.refusal(), ErrorCode::TicketExpired);
}

#[tokio::test]
async fn a_device_that_the_log_refuses_leaves_no_session() {
    let scene = Scene::start().await;
    let phone = scene.founded.owner.at_another_device();
    let token: LinkToken = scene.token(phone.device).await.json();
    // Certified by the phone itself.
    let action = Action::DeviceAdded {
        user: phone.user,
        device: phone.device_details(),
        linked_by: Some(scene.founded.owner.device),
    };
    let entry = phone.entry(scene.founded.community.head(), NOW, action);
    let refused = scene.add(&token, entry, &phone).await;
    assert!(matches!(refused.refusal(), ErrorCode::Rejected { .. }));
    assert!(refused.cookie_named("parley_refresh").is_none());
}
