//! A member who goes on writing: messages at a steady rate, and among them what people do with messages.

use anyhow::{Context, Result, bail};
use parley_client::engine::{Draft, RelationError, SendError};
use parley_client::relations::Target;
use parley_client::timeline::{Body, TimelineItem};
use parley_protocol::ids::ChannelId;
use tokio::time::{Duration, Instant};

use super::{Writer, now};

/// Messages among which one is chosen to do something with.
const NEAR: usize = 20;

impl Writer {
    /// Writes so many items a second for so long: of ten, six are messages, one an answer, two reactions and one an
    /// edit. Returns how many.
    pub(super) async fn talk(
        &mut self,
        channel: ChannelId,
        each_second: usize,
        seconds: usize,
    ) -> Result<usize> {
        let every = Duration::from_secs(1) / u32::try_from(each_second.max(1))?;
        let begun = Instant::now();
        let items = each_second * seconds;
        for number in 0..items {
            self.say(channel, number)?;
            let due = begun + every * u32::try_from(number + 1)?;
            while Instant::now() < due {
                self.step_until(due).await?;
            }
        }
        while self.waiting(channel) > 0 {
            self.step().await?;
        }
        Ok(items)
    }

    /// The item of that number.
    fn say(&mut self, channel: ChannelId, number: usize) -> Result<()> {
        let target = self.near(channel, number);
        let taken = match (number % 10, target) {
            (3 | 6, Some(target)) => {
                let emoji = if number % 20 < 10 { "👍" } else { "🎉" };
                let engine = &mut self.engine;
                relation(engine.react(channel, target, emoji.to_owned(), true, now()))
            }
            (8, Some(target)) => {
                let text = format!("message {number}, with a correction");
                relation(self.engine.edit(channel, target, text, now()))
            }
            (place, target) => {
                let draft = Draft {
                    text: format!("message {number} of a lively evening"),
                    reply_to: target.filter(|_| place == 5),
                    ..Draft::default()
                };
                match self.engine.send_message(channel, draft, now()) {
                    Ok(_) => Ok(()),
                    Err(error) => Err(error),
                }
            }
        };
        match taken {
            Ok(()) | Err(SendError::OutboxFull) => Ok(()),
            Err(error) => bail!("item {number} was not taken: {error}"),
        }
    }

    /// One of the newest messages.
    fn near(&self, channel: ChannelId, number: usize) -> Option<Target> {
        let timeline = self.engine.timeline(&channel)?;
        let texts = timeline
            .items()
            .rev()
            .filter(|item| matches!(item.body, Body::Text { .. }));
        let near: Vec<Target> = texts.take(NEAR).map(TimelineItem::target).collect();
        near.get(number % near.len().max(1)).copied()
    }

    /// The channel that was made first.
    pub(super) fn first_channel(&self) -> Result<ChannelId> {
        let mut channels = self.engine.readable_channels();
        channels.next().context("there is no channel")
    }
}

/// A relation that is too much here is left out.
fn relation(done: Result<(), RelationError>) -> Result<(), SendError> {
    match done {
        Err(RelationError::OutboxFull) => Err(SendError::OutboxFull),
        Err(_) | Ok(()) => Ok(()),
    }
}
