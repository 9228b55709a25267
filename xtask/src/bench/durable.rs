//! Durable messages: 64 members write at once over their sockets, and each
//! waits until its message is on the disk. Beside Synapse, and beside the same
//! relay with a transaction for every message.

use anyhow::{Context, Result};
use serde_json::Value;

use super::budget::{Limit, Line, Peer, median};
use super::process::Running;
use super::scratch::Scratch;
use super::{Setting, servers};

const SENDERS: u32 = 64;
const SECONDS: u32 = 5;
const ROUNDS: usize = 3;
const BUDGET_P99_MS: f64 = 20.0;
const BUDGET_RATIO: f64 = 100.0;
const BUDGET_GROUPED: f64 = 3.0;
const BUDGET_CONVERSATION: f64 = 0.7;

/// What one server did over all rounds.
#[derive(Default)]
struct Rounds {
    per_second: Vec<f64>,
    p99_ms: Vec<f64>,
}

/// Alternates the servers, several rounds each.
pub(super) fn measure(setting: &Setting) -> Result<Vec<Line>> {
    let relay = servers::Relay::start(setting, "durable", servers::NO_LIMITS)?;
    let mut relay_load = seeded(setting, &relay)?;
    let single = servers::Relay::start(
        setting,
        "durable-single",
        &[servers::NO_LIMITS, servers::ONE_BY_ONE].concat(),
    )?;
    let mut single_load = seeded(setting, &single)?;
    let scratch = Scratch::new("durable-synapse")?;
    let synapse = servers::synapse(setting, &scratch)?;
    let mut synapse_load = match &synapse {
        None => None,
        Some((_, port)) => {
            let url = format!("http://127.0.0.1:{port}");
            let mut load = servers::load(setting, &["matrix", &url])?;
            load.ask(&format!("seed {SENDERS}"))?;
            Some(load)
        }
    };

    let mut grouped = Rounds::default();
    let mut conversation = Rounds::default();
    let (mut one_by_one, mut matrix) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        grouped.add(&mut relay_load, "post")?;
        conversation.add(&mut relay_load, "converse")?;
        one_by_one.add(&mut single_load, "post")?;
        if let Some(load) = &mut synapse_load {
            matrix.add(load, "post")?;
        }
    }

    let rate = grouped.median_rate()?;
    let synapse_peer = |of: &dyn Fn(&Rounds) -> Result<f64>| -> Result<Peer> {
        if synapse.is_none() {
            return Ok(Peer::Missing(servers::INSTALL_PEERS.into()));
        }
        Ok(Peer::Measured {
            name: "Synapse, SQLite".into(),
            value: of(&matrix)?,
        })
    };
    Ok(vec![
        Line {
            what: "durable messages, 64 senders".into(),
            unit: "/s",
            parley: rate,
            peer: synapse_peer(&Rounds::median_rate)?,
            limits: vec![Limit::RatioAtLeast(BUDGET_RATIO)],
        },
        Line {
            what: "their acknowledgement, 99 of 100".into(),
            unit: "ms",
            parley: grouped.median_p99()?,
            peer: synapse_peer(&Rounds::median_p99)?,
            limits: vec![Limit::AtMost(BUDGET_P99_MS)],
        },
        Line {
            what: "the same with answers, edits, reactions and deletions".into(),
            unit: "/s",
            parley: conversation.median_rate()?,
            peer: Peer::Measured {
                name: "messages alone".into(),
                value: rate,
            },
            limits: vec![Limit::RatioAtLeast(BUDGET_CONVERSATION)],
        },
        Line {
            what: "durable messages, written in groups".into(),
            unit: "/s",
            parley: rate,
            peer: Peer::Measured {
                name: "one transaction each".into(),
                value: one_by_one.median_rate()?,
            },
            limits: vec![Limit::RatioAtLeast(BUDGET_GROUPED)],
        },
    ])
}

fn seeded(setting: &Setting, relay: &servers::Relay) -> Result<Running> {
    let mut load = servers::load(setting, &["relay", &relay.url(), &relay.setup_link()?])?;
    load.ask(&format!("seed {SENDERS} 1"))?;
    Ok(load)
}

impl Rounds {
    fn add(&mut self, load: &mut Running, what: &str) -> Result<()> {
        let report = load.ask(&format!("{what} {SENDERS} {SECONDS}"))?;
        let number = |name: &str| {
            report
                .get(name)
                .and_then(Value::as_f64)
                .with_context(|| format!("the load does not say {name}"))
        };
        self.per_second
            .push(number("messages")? / number("seconds")?);
        self.p99_ms.push(number("p99_ms")?);
        Ok(())
    }

    fn median_rate(&self) -> Result<f64> {
        median(self.per_second.clone()).context("nothing was measured")
    }

    fn median_p99(&self) -> Result<f64> {
        median(self.p99_ms.clone()).context("nothing was measured")
    }
}
