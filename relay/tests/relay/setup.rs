//! Whoever has the set-up link creates the community, once.

use parley_protocol::auth::CommunityInfo;
use parley_protocol::error::ErrorCode;

use crate::support::person::Person;
use crate::support::server::{Founded, NOW, Server};
use crate::support::town::founding_entries;

#[tokio::test]
async fn the_link_makes_a_community_once() {
    let founded = Founded::start(&[]).await;
    let info: CommunityInfo = founded.server.get("/community").await.json();
    let community = info.community.unwrap();
    assert_eq!(community.name, "Test town");
    assert_eq!(community.id, founded.owner.community);

    let mut other = Person::founder();
    let (entries, ..) = founding_entries(&mut other, NOW);
    let token = founded.server.relay.setup_token().unwrap();
    let request = other.registration(Some(token), entries);
    let answer = founded.server.post("/auth/register", &request).await;
    assert_eq!(answer.refusal(), ErrorCode::AlreadySetUp);
}

#[tokio::test]
async fn another_token_makes_nothing() {
    let server = Server::start(&[]).await;
    let mut owner = Person::founder();
    let (entries, ..) = founding_entries(&mut owner, NOW);
    let answer = server
        .post(
            "/auth/register",
            &owner.registration(Some("guess"), entries.clone()),
        )
        .await;
    assert_eq!(answer.refusal(), ErrorCode::WrongSetupToken);
    let answer = server
        .post("/auth/register", &owner.registration(None, entries))
        .await;
    assert_eq!(answer.refusal(), ErrorCode::NotSetUp);
    let info: CommunityInfo = server.get("/community").await.json();
    assert_eq!(info.community, None);
}

#[tokio::test]
async fn one_bad_entry_undoes_all_of_them() {
    let server = Server::start(&[]).await;
    let mut owner = Person::founder();
    let (mut entries, ..) = founding_entries(&mut owner, NOW);
    entries.swap(1, 2);
    let token = server.relay.setup_token().unwrap();
    let request = owner.registration(Some(token), entries);
    let answer = server.post("/auth/register", &request).await;
    assert!(matches!(answer.refusal(), ErrorCode::Rejected { .. }));

    let (entries, ..) = founding_entries(&mut owner, NOW);
    let request = owner.registration(Some(token), entries);
    let answer = server.post("/auth/register", &request).await;
    assert!(answer.status.is_success());
}
