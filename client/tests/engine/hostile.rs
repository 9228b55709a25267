//! The hostile relay: the real relay's library and real engines, and between them somebody who plays every
//! attack that the relay could. What comes of each is seen on the device and not claimed, and the table in
//! docs/threat-model.md is made of it. `PARLEY_WRITE_DOCS=1` writes the table anew.

mod call;
mod call_orders;
mod channel;
mod deletion;
mod direct;
mod keys;
mod log;
mod ringing;
mod sign_in;
mod vault;
#[path = "../../../app/src/alerts/driver/warnings.rs"]
#[expect(dead_code, reason = "only what is shown first stands in the table")]
mod warnings;

use std::fmt::Write as _;

use parley_client::alert::Alert;
use parley_client::enrol::EnrolError;
use parley_client::timeline::{Mark, Unreadable};
use parley_client::vault::VaultProblem;
use parley_protocol::ids::ChannelId;

use super::bench::Bench;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/threat-model.md");
const START: &str = "<!-- hostile relay: start -->\n";
const END: &str = "<!-- hostile relay: end -->\n";
/// What the app says of messages, of a sign-in that is refused, of a vault, and of files.
const WORDS: [&str; 4] = [
    include_str!("../../../app/src/timeline/text.rs"),
    include_str!("../../../app/src/enrolment/driver/visitor/problem.rs"),
    include_str!("../../../app/src/vault/text.rs"),
    include_str!("../../../app/src/files/words.rs"),
];

/// What came of an attack.
enum Outcome {
    /// Nothing: what it was meant to reach was not reached, and the honest work went on.
    Prevented,
    Warned(Alert),
    Marked(Mark),
    Unreadable(Unreadable),
    Refused(EnrolError),
    Damaged(Vec<VaultProblem>),
    /// A file is not fetched.
    BrokenFile,
}

struct Attack {
    /// What the relay does.
    what: &'static str,
    /// Plays it, fails if it reaches what it must not, and says what the person sees.
    play: fn() -> Outcome,
}

impl Outcome {
    /// What the device shows of an attack in a channel, the loudest first.
    fn seen(bench: &Bench, device: usize, channel: ChannelId) -> Self {
        if let Some(alert) = bench.alerts(device).first() {
            return Self::Warned(*alert);
        }
        if let Some((_, mark)) = bench.marks(device, channel).first() {
            return Self::Marked(*mark);
        }
        match bench.reasons(device, channel).first() {
            Some(why) => Self::Unreadable(*why),
            None => Self::Prevented,
        }
    }

    /// In the words of the app, with `…` for a name. `None`: there is nothing to tell.
    fn words(&self) -> Option<&'static str> {
        match self {
            Self::Prevented => None,
            Self::Warned(alert) => Some(warnings::headline(alert)),
            Self::Marked(mark) => Some(match mark {
                Mark::Missing { .. } => {
                    "Messages from … are missing here: the relay kept them back."
                }
                Mark::OutOfOrder | Mark::Repeated => {
                    "What … wrote here is not in the order they wrote it."
                }
                Mark::MoreThanAuthor => {
                    "The relay told … that something above was not sent, and shows it all the same."
                }
            }),
            Self::Unreadable(why) => Some(match why {
                Unreadable::Damaged | Unreadable::Repeated | Unreadable::NotAnnounced => {
                    "This message was changed on its way, so it isn't shown."
                }
                Unreadable::NotPermitted => "Its author may not write here, so it isn't shown.",
                Unreadable::SessionRetired => {
                    "Locked with a key that was retired before it was written."
                }
                Unreadable::KeyNotHereYet => "This message is still locked. Its key is on the way.",
                Unreadable::BeforeYouJoined => "Written before you joined.",
                Unreadable::TakenAway => {
                    "The relay took this message away. Nobody who may delete it asked for that."
                }
                Unreadable::Newer => "A newer version of Parley wrote this. Reload to read it.",
            }),
            Self::BrokenFile => {
                Some("The relay changed what belongs to this file, so it is not fetched.")
            }
            Self::Damaged(_) => Some("Some of your older messages may be missing"),
            Self::Refused(error) => Some(match error {
                EnrolError::OtherHistory { .. } => {
                    "The relay shows another history of this community than the one you knew, so nothing was done. Ask whoever runs it what happened."
                }
                EnrolError::InvalidLog { .. } => {
                    "The relay's log breaks the community's own rules, so nothing was done."
                }
                _ => {
                    "The relay gave out a vault that is not yours. Ask whoever runs it what happened."
                }
            }),
        }
    }
}

#[test]
fn the_threat_model_says_what_comes_of_each_attack() {
    let mut table =
        String::from("| what the relay does | outcome | what the person sees |\n|---|---|---|\n");
    let attacks = log::ATTACKS
        .iter()
        .chain(channel::ATTACKS)
        .chain(deletion::ATTACKS)
        .chain(direct::ATTACKS)
        .chain(keys::ATTACKS)
        .chain(call::ATTACKS)
        .chain(call_orders::ATTACKS)
        .chain(ringing::ATTACKS)
        .chain(sign_in::ATTACKS)
        .chain(vault::ATTACKS);
    for attack in attacks {
        let outcome = (attack.play)();
        let words = outcome.words();
        if let Some(words) = words
            && !matches!(outcome, Outcome::Warned(_))
        {
            let is_said = |part: &str| WORDS.iter().any(|file| file.contains(part));
            assert!(
                words.split('…').all(is_said),
                "the app does not say: {words}"
            );
        }
        let (outcome, words) = match words {
            None => ("prevented", ""),
            Some(words) => ("noticed and shown", words),
        };
        writeln!(table, "| {} | {outcome} | {words} |", attack.what).expect("a string");
    }
    let document = std::fs::read_to_string(DOCUMENT).expect("the threat model");
    let (before, rest) = document.split_once(START).expect("where the table begins");
    let (written, after) = rest.split_once(END).expect("where it ends");
    if std::env::var_os("PARLEY_WRITE_DOCS").is_some() {
        let document = format!("{before}{START}{table}{END}{after}");
        std::fs::write(DOCUMENT, document).expect("it can be written");
    } else {
        assert_eq!(written, table, "PARLEY_WRITE_DOCS=1 writes it anew");
    }
}
