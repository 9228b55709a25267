//! Files over the real routes: what is sent comes back to those who may read it, and only to them.

use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode, header};
use parley_protocol::entry::{Action, ChannelKind, Readers};
use parley_protocol::error::ErrorCode;
use parley_protocol::files::{FileToken, ShareRequest};
use parley_protocol::ids::{ChannelId, RoleId, ShareId};
use parley_protocol::keys::Hash;
use parley_protocol::limits::MAX_BLOB_BYTES;

use crate::support::files::{Sender, ask_token, assert_unknown};
use crate::support::fresh;
use crate::support::person::channel_created;
use crate::support::server::{Founded, NOW};
use crate::support::town::files_of_blobs;

fn text_channel(founded: &Founded) -> ChannelId {
    let mut channels = founded.community.channels().iter();
    let (id, _) = channels
        .find(|(_, channel)| channel.kind == ChannelKind::Text)
        .unwrap();
    *id
}

fn long(bytes: u64) -> Vec<u8> {
    let pattern = (0..=250_u8).cycle();
    pattern.take(usize::try_from(bytes).unwrap()).collect()
}

#[tokio::test]
async fn what_is_sent_comes_back_to_readers() {
    let mut founded = Founded::start(&[]).await;
    let channel = text_channel(&founded);
    let mut ben = Sender::join(&mut founded, "Ben").await;
    let ada = Sender::owner(&founded).await;
    let server = &founded.server;
    let bytes = long(MAX_BLOB_BYTES);
    let hash = Hash::of(&bytes);
    assert_eq!(ben.head(server, &hash).await, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let answer = ben.upload(server, &bytes).await;
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (StatusCode::OK, &b"{}"[..])
        );
    }
    assert_eq!(ben.head(server, &hash).await, StatusCode::OK);
    assert_eq!(ada.head(server, &hash).await, StatusCode::NOT_FOUND);
    assert_unknown(&ada.get(server, &hash.to_string()).await, &hash);

    let session = ben.announce(&founded, channel).await;
    ben.post(channel, session, &[hash]).await.unwrap();
    let answer = ada.get(server, &hash.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body == bytes);
    assert_eq!(ada.head(server, &hash).await, StatusCode::OK);
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-length", "4194320"),
        ("content-disposition", "attachment; filename=\"blob\""),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in headers {
        assert_eq!(answer.headers[name], value, "{name}");
    }
    let policies: Vec<_> = answer
        .headers
        .get_all("content-security-policy")
        .iter()
        .collect();
    assert_eq!(policies.len(), 1);
    assert!(policies[0].to_str().unwrap().starts_with("sandbox;"));
}

#[tokio::test]
async fn a_token_for_files_is_good_for_ten_minutes_and_for_nothing_else() {
    let founded = Founded::start(&[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let token: FileToken = ask_token(server, &ada.access).await.json();
    assert_eq!(token.expires_at, NOW + 600_000);
    assert_eq!(token.limits.max_file_bytes, 2 << 30);
    assert_eq!((token.limits.used, token.limits.quota), (0, 5 << 30));
    // Neither passes for the other.
    let as_access = server.get_as("/vault", Some(&ada.token)).await;
    assert_eq!(as_access.refusal(), ErrorCode::NotAuthenticated);
    let again = ask_token(server, &ada.token).await;
    assert_eq!(again.refusal(), ErrorCode::NotAuthenticated);
    let hash = Hash::of(b"bytes");
    let path = format!("/files/{hash}");
    for token in [Some(ada.access.as_str()), Some("a.b.c"), None] {
        let answer = server.get_as(&path, token).await;
        assert_eq!(answer.refusal(), ErrorCode::NotAuthenticated);
    }
    ada.upload(server, b"bytes").await;
    let used: FileToken = ask_token(server, &ada.access).await.json();
    assert!(used.limits.used > 0);
    server.clock.advance(600_000);
    let late = server.get_as(&path, Some(&ada.token)).await;
    assert_eq!(late.refusal(), ErrorCode::TokenExpired);
}

#[tokio::test]
async fn what_is_not_what_it_says_is_refused_and_leaves_nothing() {
    let founded = Founded::start(&[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let other = Hash::of(b"another").to_string();
    let answer = ada.upload_as(server, b"bytes", &other).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.refusal(), ErrorCode::BlobMismatch);
    let large = long(MAX_BLOB_BYTES + 1);
    let answer = ada.upload(server, &large).await;
    assert_eq!(answer.refusal(), ErrorCode::TooLarge);
    // The same without a length.
    let pieces = large
        .chunks(1 << 20)
        .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
    let pieces: Vec<_> = pieces.collect();
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let answer = server
        .send(ada.upload_request(body, &Hash::of(&large).to_string()))
        .await;
    assert_eq!(answer.refusal(), ErrorCode::TooLarge);
    assert_eq!(
        ada.upload(server, b"").await.refusal(),
        ErrorCode::Malformed
    );
    assert_eq!(files_of_blobs(founded.server.folder.path()), 0);
}

#[tokio::test]
async fn a_body_that_is_cut_leaves_nothing() {
    let founded = Founded::start(&[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let bytes = long(1 << 20);
    let cut = [
        Ok(bytes[..700_000].to_vec()),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    let body = Body::from_stream(futures_util::stream::iter(cut));
    let name = Hash::of(&bytes).to_string();
    let answer = server.send(ada.upload_request(body, &name)).await;
    assert!(!answer.status.is_success());
    assert_eq!(files_of_blobs(server.folder.path()), 0);
    assert_eq!(
        ada.head(server, &Hash::of(&bytes)).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ada.upload(server, &bytes).await.status, StatusCode::OK);
}

/// A path never comes out of what a request says.
#[tokio::test]
async fn a_path_in_the_place_of_a_hash_is_refused() {
    let founded = Founded::start(&[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let long = "A".repeat(43);
    for name in [
        "..%2F..%2Fparley.db",
        "%2e%2e%2fparley.db",
        "..",
        "parley.db",
        "A",
        &format!("{long}="),
        &"..%2F".repeat(9),
    ] {
        let answer = ada.get(server, name).await;
        let is_file = answer.headers.contains_key(header::CONTENT_DISPOSITION);
        assert!(!is_file, "{name}");
    }
    for name in ["../../parley.db", "", "..", &format!("{long}/"), "\u{ff}"] {
        let answer = ada.upload_as(server, b"bytes", name).await;
        assert_eq!(answer.refusal(), ErrorCode::Malformed, "{name}");
    }
    assert_eq!(files_of_blobs(server.folder.path()), 0);
}

/// The bytes prove that somebody has them; a hash does not.
#[tokio::test]
async fn whoever_guesses_a_hash_gets_nothing() {
    let mut founded = Founded::start(&[]).await;
    let channel = text_channel(&founded);
    let mut eve = Sender::join(&mut founded, "Eve").await;
    let ada = Sender::owner(&founded).await;
    let server = &founded.server;
    let hash = Hash::of(b"a secret picture");
    ada.upload(server, b"a secret picture").await;
    assert_eq!(eve.head(server, &hash).await, StatusCode::NOT_FOUND);
    assert_unknown(&eve.get(server, &hash.to_string()).await, &hash);
    let nowhere = Hash::of(b"nothing");
    assert_unknown(&eve.get(server, &nowhere.to_string()).await, &nowhere);
    let forged = eve.upload_as(server, b"not it", &hash.to_string()).await;
    assert_eq!(forged.refusal(), ErrorCode::BlobMismatch);
    let session = eve.announce(&founded, channel).await;
    let named = eve.post(channel, session, &[hash]).await;
    assert_eq!(named.unwrap_err(), ErrorCode::UnknownBlob { blob: hash });
    let request = ShareRequest {
        blobs: vec![hash],
        readers: vec![eve.person.user],
    };
    let id = ShareId::from_bytes(fresh());
    let body = serde_json::to_string(&request).unwrap();
    let shared = eve.share(server, "PUT", &id, body).await;
    assert_unknown(&shared, &hash);
    assert_unknown(&eve.get(server, &hash.to_string()).await, &hash);
}

#[tokio::test]
async fn a_removed_device_reads_and_sends_nothing_with_a_token_that_is_still_valid() {
    let mut founded = Founded::start(&[]).await;
    let channel = text_channel(&founded);
    let mut ada = Sender::owner(&founded).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let hash = Hash::of(b"for members");
    ada.upload(&founded.server, b"for members").await;
    let session = ada.announce(&founded, channel).await;
    ada.post(channel, session, &[hash]).await.unwrap();
    let name = hash.to_string();
    let answer = ben.get(&founded.server, &name).await;
    assert_eq!(answer.status, StatusCode::OK);
    let user = ben.person.user;
    ada.append(&mut founded, Action::MemberRemoved { user })
        .await;
    let server = &founded.server;
    for answer in [
        ben.get(server, &name).await,
        ben.upload(server, b"more").await,
        ask_token(server, &ben.access).await,
        ben.share(
            server,
            "DELETE",
            &ShareId::from_bytes(fresh()),
            String::new(),
        )
        .await,
    ] {
        assert_eq!(answer.refusal(), ErrorCode::SessionEnded);
    }
    assert_eq!(files_of_blobs(server.folder.path()), 1);
}

#[tokio::test]
async fn a_reader_who_lost_the_channel_reads_no_more() {
    let mut founded = Founded::start(&[]).await;
    let everywhere = text_channel(&founded);
    let mut ada = Sender::owner(&founded).await;
    let mut ben = Sender::join(&mut founded, "Ben").await;
    let user = ben.person.user;
    let (role, channel) = (RoleId::from_bytes([5; 16]), ChannelId::from_bytes([6; 16]));
    let readers = Readers::Roles {
        roles: [role].into(),
    };
    for action in [
        Action::RoleDefined {
            role,
            name: "inner circle".to_owned(),
            permissions: [].into(),
        },
        channel_created(channel, ChannelKind::Text, readers),
        Action::RoleGiven { user, role },
    ] {
        ada.append(&mut founded, action).await;
    }
    let hash = Hash::of(b"inside");
    ben.upload(&founded.server, b"inside").await;
    let session = ben.announce(&founded, channel).await;
    ben.post(channel, session, &[hash]).await.unwrap();
    let name = hash.to_string();
    assert_eq!(ben.get(&founded.server, &name).await.status, StatusCode::OK);
    ada.append(&mut founded, Action::RoleTaken { user, role })
        .await;
    // Not even its author, whose upload it was.
    assert_unknown(&ben.get(&founded.server, &name).await, &hash);
    assert_eq!(ada.get(&founded.server, &name).await.status, StatusCode::OK);
    let session = ben.announce(&founded, everywhere).await;
    let named = ben.post(everywhere, session, &[hash]).await;
    assert_eq!(named.unwrap_err(), ErrorCode::UnknownBlob { blob: hash });
}

#[tokio::test]
async fn a_share_opens_blobs_to_those_it_names() {
    let mut founded = Founded::start(&[]).await;
    let ada = Sender::owner(&founded).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let eve = Sender::join(&mut founded, "Eve").await;
    let server = &founded.server;
    let hash = Hash::of(b"only for Ben");
    ada.upload(server, b"only for Ben").await;
    let id = ShareId::from_bytes(fresh());
    let request = ShareRequest {
        blobs: vec![hash],
        readers: vec![ben.person.user],
    };
    let body = || serde_json::to_string(&request).unwrap();
    for _ in 0..2 {
        let answer = ada.share(server, "PUT", &id, body()).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    let name = hash.to_string();
    assert_eq!(ben.get(server, &name).await.body, b"only for Ben");
    assert_unknown(&eve.get(server, &name).await, &hash);
    // Nobody ends another's share.
    ben.share(server, "DELETE", &id, String::new()).await;
    assert_eq!(ben.get(server, &name).await.status, StatusCode::OK);
    let answer = ada.share(server, "DELETE", &id, String::new()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_unknown(&ben.get(server, &name).await, &hash);
    let refused = ada.share(server, "PUT", &id, "{}".to_owned()).await;
    assert_eq!(refused.refusal(), ErrorCode::Malformed);
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let founded = Founded::start(&[]).await;
    let ada = Sender::owner(&founded).await;
    for request in [
        HttpRequest::post("/upload"),
        HttpRequest::post("/files/token"),
    ] {
        let request = request
            .header("authorization", format!("Bearer {}", ada.access))
            .header("origin", "https://evil.example")
            .body(Body::empty())
            .unwrap();
        let answer = founded.server.send(request).await;
        assert_eq!(answer.refusal(), ErrorCode::ForeignOrigin);
    }
}

#[tokio::test]
async fn the_operator_sees_how_much_there_is() {
    let founded = Founded::start(&["--metrics-open"]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    assert_eq!(server.counter("parley_blobs").await, 0);
    ada.upload(server, b"some bytes").await;
    ada.get(server, &Hash::of(b"some bytes").to_string()).await;
    assert_eq!(server.counter("parley_blobs").await, 1);
    assert!(server.counter("parley_blob_bytes").await > 10);
    assert_eq!(server.counter("parley_uploads_total").await, 1);
    assert_eq!(server.counter("parley_downloads_total").await, 1);
}
