//! A measuring program for the benchmarks: an index of many messages, as JSON how long it takes to make, to open and to
//! ask, and how many bytes it takes. The first argument is how many messages there are.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program: it prints what it measured, and ends at what should not be"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use parley_client::relations::Target;
use parley_client::search::{Document, Entry, Has, Index, Kept, Wanted, What};
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

/// Items that the worker reads in one step.
const STEP: u64 = 250;
/// Items after which it keeps the index.
const KEEP_AFTER: u64 = 6_000;
/// Words that people have; the most common ones make up most of what they write.
const WORDS: u64 = 60_000;
const PEOPLE: u64 = 200;
const CHANNELS: u8 = 20;

/// What is asked: rare and common words, beginnings, phrases, filters.
const QUERIES: [&str; 14] = [
    "w0",
    "w",
    "w1 w2 w3",
    "w59999",
    "w3000 ",
    "w12",
    "\"w0 w1\"",
    "\"w5 w17 w2\"",
    "w7-w8",
    "w0 w",
    "",
    "zzz",
    "w1 \"w2 w3",
    "w4*  w9",
];

fn main() {
    let messages: Option<u64> = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let messages = messages.unwrap_or(100_000);
    let mut numbers = Numbers(7);
    let mut written = 0;
    let mut records: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut index = Index::default();
    let (mut total, mut longest) = (Duration::ZERO, Duration::ZERO);
    let mut last = messages;
    let mut since = 0;
    while last > 0 {
        let first = last.saturating_sub(STEP - 1).max(1);
        let entries: Vec<Entry> = (first..=last).map(|seq| numbers.message(seq)).collect();
        written += entries.iter().map(text_bytes).sum::<usize>();
        let mut by_place: BTreeMap<ChannelId, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            by_place.entry(entry.place).or_default().push(entry);
        }
        let begun = Instant::now();
        for (place, entries) in by_place {
            index.sync(place, first..=last, entries);
        }
        since += STEP;
        if since >= KEEP_AFTER || first == 1 {
            since = 0;
            let changes = index.changes();
            kept = changes.kept;
            records.extend(changes.put);
            for number in changes.delete {
                records.remove(&number);
            }
        }
        let took = begun.elapsed();
        total += took;
        longest = longest.max(took);
        last = first - 1;
    }
    let bytes = kept.len() + records.values().map(Vec::len).sum::<usize>();
    let segments = records.len();

    let begun = Instant::now();
    let kept = Kept::read(&kept).expect("what was just kept");
    let index = Index::open(kept, |number| records.remove(&number)).expect("all of its segments");
    let opened = begun.elapsed();
    let mut queries: Vec<(Duration, &str)> = Vec::new();
    for words in QUERIES {
        let wanted = wanted(words, messages);
        let begun = Instant::now();
        let found = index.find(&wanted);
        queries.push((begun.elapsed(), words));
        assert!(found.hits.len() <= wanted.limit, "more than was asked for");
    }
    queries.sort_unstable();
    let median = queries.get(QUERIES.len() / 2).expect("a query").0;
    let (worst, worst_words) = queries.last().expect("a query");
    println!(
        "{{\"messages\":{},\"written_bytes\":{written},\"bytes\":{bytes},\"segments\":{segments},\"build_ms\":{:.1},\"longest_ms\":{:.2},\"open_ms\":{:.1},\"median_ms\":{:.3},\"worst_ms\":{:.3},\"worst\":{worst_words:?}}}",
        index.len(),
        milliseconds(total),
        milliseconds(longest),
        milliseconds(opened),
        milliseconds(median),
        milliseconds(*worst),
    );
}

fn wanted(words: &str, messages: u64) -> Wanted {
    Wanted {
        only: None,
        words: words.to_owned(),
        // A question without words is for one person's messages of a while.
        from: words.is_empty().then(|| vec![user(3)]),
        places: (0..CHANNELS)
            .map(|number| ChannelId::from_bytes([number; 16]))
            .collect(),
        has: Has::default(),
        since: 0,
        until: if words.is_empty() {
            messages * 500
        } else {
            u64::MAX
        },
        limit: 50,
    }
}

fn text_bytes(entry: &Entry) -> usize {
    match &entry.what {
        What::Message(document) => document.text.len(),
        What::Edit { .. } | What::Deletion { .. } | What::Nothing => 0,
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn user(number: u64) -> UserId {
    UserId::from_bytes(u128::from(number).to_be_bytes())
}

/// Numbers that are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Below a bound, small ones far more often, as words of a language are.
    fn common(&mut self, bound: u64) -> u64 {
        let bits = self.next() % 17;
        self.next() % (1 << bits).min(bound)
    }

    fn message(&mut self, seq: u64) -> Entry {
        // Half of all messages have at most eight words, some have a hundred.
        let words = 1
            + self.next() % 8
            + if self.next().is_multiple_of(4) {
                self.next() % 60
            } else {
                0
            };
        let words: Vec<String> = (0..words)
            .map(|_| format!("w{}", self.common(WORDS)))
            .collect();
        let place = ChannelId::from_bytes(
            [u8::try_from(self.next() % u64::from(CHANNELS)).unwrap_or(0); 16],
        );
        let author = self.common(PEOPLE);
        let id = (u128::from(self.next()) << 64) | u128::from(self.next());
        Entry {
            place,
            seq,
            what: What::Message(Document {
                place,
                seq,
                message: Target {
                    device: DeviceId::from_bytes(u128::from(author).to_be_bytes()),
                    id: MessageId::from_bytes(id.to_be_bytes()),
                },
                author: user(author),
                at: seq * 1_000,
                has: Has::default(),
                text: words.join(" "),
                edited: 0,
            }),
        }
    }
}
