//! Attacks on keys and on mail.

use parley_protocol::entry::Action;
use parley_protocol::frame::{RelayToClient, Response};
use parley_protocol::mail::InboundMail;

use super::super::bench::Bench;
use super::super::claimed_session::claimed_by_bob;
use super::super::hostile_relay::listen;
use super::{Attack, Outcome};

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        what: "answers a claim for a device's key with a key of its own",
        play: own_prekey,
    },
    Attack {
        what: "hands out one device's key as another's",
        play: other_prekey,
    },
    Attack {
        what: "changes mail between devices",
        play: change_mail,
    },
    Attack {
        what: "repeats mail and lets it change places",
        play: repeat_mail,
    },
    Attack {
        what: "gives mail to the wrong device, or in another device's name",
        play: misdeliver_mail,
    },
    Attack {
        what: "with a member's help, passes a session off as that member's",
        play: claim_session,
    },
    Attack {
        what: "gives a removed member what is written after",
        play: serve_removed,
    },
];

/// Two members; device 1's tampered claims are those of its first message.
fn with_claims(
    change: impl Fn(&mut parley_protocol::mail::ClaimedPrekey, usize) + 'static,
) -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.devices[1].tamper = Some(Box::new(move |mut frame| {
        if let RelayToClient::Response {
            response: Response::Prekeys { prekeys },
            ..
        } = &mut frame
        {
            for (place, claimed) in prekeys.iter_mut().enumerate() {
                change(claimed, place);
            }
        }
        vec![frame]
    }));
    bench.write(1, general, "secret");
    let is_mail = |frame: &String| frame.contains("send_mail");
    assert!(
        !bench.devices[1].sent.iter().any(is_mail),
        "nothing is encrypted for it"
    );
    bench.devices[1].tamper = None;
    bench.pass(3_600_000);
    assert_eq!(bench.shown(0, general), ["secret"], "and then it heals");
    Outcome::seen(&bench, 1, general)
}

fn own_prekey() -> Outcome {
    with_claims(|claimed, _| {
        let own = vodozemac::Curve25519SecretKey::new();
        let key = vodozemac::Curve25519PublicKey::from(&own).to_bytes();
        claimed.prekey.key = parley_protocol::keys::Curve25519PublicKey::from_bytes(key);
    })
}

fn other_prekey() -> Outcome {
    with_claims(|claimed, _| claimed.fallback = !claimed.fallback)
}

/// Device 1 hears all mail as `change` makes it; then everybody writes, and everybody reads in the end.
fn with_mail(change: impl Fn(Vec<InboundMail>) -> Vec<Vec<InboundMail>> + 'static) -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.devices[1].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Mail { items } => change(items)
            .into_iter()
            .map(|items| RelayToClient::Mail { items })
            .collect(),
        frame => vec![frame],
    }));
    for (device, text) in [(0, "one"), (cyd, "two"), (0, "three")] {
        bench.write(device, general, text);
    }
    bench.pass(10_000);
    bench.devices[1].tamper = None;
    bench.pass(2 * 3_600_000);
    assert_eq!(bench.shown(1, general), ["one", "two", "three"]);
    Outcome::seen(&bench, 1, general)
}

fn change_mail() -> Outcome {
    with_mail(|mut items| {
        for mail in &mut items {
            let kept: String = mail.message.ciphertext.chars().rev().skip(8).collect();
            mail.message.ciphertext = kept.chars().rev().collect::<String>() + "AAAAAAAA";
        }
        vec![items]
    })
}

fn repeat_mail() -> Outcome {
    with_mail(|items| {
        let mut again = items.clone();
        again.reverse();
        for mail in &mut again {
            mail.seq = 0;
        }
        vec![again.clone(), items, again]
    })
}

fn misdeliver_mail() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    let kept = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let keep = kept.clone();
    bench.devices[1].tamper = Some(Box::new(move |frame| {
        if let RelayToClient::Mail { items } = &frame {
            keep.borrow_mut().extend(items.iter().cloned());
        }
        vec![frame]
    }));
    bench.write(0, general, "for bob and cyd");
    bench.pass(5_000);
    let other = bench.engine(1).me().1;
    assert!(!kept.borrow().is_empty());
    let kept = kept.borrow().clone();
    for mut mail in kept {
        mail.seq = 0;
        for from in [mail.from, other] {
            mail.from = from;
            let items = vec![mail.clone()];
            bench.hand(cyd, &RelayToClient::Mail { items });
        }
    }
    bench.write(0, general, "still safe");
    bench.pass(60_000);
    assert_eq!(bench.shown(cyd, general), ["for bob and cyd", "still safe"]);
    Outcome::seen(&bench, cyd, general)
}

fn claim_session() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.unplug(cyd);
    let heard = listen(&mut bench, 1);
    bench.write(0, general, "by ada");
    let claimed = claimed_by_bob(&bench, &heard.borrow());
    bench.devices[cyd].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Items(mut page) => {
            page.items.clone_from(&claimed);
            vec![RelayToClient::Items(page)]
        }
        frame => vec![frame],
    }));
    bench.plug(cyd);
    bench.pass(120_000);
    Outcome::Unreadable(bench.reasons(cyd, general)[0])
}

fn serve_removed() -> Outcome {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(0, general, "with cyd");
    bench.pass(5_000);
    let heard = listen(&mut bench, 1);
    // The relay keeps from cyd that cyd is out, and shows what is written.
    bench.cut(cyd);
    bench.devices[cyd].plugged = false;
    let user = bench.devices[cyd].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "without cyd");
    bench.pass(5_000);
    let items = heard.borrow().clone();
    let after = items.first().expect("something new").seq - 1;
    let page = parley_protocol::frame::ChannelPage {
        channel: general,
        after,
        items,
        announcements: Vec::new(),
    };
    bench.hand(cyd, &RelayToClient::Items(page));
    bench.pass(3_600_000);
    assert!(
        !bench
            .shown(cyd, general)
            .contains(&"without cyd".to_owned())
    );
    assert_eq!(bench.shown(1, general).last().unwrap(), "without cyd");
    Outcome::seen(&bench, 1, general)
}
