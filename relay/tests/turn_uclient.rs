//! coturn's own test client against our server, where it is installed. It knows
//! the protocol from another team's reading of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::process::{Command, Stdio};

#[path = "support/link.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod link;
#[path = "support/stun.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod stun;

use link::{ANNA, Site};

const CLIENT: &str = "turnutils_uclient";

/// Runs the client with two pairs of ends that talk to each other, and returns
/// what it printed; `None` where it is not installed.
async fn uclient(site: &Site, options: &[&str]) -> Option<String> {
    let login = site.login(ANNA);
    let mut command = Command::new(CLIENT);
    command
        .args(["-y", "-c", "-m", "2", "-n", "20", "-l", "120"])
        .args(["-u", &login.username, "-w", &login.password])
        .args(["-p", &site.addr().port().to_string()])
        .args(options)
        .arg("127.0.0.1")
        .stdin(Stdio::null());
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    let Ok(output) = ran.unwrap() else {
        eprintln!("{CLIENT} is not installed: not checked");
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

async fn nothing_is_lost(options: &[&str]) {
    let site = Site::start("127.0.0.1:0");
    let Some(printed) = uclient(&site, options).await else {
        return;
    };
    assert!(printed.contains("Total lost packets 0 "), "{printed}");
    assert!(site.server.stats().packets_relayed >= 40, "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_over_udp() {
    nothing_is_lost(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn indications_over_udp() {
    nothing_is_lost(&["-s"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_over_tcp() {
    nothing_is_lost(&["-t"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn indications_over_tcp() {
    nothing_is_lost(&["-t", "-s"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stun_client_learns_its_address() {
    let site = Site::start("127.0.0.1:0");
    let port = site.addr().port().to_string();
    let mut command = Command::new("turnutils_stunclient");
    command
        .args(["-p", &port, "127.0.0.1"])
        .stdin(Stdio::null());
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    let Ok(output) = ran.unwrap() else {
        eprintln!("turnutils_stunclient is not installed: not checked");
        return;
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(
        printed.contains("UDP reflexive addr: 127.0.0.1:"),
        "{printed}"
    );
}
