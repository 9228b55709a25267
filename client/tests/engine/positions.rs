//! A relay that lies about how far things go: it is told of, and the lie ends with the relay that told it.

use parley_client::alert::Alert;
use parley_protocol::entry::{History, Readers};
use parley_protocol::frame::{RelayToClient, Response};

use super::bench::Bench;

/// Changes what device 1 hears, as long as the change says so.
fn lie(bench: &mut Bench, mut change: impl FnMut(&mut RelayToClient) + 'static) {
    bench.devices[1].tamper = Some(Box::new(move |mut frame| {
        change(&mut frame);
        vec![frame]
    }));
}

/// The relay tells the truth from now on, to a new connection.
fn be_honest(bench: &mut Bench) {
    bench.devices[1].tamper = None;
    bench.unplug(1);
    bench.plug(1);
    bench.pass(60_000);
}

#[test]
fn a_place_that_cannot_be_ends_the_connection() {
    for lie_about in 0..6 {
        let mut bench = Bench::of_two();
        let general = bench.general();
        bench.write(1, general, "zero");
        lie(&mut bench, move |frame| match (lie_about, frame) {
            (0, RelayToClient::Mail { items }) => items[0].seq = u64::MAX,
            (1, RelayToClient::Items(page)) => page.after = u64::MAX,
            (2, RelayToClient::Log { from, .. }) => *from = u64::MAX,
            (3, RelayToClient::Welcome(welcome)) => welcome.head.seq = u64::MAX,
            (4, RelayToClient::Welcome(welcome)) => welcome.mailbox = u64::MAX,
            (5, RelayToClient::Welcome(welcome)) => welcome.channels[0].last = u64::MAX,
            _ => {}
        });
        bench.unplug(1);
        bench.welcome("cyd");
        bench.plug(1);
        bench.write(0, general, "one");
        bench.pass(60_000);
        let alerts = bench.alerts(1);
        assert!(alerts.contains(&Alert::ImpossiblePlace), "{lie_about}");

        be_honest(&mut bench);
        bench.write(0, general, "two");
        bench.write(1, general, "three");
        bench.pass(60_000);
        for device in [0, 1] {
            assert_eq!(
                bench.shown(device, general),
                ["zero", "one", "two", "three"]
            );
        }
    }
}

#[test]
fn a_jump_in_the_mailbox_does_not_outlast_the_relay_that_made_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    lie(&mut bench, |frame| {
        if let RelayToClient::Mail { items } = frame {
            for mail in items {
                mail.seq += 1 << 50;
            }
        }
    });
    let other = bench.welcome("cyd");
    bench.write(other, general, "two");
    assert_eq!(bench.shown(1, general), ["one", "two"]);
    bench.devices[1].tamper = None;
    let third = bench.welcome("dan");
    bench.write(third, general, "three");
    be_honest(&mut bench);
    let alerts = bench.alerts(1);
    assert!(alerts.contains(&Alert::MailboxShorter), "{alerts:?}");
    let sent = bench.devices[1].sent.len();
    bench.unplug(third);
    bench.plug(third);
    bench.write(third, general, "four");
    bench.pass(60_000);
    assert_eq!(bench.shown(1, general), ["one", "two", "three", "four"]);
    let received = |text: &String| text.contains("mail_received");
    let late = bench.welcome("eve");
    bench.write(late, general, "five");
    assert_eq!(bench.shown(1, general).len(), 5);
    assert!(bench.devices[1].sent[sent..].iter().any(received));
}

#[test]
fn a_jump_in_a_channel_does_not_outlast_the_relay_that_made_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    lie(&mut bench, move |frame| match frame {
        RelayToClient::Items(page) if page.channel != general => {
            page.after += 1 << 50;
            for item in &mut page.items {
                item.seq += 1 << 50;
            }
        }
        RelayToClient::Response {
            response: Response::Subscribed { last },
            ..
        } => *last += 1 << 50,
        _ => {}
    });
    let channel = bench.make_channel(Readers::Everyone, History::Shared);
    bench.write(0, channel, "one");
    assert_eq!(bench.shown(1, channel), ["one"]);

    be_honest(&mut bench);
    assert!(bench.alerts(1).contains(&Alert::ChannelShorter));
    bench.write(0, channel, "two");
    bench.write(1, channel, "three");
    bench.pass(60_000);
    let mut shown = bench.shown(1, channel);
    shown.sort();
    assert_eq!(shown, ["one", "three", "two"]);
    assert!(bench.outbox(1, channel).is_empty());
}

#[test]
fn a_channel_told_again_loses_nothing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for text in ["one", "two", "three"] {
        bench.write(0, general, text);
    }
    let mut lies = 1;
    lie(&mut bench, move |frame| {
        if let RelayToClient::Welcome(welcome) = frame
            && lies > 0
        {
            lies -= 1;
            welcome.channels.iter_mut().for_each(|place| place.last = 0);
        }
    });
    bench.unplug(1);
    bench.plug(1);
    bench.unplug(1);
    bench.plug(1);
    bench.write(0, general, "four");
    bench.pass(60_000);
    assert!(bench.alerts(1).contains(&Alert::ChannelShorter));
    assert_eq!(bench.shown(1, general), ["one", "two", "three", "four"]);
    assert_eq!(bench.marks(1, general), []);
}

#[test]
fn a_log_that_does_not_come_is_not_waited_for_for_ever() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    lie(&mut bench, |frame| {
        if let RelayToClient::Welcome(welcome) = frame {
            welcome.head.seq += 1;
            welcome.head.hash = parley_protocol::keys::Hash::from_bytes([1; 32]);
        }
    });
    bench.unplug(1);
    bench.plug(1);
    bench.write(1, general, "one");
    bench.pass(120_000);
    let seq = bench.engine(0).community().head().seq + 1;
    let alerts = bench.alerts(1);
    assert!(alerts.contains(&Alert::LogWithheld { seq }), "{alerts:?}");
    be_honest(&mut bench);
    assert_eq!(bench.shown(0, general), ["one"]);
}

#[test]
fn an_announcement_after_the_page_that_it_explains_counts_for_nothing() {
    let mut bench = Bench::of_two();
    bench.unplug(1);
    let cyd = bench.welcome("cyd");
    let channel = bench.make_channel(Readers::Everyone, History::Shared);
    bench.write(0, channel, "early");
    for number in 0..80 {
        bench.write(cyd, channel, &number.to_string());
    }
    bench.write(0, channel, "late");
    let mut lies = true;
    lie(&mut bench, move |frame| {
        if let RelayToClient::Items(page) = frame
            && page.channel == channel
            && std::mem::take(&mut lies)
        {
            assert!(!page.announcements.is_empty());
            for item in &mut page.announcements {
                item.seq = u64::MAX;
            }
        }
    });
    bench.plug(1);
    bench.pass(60_000);
    assert_eq!(bench.shown(1, channel).last().unwrap(), "late");
}
