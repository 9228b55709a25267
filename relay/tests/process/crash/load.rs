//! What the senders do until the relay is gone. Each keeps what was not answered, and asks the same again afterwards:
//! it must not count twice.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use futures_util::future::join_all;
use parley_protocol::channel::EncryptedMessage;
use parley_protocol::community::Community;
use parley_protocol::entry::{Action, Entry, EntryBody, Head, Permissions};
use parley_protocol::files::FileToken;
use parley_protocol::frame::{Request, Response};
use parley_protocol::ids::{ChannelId, MailId, RoleId};
use parley_protocol::keys::Hash;
use parley_protocol::mail::{OlmCiphertext, OutboundMail, Prekeys};
use parley_protocol::vault::Segment;

use super::client::{Line, http};
use super::ledger::{Ledger, Posted};
use super::town::{Town, now, session};
use crate::support::chain::Chain;
use crate::support::fresh;
use crate::support::person::{Person, message, session_id};

/// `docs/decisions/0014-leeway-of-refresh-tokens.md`
const LEEWAY: Duration = Duration::from_secs(10);

/// A member with one device, and what it has not been answered yet.
pub(crate) struct Sender {
    pub(crate) person: Person,
    pub(crate) token: String,
    cookie: String,
    session: SigningKey,
    announcement: Option<Request>,
    is_announced: bool,
    message: Option<EncryptedMessage>,
    entry: Option<Entry>,
    mail: Option<(MailId, String)>,
    prekeys: Option<Prekeys>,
    chain: Chain,
    segment: Option<Segment>,
    blob: Option<Vec<u8>>,
    /// Since when a refresh waits for its answer.
    refresh_asked: Option<Instant>,
}

impl Sender {
    pub(crate) fn new(person: Person, token: String, cookie: String) -> Self {
        Self {
            chain: Chain::of(&person),
            person,
            token,
            cookie,
            session: session(),
            announcement: None,
            is_announced: false,
            message: None,
            entry: None,
            mail: None,
            prekeys: None,
            segment: None,
            blob: None,
            refresh_asked: None,
        }
    }
}

/// What a sender does, beside writing messages or instead of it.
#[derive(Clone, Copy)]
enum Part {
    Owner,
    Mailer,
    Claimer,
    Keeper,
    Uploader,
    Visitor,
    Writer,
}

fn part(number: usize) -> Part {
    match number {
        0 => Part::Owner,
        1 => Part::Mailer,
        2 => Part::Claimer,
        3 => Part::Keeper,
        4..8 => Part::Uploader,
        8..10 => Part::Visitor,
        _ => Part::Writer,
    }
}

/// Everybody works until the relay does not answer any more.
pub(crate) async fn run_until_it_ends(town: &mut Town, relay: SocketAddr) {
    let Town {
        senders,
        absent,
        text,
        community,
        ledger,
    } = town;
    let head = community.head();
    let (text, absent) = (*text, &*absent);
    let mut community = Some(community);
    let working = senders.iter_mut().enumerate().map(|(number, sender)| {
        let community = community.take();
        async move {
            let mut done = Ledger::default();
            let place = Place {
                relay,
                text,
                absent,
                done: &mut done,
            };
            sender.work(part(number), place, community, head).await;
            done
        }
    });
    let working: Vec<_> = working.collect();
    for done in join_all(working).await {
        ledger.posts.extend(done.posts);
        ledger.blobs.extend(done.blobs);
        ledger.entries.extend(done.entries);
        ledger.published.extend(done.published);
        ledger.claimed.extend(done.claimed);
        ledger.mails.extend(done.mails);
        ledger.segments.extend(done.segments);
        ledger.logins += done.logins;
    }
}

/// Where a sender works.
struct Place<'a> {
    relay: SocketAddr,
    text: ChannelId,
    absent: &'a Person,
    done: &'a mut Ledger,
}

impl Sender {
    async fn work(
        &mut self,
        part: Part,
        mut place: Place<'_>,
        mut community: Option<&mut Community>,
        head: Head,
    ) -> Option<()> {
        let mut line = Line::open(place.relay, &self.person, &self.token).await?;
        if !self.is_announced {
            let (person, session) = (&self.person, &self.session);
            let announcement = self
                .announcement
                .get_or_insert_with(|| person.announce(place.text, session, head));
            line.ask(announcement.clone()).await?.unwrap();
            self.is_announced = true;
        }
        loop {
            match (part, community.as_deref_mut()) {
                (Part::Owner, Some(community)) => {
                    self.append(&mut line, &mut place, community).await?;
                }
                (Part::Mailer, _) => self.send_mail(&mut line, &mut place).await?,
                (Part::Claimer, _) => self.claim(&mut line, &mut place).await?,
                (Part::Keeper, _) => self.keep(&mut line, &mut place).await?,
                (Part::Uploader, _) => {
                    self.upload(&mut place).await?;
                    continue;
                }
                (Part::Visitor, _) => {
                    self.visit(&mut place).await?;
                    continue;
                }
                (Part::Owner | Part::Writer, _) => {}
            }
            self.post(&mut line, &mut place).await?;
        }
    }

    async fn post(&mut self, line: &mut Line, place: &mut Place<'_>) -> Option<()> {
        let session = session_id(&self.session);
        let message = self.message.get_or_insert_with(|| {
            let length = 40 + usize::from(fresh::<1>()[0]) * 4;
            let text = super::ledger::hex(&fresh::<16>());
            message(session, &text.repeat(length / 32 + 1))
        });
        let request = Request::Post {
            channel: place.text,
            message: message.clone(),
        };
        let Response::Posted { seq, .. } = line.ask(request).await?.unwrap() else {
            panic!("not posted");
        };
        let message = self.message.take()?;
        place.done.posts.push(Posted {
            author: self.person.device,
            id: message.id,
            text: message.ciphertext,
            seq,
        });
        Some(())
    }

    async fn append(
        &mut self,
        line: &mut Line,
        place: &mut Place<'_>,
        community: &mut Community,
    ) -> Option<()> {
        let person = &self.person;
        let entry = self
            .entry
            .get_or_insert_with(|| person.entry(community.head(), now(), change()));
        let request = Request::Append {
            entry: entry.clone(),
        };
        let Response::Appended { seq } = line.ask(request).await?.unwrap() else {
            panic!("not appended");
        };
        let entry = self.entry.take()?;
        community.apply(&entry).unwrap();
        let body: EntryBody = serde_json::from_str(&entry.body).unwrap();
        place.done.entries.push((body.id, seq));
        Some(())
    }

    async fn send_mail(&mut self, line: &mut Line, place: &mut Place<'_>) -> Option<()> {
        let (id, text) = self.mail.get_or_insert_with(|| {
            let id = MailId::from_bytes(fresh());
            (id, id.to_string())
        });
        let mail = vec![OutboundMail {
            to: place.absent.device,
            message: OlmCiphertext {
                message_type: 1,
                ciphertext: text.clone(),
            },
            transient: false,
        }];
        let request = Request::SendMail { id: *id, mail };
        let Response::MailSent { full } = line.ask(request).await?.unwrap() else {
            panic!("not sent");
        };
        assert!(full.is_empty(), "the mailbox is too small for this test");
        place.done.mails.extend(self.mail.take());
        Some(())
    }

    /// Publishes keys of its own, and claims one of its own device, as another device would.
    async fn claim(&mut self, line: &mut Line, place: &mut Place<'_>) -> Option<()> {
        let person = &self.person;
        let prekeys = self.prekeys.get_or_insert_with(|| person.prekeys(5));
        let request = Request::PublishPrekeys {
            prekeys: prekeys.clone(),
        };
        line.ask(request).await?.unwrap();
        let prekeys = self.prekeys.take()?;
        place
            .done
            .published
            .extend(prekeys.one_time.iter().map(|prekey| prekey.key));
        loop {
            let request = Request::ClaimPrekeys {
                devices: vec![self.person.device],
            };
            let Response::Prekeys { prekeys } = line.ask(request).await?.unwrap() else {
                panic!("no prekeys");
            };
            match prekeys.first() {
                Some(claimed) if !claimed.fallback => place.done.claimed.push(claimed.prekey.key),
                Some(_) | None => return Some(()),
            }
        }
    }

    async fn keep(&mut self, line: &mut Line, place: &mut Place<'_>) -> Option<()> {
        let chain = &mut self.chain;
        let segment = self.segment.get_or_insert_with(|| chain.next("sealed"));
        let request = Request::AppendVault {
            segment: segment.clone(),
        };
        line.ask(request).await?.unwrap();
        self.segment.take()?;
        place
            .done
            .segments
            .push((self.person.device, self.chain.counter));
        Some(())
    }

    async fn upload(&mut self, place: &mut Place<'_>) -> Option<()> {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str())];
        let answer = http(place.relay, "POST", "/files/token", &headers, &[]).await?;
        assert_eq!(answer.status, 200);
        let token: FileToken = serde_json::from_slice(&answer.body).unwrap();
        let bytes = self.blob.get_or_insert_with(|| {
            let length = 1_000 + usize::from(fresh::<1>()[0]) * 400;
            fresh::<64>().iter().copied().cycle().take(length).collect()
        });
        let hash = Hash::of(bytes);
        let bearer = format!("Bearer {}", token.token);
        let name = hash.to_string();
        let headers = [
            ("Authorization", bearer.as_str()),
            ("parley-blob", name.as_str()),
        ];
        let answer = http(place.relay, "POST", "/upload", &headers, bytes).await?;
        let said = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{said}");
        self.blob = None;
        place.done.blobs.push(hash);
        Some(())
    }

    /// Refreshes the session, then logs in anew. A refresh whose answer was lost may be asked again for ten seconds;
    /// whoever is kept away for longer by one kill after the other signs in.
    async fn visit(&mut self, place: &mut Place<'_>) -> Option<()> {
        let asked = *self.refresh_asked.get_or_insert_with(Instant::now);
        let cookie = [("Cookie", self.cookie.as_str())];
        let refreshed = http(place.relay, "POST", "/auth/refresh", &cookie, &[]).await?;
        let body = serde_json::to_vec(&self.person.login()).unwrap();
        if refreshed.status == 401 && asked.elapsed() > LEEWAY {
            let answer = http(place.relay, "POST", "/auth/login", &[], &body).await?;
            self.cookie = answer.cookie().unwrap();
            self.refresh_asked = None;
            return Some(());
        }
        let said = String::from_utf8_lossy(&refreshed.body);
        assert_eq!(refreshed.status, 200, "{said}");
        self.cookie = refreshed.cookie().unwrap();
        self.refresh_asked = None;
        let answer = http(place.relay, "POST", "/auth/login", &[], &body).await?;
        let said = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{said}");
        place.done.logins += 2;
        Some(())
    }
}

/// One of which there can be any number: the same role, again and again.
fn change() -> Action {
    Action::RoleDefined {
        role: RoleId::from_bytes([7; 16]),
        name: "Regulars".to_owned(),
        permissions: Permissions::default(),
    }
}
