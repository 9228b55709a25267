//! Honest members: each writes in the channel and signals the next one, reads all the time, and sits in the call.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt as _, StreamExt as _};
use parley_protocol::frame::{ClientToRelay, Request, encode};
use parley_protocol::ids::{CallSessionId, DeviceId, MailId};
use parley_protocol::mail::{OlmCiphertext, OutboundMail};
use parley_protocol::voice::VoiceState;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::arena::{Arena, Line};
use crate::figures::Figures;
use crate::support::fresh;
use crate::support::person::{message, session_id};
use crate::support::town::everything;

/// Whatever is on its way at the end is there after this.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the honest members noticed.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) posts: usize,
    pub(crate) signals: usize,
    pub(crate) connections_ended: usize,
    pub(crate) refused: usize,
    pub(crate) posts_lost: usize,
    pub(crate) signals_lost: usize,
}

pub(crate) struct Honest {
    stop: Arc<AtomicBool>,
    writers: Vec<JoinHandle<Written>>,
    readers: Vec<JoinHandle<Read>>,
    end: watch::Sender<bool>,
}

struct Written {
    posts: Vec<String>,
    signals: Vec<String>,
    refused: usize,
}

struct Read {
    texts: HashSet<String>,
    has_ended: bool,
}

/// Everybody writes and signals once in each `pause`.
pub(crate) async fn start(arena: &Arc<Arena>, figures: &Arc<Figures>, pause: Duration) -> Honest {
    let stop = Arc::new(AtomicBool::new(false));
    let (end, ended) = watch::channel(false);
    let started = Instant::now();
    let mut honest = Honest {
        stop: Arc::clone(&stop),
        writers: Vec::new(),
        readers: Vec::new(),
        end,
    };
    let mut lines = Vec::new();
    for seat in &arena.honest {
        lines.push(arena.connect(seat, everything()).await.unwrap());
    }
    for (number, line) in lines.into_iter().enumerate() {
        let next = arena.honest[(number + 1) % arena.honest.len()]
            .person
            .device;
        let (writing, reading) = line.split();
        let (answered, answers) = watch::channel((0, false));
        honest.readers.push(tokio::spawn(read(
            reading,
            Arc::clone(figures),
            answered,
            ended.clone(),
            started,
        )));
        let writer = Writer {
            writing,
            answers,
            number,
            request: 0,
            next,
            started,
            pause,
            figures: Arc::clone(figures),
            written: Written {
                posts: Vec::new(),
                signals: Vec::new(),
                refused: 0,
            },
        };
        let (arena, stop) = (Arc::clone(arena), Arc::clone(&stop));
        honest
            .writers
            .push(tokio::spawn(async move { writer.run(&arena, &stop).await }));
    }
    honest
}

impl Honest {
    /// Lets everybody finish, and compares what was sent with what each of them read.
    pub(crate) async fn finish(self) -> Outcome {
        self.stop.store(true, Ordering::Relaxed);
        let mut outcome = Outcome::default();
        let (mut posts, mut signals) = (Vec::new(), Vec::new());
        for writer in self.writers {
            let written = writer.await.unwrap();
            outcome.refused += written.refused;
            posts.extend(written.posts);
            signals.push(written.signals);
        }
        sleep(Duration::from_secs(2)).await;
        self.end.send_replace(true);
        outcome.posts = posts.len();
        let count = self.readers.len();
        for (number, reader) in self.readers.into_iter().enumerate() {
            let read = reader.await.unwrap();
            outcome.connections_ended += usize::from(read.has_ended);
            outcome.posts_lost += posts
                .iter()
                .filter(|post| !read.texts.contains(*post))
                .count();
            let sent = &signals[(number + count - 1) % count];
            outcome.signals += sent.len();
            outcome.signals_lost += sent
                .iter()
                .filter(|text| !read.texts.contains(*text))
                .count();
        }
        outcome
    }
}

struct Writer {
    writing: SplitSink<Line, Message>,
    /// The last request that was answered, and whether it was refused.
    answers: watch::Receiver<(u64, bool)>,
    number: usize,
    request: u64,
    next: DeviceId,
    started: Instant,
    pause: Duration,
    figures: Arc<Figures>,
    written: Written,
}

impl Writer {
    async fn run(mut self, arena: &Arena, stop: &AtomicBool) -> Written {
        let seat = &arena.honest[self.number];
        let session = SigningKey::from_bytes(&fresh());
        let announcement = seat.person.announce(arena.text, &session, arena.head());
        let session = session_id(&session);
        self.ask(announcement).await;
        self.ask(Request::JoinVoice {
            channel: arena.voice,
            session: CallSessionId::from_bytes(fresh()),
            state: VoiceState::default(),
        })
        .await;
        while !stop.load(Ordering::Relaxed) {
            let text = self.text("post");
            let channel = arena.text;
            let message = message(session, &text);
            let asked = Instant::now();
            if self.ask(Request::Post { channel, message }).await {
                self.figures.answer(asked.elapsed());
                self.written.posts.push(text);
            }
            let text = self.text("signal");
            let mail = vec![OutboundMail {
                to: self.next,
                message: OlmCiphertext {
                    message_type: 1,
                    ciphertext: text.clone(),
                },
                transient: true,
            }];
            let id = MailId::from_bytes(fresh());
            if self.ask(Request::SendMail { id, mail }).await {
                self.written.signals.push(text);
            }
            sleep(self.pause).await;
        }
        self.written
    }

    /// Words that name their time, so that whoever reads them knows how long they took.
    fn text(&self, what: &str) -> String {
        let micros = self.started.elapsed().as_micros();
        format!(
            "honest {what} {} {} {micros} end",
            self.number, self.request
        )
    }

    /// Whether the request was carried out.
    async fn ask(&mut self, request: Request) -> bool {
        self.request += 1;
        let id = self.request;
        let frame = encode(&ClientToRelay::Request { id, request });
        let sent = self.writing.send(Message::text(frame)).await.is_ok();
        let answered = self.answers.wait_for(|(last, _)| *last >= id);
        let answer = timeout(PATIENCE, answered).await;
        let is_done = sent && matches!(answer, Ok(Ok(answer)) if !answer.1);
        self.written.refused += usize::from(!is_done);
        is_done
    }
}

async fn read(
    mut reading: futures_util::stream::SplitStream<Line>,
    figures: Arc<Figures>,
    answered: watch::Sender<(u64, bool)>,
    mut ended: watch::Receiver<bool>,
    started: Instant,
) -> Read {
    let mut read = Read {
        texts: HashSet::new(),
        has_ended: false,
    };
    loop {
        let next = tokio::select! {
            _ = ended.wait_for(|ended| *ended) => return read,
            next = reading.next() => next,
        };
        let text = match next {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            _ => {
                read.has_ended = true;
                return read;
            }
        };
        if let Some((id, refused)) = answer(&text) {
            answered.send_replace((id, refused));
        }
        let now = started.elapsed();
        for found in text.match_indices("honest ") {
            let rest = &text[found.0..];
            let Some((words, _)) = rest.split_once(" end") else {
                continue;
            };
            let sent = words
                .rsplit(' ')
                .next()
                .and_then(|micros| micros.parse().ok());
            let took = now.saturating_sub(Duration::from_micros(sent.unwrap_or(0)));
            if words.starts_with("honest post") {
                figures.delivery(took);
            } else {
                figures.signal(took);
            }
            read.texts.insert(format!("{words} end"));
        }
    }
}

/// The number of the request that a frame answers. Parsing every frame of a flood would measure this test.
fn answer(text: &str) -> Option<(u64, bool)> {
    let (rest, refused) = match text.strip_prefix("{\"response\":{\"id\":") {
        Some(rest) => (rest, false),
        None => (text.strip_prefix("{\"refused\":{\"id\":")?, true),
    };
    let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some((digits.parse().ok()?, refused))
}
