//! Servers that refuse, cut off and lie. One that speaks S3 is asked in `relay/tests/process/bucket.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What a server does with one request.
#[derive(Clone)]
enum Does {
    Answers(u16, &'static str),
    /// Announces more than it sends.
    Cuts,
    Closes,
}

struct Server {
    bucket: Bucket,
    asked: Arc<AtomicUsize>,
}

/// Each connection is for one request; the last thing to do is repeated.
async fn server(script: Vec<Does>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let number = count.fetch_add(1, Ordering::SeqCst);
            let does = script.get(number).or(script.last()).unwrap().clone();
            tokio::spawn(act(stream, does));
        }
    });
    let settings = BucketSettings {
        name: "town".to_owned(),
        prefix: "relay/".to_owned(),
        endpoint: format!("http://127.0.0.1:{port}"),
        is_virtual_host: false,
        region: "us-east-1".to_owned(),
        access_key: "key".to_owned().into(),
        secret_key: "sesame".to_owned().into(),
    };
    Server {
        bucket: Bucket::open(&settings).unwrap(),
        asked,
    }
}

async fn act(mut stream: TcpStream, does: Does) {
    let mut request = vec![0; 64 * 1024];
    let _ = stream.read(&mut request).await;
    let text = match does {
        Does::Answers(status, body) => format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ),
        Does::Cuts => "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf".to_owned(),
        Does::Closes => return,
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
    // Closed with something unread, it would be reset.
    while matches!(stream.read(&mut request).await, Ok(1..)) {}
}

const DENIED: &str = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

/// Runs what blocks on a thread that may.
async fn on<T: Send + 'static>(
    server: Server,
    work: impl FnOnce(&Bucket) -> T + Send + 'static,
) -> (T, usize) {
    let asked = Arc::clone(&server.asked);
    let done = tokio::task::spawn_blocking(move || work(&server.bucket)).await;
    (done.unwrap(), asked.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_refusal_is_told_at_once_with_what_to_do() {
    let refusing = server(vec![Does::Answers(403, DENIED)]).await;
    let (done, asked) = on(refusing, |bucket| bucket.put("one", b"1".to_vec())).await;
    let said = done.unwrap_err().to_string();
    assert!(
        said.contains("AccessDenied") && said.contains("must be allowed to"),
        "{said}"
    );
    assert!(
        !said.contains("sesame") && !said.contains("Signature"),
        "{said}"
    );
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let busy = Does::Answers(503, "<Error><Code>SlowDown</Code></Error>");
    let script = vec![busy, Does::Closes, Does::Answers(200, "")];
    let (done, asked) = on(server(script).await, |bucket| {
        bucket.put("one", b"1".to_vec())
    })
    .await;
    assert!(done.is_ok(), "{done:?}");
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn a_server_that_cuts_every_answer_is_named() {
    let (done, asked) = on(server(vec![Does::Cuts]).await, |bucket| {
        bucket.get("one", 5000)
    })
    .await;
    let said = done.unwrap_err().to_string();
    assert!(
        said.contains("127.0.0.1:") && said.contains("stopped in the middle"),
        "{said}"
    );
    assert_eq!(asked, usize::try_from(TRIES).unwrap());
}

#[tokio::test]
async fn a_bucket_that_is_full_says_so() {
    let full = Does::Answers(507, "<Error><Code>InsufficientStorage</Code></Error>");
    let (done, asked) = on(server(vec![full]).await, |bucket| {
        bucket.put("one", Vec::new())
    })
    .await;
    assert!(matches!(done, Err(TargetError::Full(place)) if place == "s3://town/relay"));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn an_answer_that_is_none_of_s3_is_no_listing() {
    let page = Does::Answers(200, "<html>Welcome to the hotel</html>");
    let (done, _) = on(server(vec![page]).await, |bucket| bucket.list("backups/")).await;
    let said = done.unwrap_err().to_string();
    assert!(said.contains("does not answer as S3 does"), "{said}");
    // A missing bucket is not a missing object.
    let none = Does::Answers(404, "<Error><Code>NoSuchBucket</Code></Error>");
    let (done, _) = on(server(vec![none]).await, |bucket| bucket.get("one", 10)).await;
    assert!(matches!(done, Err(TargetError::Refused { .. })), "{done:?}");
    let none = Does::Answers(404, "<Error><Code>NoSuchKey</Code></Error>");
    let (done, _) = on(server(vec![none]).await, |bucket| bucket.get("one", 10)).await;
    assert_eq!(done.unwrap(), None);
}

#[tokio::test]
async fn an_answer_without_an_end_is_not_kept() {
    let long: &'static str = Box::leak("x".repeat(600 * 1024).into_boxed_str());
    let server = server(vec![Does::Answers(200, long)]).await;
    let (done, _) = on(server, |bucket| bucket.get("one", 1000)).await;
    assert!(matches!(done, Err(TargetError::TooLarge(_))));
}
