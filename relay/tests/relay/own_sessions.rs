//! A member sees and ends their own sessions, and nobody else's.

use parley_protocol::auth::{EndSessionRequest, SessionInfo, SessionsResponse};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::DeviceId;

use crate::support::account::Account;
use crate::support::server::{Founded, NOW, Server};

const DAY: u64 = 24 * 60 * 60 * 1000;

async fn list(server: &Server, account: &Account) -> Vec<SessionInfo> {
    let answer = account.get(server, "/auth/sessions").await;
    answer.json::<SessionsResponse>().sessions
}

async fn end(
    server: &Server,
    account: &Account,
    device: Option<DeviceId>,
) -> Result<(), ErrorCode> {
    let request = EndSessionRequest { device };
    let answer = account.post(server, "/auth/sessions/end", &request).await;
    if answer.status.is_success() {
        Ok(())
    } else {
        Err(answer.refusal())
    }
}

#[tokio::test]
async fn a_member_sees_when_and_roughly_where_they_were() {
    let founded = Founded::start(&["--behind-proxy"]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    server.clock.advance(1000);
    let from = [("x-forwarded-for", "192.0.2.77")];
    let answer = server
        .post_as("/auth/login", &ada.person.login(), &from)
        .await;
    let there = Account {
        token: answer.signed_in().access_token,
        cookie: answer.cookie(),
        ..founded.owner_account()
    };
    let sessions = list(server, &there).await;
    let [new, device] = sessions.as_slice() else {
        panic!("{sessions:?}");
    };
    let wanted = SessionInfo {
        device: None,
        signed_in_at: Some(NOW + 1000),
        last_seen_at: NOW + 1000,
        network: "192.0.2.0/24".to_owned(),
        current: true,
    };
    assert_eq!(*new, wanted);
    assert_eq!(device.device, Some(ada.person.device));
    assert_eq!(
        (device.last_seen_at, device.signed_in_at, device.current),
        (NOW, Some(NOW), false)
    );

    // A refresh moves both.
    server.clock.advance(1000);
    let headers = [
        ("x-forwarded-for", "2001:db8:1:2::3"),
        ("cookie", ada.cookie.as_str()),
    ];
    server.post_as("/auth/refresh", &(), &headers).await;
    let sessions = list(server, &there).await;
    assert_eq!(sessions[0].device, Some(ada.person.device));
    assert_eq!(sessions[0].last_seen_at, NOW + 2000);
    assert_eq!(sessions[0].signed_in_at, Some(NOW));
    assert_eq!(sessions[0].network, "2001:db8:1::/48");
}

#[tokio::test]
async fn a_device_is_remembered_when_its_session_is_over() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    server.clock.advance(8 * DAY);
    let here = ada.again(server).await;
    let sessions = list(server, &here).await;
    assert_eq!(sessions.len(), 2);
    assert!(sessions[0].current);
    assert_eq!(sessions[1].device, Some(ada.person.device));
    assert_eq!(sessions[1].signed_in_at, None);
    assert_eq!(sessions[1].last_seen_at, NOW);
}

#[tokio::test]
async fn a_device_that_is_ended_elsewhere_is_out_at_once() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let mut socket = founded.connect().await;
    let here = ada.again(server).await;
    assert_eq!(end(server, &here, Some(ada.person.device)).await, Ok(()));
    while let Some(frame) = socket.receive().await {
        drop(frame);
    }
    assert_eq!(ada.refresh(server).await.refusal(), ErrorCode::SessionEnded);
    let answer = ada.get(server, "/auth/sessions").await;
    assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
    assert_eq!(end(server, &ada, None).await, Err(ErrorCode::SessionEnded));
    assert!(here.refresh(server).await.status.is_success());
}

#[tokio::test]
async fn sessions_without_a_device_end_but_not_the_one_that_asks() {
    let founded = Founded::start(&[]).await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let (here, there) = (ada.again(server).await, ada.again(server).await);
    assert_eq!(end(server, &here, None).await, Ok(()));
    assert_eq!(
        there.refresh(server).await.refusal(),
        ErrorCode::SessionEnded
    );
    assert!(here.refresh(server).await.status.is_success());
    assert!(ada.refresh(server).await.status.is_success());
}

#[tokio::test]
async fn nobody_sees_or_ends_what_is_not_theirs() {
    let mut founded = Founded::start(&[]).await;
    let ben = founded.join("Ben").await;
    let (ada, server) = (founded.owner_account(), &founded.server);
    let adas = ada.again(server).await;
    let theirs = Some(ada.person.device);
    assert_eq!(
        end(server, &ben, theirs).await,
        Err(ErrorCode::UnknownDevice)
    );
    let unknown = Some(DeviceId::from_bytes([9; 16]));
    assert_eq!(
        end(server, &ben, unknown).await,
        Err(ErrorCode::UnknownDevice)
    );
    assert_eq!(end(server, &ben, None).await, Ok(()));
    assert!(ada.refresh(server).await.status.is_success());
    assert!(adas.refresh(server).await.status.is_success());
    let seen = list(server, &ben).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].device, Some(ben.person.device));
}
