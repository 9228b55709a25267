//! One connection on the way between a machine and the relay. A stream: frames come in order, late, or,
//! after a cut, not at all.

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_relay::ConnectionId;

use super::dice::Dice;

/// Frames that the relay's side sends ahead of what the machine has read.
const WINDOW: usize = 40;
/// Requests with such an id are repetitions that the network made: nobody waits for their answers.
pub(super) const REPEATED: u64 = 1 << 60;

/// How the way is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weather {
    /// Frames that take long, in percent.
    pub(super) stalls: u64,
    /// The longest that such a frame takes.
    pub(super) stall: Millis,
    /// Requests that reach the relay a second time, in percent.
    pub(super) repeats: u64,
}

impl Weather {
    pub(super) const CALM: Self = Self {
        stalls: 0,
        stall: 0,
        repeats: 0,
    };
}

/// What a machine gets.
#[derive(Debug)]
pub(super) enum Down {
    Frame(String),
    /// The relay has ended the connection.
    End,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) connection: ConnectionId,
    up: VecDeque<(Millis, String)>,
    down: VecDeque<(Millis, Down)>,
    dice: Dice,
    weather: Weather,
    /// Nothing gets through any more, and nobody has told the ends.
    pub(super) silent: bool,
    pub(super) ended: bool,
    /// Until when the relay keeps the log back from this one.
    pub(super) behind_until: Millis,
    /// The log that it kept back.
    kept_back: VecDeque<String>,
    repeated: u64,
}

impl Link {
    pub(super) fn new(connection: ConnectionId, dice: Dice, weather: Weather) -> Self {
        Self {
            connection,
            up: VecDeque::new(),
            down: VecDeque::new(),
            dice,
            weather,
            silent: false,
            ended: false,
            behind_until: 0,
            kept_back: VecDeque::new(),
            repeated: 0,
        }
    }

    pub(super) fn push_up(&mut self, text: String, now: Millis) {
        let at = self.arrival(self.up.back().map(|(at, _)| *at), now);
        let again = (self.dice.percent(self.weather.repeats) && can_be_repeated(&text))
            .then(|| self.with_other_id(&text))
            .flatten();
        self.up.push_back((at, text));
        if let Some(again) = again {
            let late = at + self.dice.below(3_000);
            let place = self.up.partition_point(|(at, _)| *at <= late);
            self.up.insert(place, (late, again));
        }
    }

    pub(super) fn push_down(&mut self, down: Down, now: Millis) {
        if let Down::Frame(text) = &down
            && now < self.behind_until
            && text.starts_with(r#"{"log":"#)
        {
            return self.kept_back.push_back(text.clone());
        }
        let at = self.arrival(self.down.back().map(|(at, _)| *at), now);
        let wanted = match &down {
            Down::Frame(text) => !is_answer_to_repetition(text),
            Down::End => true,
        };
        self.ended |= matches!(down, Down::End);
        if wanted {
            self.down.push_back((at, down));
        }
    }

    /// Whether the relay's side may send more ahead.
    pub(super) fn has_room(&self) -> bool {
        !self.ended && self.down.len() < WINDOW
    }

    pub(super) fn next(&self) -> Option<Millis> {
        let up = self.up.front().map(|(at, _)| *at);
        let down = self.down.front().map(|(at, _)| *at);
        let kept_back = (!self.kept_back.is_empty()).then_some(self.behind_until);
        up.into_iter().chain(down).chain(kept_back).min()
    }

    pub(super) fn take_up(&mut self, now: Millis) -> Option<String> {
        let due = self.up.front().is_some_and(|(at, _)| *at <= now);
        due.then(|| self.up.pop_front())
            .flatten()
            .map(|(_, text)| text)
    }

    pub(super) fn take_down(&mut self, now: Millis) -> Option<Down> {
        if self.behind_until <= now
            && let Some(text) = self.kept_back.pop_front()
        {
            return Some(Down::Frame(text));
        }
        let due = self.down.front().is_some_and(|(at, _)| *at <= now);
        due.then(|| self.down.pop_front())
            .flatten()
            .map(|(_, down)| down)
    }

    /// What still reaches the relay when the link is cut: some of what was on its way.
    pub(super) fn rest_at_cut(&mut self) -> Vec<String> {
        let rest = self.dice.below(self.up.len() as u64 + 1);
        let rest = usize::try_from(rest).unwrap_or(0);
        self.up.drain(..rest).map(|(_, text)| text).collect()
    }

    fn arrival(&mut self, last: Option<Millis>, now: Millis) -> Millis {
        let way = if self.dice.percent(self.weather.stalls) {
            self.dice.below(self.weather.stall + 1)
        } else {
            self.dice.between(5, 60)
        };
        last.unwrap_or(0).max(now + way)
    }

    fn with_other_id(&mut self, text: &str) -> Option<String> {
        use parley_protocol::frame::{ClientToRelay, decode, encode};
        let Ok(ClientToRelay::Request { request, .. }) = decode(text) else {
            return None;
        };
        self.repeated += 1;
        let id = REPEATED + self.repeated;
        Some(encode(&ClientToRelay::Request { id, request }))
    }
}

/// A stay in a voice channel is not repeated: a late repetition would be another stay.
fn can_be_repeated(text: &str) -> bool {
    text.starts_with(r#"{"request":"#) && !text.contains("_voice")
}

fn is_answer_to_repetition(text: &str) -> bool {
    let rest = text
        .strip_prefix(r#"{"response":{"id":"#)
        .or(text.strip_prefix(r#"{"refused":{"id":"#));
    let digits: String = rest
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().is_ok_and(|id: u64| id >= REPEATED)
}
