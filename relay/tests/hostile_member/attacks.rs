//! What the hostile member does in a loop, each from every device at once, as fast as the sockets take it.
//! Whoever is disconnected connects again.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use futures_util::{SinkExt as _, StreamExt as _};
use parley_protocol::entry::{Action, CallOrder};
use parley_protocol::frame::{ClientToRelay, Positions, PresenceState, Request, encode};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, MailId};
use parley_protocol::keys::Hash;
use parley_protocol::limits::{
    MAX_BLOB_BYTES, MAX_CIPHERTEXT_CHARS, MAX_FRAME_BYTES, MAX_MAIL_CHARS, MAX_SEGMENT_CHARS,
};
use parley_protocol::mail::{OlmCiphertext, OutboundMail};
use parley_protocol::voice::VoiceState;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use crate::arena::{Arena, Seat, now};
use crate::support::chain::{Chain, append, compact};
use crate::support::fresh;
use crate::support::person::{Invite, message, session_id};
use crate::support::town::everything;

/// How the hostile member treats its sockets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Reads,
    /// Never reads its socket.
    Deaf,
    /// Connects, asks for everything, and goes.
    Reconnects,
    /// Reads the vault over HTTP, several pages at a time.
    Fetches,
    /// Uploads blobs over HTTP, several at a time.
    Uploads {
        bytes: usize,
    },
    /// Shares what it uploaded with everybody, and ends that, over HTTP.
    Shares,
    /// Asks for tokens for files, several at a time.
    Tokens,
    /// Reads a large blob, several times at once.
    Downloads,
}

#[derive(Clone, Copy)]
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    manner: Manner,
    frames: fn(&Arena, &Seat) -> Flood,
}

/// The next text, again and again.
type Flood = Box<dyn FnMut() -> String + Send>;

const fn attack(name: &'static str, frames: fn(&Arena, &Seat) -> Flood) -> Attack {
    Attack {
        name,
        manner: Manner::Reads,
        frames,
    }
}

const fn by_http(name: &'static str, manner: Manner) -> Attack {
    Attack {
        name,
        manner,
        frames: pings,
    }
}

/// Of a blob.
#[expect(clippy::cast_possible_truncation, reason = "some MiB")]
const LARGEST: usize = MAX_BLOB_BYTES as usize;
/// Blobs that are shared at once.
const SHARED: usize = 64;

pub(crate) const ATTACKS: &[Attack] = &[
    attack("log entries", entries),
    attack("announcements", announcements),
    attack("largest messages", items),
    attack("mail to an absent device", mail_to_absent),
    attack("mail to all", mail_to_all),
    attack("transient mail, 200 a frame", signals),
    attack("entering and leaving a call", voice),
    attack("rooms of direct calls", rooms),
    attack("orders about calls", call_orders),
    attack("typing and watching", watching),
    attack("claims", claims),
    attack("publishing keys", keys),
    attack("history", history),
    attack("subscribing", subscribing),
    attack("largest vault segments", segments),
    attack("small vault segments", small_segments),
    attack("dropping vault segments", dropping),
    Attack {
        name: "reading the vault",
        manner: Manner::Fetches,
        frames: segments,
    },
    by_http("uploading", Manner::Uploads { bytes: 1_024 }),
    by_http("largest uploads", Manner::Uploads { bytes: LARGEST }),
    by_http("sharing files", Manner::Shares),
    by_http("asking for tokens for files", Manner::Tokens),
    by_http("reading files", Manner::Downloads),
    attack("largest frames that mean nothing", nonsense),
    Attack {
        name: "connecting",
        manner: Manner::Reconnects,
        frames: pings,
    },
    Attack {
        name: "asking and never reading",
        manner: Manner::Deaf,
        frames: history,
    },
];

/// Runs attacks at once, from every device.
pub(crate) async fn run(hostile: &Handle, arena: &Arc<Arena>, attacks: &[Attack], until: Instant) {
    let mut tasks = Vec::new();
    for (number, seat) in arena.hostile.iter().enumerate() {
        // With fewer devices than attacks each device does several in turn, with more several devices do the same.
        let own: Vec<Attack> = match attacks {
            [one] => vec![*one],
            many => many
                .iter()
                .skip(number % many.len())
                .step_by(arena.hostile.len())
                .copied()
                .collect(),
        };
        let (arena, seat) = (Arc::clone(arena), seat.clone());
        tasks.push(hostile.spawn(async move {
            let rounds = async {
                loop {
                    for attack in &own {
                        let a_while = Instant::now() + std::time::Duration::from_millis(500);
                        let a_while = if own.len() == 1 { until } else { a_while };
                        let _ = timeout_at(a_while, rage(&arena, &seat, attack)).await;
                    }
                }
            };
            let _ = timeout_at(until, rounds).await;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

async fn rage(arena: &Arena, seat: &Seat, attack: &Attack) {
    let mut flood = (attack.frames)(arena, seat);
    match attack.manner {
        Manner::Fetches => return fetch(arena, seat).await,
        Manner::Uploads { bytes } => return upload(arena, seat, bytes).await,
        Manner::Shares => return share(arena, seat).await,
        Manner::Tokens => return tokens(arena, seat).await,
        Manner::Downloads => return download(arena, seat).await,
        Manner::Reads | Manner::Deaf | Manner::Reconnects => {}
    }
    loop {
        let positions = match attack.manner {
            Manner::Reconnects => Positions::default(),
            _ => everything(),
        };
        let Some(line) = arena.connect(seat, positions).await else {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            continue;
        };
        let (mut writing, mut reading) = line.split();
        match attack.manner {
            Manner::Reconnects => {
                let _ = writing.send(Message::text(flood())).await;
            }
            Manner::Deaf => while writing.send(Message::text(flood())).await.is_ok() {},
            _ => {
                let write = async { while writing.send(Message::text(flood())).await.is_ok() {} };
                let read = async { while let Some(Ok(_)) = reading.next().await {} };
                tokio::select! {
                    () = write => {}
                    () = read => {}
                }
            }
        }
    }
}

async fn fetch(arena: &Arena, seat: &Seat) {
    loop {
        let pages = (0..8).map(|_| arena.read_vault(seat));
        futures_util::future::join_all(pages).await;
        // A refusal takes no time at all, and the attack must end when it is over.
        tokio::task::yield_now().await;
    }
}

async fn upload(arena: &Arena, seat: &Seat, bytes: usize) {
    let Some(token) = arena.file_token(seat).await else {
        return;
    };
    loop {
        let uploads = (0..8).map(|_| arena.upload(&token, blob(bytes)));
        futures_util::future::join_all(uploads).await;
        tokio::task::yield_now().await;
    }
}

/// Bytes that the relay does not have yet.
fn blob(bytes: usize) -> Vec<u8> {
    let mut blob = fresh::<1024>().to_vec();
    blob.resize(bytes, 0);
    blob
}

async fn share(arena: &Arena, seat: &Seat) {
    let Some(token) = arena.file_token(seat).await else {
        return;
    };
    let mut names = Vec::new();
    for _ in 0..SHARED {
        let bytes = blob(1_024);
        names.push(Hash::of(&bytes));
        arena.upload(&token, bytes).await;
    }
    loop {
        let shares = (0..8).map(|_| async {
            let id = MailId::from_bytes(fresh()).to_string();
            arena.share(&token, &id, &names).await;
            arena.end_share(&token, &id).await;
        });
        futures_util::future::join_all(shares).await;
        tokio::task::yield_now().await;
    }
}

async fn tokens(arena: &Arena, seat: &Seat) {
    loop {
        let asked = (0..8).map(|_| arena.file_token(seat));
        futures_util::future::join_all(asked).await;
        tokio::task::yield_now().await;
    }
}

async fn download(arena: &Arena, seat: &Seat) {
    let Some(token) = arena.file_token(seat).await else {
        return;
    };
    let bytes = blob(LARGEST / 2);
    let name = Hash::of(&bytes);
    arena.upload(&token, bytes).await;
    loop {
        let reads = (0..8).map(|_| arena.download(&token, name));
        futures_util::future::join_all(reads).await;
        tokio::task::yield_now().await;
    }
}

fn request(request: Request) -> String {
    encode(&ClientToRelay::Request { id: 1, request })
}

fn entries(arena: &Arena, seat: &Seat) -> Flood {
    let (person, head) = (seat.person.clone(), arena.head());
    let mut made = None;
    Box::new(move || {
        let action = if let Some(invite) = made.take() {
            Action::InviteRevoked { invite }
        } else {
            let invite = Invite::new();
            made = Some(invite.id);
            invite.made(None, None)
        };
        let entry = person.entry(head, now(), action);
        request(Request::Append { entry })
    })
}

/// Mutes and puts out everybody, by turns; the log takes none of it.
fn call_orders(arena: &Arena, seat: &Seat) -> Flood {
    let (person, head) = (seat.person.clone(), arena.head());
    let everybody: Vec<_> = arena
        .honest
        .iter()
        .map(|seat| seat.person.clone())
        .collect();
    let mut step = 0_usize;
    Box::new(move || {
        step += 1;
        let of = &everybody[step % everybody.len()];
        let order = if step.is_multiple_of(2) {
            CallOrder::Restrict {
                user: of.user,
                muted: true,
                deafened: true,
            }
        } else {
            CallOrder::End {
                device: of.device,
                stay: CallSessionId::from_bytes(fresh()),
                to: None,
            }
        };
        let entry = person.entry(head, now(), Action::CallsOrdered { order });
        request(Request::Append { entry })
    })
}

fn announcements(arena: &Arena, seat: &Seat) -> Flood {
    let (person, channel, head) = (seat.person.clone(), arena.text, arena.head());
    Box::new(move || request(person.announce(channel, &SigningKey::from_bytes(&fresh()), head)))
}

fn items(arena: &Arena, seat: &Seat) -> Flood {
    let channel = arena.text;
    let session = SigningKey::from_bytes(&fresh());
    let mut announcement = Some(seat.person.announce(channel, &session, arena.head()));
    let session = session_id(&session);
    let text = "A".repeat(MAX_CIPHERTEXT_CHARS);
    let first = message(session, &text);
    let id = first.id.to_string();
    let message = first;
    let text = request(Request::Post { channel, message });
    Box::new(move || match announcement.take() {
        Some(announcement) => request(announcement),
        None => text.replacen(&id, &MailId::from_bytes(fresh()).to_string(), 1),
    })
}

fn mail(to: &[DeviceId], chars: usize, count: usize, transient: bool) -> Flood {
    let mail: Vec<OutboundMail> = to
        .iter()
        .cycle()
        .take(count)
        .map(|to| OutboundMail {
            to: *to,
            message: OlmCiphertext {
                message_type: 1,
                ciphertext: "A".repeat(chars),
            },
            transient,
        })
        .collect();
    // Writing so much anew for each frame would slow down the flood.
    let id = MailId::from_bytes(fresh());
    let text = request(Request::SendMail { id, mail });
    let id = id.to_string();
    Box::new(move || text.replacen(&id, &MailId::from_bytes(fresh()).to_string(), 1))
}

fn everybody(arena: &Arena) -> Vec<DeviceId> {
    arena.honest.iter().map(|seat| seat.person.device).collect()
}

fn mail_to_absent(arena: &Arena, _: &Seat) -> Flood {
    mail(&[arena.absent.person.device], MAX_MAIL_CHARS, 5, false)
}

fn mail_to_all(arena: &Arena, _: &Seat) -> Flood {
    mail(&everybody(arena), 1_000, 200, false)
}

fn signals(arena: &Arena, _: &Seat) -> Flood {
    mail(&everybody(arena), 1_000, 200, true)
}

fn voice(arena: &Arena, _: &Seat) -> Flood {
    let channel = arena.voice;
    let mut step = 0_u64;
    Box::new(move || {
        step += 1;
        let state = VoiceState {
            muted: step.is_multiple_of(2),
            hand: step.is_multiple_of(3),
            ..VoiceState::default()
        };
        match step % 5 {
            1 => request(Request::JoinVoice {
                channel,
                session: CallSessionId::from_bytes(fresh()),
                state,
            }),
            0 => request(Request::LeaveVoice),
            _ => encode(&ClientToRelay::VoiceState { state }),
        }
    })
}

/// A new room each time, and one in which all devices meet.
fn rooms(_: &Arena, _: &Seat) -> Flood {
    let mut step = 0_u64;
    Box::new(move || {
        step += 1;
        let room = if step.is_multiple_of(2) {
            fresh()
        } else {
            [0x55; 16]
        };
        match step % 5 {
            0 => request(Request::LeaveVoice),
            4 => encode(&ClientToRelay::VoiceState {
                state: VoiceState {
                    muted: step.is_multiple_of(2),
                    ..VoiceState::default()
                },
            }),
            _ => request(Request::JoinRoom {
                room: ChannelId::from_bytes(room),
                session: CallSessionId::from_bytes(fresh()),
                state: VoiceState::default(),
            }),
        }
    })
}

fn watching(arena: &Arena, _: &Seat) -> Flood {
    let channel = arena.text;
    let mut step = 0_u64;
    Box::new(move || {
        step += 1;
        if step.is_multiple_of(3) {
            return encode(&ClientToRelay::Typing { channel });
        }
        if step.is_multiple_of(4) {
            let state = match step % 8 {
                0 => PresenceState::Away,
                _ => PresenceState::DoNotDisturb,
            };
            return encode(&ClientToRelay::Presence { state });
        }
        encode(&ClientToRelay::Watch {
            channel: Some(channel),
            presence: step % 3 == 1,
        })
    })
}

fn claims(arena: &Arena, _: &Seat) -> Flood {
    let devices = everybody(arena);
    Box::new(move || {
        let devices = devices.clone();
        request(Request::ClaimPrekeys { devices })
    })
}

fn keys(_: &Arena, seat: &Seat) -> Flood {
    let prekeys = seat.person.prekeys(100);
    let text = request(Request::PublishPrekeys { prekeys });
    Box::new(move || text.clone())
}

fn history(arena: &Arena, _: &Seat) -> Flood {
    let channel = arena.text;
    Box::new(move || {
        request(Request::History {
            channel,
            before: u64::MAX,
            limit: 200,
        })
    })
}

fn subscribing(arena: &Arena, _: &Seat) -> Flood {
    let channel = arena.text;
    Box::new(move || {
        let after = Some(0);
        request(Request::Subscribe { channel, after })
    })
}

fn chain(arena: &Arena, seat: &Seat, letter: &str, chars: usize) -> Flood {
    let (mut chain, ends) = (Chain::of(&seat.person), Arc::clone(&arena.ends));
    // Beyond what the device wrote in an attack before.
    chain.counter = now() * 1_000;
    let sealed = letter.repeat(chars);
    Box::new(move || {
        let segment = chain.next(&sealed);
        let end = chain.end();
        ends.lock().unwrap().insert(end.device, end);
        request(append(segment))
    })
}

fn segments(arena: &Arena, seat: &Seat) -> Flood {
    chain(arena, seat, "A", MAX_SEGMENT_CHARS)
}

fn small_segments(arena: &Arena, seat: &Seat) -> Flood {
    chain(arena, seat, "B", 1)
}

/// Writes segments, and drops what the other devices write.
fn dropping(arena: &Arena, seat: &Seat) -> Flood {
    let (device, ends) = (seat.person.device, Arc::clone(&arena.ends));
    let mut write = chain(arena, seat, "C", 1_000);
    let mut step = 0_u64;
    Box::new(move || {
        step += 1;
        if step.is_multiple_of(2) {
            return write();
        }
        let ends = ends.lock().unwrap();
        let others = ends.values().filter(|end| end.device != device);
        request(compact(&others.copied().collect::<Vec<_>>()))
    })
}

fn nonsense(_: &Arena, _: &Seat) -> Flood {
    let words = "x".repeat(MAX_FRAME_BYTES - 100);
    let text = format!(r#"{{"request":{{"id":1,"request":{{"dance":"{words}"}}}}}}"#);
    Box::new(move || text.clone())
}

fn pings(_: &Arena, _: &Seat) -> Flood {
    Box::new(|| encode(&ClientToRelay::Ping))
}
