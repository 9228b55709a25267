//! A certificate in files is read again when it changes, and nobody notices.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use crate::support::log::Log;
use crate::support::server::Server;
use crate::support::tls::{TlsClient, exchange, get};

struct Pair {
    folder: TempDir,
}

impl Pair {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let pair = Self { folder };
        let (certificate, key) = made();
        pair.write("fullchain.pem", &certificate);
        pair.write("privkey.pem", &key);
        pair
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn options(&self) -> [String; 3] {
        [
            "--tls=files".to_owned(),
            format!("--tls-certificate={}", self.path("fullchain.pem").display()),
            format!("--tls-key={}", self.path("privkey.pem").display()),
        ]
    }

    /// Somebody who trusts what is in the file now.
    fn client(&self) -> TlsClient {
        TlsClient::trusting(&self.path("fullchain.pem"))
    }
}

fn made() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.key_pair.serialize_pem())
}

async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let all = async {
        while !is_so().await {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), all).await.unwrap();
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_and_connections_stay() {
    let log = Log::capture();
    let pair = Pair::new();
    let options = pair.options();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let server = Server::start(&options).await;
    let to = server.relay.address();
    let old = pair.client();
    let mut open = old.connect(to, "localhost").await.unwrap();
    open.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        .await
        .unwrap();

    // The certificate comes first, its key later.
    let (certificate, key) = made();
    pair.write("fullchain.pem", &certificate);
    until(async || log.text().contains("the old certificate is kept")).await;
    assert!(old.connect(to, "localhost").await.is_ok());
    assert!(pair.client().connect(to, "localhost").await.is_err());
    pair.write("privkey.pem", &key);
    until(async || pair.client().connect(to, "localhost").await.is_ok()).await;
    assert!(old.connect(to, "localhost").await.is_err());
    assert_eq!(log.text().matches("the old certificate is kept").count(), 1);

    // Who was connected goes on.
    open.write_all(b"Connection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let _ = open.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let again = pair.client().connect(to, "localhost").await.unwrap();
    let answer = exchange(again, &get("localhost", "/healthz")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}
