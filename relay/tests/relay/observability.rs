//! What the operator's tools are told: the files for Grafana and Prometheus name real figures, and nothing names
//! anybody.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use parley_protocol::auth::{LoginRequest, LoginSecret};
use parley_relay::Disk;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::log::Log;
use crate::support::server::{Founded, Server};

const DASHBOARD: &str = include_str!("../../../observability/grafana-dashboard.json");
const ALERTS: &str = include_str!("../../../observability/alerts.yml");

async fn figures(server: &Server) -> String {
    String::from_utf8(server.get("/metrics").await.body).unwrap()
}

/// Words that look like the name of a figure.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let words = words.filter(|word| word.starts_with("parley_") || word.starts_with("process_"));
    words.collect()
}

#[tokio::test]
async fn every_figure_of_the_dashboard_and_the_alerts_is_told() {
    let server = Server::start(&["--metrics-open"]).await;
    let text = figures(&server).await;
    let told: BTreeSet<_> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    for (file, least) in [(DASHBOARD, 30), (ALERTS, 10)] {
        let named = named(file);
        assert!(named.len() >= least, "{named:?}");
        for name in named {
            assert!(told.contains(name), "{name} is not told");
        }
    }
    let dashboard: serde_json::Value = serde_json::from_str(DASHBOARD).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn each_figure_has_a_type_and_a_help_text_and_stands_once() {
    let server = Server::start(&["--metrics-open"]).await;
    let text = figures(&server).await;
    let mut samples = BTreeSet::new();
    let mut current = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            current = rest.split(' ').next().unwrap();
            assert!(rest.ends_with('.'), "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert!(rest.starts_with(&format!("{current} ")), "{line}");
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with(current), "{line}");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert!(samples.insert(name), "{line}");
        }
    }
}

#[tokio::test]
async fn no_figure_and_no_log_line_names_anybody() {
    let log = Log::capture();
    let founded = Founded::start(&["--metrics-open", "--behind-proxy"]).await;
    let server = &founded.server;
    let _socket = founded.connect().await;
    let guess = LoginRequest {
        name: "Ada".to_owned(),
        login_secret: LoginSecret("a wrong guess".to_owned()),
    };
    let from = [("x-forwarded-for", "203.0.113.77")];
    let answer = server.post_as("/auth/login", &guess, &from).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let text = figures(server).await;
    assert!(
        text.contains("\nparley_logins_refused_total{reason=\"wrong\"} 1\n"),
        "{text}"
    );
    assert!(text.contains("\nparley_members 1\n"), "{text}");

    // Addresses stand in lines of debug and trace, which are off unless the operator wants them.
    let logged = log.text();
    let lines = logged.lines().filter(|line| {
        [" INFO ", " WARN ", "ERROR "]
            .iter()
            .any(|level| line.contains(level))
    });
    let seen = lines.chain(text.lines()).collect::<Vec<_>>().join("\n");
    let owner = &founded.owner;
    for private in [
        "Ada".to_owned(),
        "Test town".to_owned(),
        "203.0.113.77".to_owned(),
        owner.user.to_string(),
        owner.device.to_string(),
        owner.community.to_string(),
    ] {
        assert!(!seen.contains(&private), "{private}: {seen}");
    }
}

/// A disk with a megabyte left.
struct NearlyFull;

impl Disk for NearlyFull {
    fn write(&self, _: &mut File, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn free(&self, _: &Path) -> io::Result<u64> {
        Ok(1024 * 1024)
    }
}

#[tokio::test]
async fn a_relay_is_ready_until_its_disk_is_nearly_full() {
    let server = Server::start(&[]).await;
    let answer = server.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, b"ready\n");

    let full = Server::start_on(Arc::new(NearlyFull), &[]).await;
    let answer = full.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let said = String::from_utf8(answer.body).unwrap();
    assert_eq!(
        said,
        "the disk of the data folder is nearly full; make room\n"
    );
    assert_eq!(full.get("/healthz").await.status, StatusCode::OK);
}

/// Anybody may ask whether the relay is ready: a thousand questions are no thousand writes.
#[tokio::test]
async fn asking_often_writes_once() {
    let server = Server::start(&["--metrics-open"]).await;
    for _ in 0..100 {
        assert_eq!(server.get("/readyz").await.status, StatusCode::OK);
    }
    assert_eq!(server.counter("parley_commits_total").await, 1);
}

async fn ask(address: SocketAddr, host: &str, path: &str, more: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn figures_may_have_an_address_of_their_own() {
    let server = Server::start(&["--metrics-listen=127.0.0.1:0", "--metrics-open"]).await;
    let address = server.relay.metrics_address().unwrap();
    let text = ask(address, "localhost", "/metrics", "").await;
    assert!(text.contains("\nparley_connections 0\n"), "{text}");
    assert!(
        ask(address, "127.0.0.1", "/readyz", "")
            .await
            .ends_with("ready\n")
    );
    assert!(
        ask(address, "localhost", "/community", "")
            .await
            .contains(" 404 ")
    );
    // A foreign site that has its name resolve to this machine.
    assert!(
        ask(address, "evil.example", "/metrics", "")
            .await
            .contains(" 403 ")
    );
    // Not any more at the address of everybody.
    assert_eq!(server.get("/metrics").await.status, StatusCode::FORBIDDEN);
    server.relay.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());

    let server = Server::start(&["--metrics-listen=127.0.0.1:0", "--metrics-token=sesame"]).await;
    let address = server.relay.metrics_address().unwrap();
    assert!(
        ask(address, "localhost", "/metrics", "")
            .await
            .contains(" 401 ")
    );
    let bearer = "Authorization: Bearer sesame\r\n";
    let text = ask(address, "anything.example", "/metrics", bearer).await;
    assert!(text.contains("\nparley_connections 0\n"), "{text}");
}
