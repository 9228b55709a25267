//! The real nginx, Caddy and Traefik in front of a relay: with the handbook's configuration everything gets through;
//! what a usual wrong one does is recognised and named.

use futures_util::SinkExt as _;
use futures_util::StreamExt as _;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ClientToRelay, RelayToClient, encode};
use parley_relay::diagnosis::Fault;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::support::log::Log;
use crate::support::proxy::{HOST, Proxy, handbook};
use crate::support::server::{Answer, Founded};
use crate::support::tls::next;

const PUBLIC: &str = "--public-url=https://chat.example.org";
const TRUSTED: &str = "--trusted-proxies=127.0.0.1";

/// What many people write first.
const MINIMAL_NGINX: &str = "server { listen 443 ssl; server_name chat.example.org;
    ssl_certificate /etc/letsencrypt/live/chat.example.org/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/chat.example.org/privkey.pem;
    location / { proxy_pass http://127.0.0.1:8080; } }";

fn faults(founded: &Founded) -> Vec<Fault> {
    let found = founded.server.relay.faults();
    found.iter().map(|found| found.fault).collect()
}

/// A member comes by the proxy, sends and is answered, and the relay knows from where.
async fn everything_gets_through(founded: &Founded, proxy: &Proxy) {
    let page = proxy.get("/community", &[]).await;
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    let login = serde_json::to_string(&founded.owner.login()).unwrap();
    let answer = proxy.post("/auth/login", &login).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("; Secure"), "{answer}");
    let mut socket = proxy.member(founded).await;
    let ping = encode(&ClientToRelay::Ping);
    socket.send(Message::text(ping)).await.unwrap();
    while next(&mut socket).await != RelayToClient::Pong {}
    let arrival = proxy.get("/diagnosis", &[]).await;
    assert!(arrival.contains("\"proxy\":\"trusted\""), "{arrival}");
    assert!(arrival.contains(&format!("\"host\":\"{HOST}")), "{arrival}");
    // An upload of more than nginx takes by default: it reaches the relay, which refuses the stranger itself.
    let large = proxy.post("/upload", &"x".repeat(3_000_000)).await;
    assert!(large.contains("not_authenticated"), "{large}");
    assert_eq!(proxy.holds_back().await, Some(false));
    assert_eq!(faults(founded), []);
}

#[tokio::test]
async fn nginx_as_in_the_handbook() {
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let Some(proxy) = Proxy::nginx(relay, &handbook("nginx.conf")).await else {
        return;
    };
    everything_gets_through(&founded, &proxy).await;
}

#[tokio::test]
async fn caddy_as_in_the_handbook() {
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let Some(proxy) = Proxy::caddy(relay, &handbook("Caddyfile")).await else {
        return;
    };
    everything_gets_through(&founded, &proxy).await;
}

#[tokio::test]
async fn traefik_as_in_the_handbook() {
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let Some(proxy) = Proxy::traefik(relay, &handbook("traefik-parley.yml")).await else {
        return;
    };
    everything_gets_through(&founded, &proxy).await;
}

/// The page loads, and that is all: on both sides it is said why.
#[tokio::test]
async fn a_minimal_nginx_is_told_what_it_lacks() {
    let log = Log::capture();
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let Some(proxy) = Proxy::nginx(relay, MINIMAL_NGINX).await else {
        return;
    };
    for _ in 0..3 {
        let Err(Error::Http(answer)) = proxy.socket().await else {
            panic!("no WebSocket gets through");
        };
        assert_eq!(answer.status(), 426);
    }
    // The page asks the same address without one, and then how its requests arrive.
    let answer = proxy.get("/socket", &["Sec-Fetch-Site: same-origin"]).await;
    assert!(answer.contains("upgrade_missing"), "{answer}");
    let arrival = proxy.get("/diagnosis", &[]).await;
    assert!(arrival.contains("\"http\":\"HTTP/1.0\""), "{arrival}");
    assert!(arrival.contains("\"proxy\":\"silent\""), "{arrival}");
    assert!(
        arrival.contains(&format!("\"host\":\"{relay}\"")),
        "{arrival}"
    );

    let found = faults(&founded);
    assert_eq!(found, [Fault::UpgradeStripped, Fault::AddressesHidden]);
    let text = log.text();
    assert_eq!(text.matches("removed `Upgrade`").count(), 1, "{text}");
    assert!(text.contains("proxy_set_header Upgrade $http_upgrade"));
    assert_eq!(text.matches("does not say for whom it asks").count(), 1);
    assert!(text.contains("proxy_set_header X-Forwarded-For"));
}

/// The same, and the relay was not told its public address either: nothing that a person does is taken.
#[tokio::test]
async fn a_minimal_nginx_before_a_relay_without_a_public_address() {
    let log = Log::capture();
    let founded = Founded::start(&["--behind-proxy"]).await;
    let relay = founded.server.relay.address();
    let Some(proxy) = Proxy::nginx(relay, MINIMAL_NGINX).await else {
        return;
    };
    let login = serde_json::to_string(&founded.owner.login()).unwrap();
    for _ in 0..3 {
        let answer = proxy.post("/auth/login", &login).await;
        assert!(answer.contains("foreign_origin"), "{answer}");
    }
    let Err(Error::Http(answer)) = proxy.socket().await else {
        panic!("no WebSocket gets through");
    };
    assert_eq!(answer.status(), 403);
    let arrival = proxy.get("/diagnosis", &[]).await;
    assert!(arrival.contains("\"host_matters\":true"), "{arrival}");
    let found = faults(&founded);
    assert!(found.contains(&Fault::HostRewritten) && found.contains(&Fault::UpgradeStripped));
    let text = log.text();
    assert_eq!(text.matches("replaced the `Host`").count(), 1, "{text}");
    assert!(text.contains("proxy_set_header Host $host"));
}

#[tokio::test]
async fn a_caddy_that_replaces_the_host_and_hides_addresses_is_named() {
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let site = "chat.example.org {\n\treverse_proxy 127.0.0.1:8080 {\n\t\theader_up Host relay.internal\n\
                \t\theader_up -X-Forwarded-For\n\t}\n}\n";
    let Some(proxy) = Proxy::caddy(relay, site).await else {
        return;
    };
    let page = proxy.get("/", &[]).await;
    assert!(page.starts_with("HTTP/1.1 403 "), "{page}");
    assert!(page.contains("must forward the Host header"), "{page}");
    let page = proxy.get("/", &["Accept: text/html,*/*;q=0.8"]).await;
    assert!(page.contains("at another address"), "{page}");
    let arrival = proxy.get("/diagnosis", &[]).await;
    assert!(arrival.contains("\"host\":\"relay.internal\""), "{arrival}");
    assert_eq!(
        faults(&founded),
        [Fault::HostRewritten, Fault::AddressesHidden]
    );
}

#[tokio::test]
async fn a_traefik_that_replaces_the_host_is_named() {
    let founded = Founded::start(&["--behind-proxy"]).await;
    let relay = founded.server.relay.address();
    let routes =
        handbook("traefik-parley.yml").replace("passHostHeader: true", "passHostHeader: false");
    let Some(proxy) = Proxy::traefik(relay, &routes).await else {
        return;
    };
    let login = serde_json::to_string(&founded.owner.login()).unwrap();
    let answer = proxy.post("/auth/login", &login).await;
    assert!(answer.contains("foreign_origin"), "{answer}");
    assert_eq!(faults(&founded), [Fault::HostRewritten]);
}

/// Everything is as in the handbook, and the relay was not told of the proxy.
#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_named() {
    let founded = Founded::start(&[PUBLIC]).await;
    let relay = founded.server.relay.address();
    let Some(proxy) = Proxy::nginx(relay, &handbook("nginx.conf")).await else {
        return;
    };
    let page = proxy.get("/community", &[]).await;
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    assert_eq!(faults(&founded), [Fault::ProxyNotTrusted]);
}

#[tokio::test]
async fn a_proxy_that_keeps_requests_back_is_told_from_one_that_does_not() {
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let buffering = handbook("nginx.conf").replace("proxy_request_buffering off;", "");
    let Some(proxy) = Proxy::nginx(relay, &buffering).await else {
        return;
    };
    assert_eq!(proxy.holds_back().await, Some(true));
}

#[tokio::test]
async fn a_proxy_that_hangs_up_on_the_quiet_is_named() {
    let founded = Founded::start(&[PUBLIC, TRUSTED]).await;
    let relay = founded.server.relay.address();
    let impatient = handbook("nginx.conf").replace("timeout 1h", "timeout 1500ms");
    let Some(proxy) = Proxy::nginx(relay, &impatient).await else {
        return;
    };
    // One device after the other comes, as its page tries again.
    for _ in 0..6 {
        let mut socket = proxy.member(&founded).await;
        while let Some(Ok(_)) = socket.next().await {}
    }
    assert_eq!(faults(&founded), [Fault::IdleCut]);
}

/// What another site makes a browser send is no proxy's fault: nobody is led to change a configuration by it.
#[tokio::test]
async fn an_attack_is_not_taken_for_a_proxy() {
    let founded = Founded::start(&[PUBLIC]).await;
    let server = &founded.server;
    let foreign = [
        ("host", "127.0.0.1:8080"),
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let answer = server
        .post_as("/auth/login", &founded.owner.login(), &foreign)
        .await;
    assert_eq!(answer.refusal(), ErrorCode::ForeignOrigin);
    let rebound = [("host", "evil.example"), ("sec-fetch-site", "same-origin")];
    let answer: Answer = server.get_with("/community", &rebound).await;
    assert_eq!(answer.json::<ApiError>().code, ErrorCode::ForeignOrigin);
    assert_eq!(faults(&founded), []);
}
