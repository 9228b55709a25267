//! Members who send files in a loop, all at once or never to the end: each has a bound, and nobody else waits.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures_util::stream;
use parley_protocol::error::ErrorCode;
use parley_protocol::keys::Hash;
use tower::ServiceExt as _;

use crate::support::files::Sender;
use crate::support::server::Founded;
use crate::support::town::files_of_blobs;

/// A body that begins and never goes on.
fn standing() -> Body {
    let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"begun"))]);
    Body::from_stream(futures_util::StreamExt::chain(first, stream::pending()))
}

#[tokio::test]
async fn ten_thousand_uploads_end_at_a_quota() {
    let mut founded = Founded::start(&[]).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let ada = Sender::owner(&founded).await;
    let server = &founded.server;
    let mut stored = 0_usize;
    for number in 0..10_000_u32 {
        let answer = ben.upload(server, &number.to_be_bytes()).await;
        if answer.status == StatusCode::OK {
            stored += 1;
            continue;
        }
        assert!(answer.wait().is_some());
        break;
    }
    assert_eq!(stored, 3_000);
    assert_eq!(files_of_blobs(server.folder.path()), stored);
    assert_eq!(ada.upload(server, b"mine").await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_go_on_is_given_up() {
    let founded = Founded::start(&[]).await;
    let server = &founded.server;
    let ada = Sender::owner(&founded).await;
    let name = Hash::of(b"begun and ended").to_string();
    let answer = server.send(ada.upload_request(standing(), &name)).await;
    assert_eq!(answer.refusal(), ErrorCode::TooSlow);
    assert_eq!(files_of_blobs(server.folder.path()), 0);
}

#[tokio::test]
async fn one_member_sends_a_few_at_a_time() {
    let mut founded = Founded::start(&[]).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let ada = Sender::owner(&founded).await;
    let server = &founded.server;
    let name = Hash::of(b"never").to_string();
    let mut held = Vec::new();
    for _ in 0..6 {
        let request = ben.upload_request(standing(), &name);
        held.push(tokio::spawn(server.relay.router().oneshot(request)));
    }
    // Each is in once its file is there.
    while files_of_blobs(server.folder.path()) < held.len() {
        tokio::task::yield_now().await;
    }
    let answer = ben.upload(server, b"one more").await;
    assert_eq!(answer.wait(), Some(2));
    assert_eq!(ada.upload(server, b"mine").await.status, StatusCode::OK);
    for upload in held {
        upload.abort();
        assert!(upload.await.is_err());
    }
    let patience = tokio::time::timeout(Duration::from_secs(10), async {
        while ben.upload(server, b"one more").await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    });
    patience.await.unwrap();
    assert_eq!(files_of_blobs(server.folder.path()), 2);
}

#[tokio::test]
async fn several_uploads_of_the_same_make_one_blob() {
    let mut founded = Founded::start(&[]).await;
    let ben = Sender::join(&mut founded, "Ben").await;
    let ada = Sender::owner(&founded).await;
    let server = &founded.server;
    let bytes = vec![7; 300_000];
    let uploads = (0..8).map(|number| {
        let sender = if number % 2 == 0 { &ada } else { &ben };
        sender.upload(server, &bytes)
    });
    for answer in futures_util::future::join_all(uploads).await {
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!(files_of_blobs(server.folder.path()), 1);
    for sender in [&ada, &ben] {
        let answer = sender.get(server, &Hash::of(&bytes).to_string()).await;
        assert!(answer.body == bytes);
    }
}
