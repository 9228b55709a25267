//! schemathesis against a relay: requests made from the description, good ones and bad ones, as the owner, as a member
//! and as a stranger. No server error, no answer that is not described. `cargo xtask test --only api` runs it.

use std::path::Path;
use std::process::Command;

use parley_protocol::files::FileToken;

use crate::support::server::Founded;

/// Requests of any address are let through: limits have tests of their own.
const WITHOUT_LIMITS: [&str; 7] = [
    "--turn-listen=127.0.0.1:0",
    "--session-burst=1000000",
    "--log-burst=1000000",
    "--login-burst=1000000",
    "--registration-burst=1000000",
    "--quota-factor=0",
    "--connections-per-address=4000",
];

/// Who asks.
struct Run<'a> {
    name: &'a str,
    token: &'a str,
    /// Endpoints that this one asks.
    paths: &'a str,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis: cargo xtask test --only api"]
async fn the_relay_answers_as_it_is_described() {
    let program = std::env::var("PARLEY_SCHEMATHESIS").expect("the path of schemathesis");
    let examples = std::env::var("PARLEY_API_EXAMPLES").unwrap_or_else(|_| "20".to_owned());
    let mut founded = Founded::start(&WITHOUT_LIMITS).await;
    let ben = founded.join("Ben").await;
    // Signing oneself out would end the run: only a stranger tries it.
    let socket = founded.connect().await;
    let answer = founded
        .owner_account()
        .post(&founded.server, "/files/token", &())
        .await;
    let files = answer.json::<FileToken>().token;
    let owner = founded.session.access_token.clone();
    let address = founded.server.relay.address();
    let mut failed = Vec::new();
    for run in [
        Run {
            name: "owner",
            token: &owner,
            paths: "^/(admin|community|log|vault|auth/(mfa|passkeys|wraps|oidc/linked)|link|openapi|healthz|readyz|metrics)",
        },
        Run {
            name: "files",
            token: &files,
            paths: "^/(upload|files/(\\{hash\\}|shares))",
        },
        Run {
            name: "member",
            token: &ben.token,
            paths: "^/(admin|auth|files|link)",
        },
        Run {
            name: "stranger",
            token: "nonsense",
            paths: "^/",
        },
    ] {
        let mut command = command(&program, &examples, &address.to_string(), &run);
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .expect("schemathesis starts");
        let text = String::from_utf8_lossy(&output.stdout);
        println!(
            "{}: {text}{}",
            run.name,
            String::from_utf8_lossy(&output.stderr)
        );
        if !output.status.success() {
            failed.push(run.name);
        }
    }
    drop(socket);
    assert!(failed.is_empty(), "not as described: {failed:?}");
}

fn command(program: &str, examples: &str, address: &str, run: &Run<'_>) -> Command {
    let description = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let mut command = Command::new(program);
    command
        .arg("run")
        .arg(description)
        .arg(format!("--url=http://{address}"))
        .arg(format!("--header=Authorization: Bearer {}", run.token))
        .arg(format!("--include-path-regex={}", run.paths))
        // An upgrade is no answer that it understands.
        .arg("--exclude-path=/socket")
        // Without an authority of its own the relay answers with the page of the app.
        .arg("--exclude-path-regex=^/trust")
        .arg("--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance")
        .arg(format!("--phases={}", phases()))
        .arg(format!("--max-examples={examples}"))
        .arg("--request-timeout=30")
        .arg("--seed=1")
        .arg("--no-color")
        .env("HYPOTHESIS_STORAGE_DIRECTORY", std::env::temp_dir())
        .current_dir(std::env::temp_dir());
    command
}

/// All boundaries of all values take minutes.
fn phases() -> &'static str {
    if std::env::var_os("PARLEY_FULL").is_some() {
        "coverage,fuzzing"
    } else {
        "fuzzing"
    }
}
