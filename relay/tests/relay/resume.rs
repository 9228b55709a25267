//! A client says where it was and goes on from there: nothing is missed, nothing comes twice.

use parley_protocol::channel::ItemContent;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{ChannelPage, Positions, RelayToClient, Request, Response};
use parley_protocol::limits::{FIRST_PAGE_ITEMS, MAX_PAGE_ITEMS};
use parley_protocol::map::IdMap;

use crate::support::town::{Town, everything};

/// The numbers of all channel items among frames, checked to be without a hole.
fn numbers(frames: &[RelayToClient]) -> Vec<u64> {
    let pages = frames.iter().filter_map(|frame| match frame {
        RelayToClient::Items(page) => Some(page),
        _ => None,
    });
    pages.flat_map(page_numbers).collect()
}

fn page_numbers(page: &ChannelPage) -> Vec<u64> {
    let numbers: Vec<u64> = page.items.iter().map(|item| item.seq).collect();
    let expected: Vec<u64> = (page.after + 1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
    numbers
}

fn from(town: &Town, log: u64, channel: u64) -> Positions {
    Positions {
        log,
        mailbox: 0,
        channels: IdMap::from([(town.text, channel)]),
    }
}

#[test]
fn a_client_that_was_away_gets_log_and_items_from_its_place() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    for _ in 0..5 {
        town.post(owner, session, "text").unwrap();
    }
    town.join("Ben");
    let (again, welcome) = town.connect_from(&ada, from(&town, 2, 3));
    assert_eq!(welcome.channels[0].last.max(welcome.channels[1].last), 6);
    let frames = town.all(again);
    let Some(RelayToClient::Log { from: 3, entries }) = frames.first() else {
        panic!("the log does not come first: {frames:?}");
    };
    assert_eq!(entries.len(), 3);
    assert_eq!(numbers(&frames), [4, 5, 6]);
}

#[test]
fn a_first_page_brings_the_announcements_it_needs() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    for _ in 0..FIRST_PAGE_ITEMS + 5 {
        town.post(owner, session, "text").unwrap();
    }
    let (again, _) = town.connect_from(&ada, everything());
    let frames = town.all(again);
    let [RelayToClient::Items(page)] = frames.as_slice() else {
        panic!("{frames:?}");
    };
    assert_eq!(page.items.len(), FIRST_PAGE_ITEMS);
    assert_eq!(
        page_numbers(page).last(),
        Some(&(FIRST_PAGE_ITEMS as u64 + 6))
    );
    let [announcement] = page.announcements.as_slice() else {
        panic!("{:?}", page.announcements);
    };
    assert_eq!(announcement.seq, 1);
    assert!(matches!(announcement.content, ItemContent::Announcement(_)));
}

#[test]
fn what_is_written_while_somebody_catches_up_comes_once_and_in_order() {
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    let long = "A".repeat(40_000);
    for _ in 0..60 {
        town.post(owner, session, &long).unwrap();
    }
    let (reader, _) = town.connect_from(&ben, from(&town, u64::MAX, 0));
    let mut frames = Vec::new();
    for round in 0..200 {
        if round < 40 {
            town.post(owner, session, "meanwhile").unwrap();
        }
        frames.extend(town.receive(reader));
    }
    let expected: Vec<u64> = (1..=101).collect();
    assert_eq!(numbers(&frames), expected);
}

#[test]
fn history_is_read_backwards_page_by_page() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    for _ in 0..9 {
        town.post(owner, session, "text").unwrap();
    }
    let mut history = |before, limit| {
        let channel = town.text;
        let request = Request::History {
            channel,
            before,
            limit,
        };
        match town.ask(owner, request) {
            Ok(Response::Page(page)) => page,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(page_numbers(&history(u64::MAX, 4)), [7, 8, 9, 10]);
    assert_eq!(page_numbers(&history(7, 4)), [3, 4, 5, 6]);
    assert_eq!(page_numbers(&history(3, u32::MAX)), [1, 2]);
    assert!(page_numbers(&history(1, 4)).is_empty());
    assert!(history(7, u32::MAX).items.len() <= MAX_PAGE_ITEMS);
}

#[test]
fn a_channel_that_nobody_may_see_is_no_channel() {
    let mut town = Town::new();
    let owner = town.connect_owner();
    let unknown = parley_protocol::ids::ChannelId::from_bytes([7; 16]);
    for request in [
        Request::Subscribe {
            channel: unknown,
            after: None,
        },
        Request::History {
            channel: unknown,
            before: 1,
            limit: 1,
        },
    ] {
        assert_eq!(town.ask(owner, request), Err(ErrorCode::UnknownChannel));
    }
}

#[test]
fn a_channel_made_meanwhile_is_heard_after_subscribing() {
    use crate::support::person::channel_created;
    use parley_protocol::entry::{ChannelKind, Readers};
    let mut town = Town::new();
    let ben = town.join("Ben");
    let reader = town.connect(&ben);
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let channel = parley_protocol::ids::ChannelId::from_bytes([8; 16]);
    town.append(
        owner,
        channel_created(channel, ChannelKind::Text, Readers::Everyone),
    );
    town.text = channel;
    let session = town.announce(owner, &ada);
    let subscribe = Request::Subscribe {
        channel,
        after: None,
    };
    assert_eq!(
        town.ask(reader, subscribe),
        Ok(Response::Subscribed { last: 1 })
    );
    town.post(owner, session, "text").unwrap();
    assert_eq!(numbers(&town.all(reader)), [1, 2]);
}

#[test]
fn nothing_overtakes_the_log() {
    use crate::support::person::Invite;
    use parley_protocol::ids::{DeviceId, MailId};
    use parley_protocol::mail::{OlmCiphertext, OutboundMail};
    let mut town = Town::new();
    let ben = town.join("Ben");
    let owner = town.connect_owner();
    let ada = Town::owner_of(&town);
    let session = town.announce(owner, &ada);
    for _ in 0..900 {
        town.append(owner, Invite::new().made(None, None));
    }
    let positions = Positions {
        channels: IdMap::from([(town.text, 1)]),
        ..Positions::default()
    };
    let (reader, _) = town.connect_from(&ben, positions);
    town.post(owner, session, "meanwhile").unwrap();
    let mail = |to: DeviceId| OutboundMail {
        to,
        message: OlmCiphertext {
            message_type: 0,
            ciphertext: "meanwhile".to_owned(),
        },
        transient: false,
    };
    let send = Request::SendMail {
        id: MailId::from_bytes([4; 16]),
        mail: vec![mail(ben.device)],
    };
    town.ask(owner, send).unwrap();

    let frames = town.all(reader);
    let is_log = |frame: &RelayToClient| matches!(frame, RelayToClient::Log { .. });
    let log_pages = frames.iter().filter(|frame| is_log(frame)).count();
    assert!(
        log_pages > 2,
        "the log fits in {log_pages} pages: it proves nothing"
    );
    assert!(frames[..log_pages].iter().all(is_log));
    assert_eq!(numbers(&frames), [2]);
    let mails = frames
        .iter()
        .filter(|frame| matches!(frame, RelayToClient::Mail { .. }));
    assert_eq!(mails.count(), 1);
}
