//! What one member writes into one channel while a relay is measured: messages alone, or what people do with them too.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use parley_protocol::channel::{EncryptedMessage, Redaction, SignedRedaction};
use parley_protocol::entry::Head;
use parley_protocol::frame::{Request, Response};
use parley_protocol::ids::{ChannelId, CommunityId, DeviceId, MessageId};
use parley_protocol::keys::SessionId;
use parley_protocol::signing;

use crate::founder::{Community, Seat};
use crate::member::{Key, random};
use crate::posting::{MESSAGE_CHARS, Waits};
use crate::relay::Client;

/// Characters of the ciphertext of a reaction, and of an answer or an edit, which name another message.
const REACTION_CHARS: usize = 300;
const ANSWER_CHARS: usize = 540;

/// A member's device in a channel, with a session that was announced.
pub(crate) struct Writer {
    client: Client,
    community: CommunityId,
    head: Head,
    device: DeviceId,
    key: Arc<Key>,
    channel: ChannelId,
    session: SessionId,
}

/// Something written, and where it came to stand.
struct Written {
    id: MessageId,
    seq: u64,
}

impl Writer {
    pub(crate) async fn new(
        mut client: Client,
        community: &Community,
        seat: &Seat,
        channel: ChannelId,
    ) -> Result<Self> {
        let session = client.announce(community, seat, channel).await?;
        Ok(Self {
            client,
            community: community.id,
            head: community.head,
            device: seat.device.id,
            key: Arc::clone(&seat.device.key),
            channel,
            session,
        })
    }

    /// Messages until the end, each sent when the relay has the one before.
    pub(crate) async fn messages(mut self, end: Instant) -> Result<Waits> {
        let mut waits = Waits::default();
        loop {
            let asked = Instant::now();
            if asked >= end {
                return Ok(waits);
            }
            self.post(MESSAGE_CHARS).await?;
            waits.add(asked.elapsed());
        }
    }

    /// Messages until the end, the first at `first`, then one in each `pace`, or as soon as the relay has the one before.
    pub(crate) async fn paced(
        mut self,
        first: Instant,
        pace: Duration,
        end: Instant,
    ) -> Result<Waits> {
        let mut waits = Waits::default();
        let mut next = first;
        loop {
            tokio::time::sleep_until(next.into()).await;
            next += pace;
            let asked = Instant::now();
            if asked >= end {
                return Ok(waits);
            }
            self.post(MESSAGE_CHARS).await?;
            waits.add(asked.elapsed());
        }
    }

    /// The same with what people do: of ten items five messages, an answer, an edit, two reactions, and a message that is
    /// deleted for everybody, which takes the relay's copy away.
    pub(crate) async fn conversation(mut self, end: Instant) -> Result<Waits> {
        let mut waits = Waits::default();
        let mut before: Option<Written> = None;
        for turn in 0_u64.. {
            let asked = Instant::now();
            if asked >= end {
                break;
            }
            match (turn % 10, before.take()) {
                (9, Some(written)) => self.delete(&written).await?,
                (5 | 7, _) => {
                    self.post(REACTION_CHARS).await?;
                }
                (2 | 6, _) => {
                    self.post(ANSWER_CHARS).await?;
                }
                _ => before = Some(self.post(MESSAGE_CHARS).await?),
            }
            waits.add(asked.elapsed());
        }
        Ok(waits)
    }

    async fn post(&mut self, chars: usize) -> Result<Written> {
        let message = message(self.session, chars)?;
        let id = message.id;
        let channel = self.channel;
        let request = Request::Post { channel, message };
        let response = self.client.ask(request).await?;
        let Response::Posted { seq, .. } = response else {
            bail!("instead of a place came {response:?}");
        };
        Ok(Written { id, seq })
    }

    async fn delete(&mut self, written: &Written) -> Result<()> {
        let body = serde_json::to_string(&Redaction {
            community: self.community,
            channel: self.channel,
            seq: written.seq,
            author: self.device,
            message: written.id,
            session: self.session,
            index: None,
            by: self.device,
            head: self.head,
            quiet: false,
        })
        .context("cannot write JSON")?;
        let signature = self.key.sign(&signing::redaction(&body));
        let request = Request::Redact {
            channel: self.channel,
            seq: written.seq,
            order: SignedRedaction { body, signature },
        };
        self.client.ask(request).await.map(|_| ())
    }
}

/// A message with that much ciphertext.
pub(crate) fn message(session: SessionId, chars: usize) -> Result<EncryptedMessage> {
    Ok(EncryptedMessage {
        id: MessageId::from_bytes(random()?),
        session,
        ciphertext: "A".repeat(chars),
        blobs: Vec::new(),
    })
}
