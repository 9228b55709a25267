//! Behind a proxy the relay believes what its own proxy says about who asks and how, and nothing else; and it is
//! asked under its own name only.

use parley_protocol::auth::AddDeviceRequest;
use parley_protocol::entry::Action;
use parley_protocol::error::ErrorCode;

use crate::support::server::{Answer, Founded, NOW, Server};

const TOLD: &str = "x-forwarded-for";
/// Somebody, and somebody of another network.
const ONE: &str = "192.0.2.1";
const OTHER: &str = "198.51.100.1";

/// Everything that is counted by address, and how it is asked for.
const COUNTED: [&str; 5] = [
    "/auth/login",
    "/auth/register",
    "/auth/refresh",
    "/auth/device",
    "/log",
];

fn strict(more: &[&'static str]) -> Vec<&'static str> {
    let mut options = vec![
        "--login-burst=1",
        "--registration-burst=1",
        "--session-burst=1",
        "--log-burst=1",
    ];
    options.extend(more);
    options
}

async fn ask(founded: &Founded, path: &str, from: &str) -> Answer {
    let server = &founded.server;
    let owner = &founded.owner;
    let token = format!("Bearer {}", founded.session.access_token);
    let credentials = founded.invite.credentials(&owner.community, NOW);
    match path {
        "/auth/login" => server.post_as(path, &owner.login(), &[(TOLD, from)]).await,
        "/auth/register" => {
            let request = owner.registration(None, Vec::new());
            server.post_as(path, &request, &[(TOLD, from)]).await
        }
        "/auth/refresh" => {
            let headers = [(TOLD, from), ("cookie", "parley_refresh=x")];
            server.post_as(path, &(), &headers).await
        }
        "/auth/device" => {
            let action = Action::DeviceAdded {
                user: owner.user,
                device: owner.device_details(),
                linked_by: None,
            };
            let request = AddDeviceRequest {
                entry: owner.entry(founded.community.head(), NOW, action),
                prekeys: owner.prekeys(0),
                wraps: Vec::new(),
            };
            let headers = [(TOLD, from), ("authorization", token.as_str())];
            server.post_as(path, &request, &headers).await
        }
        _ => {
            let headers = [(TOLD, from), ("authorization", credentials.as_str())];
            server.get_with(path, &headers).await
        }
    }
}

#[tokio::test]
async fn everybody_is_counted_by_the_address_that_the_proxy_tells() {
    for path in COUNTED {
        // A session's requests share one count: each path has a relay of its own.
        let founded = Founded::start(&strict(&["--behind-proxy"])).await;
        assert!(ask(&founded, path, ONE).await.wait().is_none(), "{path}");
        assert!(ask(&founded, path, ONE).await.wait().is_some(), "{path}");
        // Whatever somebody claims, the last address is what the proxy saw.
        let claimed = format!("{OTHER}, {ONE}");
        assert!(
            ask(&founded, path, &claimed).await.wait().is_some(),
            "{path}"
        );
        assert!(ask(&founded, path, OTHER).await.wait().is_none(), "{path}");
        // Some proxies add the port.
        let with_port = format!("{ONE}:4711");
        assert!(
            ask(&founded, path, &with_port).await.wait().is_some(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn without_a_proxy_nobody_says_where_they_come_from() {
    for path in COUNTED {
        let options: &[&str] = &strict(&[]);
        // The founder's registration came from the same place.
        let founded = Founded::start(options).await;
        ask(&founded, path, ONE).await;
        assert!(ask(&founded, path, OTHER).await.wait().is_some(), "{path}");
    }
}

async fn cookie_of_login(options: &[&str], headers: &[(&str, &str)]) -> String {
    let founded = Founded::start(options).await;
    let request = founded.owner.login();
    let answer = founded
        .server
        .post_as("/auth/login", &request, headers)
        .await;
    answer.signed_in();
    let known = answer.cookie_named("parley_known").unwrap().to_owned();
    let refresh = answer.cookie_named("parley_refresh").unwrap();
    assert_eq!(known.contains("; Secure"), refresh.contains("; Secure"));
    refresh.to_owned()
}

#[tokio::test]
async fn cookies_are_secure_when_the_proxy_was_asked_by_tls() {
    for header in [
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=192.0.2.1;proto=https"),
    ] {
        let cookie = cookie_of_login(&["--behind-proxy"], &[header]).await;
        assert!(cookie.contains("; Secure"), "{cookie}");
        let unbelieved = cookie_of_login(&[], &[header]).await;
        assert!(!unbelieved.contains("Secure"), "{unbelieved}");
    }
    let plain = cookie_of_login(&["--behind-proxy"], &[("x-forwarded-proto", "http")]).await;
    assert!(!plain.contains("Secure"), "{plain}");
}

#[tokio::test]
async fn a_proxy_is_asked_to_keep_nothing_back() {
    let server = Server::start(&["--behind-proxy"]).await;
    assert_eq!(server.get("/").await.headers["x-accel-buffering"], "no");
    let server = Server::start(&[]).await;
    assert!(
        !server
            .get("/")
            .await
            .headers
            .contains_key("x-accel-buffering")
    );
}

#[tokio::test]
async fn a_foreign_name_that_leads_here_gives_nothing_away() {
    let server = Server::start(&["--public-url=http://chat.example.org", "--metrics-open"]).await;
    for path in ["/", "/community", "/log", "/metrics", "/socket", "/no.file"] {
        let answer = server
            .get_with(path, &[("host", "evil.example:8080")])
            .await;
        assert_eq!(answer.refusal(), ErrorCode::ForeignOrigin, "{path}");
    }
    for host in ["chat.example.org", "127.0.0.1:8080", "localhost:8080"] {
        for path in ["/", "/community", "/metrics"] {
            let answer = server.get_with(path, &[("host", host)]).await;
            assert!(answer.status.is_success(), "{path} at {host}");
        }
    }
    // Who watches over it may call it anything.
    let answer = server
        .get_with("/healthz", &[("host", "relay.internal")])
        .await;
    assert!(answer.status.is_success());
}

/// A browser on the relay's own machine opens a page of evil.example, whose name then leads to this machine.
#[tokio::test]
async fn a_page_of_another_site_cannot_read_the_figures() {
    let server = Server::start(&[]).await;
    let figures = server.get_over_tcp_at("localhost", "/metrics", &[]).await;
    assert!(figures.contains("parley_commits_total"), "{figures}");
    let figures = server
        .get_over_tcp_at("evil.example", "/metrics", &[])
        .await;
    assert!(figures.starts_with("HTTP/1.1 403 "), "{figures}");
}
