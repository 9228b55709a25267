//! Backups: the longest wait of a message while a backup is made, beside the
//! same without one, at 1,000 messages a second; and how long a backup and a
//! restore take, of messages and of files.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer};
use super::scratch::Scratch;
use super::{Setting, servers};
use crate::steps;

const SENDERS: u32 = 64;
/// As fast as they can, to have a database of some size.
const FILL_SECONDS: u32 = 20;
const PACED_SECONDS: u32 = 30;
const A_SECOND: u32 = 1_000;
/// 4 MiB each.
const BLOBS: u32 = 240;
const BUDGET_WAIT_MS: f64 = 100.0;

/// A relay's data, a place for backups and a key.
struct Operator<'a> {
    setting: &'a Setting,
    scratch: Scratch,
    data: String,
    recipient: String,
}

pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let relay = servers::Relay::start(setting, "backup", servers::NO_LIMITS)?;
    let operator = Operator::new(setting, &relay.data())?;
    let mut load = servers::load(setting, &["relay", &relay.url(), &relay.setup_link()?])?;
    load.ask(&format!("seed {SENDERS} 1"))?;
    let filled = load.ask(&format!("post {SENDERS} {FILL_SECONDS}"))?;
    let messages = number(&filled, "messages")?;

    let paced = format!("post-paced {SENDERS} {PACED_SECONDS} {A_SECOND}");
    let quiet = load.ask(&paced)?;
    // One after the other until the messages end; at least one.
    let (busy, backups) = std::thread::scope(|scope| {
        let posting = scope.spawn(|| load.ask(&paced));
        let mut backups = Vec::new();
        while backups.is_empty() || !posting.is_finished() {
            backups.push(operator.run(&["backup"], &operator.data)?);
        }
        let busy = posting
            .join()
            .map_err(|_| anyhow::anyhow!("nobody posted"))??;
        anyhow::Ok((busy, backups))
    })?;
    let slowest = backups.iter().copied().fold(0.0, f64::max);
    let alone = operator.restore("messages")?;

    let files = Scratch::new("backup-blobs")?;
    load.ask(&format!("blobs {BLOBS} {}", files.path().display()))?;
    let bytes = number(&load.ask("upload")?, "bytes")?;
    let with_files = operator.run(&["backup"], &operator.data)?;
    let again = operator.run(&["backup"], &operator.data)?;
    let restored = operator.restore("files")?;
    let gigabytes = bytes / 1e9;
    let thousands = messages / 1e3;
    Ok(vec![
        Line {
            what: "longest wait of 1,000 messages a second, while backups are made".into(),
            unit: "ms",
            parley: number(&busy, "max_ms")?,
            peer: Peer::Measured {
                name: "without one".into(),
                value: number(&quiet, "max_ms")?,
            },
            limits: vec![Limit::AtMost(BUDGET_WAIT_MS)],
        },
        plain("99 of 100 of them", "ms", number(&busy, "p99_ms")?),
        plain("the slowest of these backups", "s", slowest),
        plain(
            "restore of 100,000 messages",
            "s",
            alone / thousands * 100.0,
        ),
        plain(
            "first backup of 1 GB of files",
            "s",
            (with_files - again).max(0.0) / gigabytes,
        ),
        plain(
            "restore of 1 GB of files",
            "s",
            (restored - alone).max(0.0) / gigabytes,
        ),
    ])
}

fn plain(what: &str, unit: &'static str, value: f64) -> Line {
    Line {
        what: what.to_owned(),
        unit,
        parley: value,
        peer: Peer::None,
        limits: Vec::new(),
    }
}

impl<'a> Operator<'a> {
    fn new(setting: &'a Setting, data: &Path) -> Result<Self> {
        let scratch = Scratch::new("backup-place")?;
        let key = scratch.path().join("key.txt");
        let mut make = Command::new(&setting.relay);
        make.arg("backup").arg("--make-key").arg(&key);
        let said = steps::read(&mut make)?;
        let recipient = said.split('"').nth(1).context("the relay made no key")?;
        Ok(Self {
            setting,
            data: data.display().to_string(),
            recipient: recipient.to_owned(),
            scratch,
        })
    }

    /// Seconds that a command took.
    fn run(&self, words: &[&str], data: &str) -> Result<f64> {
        let started = Instant::now();
        let mut command = Command::new(&self.setting.relay);
        let place = self.scratch.path().join("backups");
        command
            .args(words)
            .arg(format!("--data={data}"))
            .arg(format!("--backup-to={}", place.display()))
            .arg(format!("--backup-recipients={}", self.recipient));
        steps::read(&mut command)?;
        Ok(started.elapsed().as_secs_f64())
    }

    fn restore(&self, into: &str) -> Result<f64> {
        let key = self.scratch.path().join("key.txt");
        let identity = format!("--identity={}", key.display());
        let data = self.scratch.path().join(into);
        self.run(&["restore", &identity], &data.display().to_string())
    }
}

fn number(report: &Value, name: &str) -> Result<f64> {
    let number = report.get(name).and_then(Value::as_f64);
    number.with_context(|| format!("the load does not say {name}"))
}
