//! Attacks on what members write.

use parley_client::file::FileFault;
use parley_protocol::channel::ChannelItem;
use parley_protocol::entry::{Action, History, Readers};
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::MessageId;

use super::super::bench::Bench;
use super::super::breaks::{
    change_pages, hide, is_announcement, refuse_posts, scroll_to_the_top, with_a_past,
};
use super::super::files::with_changed_blobs;
use super::super::hostile_relay::{change_message, listen, one_written, slip_in};
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "changes a message",
        play: change,
    },
    Attack {
        what: "repeats a message",
        play: repeat,
    },
    Attack {
        what: "repeats a message under another id",
        play: repeat_as_another,
    },
    Attack {
        what: "moves a message to another channel",
        play: move_to_channel,
    },
    Attack {
        what: "gives a message to another author",
        play: move_to_author,
    },
    Attack {
        what: "keeps one message back",
        play: keep_one_back,
    },
    Attack {
        what: "keeps a whole session back",
        play: keep_session_back,
    },
    Attack {
        what: "moves an announcement out of the channel, to hide the first messages of its session",
        play: move_announcement,
    },
    Attack {
        what: "lets new messages change places",
        play: reorder,
    },
    Attack {
        what: "lets old messages change places",
        play: reorder_past,
    },
    Attack {
        what: "leaves old messages out",
        play: drop_past,
    },
    Attack {
        what: "tells an author that a message was refused, and gives it to the others",
        play: refuse_and_deliver,
    },
    Attack {
        what: "lets somebody write on who was removed",
        play: removed_writes,
    },
    Attack {
        what: "exchanges what belongs to a message's files",
        play: exchange_blobs,
    },
];

fn exchange_blobs() -> Outcome {
    let faults = with_changed_blobs(|blobs| blobs.swap(0, 1));
    assert!(matches!(faults.first(), Some(Some(FileFault::Chunks))));
    Outcome::BrokenFile
}

fn change() -> Outcome {
    let (mut bench, general, _, mut message) = one_written();
    change_message(&mut message, |_, ciphertext| {
        let changed = if ciphertext.contains('A') { 'B' } else { 'A' };
        let kept: String = ciphertext.chars().skip(1).collect();
        *ciphertext = format!("{changed}{kept}");
    });
    slip_in(&mut bench, general, message);
    assert_eq!(bench.shown(1, general).len(), 2);
    Outcome::Unreadable(bench.reasons(1, general)[0])
}

fn repeat() -> Outcome {
    let (mut bench, general, _, message) = one_written();
    slip_in(&mut bench, general, message);
    assert_eq!(bench.shown(1, general)[0], "one");
    Outcome::Unreadable(bench.reasons(1, general)[0])
}

fn repeat_as_another() -> Outcome {
    let (mut bench, general, _, mut message) = one_written();
    change_message(&mut message, |id, _| *id = MessageId::from_bytes([8; 16]));
    slip_in(&mut bench, general, message);
    assert_eq!(bench.shown(1, general)[0], "one");
    Outcome::Unreadable(bench.reasons(1, general)[0])
}

fn move_to_channel() -> Outcome {
    let (mut bench, _, announcement, message) = one_written();
    let other = bench.make_channel(Readers::Everyone, History::Shared);
    bench.devices[1].tamper = None;
    slip_in(&mut bench, other, announcement);
    slip_in(&mut bench, other, message);
    bench.pass(120_000);
    Outcome::Unreadable(bench.reasons(1, other)[0])
}

fn move_to_author() -> Outcome {
    let (mut bench, general, _, mut message) = one_written();
    message.author = bench.engine(1).me().1;
    slip_in(&mut bench, general, message);
    bench.pass(120_000);
    Outcome::Unreadable(bench.reasons(1, general)[0])
}

fn keep_one_back() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    let mut first = true;
    hide(&mut bench, 1, general, move |_| std::mem::take(&mut first));
    bench.write(0, general, "two");
    bench.write(0, general, "three");
    assert_eq!(bench.shown(1, general), ["one", "three"]);
    Outcome::seen(&bench, 1, general)
}

fn keep_session_back() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let (cyd, dan) = (bench.welcome("cyd"), bench.welcome("dan"));
    bench.write(0, general, "one");
    let mut announced = 0;
    hide(&mut bench, 1, general, move |item| {
        announced += u32::from(is_announcement(item));
        announced == 1
    });
    for gone in [cyd, dan] {
        let user = bench.devices[gone].user;
        bench.append(0, Action::MemberRemoved { user });
        bench.write(0, general, "in a new session");
    }
    assert_eq!(bench.shown(1, general), ["one", "in a new session"]);
    Outcome::seen(&bench, 1, general)
}

fn move_announcement() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let mut kept: Vec<ChannelItem> = Vec::new();
    let mut hidden = 0;
    change_pages(&mut bench, 1, general, move |page| {
        page.after -= hidden;
        page.items.retain_mut(|item| {
            let hide = hidden < 2;
            hidden += u64::from(hide);
            if is_announcement(item) {
                kept.push(item.clone());
            }
            item.seq -= hidden;
            !hide
        });
        page.announcements = kept.clone();
        for item in &mut page.announcements {
            item.seq = 0;
        }
    });
    bench.write(0, general, "hidden");
    bench.write(0, general, "shown");
    bench.pass(60_000);
    assert_eq!(bench.shown(1, general), ["shown"]);
    Outcome::seen(&bench, 1, general)
}

fn reorder() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.unplug(1);
    bench.write(0, general, "two");
    bench.write(0, general, "three");
    change_pages(&mut bench, 1, general, |page| {
        page.items.reverse();
        for (seq, item) in (page.after + 1..).zip(&mut page.items) {
            item.seq = seq;
        }
    });
    bench.plug(1);
    Outcome::seen(&bench, 1, general)
}

fn reorder_past() -> Outcome {
    let (mut bench, general, cyd) = with_a_past();
    change_pages(&mut bench, cyd, general, |page| {
        if page.items.len() > 50 {
            let (a, b) = (page.items[20].clone(), page.items[22].clone());
            page.items[20] = ChannelItem { seq: a.seq, ..b };
            page.items[22] = ChannelItem { seq: b.seq, ..a };
        }
    });
    scroll_to_the_top(&mut bench, cyd, general);
    Outcome::seen(&bench, cyd, general)
}

fn drop_past() -> Outcome {
    let (mut bench, general, cyd) = with_a_past();
    let mut first = true;
    change_pages(&mut bench, cyd, general, move |page| {
        if std::mem::take(&mut first) {
            page.items.remove(30);
            page.after += 1;
            for item in page.items.iter_mut().take(30) {
                item.seq += 1;
            }
        }
    });
    bench.tell(cyd, |engine, now| engine.load_older(general, now));
    bench.pass(10_000);
    Outcome::seen(&bench, cyd, general)
}

fn refuse_and_deliver() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    let mut lies = 1;
    let mut hidden = 0;
    bench.devices[1].tamper = Some(Box::new(move |frame| {
        let frame = if lies > 0 { refuse_posts(frame) } else { frame };
        match frame {
            RelayToClient::Items(mut page) => {
                page.after -= hidden;
                page.items.retain_mut(|item| {
                    item.seq -= hidden;
                    let hide = hidden == 0;
                    hidden = 1;
                    !hide
                });
                vec![RelayToClient::Items(page)]
            }
            RelayToClient::Refused { .. } => {
                lies -= 1;
                vec![frame]
            }
            frame => vec![frame],
        }
    }));
    bench.write(1, general, "two");
    bench.write(1, general, "three");
    bench.pass(10_000);
    assert!(!bench.marks(0, general).is_empty(), "readers see it");
    Outcome::seen(&bench, 1, general)
}

fn removed_writes() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    let heard = listen(&mut bench, 0);
    bench.write(cyd, general, "while in");
    let mut is_first = true;
    hide(&mut bench, 1, general, move |_| {
        std::mem::take(&mut is_first)
    });
    bench.write(cyd, general, "kept for later");
    let kept = heard.borrow().last().expect("a message").clone();
    let user = bench.devices[cyd].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "cyd is out");
    slip_in(&mut bench, general, kept);
    let shown = bench.shown(1, general);
    assert_eq!(shown[..2], ["while in", "cyd is out"]);
    assert_eq!(shown.len(), 3);
    Outcome::Unreadable(bench.reasons(1, general)[0])
}
