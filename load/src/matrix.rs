//! Load on a Matrix server: the same closed loop over persistent HTTP connections. All senders post in one room,
//! which is the faster way there.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::http::Http;
use crate::member::random;
use crate::posting::{MESSAGE_CHARS, Waits, command};
use crate::relay::answer;

/// A member of the room.
struct Sender {
    token: String,
    room: String,
}

/// Runs commands until standard input ends.
pub(crate) async fn run(url: &str) -> Result<()> {
    let mut senders = Vec::new();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let (name, numbers) = command(&line);
        let first = numbers.first().copied().unwrap_or_default();
        let report = match name {
            "seed" => {
                let mut http = Http::connect(url).await?;
                for number in 0..first {
                    let room = senders.first().map(|first: &Sender| first.room.as_str());
                    senders.push(register(&mut http, number, room).await?);
                }
                json!({ "devices": senders.len() })
            }
            "post" => {
                let seconds = numbers.get(1).copied().unwrap_or_default() as u64;
                post(
                    url,
                    senders.get(..first).context("too few members")?,
                    seconds,
                )
                .await?
            }
            _ => bail!("no such command: {line}"),
        };
        answer(&report).await?;
    }
    Ok(())
}

/// Registers a member, who joins the room or creates it. The server is configured for open registration.
async fn register(http: &mut Http, number: usize, room: Option<&str>) -> Result<Sender> {
    let request = json!({
        "username": format!("member{number}"),
        "password": "a password for the load",
        "auth": { "type": "m.login.dummy" },
    });
    let session: Value = http
        .send("POST", "/_matrix/client/v3/register", None, &request)
        .await?;
    let token = text(&session, "access_token")?;
    let (path, request) = match room {
        Some(room) => (
            format!("/_matrix/client/v3/join/{}", in_path(room)),
            json!({}),
        ),
        None => (
            "/_matrix/client/v3/createRoom".to_owned(),
            json!({ "preset": "public_chat" }),
        ),
    };
    let answer: Value = http.send("POST", &path, Some(&token), &request).await?;
    let room = text(&answer, "room_id")?;
    Ok(Sender { token, room })
}

fn in_path(room: &str) -> String {
    room.replace('!', "%21").replace(':', "%3A")
}

async fn post(url: &str, senders: &[Sender], seconds: u64) -> Result<Value> {
    let mut connections = Vec::new();
    for sender in senders {
        let http = Http::connect(url).await?;
        connections.push((http, sender.token.clone(), in_path(&sender.room)));
    }
    let started = Instant::now();
    let end = started + Duration::from_secs(seconds);
    let mut running = tokio::task::JoinSet::new();
    for (http, token, room) in connections {
        running.spawn(post_until(http, token, room, end));
    }
    let mut waits = Waits::default();
    while let Some(finished) = running.join_next().await {
        waits.join(finished.context("a sender fell over")??);
    }
    Ok(waits.report(started))
}

async fn post_until(mut http: Http, token: String, room: String, end: Instant) -> Result<Waits> {
    let body = json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "A".repeat(MESSAGE_CHARS),
        "session_id": "load",
    });
    // Distinguishes the transactions of several runs.
    let nonce = u64::from_le_bytes(random()?);
    let mut waits = Waits::default();
    for number in 0_u64.. {
        let asked = Instant::now();
        if asked >= end {
            break;
        }
        let path =
            format!("/_matrix/client/v3/rooms/{room}/send/m.room.encrypted/{number}-{nonce}");
        let _: Value = http.send("PUT", &path, Some(&token), &body).await?;
        waits.add(asked.elapsed());
    }
    Ok(waits)
}

fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("no {name} in the answer"))?
        .to_owned())
}
