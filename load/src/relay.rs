//! Load on a Parley relay: real accounts, real signatures, real sockets.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use parley_protocol::auth::{AddDeviceRequest, CommunityInfo, LogPage};
use parley_protocol::channel::{Announcement, SignedAnnouncement};
use parley_protocol::entry::Action;
use parley_protocol::frame::{
    ClientToRelay, Hello, Positions, PresenceState, RelayToClient, Request, Response, decode,
    encode,
};
use parley_protocol::ids::ChannelId;
use parley_protocol::keys::SessionId;
use parley_protocol::map::IdMap;
use parley_protocol::signing;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::chain::Chain;
use crate::crowd::Crowd;
use crate::files::{self, Files};
use crate::founder::{self, Community, Seat};
use crate::http::Http;
use crate::member::{Device, Key};
use crate::posting::{MESSAGE_CHARS, Waits, command};
use crate::socket::Socket;
use crate::stream::Place;
use crate::writer::{Writer, message};

/// Characters of a sealed segment that holds a few session keys.
const SEGMENT_CHARS: usize = 4_000;

/// The state of a run.
struct Load {
    url: String,
    community: Community,
    /// One for each member, then one for each further device.
    seats: Vec<Seat>,
    members: usize,
    log_end: u64,
    crowd: Crowd,
    files: Option<Files>,
}

/// What senders write.
#[derive(Clone, Copy)]
enum What {
    Messages,
    /// Each sender one in this time.
    Paced(Duration),
    /// With answers, edits, reactions and deletions.
    Conversation,
}

/// A connected device that can send requests.
pub(crate) struct Client {
    socket: Socket,
    next_id: u64,
}

/// Runs commands until standard input ends.
pub(crate) async fn run(url: &str, setup_link: &str) -> Result<()> {
    let community = founder::found(url, setup_link).await?;
    let mut load = Load {
        url: url.to_owned(),
        log_end: community.head.seq,
        community,
        seats: Vec::new(),
        members: 0,
        crowd: Crowd::default(),
        files: None,
    };
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(rest) = line.strip_prefix("blobs ") {
            let (count, folder) = rest.split_once(' ').context("blobs <count> <folder>")?;
            answer(&load.make_blobs(count.parse()?, folder).await?).await?;
            continue;
        }
        let (name, numbers) = command(&line);
        let first = numbers.first().copied().unwrap_or_default();
        let second = numbers.get(1).copied().unwrap_or_default();
        let report = match name {
            "seed" => load.seed(first, second).await?,
            "connect" => load.connect(first).await?,
            "post" => load.post(What::Messages, first, second as u64, 0).await?,
            "converse" => {
                load.post(What::Conversation, first, second as u64, 0)
                    .await?
            }
            "post-paced" => {
                let rate = numbers.get(2).copied().unwrap_or_default();
                let (senders, rate) = (u32::try_from(first)?, u32::try_from(rate)?);
                let pace = Duration::from_secs(1) * senders / rate.max(1);
                load.post(What::Paced(pace), first, second as u64, 0)
                    .await?
            }
            "post-beside-vault" => {
                let vaults = numbers.get(2).copied().unwrap_or_default();
                load.post(What::Messages, first, second as u64, vaults)
                    .await?
            }
            "upload" => load.files()?.upload().await?,
            "download" => load.files()?.download().await?,
            "upload-together" => {
                let seats = load.seats.iter().take(first);
                let accesses: Vec<_> = seats.map(|seat| seat.token.clone()).collect();
                files::upload_together(&load.url, &accesses).await?
            }
            "fan-out" => load.fan_out(first as u64).await?,
            _ => bail!("no such command: {line}"),
        };
        answer(&report).await?;
    }
    Ok(())
}

/// Prints one line of JSON.
pub(crate) async fn answer(report: &Value) -> Result<()> {
    let mut output = tokio::io::stdout();
    output.write_all(format!("{report}\n").as_bytes()).await?;
    output.flush().await.context("nobody listens")
}

impl Load {
    /// Registers members, adds further devices, and gives the first members private channels.
    async fn seed(&mut self, members: usize, devices_each: usize) -> Result<Value> {
        let mut http = Http::connect(&self.url).await?;
        let mut further = Vec::new();
        for number in 0..members {
            let name = format!("member {number}");
            let (member, seat) = self.community.join(&mut http, name).await?;
            for _ in 1..devices_each {
                let device = Device::new(self.community.id)?;
                let action = Action::DeviceAdded {
                    user: member.user,
                    device: member.certified(&device),
                    linked_by: None,
                };
                let request = AddDeviceRequest {
                    entry: device.entry(self.community.head, action)?,
                    prekeys: device.prekeys()?,
                    wraps: Vec::new(),
                };
                let token = Some(seat.token.as_str());
                let _: IgnoredAny = http.send("POST", "/auth/device", token, &request).await?;
                further.push(Seat {
                    user: member.user,
                    device,
                    token: seat.token.clone(),
                });
            }
            self.seats.push(seat);
        }
        self.members = members;
        self.seats.append(&mut further);

        let users: Vec<_> = self
            .seats
            .iter()
            .take(members)
            .map(|seat| seat.user)
            .collect();
        let entries = self.community.private_channels(&users)?;
        let mut founder = self.open(&self.community.founder).await?;
        for entry in entries {
            founder.ask(Request::Append { entry }).await?;
        }
        let info: CommunityInfo = http.send("GET", "/community", None, &json!({})).await?;
        let proof = self.community.proof(info.now);
        let page: LogPage = http.get("/log?from=1", &format!("Invite {proof}")).await?;
        self.log_end = page.head.seq;
        // Who deletes names the newest one.
        self.community.head = page.head;
        Ok(json!({ "devices": self.seats.len(), "log": self.log_end }))
    }

    /// Connects the last devices, so that senders stay free.
    async fn connect(&mut self, count: usize) -> Result<Value> {
        let Some(start) = self.seats.len().checked_sub(count) else {
            bail!("only {} devices were made", self.seats.len());
        };
        for index in start..self.seats.len() {
            let seat = self.seats.get(index).context("a seat is gone")?;
            let client = self.open(seat).await?;
            self.crowd.add(client.socket, messages_in);
        }
        Ok(json!({ "connected": self.crowd.size() }))
    }

    /// Lets `senders` members post for a number of seconds, and the `vaults` members after them append to their
    /// vaults meanwhile.
    async fn post(
        &mut self,
        what: What,
        senders: usize,
        seconds: u64,
        vaults: usize,
    ) -> Result<Value> {
        let mut writers = Vec::new();
        for number in 0..senders {
            let (channel, _) = self
                .community
                .private
                .get(number)
                .context("there are not so many private channels")?;
            let seat = self
                .seats
                .get(number)
                .context("there are not so many members")?;
            let client = self.open(seat).await?;
            writers.push(Writer::new(client, &self.community, seat, *channel).await?);
        }
        let mut chains = Vec::new();
        for seat in self.seats.iter().skip(senders).take(vaults) {
            chains.push((self.open(seat).await?, Chain::of(&seat.device)));
        }
        let started = Instant::now();
        let end = started + Duration::from_secs(seconds);
        let mut appending = tokio::task::JoinSet::new();
        for (client, chain) in chains {
            appending.spawn(append_until(client, chain, end));
        }
        let mut running = tokio::task::JoinSet::new();
        let all = u32::try_from(writers.len())?.max(1);
        for (number, writer) in (0_u32..).zip(writers) {
            match what {
                What::Messages => running.spawn(writer.messages(end)),
                // Not all of them at the same moment.
                What::Paced(pace) => {
                    running.spawn(writer.paced(started + pace * number / all, pace, end))
                }
                What::Conversation => running.spawn(writer.conversation(end)),
            };
        }
        let mut waits = Waits::default();
        while let Some(finished) = running.join_next().await {
            waits.join(finished.context("a sender fell over")??);
        }
        let mut segments = Waits::default();
        while let Some(finished) = appending.join_next().await {
            segments.join(finished.context("a vault's writer fell over")??);
        }
        let mut report = waits.report(started);
        if vaults > 0 {
            report["vault"] = segments.report(started);
        }
        Ok(report)
    }

    /// Makes blobs that the founder sends.
    async fn make_blobs(&mut self, count: usize, folder: &str) -> Result<Value> {
        let access = &self.community.founder.token;
        let files = Files::make(&self.url, access, count, Path::new(folder)).await?;
        let described = files.described();
        self.files = Some(files);
        Ok(described)
    }

    fn files(&self) -> Result<&Files> {
        self.files.as_ref().context("there are no blobs yet")
    }

    /// One member posts to everybody who is connected.
    async fn fan_out(&mut self, messages: u64) -> Result<Value> {
        let seat = &self.community.founder;
        let channel = self.community.open;
        let mut client = self.open(seat).await?;
        let session = client.announce(&self.community, seat, channel).await?;
        self.crowd
            .fan_out(messages, async |_| {
                let message = message(session, MESSAGE_CHARS)?;
                let request = Request::Post { channel, message };
                client.ask(request).await.map(|_| ())
            })
            .await
    }

    /// Opens a device's socket, up to the welcome.
    async fn open(&self, seat: &Seat) -> Result<Client> {
        let url = Place::of(&self.url)?.socket();
        let mut socket = Socket::connect(&url).await?;
        let first = socket.receive().await?;
        let RelayToClient::Challenge { nonce } = decode(&first)? else {
            bail!("the relay began with {first}");
        };
        let device = &seat.device;
        let text = signing::socket(&device.community, &device.id, &nonce);
        let hello = ClientToRelay::Hello(Hello {
            access_token: seat.token.clone(),
            device: device.id,
            signature: device.key.sign(&text),
            positions: Positions {
                log: self.log_end,
                mailbox: 0,
                channels: IdMap::new(),
            },
            presence: PresenceState::Online,
        });
        socket.send(encode(&hello)).await?;
        let second = socket.receive().await?;
        let RelayToClient::Welcome(_) = decode(&second)? else {
            bail!("instead of a welcome came {second}");
        };
        Ok(Client { socket, next_id: 1 })
    }
}

impl Client {
    /// Sends a request and waits for its response.
    pub(crate) async fn ask(&mut self, request: Request) -> Result<Response> {
        let asked = self.next_id;
        self.next_id += 1;
        let frame = ClientToRelay::Request { id: asked, request };
        self.socket.send(encode(&frame)).await?;
        loop {
            let text = self.socket.receive().await?;
            if !text.starts_with(r#"{"re"#) {
                continue;
            }
            let frame = decode(&text)?;
            if let RelayToClient::Refused { id, error } = &frame
                && *id == asked
            {
                bail!("refused: {error:?}");
            }
            if let RelayToClient::Response { id, response } = frame
                && id == asked
            {
                return Ok(response);
            }
        }
    }

    pub(crate) async fn announce(
        &mut self,
        community: &Community,
        seat: &Seat,
        channel: ChannelId,
    ) -> Result<SessionId> {
        let key = Key::new()?;
        let session = SessionId::from_bytes(*key.public().as_bytes());
        let body = serde_json::to_string(&Announcement {
            community: community.id,
            channel,
            device: seat.device.id,
            session,
            first_index: 0,
            head: community.head,
            previous: None,
        })?;
        let signature = seat.device.key.sign(&signing::announcement(&body));
        let proof = key.sign(&signing::session_proof(&body));
        let announcement = SignedAnnouncement {
            body,
            signature,
            proof,
        };
        self.ask(Request::Announce {
            channel,
            announcement,
        })
        .await?;
        Ok(session)
    }
}

async fn append_until(mut client: Client, mut chain: Chain, end: Instant) -> Result<Waits> {
    let mut waits = Waits::default();
    loop {
        let asked = Instant::now();
        if asked >= end {
            return Ok(waits);
        }
        let segment = chain.next(SEGMENT_CHARS);
        client.ask(Request::AppendVault { segment }).await?;
        waits.add(asked.elapsed());
    }
}

/// Counts the messages in a frame without parsing all of it.
fn messages_in(text: &str) -> u64 {
    if text.starts_with(r#"{"items""#) {
        text.matches(r#""ciphertext":"#).count() as u64
    } else {
        0
    }
}
