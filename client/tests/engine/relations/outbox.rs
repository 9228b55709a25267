//! What is done without a connection: shown at once, kept over a crash, and sent once. What is done otherwise before
//! it went out does not go out.

use super::{Bench, agreed, delete, edit, react, say};
use parley_client::engine::Draft;
use parley_client::relations::{Summary, Target};
use parley_client::timeline::OutboxState;
use parley_protocol::entry::Action;
use parley_protocol::ids::ChannelId;

fn summary(bench: &Bench, device: usize, channel: ChannelId, of: Target) -> Summary {
    let engine = bench.engine(device);
    let timeline = engine.timeline(&channel).expect("a timeline");
    if let Some(item) = timeline.find(of) {
        return timeline.summary(item, engine.me()).clone();
    }
    let waiting = timeline.outbox().find(|item| item.id == of.id);
    let waiting = waiting.expect("it waits");
    timeline.summary_of_waiting(waiting, engine.me()).clone()
}

#[test]
fn what_is_done_offline_shows_at_once_and_goes_out_once() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let own = say(&mut bench, 1, general, "one");
    let other = say(&mut bench, 0, general, "two");
    bench.unplug(1);
    edit(&mut bench, 1, general, own, "uno").unwrap();
    react(&mut bench, 1, general, other, "👍", true).unwrap();
    let before_and_after_a_crash = |bench: &Bench| {
        let edited = summary(bench, 1, general, own);
        assert_eq!(edited.text.as_deref(), Some("uno"));
        assert!(edited.waiting);
        assert!(
            summary(bench, 1, general, other)
                .reaction("👍")
                .unwrap()
                .mine
        );
    };
    before_and_after_a_crash(&bench);
    bench.kill(1);
    bench.start(1);
    before_and_after_a_crash(&bench);
    assert_eq!(summary(&bench, 0, general, other), Summary::default());

    bench.plug(1);
    bench.pass(20_000);
    let sees = agreed(&bench, &[0, 1], general);
    assert_eq!(sees[0].says.as_deref(), Some("uno"));
    assert_eq!(sees[0].edits.len(), 1);
    assert_eq!(sees[1].reactions.len(), 1);
    assert!(!summary(&bench, 1, general, own).waiting);
}

#[test]
fn what_is_undone_before_it_went_out_does_not_go_out() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let own = say(&mut bench, 1, general, "one");
    bench.unplug(1);
    for _ in 0..1_500 {
        react(&mut bench, 1, general, own, "👍", true).unwrap();
        react(&mut bench, 1, general, own, "👍", false).unwrap();
    }
    assert_eq!(bench.outbox(1, general), []);
    for text in ["uno", "un", "one", "eins"] {
        edit(&mut bench, 1, general, own, text).unwrap();
    }
    edit(&mut bench, 1, general, own, "eins").unwrap();
    assert_eq!(bench.outbox(1, general).len(), 1);
    delete(&mut bench, 1, general, own).unwrap();
    delete(&mut bench, 1, general, own).unwrap();
    assert_eq!(bench.outbox(1, general).len(), 1, "only the deletion");
    bench.plug(1);
    let sees = agreed(&bench, &[0, 1], general);
    assert!(sees[0].deleted.is_some() && sees[0].edits.is_empty());
}

#[test]
fn what_waits_is_edited_and_taken_back_before_anybody_sees_it() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.unplug(1);
    let kept = say(&mut bench, 1, general, "teh plan");
    let gone = say(&mut bench, 1, general, "never");
    edit(&mut bench, 1, general, kept, "the plan").unwrap();
    react(&mut bench, 1, general, gone, "👍", true).unwrap();
    delete(&mut bench, 1, general, gone).unwrap();
    assert_eq!(
        summary(&bench, 1, general, kept).text.as_deref(),
        Some("the plan")
    );
    assert_eq!(bench.outbox(1, general).len(), 2);
    bench.plug(1);
    bench.pass(20_000);
    let sees = agreed(&bench, &[0, 1], general);
    let texts: Vec<_> = sees.iter().map(|it| it.says.as_deref()).collect();
    assert_eq!(texts, [Some("the plan")]);
}

#[test]
fn what_the_relay_refuses_does_not_count_and_can_be_dropped() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let first = say(&mut bench, 0, general, "one");
    bench.unplug(1);
    react(&mut bench, 1, general, first, "👍", true).unwrap();
    bench.append(0, Action::ChannelArchived { channel: general });
    bench.plug(1);
    bench.pass(20_000);
    let item = bench.outbox(1, general).pop().expect("it is still there");
    assert!(matches!(item.state, OutboxState::Failed { .. }));
    let refused = summary(&bench, 1, general, first);
    assert!(refused.reactions.is_empty() && !refused.waiting);
    assert_eq!(refused.failed, [item.id]);
    bench.tell(1, |engine, now| engine.discard(item.id, now));
    assert_eq!(summary(&bench, 1, general, first), Summary::default());
}

#[test]
fn a_crash_at_any_step_does_it_once() {
    for effects in 0..14 {
        let mut bench = Bench::of_two();
        let general = bench.general();
        let first = say(&mut bench, 0, general, "one");
        bench.devices[1].effects_left = Some(effects);
        let _ = react(&mut bench, 1, general, first, "👍", true);
        let asked = Draft {
            text: "in a thread".to_owned(),
            thread: Some(first),
            ..Draft::default()
        };
        let _ = bench.tell(1, |engine, now| engine.send_message(general, asked, now));
        bench.kill(1);
        bench.start(1);
        bench.pass(60_000);
        let sees = agreed(&bench, &[0, 1], general);
        assert!(sees[0].reactions.iter().all(|(_, users)| users.len() == 1));
        assert!(
            sees[0].thread.is_none_or(|(count, _)| count == 1),
            "{effects}"
        );
        assert_eq!(bench.marks(0, general), []);
    }
}
