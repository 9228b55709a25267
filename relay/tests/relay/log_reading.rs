//! The log is for members, and for those who hold an invite's secret: its id, which every member ever saw, opens
//! nothing.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use parley_protocol::community::Rejection;
use parley_protocol::entry::Action;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ClientToRelay, RelayToClient, encode};
use parley_protocol::ids::CommunityId;
use tower::ServiceExt as _;

use crate::support::person::Invite;
use crate::support::server::{Answer, Founded, NOW, Socket};
use crate::support::town::Town;

const MINUTE: u64 = 60 * 1000;

async fn read(founded: &Founded, credentials: &str, from: Option<&str>) -> Answer {
    let mut headers = vec![("authorization", credentials)];
    headers.extend(from.map(|from| ("x-forwarded-for", from)));
    founded.server.get_with("/log?from=1", &headers).await
}

#[tokio::test]
async fn an_invite_s_id_opens_nothing() {
    let founded = Founded::start(&[]).await;
    let community = founded.owner.community;
    let path = format!("/log?from=1&invite={}", founded.invite.id);
    let answer = founded.server.get(&path).await;
    assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);

    let forged = Invite {
        id: founded.invite.id,
        ..Invite::new()
    };
    let answer = read(&founded, &forged.credentials(&community, NOW), None).await;
    assert_eq!(answer.refusal(), ErrorCode::BadSignature);
    // A proof for another community is none for this one.
    let elsewhere = CommunityId::from_bytes([7; CommunityId::LENGTH]);
    let answer = read(&founded, &founded.invite.credentials(&elsewhere, NOW), None).await;
    assert_eq!(answer.refusal(), ErrorCode::BadSignature);
    for nonsense in ["Invite", "Invite ", "Invite a.b.c", "invite x"] {
        let answer = read(&founded, nonsense, None).await;
        assert!(!answer.status.is_success(), "{nonsense}");
    }
}

#[tokio::test]
async fn a_proof_is_good_for_ten_minutes() {
    let founded = Founded::start(&[]).await;
    let credentials = founded.invite.credentials(&founded.owner.community, NOW);
    assert!(read(&founded, &credentials, None).await.status.is_success());
    founded.server.clock.advance(10 * MINUTE);
    assert!(read(&founded, &credentials, None).await.status.is_success());
    founded.server.clock.advance(1);
    let answer = read(&founded, &credentials, None).await;
    assert_eq!(answer.refusal(), ErrorCode::TokenExpired);
    // Nor can one be made for later.
    let later = NOW + 20 * MINUTE;
    let ahead = founded.invite.credentials(&founded.owner.community, later);
    let answer = read(&founded, &ahead, None).await;
    assert_eq!(answer.refusal(), ErrorCode::TokenExpired);
}

#[test]
fn an_invite_that_is_over_opens_nothing() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let (once, short, ended) = (Invite::new(), Invite::new(), Invite::new());
    town.append(owner, once.made(None, Some(1)));
    town.append(owner, short.made(Some(town.now), None));
    town.append(owner, ended.made(None, None));
    town.append(owner, Action::InviteRevoked { invite: ended.id });
    town.invite = once;
    town.join("Ben");
    town.now += 1;
    for (invite, rejection) in [
        (&town.invite, Rejection::InviteUsedUp),
        (&short, Rejection::InviteExpired),
        (&ended, Rejection::InviteRevoked),
        (&Invite::new(), Rejection::UnknownInvite),
    ] {
        let credentials = invite.credentials(&town.owner.community, town.now);
        let proof = credentials.trim_start_matches("Invite ").parse().unwrap();
        let refused = town.relay.log_by_invite(&proof, 1, town.now).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Rejected { rejection });
    }
}

#[tokio::test]
async fn pages_are_counted_by_address_and_by_invite() {
    let founded = Founded::start(&["--log-burst=2", "--behind-proxy"]).await;
    let community = founded.owner.community;
    let credentials = founded.invite.credentials(&community, NOW);
    let forged = Invite {
        id: founded.invite.id,
        ..Invite::new()
    };
    let forged = forged.credentials(&community, NOW);
    let address = |number: usize| format!("10.0.{number}.1");

    // Who has no secret uses up nothing of the invite's.
    for number in 0..100 {
        let answer = read(&founded, &forged, Some(&address(number))).await;
        assert_eq!(answer.refusal(), ErrorCode::BadSignature);
    }
    assert!(
        read(&founded, &credentials, Some(&address(100)))
            .await
            .status
            .is_success()
    );
    assert!(
        read(&founded, &credentials, Some(&address(100)))
            .await
            .status
            .is_success()
    );
    let answer = read(&founded, &credentials, Some(&address(100))).await;
    assert!(answer.wait().is_some(), "one address");

    let mut pages = 2;
    while read(&founded, &credentials, Some(&address(100 + pages)))
        .await
        .status
        .is_success()
    {
        pages += 1;
    }
    assert_eq!(pages, 40, "one invite");
}

/// Whoever asks for pages and does not take them holds what one household may hold, and no more.
#[tokio::test]
async fn pages_that_nobody_takes_are_bounded() {
    let founded = Founded::start(&["--behind-proxy"]).await;
    let mut socket = founded.connect().await;
    fill_log(&founded, &mut socket).await;
    let credentials = founded.invite.credentials(&founded.owner.community, NOW);
    let ask = async |from: &str| {
        let request = Request::get("/log?from=1")
            .header("authorization", &credentials)
            .header("x-forwarded-for", from)
            .body(Body::empty())
            .unwrap();
        founded
            .server
            .relay
            .router()
            .oneshot(request)
            .await
            .unwrap()
    };
    let mut untaken = Vec::new();
    let refused = loop {
        let answer = ask("192.0.2.1").await;
        if !answer.status().is_success() {
            break answer;
        }
        untaken.push(answer);
        assert!(untaken.len() < 1000);
    };
    assert_eq!(refused.status(), 429);
    assert!(ask("198.51.100.1").await.status().is_success());
    let taken = untaken.pop().unwrap().into_body().collect().await.unwrap();
    assert!(taken.to_bytes().len() > 15_000);
    assert!(ask("192.0.2.1").await.status().is_success());
}

/// Some entries more.
async fn fill_log(founded: &Founded, socket: &mut Socket) {
    let mut community = founded.community.clone();
    for id in 0..30 {
        let action = Invite::new().made(None, None);
        let entry = founded.owner.entry(community.head(), NOW, action);
        community.apply(&entry).unwrap();
        let request = parley_protocol::frame::Request::Append { entry };
        socket
            .send(&encode(&ClientToRelay::Request { id, request }))
            .await;
        while !matches!(socket.next().await, RelayToClient::Response { id: of, .. } if of == id) {}
    }
}
