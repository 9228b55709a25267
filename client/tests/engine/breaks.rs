//! Nothing that somebody wrote vanishes or changes its order without a mark, in new pages and in old ones.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::alert::Alert;
use parley_client::store::Table;
use parley_client::timeline::Mark;
use parley_protocol::channel::{ChannelItem, ItemContent};
use parley_protocol::entry::Action;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::{ChannelPage, RelayToClient, Response};
use parley_protocol::ids::ChannelId;

use super::bench::Bench;

const UNKNOWN: Mark = Mark::Missing { count: None };

fn missing(count: u32) -> Mark {
    Mark::Missing { count: Some(count) }
}

/// Changes the pages of one channel on their way to a device.
pub(super) fn change_pages(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    mut change: impl FnMut(&mut ChannelPage) + 'static,
) {
    bench.devices[device].tamper = Some(Box::new(move |mut frame| {
        match &mut frame {
            RelayToClient::Items(page)
            | RelayToClient::Response {
                response: Response::Page(page),
                ..
            } if page.channel == channel => change(page),
            _ => {}
        }
        vec![frame]
    }));
}

/// Hides new items from a device, and closes the hole by numbering what follows anew.
pub(super) fn hide(
    bench: &mut Bench,
    device: usize,
    channel: ChannelId,
    mut is_hidden: impl FnMut(&ChannelItem) -> bool + 'static,
) {
    let mut hidden = 0;
    change_pages(bench, device, channel, move |page| {
        page.after -= hidden;
        page.items.retain_mut(|item| {
            let hide = is_hidden(item);
            hidden += u64::from(hide);
            item.seq -= hidden;
            !hide
        });
    });
}

pub(super) fn is_announcement(item: &ChannelItem) -> bool {
    matches!(item.content, ItemContent::Announcement(_))
}

fn remove(bench: &mut Bench, device: usize) {
    let user = bench.devices[device].user;
    bench.append(0, Action::MemberRemoved { user });
}

#[test]
fn a_whole_session_that_is_kept_back_is_missed_and_still_is_after_a_restart() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let (cyd, dan) = (bench.welcome("cyd"), bench.welcome("dan"));
    bench.write(0, general, "one");
    let mut count = 0;
    hide(&mut bench, 1, general, move |_| {
        count += 1;
        count <= 2
    });
    remove(&mut bench, cyd);
    bench.write(0, general, "two");
    remove(&mut bench, dan);
    bench.write(0, general, "three");
    assert_eq!(bench.shown(1, general), ["one", "three"]);
    let at = bench.items(1, general)[1].seq - 1;
    assert_eq!(bench.marks(1, general), [(at, UNKNOWN)]);
    bench.kill(1);
    bench.start(1);
    assert_eq!(bench.marks(1, general), [(at, UNKNOWN)]);
    assert_eq!(bench.marks(0, general), []);
}

#[test]
fn what_is_kept_back_before_a_new_session_is_missed_though_nothing_was_written_in_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(0, general, "one");
    let mut count = 0;
    hide(&mut bench, 1, general, move |item| {
        count += 1;
        count == 1 || (count > 1 && !is_announcement(item))
    });
    bench.write(0, general, "two");
    remove(&mut bench, cyd);
    bench.write(0, general, "three");
    assert_eq!(bench.shown(1, general), ["one"]);
    let after = bench.items(1, general)[0].seq;
    assert_eq!(bench.marks(1, general), [(after + 1, missing(1))]);
}

#[test]
fn an_announcement_beside_the_page_hides_no_messages() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "hello");
    let mut moved = None;
    let mut count = 0;
    change_pages(&mut bench, 1, general, move |page| {
        page.after = 2;
        for item in std::mem::take(&mut page.items) {
            count += 1;
            match count {
                1 => moved = Some(ChannelItem { seq: 2, ..item }),
                3 => {
                    page.announcements.extend(moved.take());
                    page.items.push(ChannelItem { seq: 3, ..item });
                }
                _ => {}
            }
        }
    });
    bench.write(0, general, "one");
    bench.write(0, general, "two");
    assert_eq!(bench.shown(1, general), ["hello", "two"]);
    assert_eq!(
        bench.marks(1, general),
        [(2, Mark::OutOfOrder), (3, UNKNOWN)]
    );
}

/// A channel with a past, somebody who has its newest page only, and how far that goes back.
pub(super) fn with_a_past() -> (Bench, ChannelId, usize) {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in 0..150 {
        bench.write(number % 2, general, &number.to_string());
    }
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    (bench, general, cyd)
}

pub(super) fn scroll_to_the_top(bench: &mut Bench, device: usize, channel: ChannelId) {
    for _ in 0..20 {
        bench.tell(device, |engine, now| engine.load_older(channel, now));
        bench.pass(10_000);
    }
}

#[test]
fn an_honest_past_has_no_marks_however_it_is_cut() {
    let (mut bench, general, cyd) = with_a_past();
    scroll_to_the_top(&mut bench, cyd, general);
    assert_eq!(bench.shown(cyd, general).len(), 150);
    assert_eq!(bench.marks(cyd, general), []);
    bench.kill(cyd);
    bench.start(cyd);
    assert_eq!(bench.marks(cyd, general), []);
    assert_eq!(bench.shown(cyd, general).len(), 150);
}

#[test]
fn what_changes_places_in_the_past_is_marked() {
    let (mut bench, general, cyd) = with_a_past();
    change_pages(&mut bench, cyd, general, |page| {
        if page.items.len() > 50 {
            let (a, b) = (page.items[20].clone(), page.items[22].clone());
            page.items[20] = ChannelItem { seq: a.seq, ..b };
            page.items[22] = ChannelItem { seq: b.seq, ..a };
        }
    });
    scroll_to_the_top(&mut bench, cyd, general);
    assert!(bench.marks(cyd, general).len() >= 2);
}

#[test]
fn what_is_left_out_of_the_past_is_marked() {
    let (mut bench, general, cyd) = with_a_past();
    let mut first = true;
    change_pages(&mut bench, cyd, general, move |page| {
        if std::mem::take(&mut first) {
            // One message is gone, and the page before begins one place later.
            page.items.remove(30);
            page.after += 1;
            for item in page.items.iter_mut().take(30) {
                item.seq += 1;
            }
        }
    });
    bench.tell(cyd, |engine, now| engine.load_older(general, now));
    bench.pass(10_000);
    let marks = bench.marks(cyd, general).into_iter();
    let gaps = marks.filter(|(_, mark)| *mark == missing(1)).count();
    assert_eq!(
        gaps, 1,
        "beside the announcements that do not stand where they were said to"
    );
}

#[test]
fn a_page_of_the_past_that_is_not_what_was_asked_for_is_asked_for_once_more() {
    let (mut bench, general, cyd) = with_a_past();
    let asked = Rc::new(RefCell::new(0));
    let count = Rc::clone(&asked);
    change_pages(&mut bench, cyd, general, move |page| {
        *count.borrow_mut() += 1;
        page.items.pop();
    });
    let before = bench.shown(cyd, general);
    bench.tell(cyd, |engine, now| engine.load_older(general, now));
    bench.pass(10_000);
    assert_eq!(*asked.borrow(), 2);
    assert_eq!(bench.shown(cyd, general), before);
    let alert = Alert::HistoryBroken { channel: general };
    assert!(bench.alerts(cyd).contains(&alert));
    assert!(
        !bench
            .engine(cyd)
            .timeline(&general)
            .unwrap()
            .is_loading_older()
    );

    bench.devices[cyd].tamper = None;
    scroll_to_the_top(&mut bench, cyd, general);
    assert_eq!(bench.shown(cyd, general).len(), 150);
    assert_eq!(bench.marks(cyd, general), []);
}

#[test]
fn what_the_store_lost_is_no_break() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for text in ["one", "two", "three", "four"] {
        bench.write(0, general, text);
    }
    bench.kill(1);
    let lost = bench.devices[1]
        .disk
        .keys()
        .filter(|(table, _)| *table == Table::Items)
        .nth(2)
        .cloned();
    bench.devices[1].disk.remove(&lost.unwrap());
    bench.start(1);
    bench.pass(10_000);
    assert_eq!(bench.shown(1, general), ["three", "four"]);
    scroll_to_the_top(&mut bench, 1, general);
    assert_eq!(bench.shown(1, general), ["one", "two", "three", "four"]);
    assert_eq!(bench.marks(1, general), []);
}

#[test]
fn an_author_whose_store_lost_the_session_goes_on_where_the_channel_ends() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    bench.kill(1);
    let session = (Table::OutboundSessions, general.to_string());
    assert!(bench.devices[1].disk.remove(&session).is_some());
    bench.start(1);
    bench.write(1, general, "two");
    bench.pass(10_000);
    assert_eq!(bench.shown(0, general), ["one", "two"]);
    assert_eq!(bench.marks(0, general), []);
}

#[test]
fn an_announcement_whose_answer_was_lost_is_gone_on_from() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.devices[1].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Response {
            response: Response::Posted { .. },
            ..
        } => Vec::new(),
        frame => vec![frame],
    }));
    bench.write(1, general, "one");
    bench.unplug(1);
    bench.devices[1].tamper = None;
    remove(&mut bench, cyd);
    bench.plug(1);
    bench.pass(10_000);
    assert_eq!(bench.shown(0, general), ["one"]);
    assert_eq!(bench.marks(0, general), []);
}

/// The relay takes what device 1 posts, and says that it does not.
pub(super) fn refuse_posts(frame: RelayToClient) -> RelayToClient {
    match frame {
        RelayToClient::Response {
            id,
            response: Response::Posted { .. },
        } => RelayToClient::Refused {
            id,
            error: ApiError {
                code: ErrorCode::NotPermitted,
                message: String::new(),
            },
        },
        frame => frame,
    }
}

#[test]
fn what_the_relay_said_it_refused_and_then_shows_is_sent() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    let mut late = Vec::new();
    bench.devices[1].tamper = Some(Box::new(move |frame| match refuse_posts(frame) {
        frame @ RelayToClient::Items(_) => {
            late.push(frame);
            Vec::new()
        }
        frame @ RelayToClient::Refused { .. } => {
            let mut frames = vec![frame];
            frames.append(&mut late);
            frames
        }
        frame => vec![frame],
    }));
    bench.write(1, general, "two");
    bench.devices[1].tamper = None;
    bench.unplug(1);
    bench.plug(1);
    assert_eq!(bench.shown(1, general), ["one", "two"]);
    assert_eq!(bench.outbox(1, general), []);
    bench.write(1, general, "three");
    assert_eq!(bench.shown(0, general), ["one", "two", "three"]);
    assert_eq!(bench.marks(0, general), []);
    assert_eq!(bench.alerts(1), []);
}

#[test]
fn what_the_relay_said_it_refused_and_shows_to_others_is_told_to_its_author() {
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
    assert_eq!(bench.shown(0, general), ["one", "two"]);
    assert_eq!(bench.shown(1, general), ["one"]);
    bench.write(1, general, "three");
    bench.pass(10_000);
    assert_eq!(bench.shown(0, general), ["one", "two", "three"]);
    let at = bench.items(0, general)[2].seq - 1;
    assert_eq!(bench.marks(0, general), [(at, Mark::MoreThanAuthor)]);
    let alert = Alert::RefusedButDelivered {
        channel: general,
        told_by: bench.engine(0).me().1,
    };
    assert_eq!(bench.alerts(1), [alert]);
}
