//! Random stories of several authors, and a relay that drops, moves, swaps, renumbers and repeats anything, in
//! pages of any cut: what a reader has of each author is one unbroken run, or a mark stands where it breaks.

use proptest::prelude::*;

use super::*;

/// What an author signed, in its order. Of what it believes refused it goes on from before.
#[derive(Debug, Clone, Copy)]
struct Signed {
    link: Link,
    /// The one before, as the author sees it.
    follows: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Say,
    NewSession,
    SayRefused,
    SessionRefused,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Say),
        2 => Just(Act::NewSession),
        1 => Just(Act::SayRefused),
        1 => Just(Act::SessionRefused),
    ]
}

fn session(author: usize, number: usize) -> SessionId {
    let mut bytes = [0; 32];
    bytes[0] = u8::try_from(author).unwrap();
    bytes[1] = u8::try_from(number).unwrap();
    SessionId::from_bytes(bytes)
}

fn device(author: usize) -> DeviceId {
    DeviceId::from_bytes([u8::try_from(author).unwrap(); 16])
}

/// Everything that an author signs while it does these things.
fn sign(author: usize, acts: &[Act]) -> Vec<Signed> {
    let mut signed: Vec<Signed> = Vec::new();
    let mut sessions = 0;
    let mut last: Option<usize> = None;
    let mut now: Option<PreviousSession> = None;
    for act in acts {
        let begins = matches!(act, Act::NewSession | Act::SessionRefused) || now.is_none();
        if begins {
            let link = Link::Announcement {
                session: session(author, sessions),
                first_index: 0,
                previous: now,
            };
            sessions += 1;
            signed.push(Signed {
                link,
                follows: last,
            });
            if matches!(act, Act::SessionRefused) {
                continue;
            }
            last = Some(signed.len() - 1);
            now = Some(PreviousSession {
                session: link.session(),
                next_index: 0,
            });
        }
        let Some(PreviousSession {
            session,
            next_index,
        }) = now
        else {
            continue;
        };
        if matches!(act, Act::Say | Act::SayRefused) {
            let link = Link::Message {
                session,
                index: next_index,
            };
            signed.push(Signed {
                link,
                follows: last,
            });
        }
        if matches!(act, Act::Say) {
            last = Some(signed.len() - 1);
            now = Some(PreviousSession {
                session,
                next_index: next_index + 1,
            });
        }
        if matches!(act, Act::SayRefused) {
            // A refusal ends the session.
            let link = Link::Announcement {
                session: self::session(author, sessions),
                first_index: 0,
                previous: now,
            };
            sessions += 1;
            signed.push(Signed {
                link,
                follows: last,
            });
            last = Some(signed.len() - 1);
            now = Some(PreviousSession {
                session: link.session(),
                next_index: 0,
            });
        }
    }
    signed
}

/// What the relay makes of the true stream.
#[derive(Debug, Clone, Copy)]
enum Lie {
    Drop(usize),
    Swap(usize, usize),
    Repeat(usize, usize),
    Move(usize, usize),
    Claim(usize, usize),
}

fn lie() -> impl Strategy<Value = Lie> {
    let place = 0..60_usize;
    prop_oneof![
        place.clone().prop_map(Lie::Drop),
        (place.clone(), place.clone()).prop_map(|(a, b)| Lie::Swap(a, b)),
        (place.clone(), place.clone()).prop_map(|(a, b)| Lie::Repeat(a, b)),
        (place.clone(), place.clone()).prop_map(|(a, b)| Lie::Move(a, b)),
        (place.clone(), place).prop_map(|(a, b)| Lie::Claim(a, b)),
    ]
}

type Stream = Vec<(usize, usize)>;

/// Interleaves the authors, as an honest relay that took everything would.
fn stream(stories: &[Vec<Signed>], order: &[usize]) -> Stream {
    let mut next = vec![0; stories.len()];
    let mut stream = Vec::new();
    for author in order.iter().copied().chain(
        (0..stories.len()).flat_map(|author| std::iter::repeat_n(author, stories[author].len())),
    ) {
        let author = author % stories.len();
        if next[author] < stories[author].len() {
            stream.push((author, next[author]));
            next[author] += 1;
        }
    }
    stream
}

/// Without what the relay refused.
fn taken(stories: &[Vec<Signed>], stream: &Stream) -> Stream {
    let is_gone_on_from = |author: usize, number: usize| {
        let mut later = stories[author].iter();
        later.any(|signed| signed.follows == Some(number)) || stories[author].len() == number + 1
    };
    let mut taken = stream.clone();
    taken.retain(|(author, number)| is_gone_on_from(*author, *number));
    taken
}

/// The reader: takes live pages from `live` on, and then goes back through history in pages of `cut`.
fn read(
    stories: &[Vec<Signed>],
    told: &Stream,
    claims: &[(usize, usize, u64)],
    live: usize,
    cut: usize,
    mut look: impl FnMut(&Chains, Stretch),
) {
    let position = told.len() as u64;
    let mut after = told.len().min(live) as u64;
    let link = |seq: u64| {
        let (author, number) = told[usize::try_from(seq).unwrap() - 1];
        (device(author), stories[author][number].link)
    };
    let mut chains = Chains::default();
    for (author, number, seq) in claims {
        let signed = stories[*author][*number].link;
        if let Link::Announcement { session, .. } = signed {
            chains.claim(device(*author), session, *seq);
        }
    }
    // The sessions of a page that were announced before it are shown beside it by an honest relay.
    for seq in 1..=after {
        let (device, link) = link(seq);
        if let Link::Announcement { session, .. } = link {
            chains.claim(device, session, seq);
        }
    }
    chains.reconcile(Stretch {
        after,
        position: after,
    });
    for seq in after + 1..=position {
        let (device, link) = link(seq);
        chains.put(seq, device, link);
        let stretch = Stretch {
            after,
            position: seq,
        };
        chains.reconcile(stretch);
        look(&chains, stretch);
    }
    while after > 0 {
        let before = after;
        after = after.saturating_sub(cut as u64);
        for seq in after + 1..=before {
            let (device, link) = link(seq);
            chains.put(seq, device, link);
        }
        chains.grew_back(after, before);
        let stretch = Stretch { after, position };
        chains.reconcile(stretch);
        look(&chains, stretch);
    }
}

fn stories() -> impl Strategy<Value = Vec<Vec<Signed>>> {
    proptest::collection::vec(proptest::collection::vec(act(), 1..14), 1..4).prop_map(|all| {
        let all = all.iter().enumerate();
        all.map(|(author, acts)| sign(author, acts)).collect()
    })
}

/// Every item of the stretch that is read and has no mark follows the one of its author before it, or one that
/// has a mark since then.
fn check(
    stories: &[Vec<Signed>],
    told: &Stream,
    chains: &Chains,
    stretch: Stretch,
) -> Result<(), TestCaseError> {
    for (author, story) in stories.iter().enumerate() {
        let mut may_follow: Vec<Option<usize>> = Vec::new();
        let mut anything = stretch.after > 0;
        if !anything {
            may_follow.push(None);
        }
        for seq in stretch.after + 1..=stretch.position {
            let (of, number) = told[usize::try_from(seq).unwrap() - 1];
            if of != author || !is_read(chains, device(author), seq) {
                continue;
            }
            if chains.mark_at(seq, device(author)).is_none() {
                let follows = story[number].follows;
                let fits = anything || may_follow.contains(&follows);
                prop_assert!(fits, "at {seq} of author {author}: {told:?}");
                may_follow.clear();
            }
            anything = false;
            may_follow.push(Some(number));
        }
    }
    Ok(())
}

/// A message whose session is not known to be announced says itself that it cannot be read.
fn is_read(chains: &Chains, device: DeviceId, seq: u64) -> bool {
    let chain = &chains.by_device[&device];
    let place = chain.links.partition_point(|(other, _)| *other < seq);
    chain.announced_before(&chain.links[place].1, seq).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_honest_relay_never_causes_a_mark(
        stories in stories(),
        order in proptest::collection::vec(0..4_usize, 0..60),
        live in 0..60_usize,
        cut in 1..20_usize,
    ) {
        let told = taken(&stories, &stream(&stories, &order));
        let mut marks = Vec::new();
        read(&stories, &told, &[], live, cut, |chains, _| marks.extend(chains.marks()));
        prop_assert_eq!(marks, []);
    }

    #[test]
    fn each_author_is_read_in_one_run_or_a_mark_stands_where_it_breaks(
        stories in stories(),
        order in proptest::collection::vec(0..4_usize, 0..60),
        lies in proptest::collection::vec(lie(), 0..6),
        honest_about_refusals in any::<bool>(),
        live in 0..60_usize,
        cut in 1..20_usize,
    ) {
        let truth = stream(&stories, &order);
        let mut told = if honest_about_refusals { taken(&stories, &truth) } else { truth };
        let mut claims = Vec::new();
        for lie in lies {
            let end = told.len();
            if end == 0 {
                break;
            }
            match lie {
                Lie::Drop(at) => {
                    told.remove(at % end);
                }
                Lie::Swap(a, b) => told.swap(a % end, b % end),
                Lie::Repeat(from, to) => told.insert(to % end, told[from % end]),
                Lie::Move(from, to) => {
                    let item = told.remove(from % end);
                    told.insert(to % end, item);
                }
                Lie::Claim(which, at) => {
                    let (author, number) = told[which % end];
                    claims.push((author, number, (at % end) as u64));
                }
            }
        }
        let mut result = Ok(());
        read(&stories, &told, &claims, live, cut, |chains, stretch| {
            if result.is_ok() {
                result = check(&stories, &told, chains, stretch);
            }
        });
        result?;
    }
}
