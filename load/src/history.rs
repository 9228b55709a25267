//! A member with a past: a whole client without a screen founds a community, writes messages into its first channel
//! and fewer into others, and fills the member's vault with sessions of older days. Whoever signs in with name and
//! password must find all of it. By commands it goes on writing.

mod talk;

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use parley_client::Engine;
use parley_client::effect::Effect;
use parley_client::engine::{ConnectionState, SendError};
use parley_client::enrol::Founding;
use parley_client::password::{self, Cost};
use parley_client::rng::Rng;
use parley_client::store::{Change, Record, Table};
use parley_protocol::auth::SessionResponse;
use parley_protocol::entry::{ChannelDetails, ChannelKind, History, Readers};
use parley_protocol::ids::ChannelId;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{Duration, Instant, timeout};
use vodozemac::megolm::{GroupSession, InboundGroupSession, SessionConfig};

use crate::http::Http;
use crate::member::random;
use crate::relay;
use crate::socket::Socket;
use crate::stream::Place;

const NAME: &str = "keeper";
const PASSWORD: &str = "a long enough password";
/// Messages in each of the further channels.
const IN_OTHERS: usize = 600;
/// Messages that wait in the outbox at the same time.
const AT_ONCE: usize = 200;
/// Keys that are given to the vault at once.
const PIECE: usize = 500;
/// How often a command is looked for.
const LOOK: Duration = Duration::from_millis(100);
/// Nothing came from the relay for so long, and something was still to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client, and its way to the relay.
struct Writer {
    url: String,
    engine: Engine,
    socket: Option<Socket>,
    token: String,
}

/// Founds, writes, waits until everything is at the relay, and prints how to sign in.
pub(crate) async fn run(
    url: &str,
    setup_link: &str,
    messages: usize,
    sessions: usize,
    channels: usize,
) -> Result<()> {
    let mut writer = Writer::found(url, setup_link).await?;
    while !matches!(writer.engine.connection(), ConnectionState::Online) {
        writer.step().await?;
    }
    let channel = writer.first_channel()?;
    writer.fill_vault(sessions).await?;
    for number in 1..=channels {
        let other = writer.make_channel(number).await?;
        writer.write(other, IN_OTHERS).await?;
    }
    writer.write(channel, messages).await?;
    relay::answer(&json!({ "name": NAME, "password": PASSWORD })).await?;
    let mut lines = commands();
    loop {
        let line = match lines.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) => {
                writer.step_until(Instant::now() + LOOK).await?;
                continue;
            }
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["talk", each_second, seconds] = words.as_slice() else {
            bail!("no such command: {line}");
        };
        let (each_second, seconds) = (each_second.parse()?, seconds.parse()?);
        let items = writer.talk(channel, each_second, seconds).await?;
        relay::answer(&json!({ "items": items })).await?;
    }
}

/// The lines of standard input, as they come.
fn commands() -> Receiver<String> {
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if sender.send(line).await.is_err() {
                return;
            }
        }
    });
    receiver
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

impl Writer {
    async fn found(url: &str, setup_link: &str) -> Result<Self> {
        let token = setup_link.rsplit(['#', '/', '=']).next();
        let mut rng = Rng::from_seed(random()?);
        let founding = Founding {
            community_name: "History".to_owned(),
            name: NAME.to_owned(),
            label: "Load".to_owned(),
            setup_token: token.context("the set-up link has no token")?.to_owned(),
        };
        let draft = founding.draft(&mut rng, now())?;
        let keys = password::stretch(PASSWORD, NAME, &draft.community(), Cost::STANDARD)?;
        let member = draft.finish(&keys, &mut rng)?;
        let mut http = Http::connect(url).await?;
        let session: SessionResponse = http
            .send("POST", "/auth/register", None, &member.request)
            .await?;
        let records: Vec<Record> = member.records.into_iter().filter_map(put).collect();
        let engine = Engine::restore(&records, random()?, now())?;
        Ok(Self {
            url: url.to_owned(),
            engine: engine.context("the device kept nothing")?,
            socket: None,
            token: session.access_token,
        })
    }

    /// Writes messages, and waits until the relay has them and the vault has their keys.
    async fn write(&mut self, channel: ChannelId, messages: usize) -> Result<()> {
        let mut written = 0;
        loop {
            while written < messages && self.waiting(channel) < AT_ONCE {
                let text = format!("message {} of a long history", written + 1);
                match self.engine.send_text(channel, text, now()) {
                    Ok(_) => written += 1,
                    Err(SendError::OutboxFull) => break,
                    Err(error) => bail!("message {written} was not taken: {error}"),
                }
            }
            if written == messages && self.waiting(channel) == 0 && self.is_kept() {
                return Ok(());
            }
            self.step().await?;
        }
    }

    fn waiting(&self, channel: ChannelId) -> usize {
        let timeline = self.engine.timeline(&channel);
        timeline.map_or(0, |timeline| timeline.outbox().count())
    }

    fn is_kept(&mut self) -> bool {
        self.engine.vault_state().waiting == 0
    }

    /// Puts keys of made-up sessions of this device into its vault.
    async fn fill_vault(&mut self, sessions: usize) -> Result<()> {
        let (_, device) = self.engine.me();
        let mut rest = sessions;
        while rest > 0 || !self.is_kept() {
            if rest > 0 && self.engine.vault_state().waiting < PIECE {
                let keys = rest.min(PIECE);
                rest -= keys;
                let records: Result<Vec<Record>> = (0..keys)
                    .map(|_| old_session(&device.to_string()))
                    .collect();
                self.engine.take_over_vault(&records?, now());
            }
            self.step().await?;
        }
        Ok(())
    }

    /// Makes a text channel that everybody reads.
    async fn make_channel(&mut self, number: usize) -> Result<ChannelId> {
        let details = ChannelDetails {
            name: format!("channel-{number}"),
            topic: String::new(),
            readers: Readers::Everyone,
            history: History::Shared,
            expires_after: None,
        };
        let (_, channel) = self
            .engine
            .create_channel(ChannelKind::Text, details, now())?;
        let is_there = |writer: &Self| writer.engine.readable_channels().any(|it| it == channel);
        while !is_there(self) {
            self.step().await?;
        }
        Ok(channel)
    }

    /// Carries out what the engine wants, then waits for a frame or the engine's next time.
    async fn step(&mut self) -> Result<()> {
        self.step_until(Instant::now() + PATIENCE).await
    }

    /// The same, and waits no longer than until then.
    async fn step_until(&mut self, end: Instant) -> Result<()> {
        while let Some(effect) = self.engine.poll_effect() {
            self.carry_out(effect).await?;
        }
        let due = self.engine.poll_timeout();
        let left = end.saturating_duration_since(Instant::now());
        let wait = due.map_or(left, |due| {
            Duration::from_millis(due.saturating_sub(now())).min(left)
        });
        let socket = self.socket.as_mut().context("there is no socket")?;
        match timeout(wait, socket.receive()).await {
            Ok(frame) => self.engine.handle_frame(&frame?, now()),
            Err(_) if left >= PATIENCE && due.is_none() => {
                bail!("the relay has said nothing for {PATIENCE:?}")
            }
            Err(_) => self.engine.handle_timeout(now()),
        }
        Ok(())
    }

    async fn carry_out(&mut self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Connect { new_token: true } => bail!("the relay refused the token"),
            Effect::Connect { new_token: false } => {
                let url = Place::of(&self.url)?.socket();
                self.socket = Some(Socket::connect(&url).await?);
                self.engine.handle_connected(self.token.clone(), now());
            }
            Effect::Disconnect => bail!("the connection broke"),
            Effect::Send(frame) => {
                let socket = self.socket.as_mut().context("there is no socket")?;
                socket.send(frame).await?;
            }
            // Nothing is read back: this device has written everything.
            Effect::Store(_)
            | Effect::Find { .. }
            | Effect::FindItems { .. }
            | Effect::Call(_)
            | Effect::Event(_) => {}
        }
        Ok(())
    }
}

fn put(change: Change) -> Option<Record> {
    match change {
        Change::Put(record) => Some(record),
        Change::Delete { .. } => None,
    }
}

/// What a restored vault keeps of a session in a channel that is no more.
fn old_session(device: &str) -> Result<Record> {
    let config = SessionConfig::version_1();
    let session = GroupSession::new(config);
    let key = InboundGroupSession::new(&session.session_key(), config);
    let id = STANDARD_NO_PAD.decode(session.session_id())?;
    let id = URL_SAFE_NO_PAD.encode(id);
    let channel = ChannelId::from_bytes(random()?);
    let handed: Value = json!({
        "key": key.export_at_first_known_index().to_base64(),
        "believed": true,
    });
    Ok(Record {
        table: Table::Archive,
        key: format!("{channel}/{device}/{id}/{device}/0"),
        value: handed.to_string().into_bytes(),
    })
}
