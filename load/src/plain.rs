//! Load on a plain server that broadcasts each message: what a relay would cost without accounts, order or storage.

use anyhow::Result;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::crowd::Crowd;
use crate::posting::{MESSAGE_CHARS, command};
use crate::relay::answer;
use crate::socket::Socket;

/// Runs commands until standard input ends.
pub(crate) async fn run(url: &str) -> Result<()> {
    let mut crowd = Crowd::default();
    let mut sender = Socket::connect(url).await?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        match command(&line) {
            ("connect", numbers) => {
                for _ in 0..numbers.first().copied().unwrap_or_default() {
                    crowd.add(Socket::connect(url).await?, |_| 1);
                }
                answer(&json!({ "connected": crowd.size() })).await?;
            }
            ("fan-out", numbers) => {
                let messages = numbers.first().copied().unwrap_or_default() as u64;
                // As long as the relay's frame for one message.
                let text = "m".repeat(MESSAGE_CHARS + 330);
                let report = crowd
                    .fan_out(messages, async |_| sender.send(text.clone()).await)
                    .await?;
                answer(&report).await?;
            }
            _ => anyhow::bail!("no such command: {line}"),
        }
    }
    Ok(())
}
