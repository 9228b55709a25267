//! Direct conversations: two people and groups, over devices that come, go and are lost.

mod attacks;
mod calls;
mod delivery;
mod groups;
mod history;
mod requests;

use parley_client::direct::{Conversation, Delivery, Standing};
use parley_client::relations::Target;
use parley_protocol::ids::{ChannelId, UserId};

use super::bench::Bench;

impl Bench {
    pub(in crate::engine) fn user(&self, index: usize) -> UserId {
        self.devices[index].user
    }

    /// The conversation of two devices' members, open on the first.
    pub(in crate::engine) fn direct(&mut self, index: usize, other: usize) -> ChannelId {
        let user = self.user(other);
        let opened = self.tell(index, |engine, now| engine.open_direct(user, now));
        opened.expect("a member")
    }

    pub(in crate::engine) fn conversation(&self, index: usize, id: ChannelId) -> Conversation {
        let all = self.engine(index).conversations();
        let found = all.into_iter().find(|it| it.id == id);
        found.expect("a conversation")
    }

    pub(in crate::engine) fn accept(&mut self, index: usize, id: ChannelId) {
        let done = self.tell(index, |engine, now| engine.answer_request(id, true, now));
        done.expect("room for a value");
    }

    pub(in crate::engine) fn last(&self, index: usize, id: ChannelId) -> Target {
        self.items(index, id).last().expect("a message").target()
    }

    /// How far the last message of a conversation has come.
    pub(in crate::engine) fn reached(&self, index: usize, id: ChannelId) -> Option<Delivery> {
        let items = self.items(index, id);
        let item = items.last().expect("a message");
        self.engine(index).delivery(&id, item)
    }
}

/// Two members who wrote to one another.
fn talked() -> (Bench, ChannelId) {
    let mut bench = Bench::of_two();
    let id = bench.direct(0, 1);
    bench.write(0, id, "hello");
    bench.pass(1_000);
    bench.write(1, id, "hello yourself");
    bench.pass(10_000);
    (bench, id)
}

#[test]
fn two_people_write_and_react() {
    let (mut bench, id) = talked();
    for index in [0, 1] {
        assert_eq!(bench.shown(index, id), ["hello", "hello yourself"]);
        assert_eq!(bench.conversation(index, id).standing, Standing::Accepted);
        assert_eq!(bench.marks(index, id), []);
    }
    assert_eq!(
        bench.items(0, id),
        bench.items(1, id),
        "the same in the same places"
    );
    let last = bench.last(0, id);
    bench
        .tell(0, |engine, now| {
            engine.react(id, last, "👍".to_owned(), true, now)
        })
        .expect("done");
    let engine = bench.engine(1);
    let timeline = engine.timeline(&id).unwrap();
    let item = timeline.find(last).unwrap();
    let summary = timeline.summary(item, engine.me());
    assert!(summary.reaction("👍").is_some());

    bench
        .tell(1, |engine, now| {
            engine.edit(id, last, "hello you".to_owned(), now)
        })
        .expect("done");
    let first = bench.items(0, id)[0].target();
    bench
        .tell(0, |engine, now| engine.delete(id, first, now))
        .expect("done");
    bench.pass(5_000);
    for index in [0, 1] {
        let engine = bench.engine(index);
        let timeline = engine.timeline(&id).unwrap();
        let summary = timeline.summary(timeline.find(last).unwrap(), engine.me());
        assert_eq!(summary.text.as_deref(), Some("hello you"));
        assert_eq!(bench.shown(index, id)[0], "[removed]");
        let disk = bench.devices[index].disk.values();
        let texts = disk.map(|value| String::from_utf8_lossy(value).into_owned());
        assert!(
            texts.into_iter().all(|text| !text.contains("\"hello\"")),
            "what was deleted lies on no disk"
        );
    }
}

#[test]
fn nobody_deletes_what_is_not_theirs_and_both_may_pin() {
    let (mut bench, id) = talked();
    let theirs = bench.last(0, id);
    let refused = bench.tell(0, |engine, now| engine.delete(id, theirs, now));
    assert!(refused.is_err());
    bench
        .tell(0, |engine, now| engine.pin(id, theirs, true, now))
        .expect("done");
    for index in [0, 1] {
        assert_eq!(bench.engine(index).pins(&id), [theirs]);
    }
}

#[test]
fn what_was_read_is_read_on_all_own_devices() {
    let (mut bench, id) = talked();
    let second = bench.another_device_of(0);
    bench.pass(5_000);
    let last = bench.items(0, id)[1].seq;
    bench.tell(0, |engine, now| engine.mark_read(id, last, now));
    bench.pass(10_000);
    let timeline = bench.engine(second).timeline(&id).unwrap();
    assert_eq!(timeline.read_up_to(), last);
}

#[test]
fn clocks_that_differ_by_hours_do_not_put_an_answer_before_its_question() {
    let (mut bench, id) = talked();
    // One clock is three hours ahead for a while.
    let before = bench.now;
    bench.now += 3 * 3_600_000;
    bench
        .tell(0, |engine, now| {
            engine.send_text(id, "question".to_owned(), now)
        })
        .unwrap();
    bench.now = before + 60_000;
    bench
        .tell(1, |engine, now| {
            engine.send_text(id, "answer".to_owned(), now)
        })
        .unwrap();
    bench.pass(10_000);
    for index in [0, 1] {
        let shown = bench.shown(index, id);
        assert_eq!(shown[2..], ["question", "answer"]);
    }
    let answered = bench.items(0, id)[3].at;
    assert_eq!(
        answered,
        before + 60_000,
        "the time that is shown is the author's"
    );
}

#[test]
fn typing_is_told_to_the_other_and_not_to_the_relay() {
    let (mut bench, id) = talked();
    let before = bench.devices[0].sent.len();
    bench.tell(0, |engine, now| {
        engine.watch(Some(id), true, now);
        engine.typing(id, now);
    });
    let me = bench.user(0);
    assert_eq!(bench.engine(1).typists(&id), [me]);
    let sent = &bench.devices[0].sent[before..];
    assert!(sent.iter().all(|frame| !frame.contains(&id.to_string())));
}
