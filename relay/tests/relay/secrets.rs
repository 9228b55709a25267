//! Neither the log nor the data folder ever holds a token, a password's secret, or somebody's address.

use parley_protocol::auth::{LoginRequest, LoginSecret};

use crate::support::log::Log;
use crate::support::server::Founded;

#[tokio::test]
async fn no_secret_is_written_down() {
    let log = Log::capture();
    let founded = Founded::start(&[]).await;
    let setup_token = founded.server.relay.setup_token().unwrap().to_owned();
    let mut socket = founded.connect().await;
    let wrong = LoginRequest {
        name: "Ada".to_owned(),
        login_secret: LoginSecret("a wrong guess".to_owned()),
    };
    founded.server.post("/auth/login", &wrong).await;
    socket.send("secret nonsense").await;
    while socket.receive().await.is_some() {}
    let next = founded
        .server
        .post_with("/auth/refresh", "cookie", &founded.cookie)
        .await;
    founded
        .server
        .post_with("/auth/refresh", "cookie", &founded.cookie)
        .await;

    let logged = log.bytes();
    assert!(
        !logged.is_empty(),
        "nothing was logged, so nothing was tested"
    );
    let mut written = logged.clone();
    for file in std::fs::read_dir(founded.server.folder.path()).unwrap() {
        let file = file.unwrap();
        // Among them is the socket of the terminal.
        if file.file_type().unwrap().is_file() {
            written.extend(std::fs::read(file.path()).unwrap());
        }
    }
    let refresh_token = next.cookie().replace("parley_refresh=", "");
    let first_token = founded.cookie.replace("parley_refresh=", "");
    // The link must stay the same over restarts; after its use it opens nothing.
    assert!(!contains(&logged, &setup_token));
    for secret in [
        founded.session.access_token.as_str(),
        founded.owner.login_secret().0.as_str(),
        "a wrong guess",
        "secret nonsense",
        refresh_token.as_str(),
        first_token.as_str(),
    ] {
        assert!(!contains(&written, secret), "{secret} was written down");
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}
