//! Who writes, as the others see it.

use parley_client::Engine;
use parley_client::engine::Habit;
use parley_protocol::frame::PresenceState;

use super::bench::Bench;

#[test]
fn somebody_stops_writing_when_the_message_is_there() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    bench.tell(0, |engine: &mut Engine, now| {
        engine.watch(Some(general), true, now);
    });
    bench.tell(1, |engine: &mut Engine, now| engine.typing(general, now));
    assert_eq!(bench.engine(0).typists(&general), [ben]);
    bench.write(1, general, "here it is");
    assert_eq!(bench.shown(0, general), ["here it is"]);
    assert!(bench.engine(0).typists(&general).is_empty());

    bench.pass(1_000);
    bench.tell(1, |engine: &mut Engine, now| engine.typing(general, now));
    assert_eq!(bench.engine(0).typists(&general), [ben], "the next one");
}

#[test]
fn others_see_how_somebody_is_here() {
    let mut bench = Bench::of_two();
    let ben = bench.devices[1].user;
    bench.tell(0, |engine: &mut Engine, now| engine.watch(None, true, now));
    let seen = |bench: &mut Bench| {
        bench.pass(5_000);
        bench.engine(0).presence_of(&ben)
    };
    assert_eq!(seen(&mut bench), Some(PresenceState::Online));

    bench.tell(1, |engine: &mut Engine, now| engine.set_idle(true, now));
    assert_eq!(seen(&mut bench), Some(PresenceState::Away));
    bench.tell(1, |engine: &mut Engine, now| engine.set_idle(false, now));
    assert_eq!(seen(&mut bench), Some(PresenceState::Online));
    switch(&mut bench, 1, Habit::GoAway, false);
    bench.tell(1, |engine: &mut Engine, now| engine.set_idle(true, now));
    assert_eq!(seen(&mut bench), Some(PresenceState::Online));

    choose(&mut bench, 1, PresenceState::DoNotDisturb);
    assert_eq!(seen(&mut bench), Some(PresenceState::DoNotDisturb));
    bench.kill(1);
    bench.start(1);
    assert_eq!(seen(&mut bench), Some(PresenceState::DoNotDisturb), "kept");
}

#[test]
fn all_own_devices_obey_what_was_chosen_at_one() {
    let mut bench = Bench::of_two();
    let ben = bench.devices[1].user;
    let other = bench.another_device_of(1);
    bench.tell(0, |engine: &mut Engine, now| engine.watch(None, true, now));
    choose(&mut bench, 1, PresenceState::Away);
    bench.pass(10_000);
    assert_eq!(bench.engine(other).own_presence(), PresenceState::Away);
    assert_eq!(bench.engine(0).presence_of(&ben), Some(PresenceState::Away));

    switch(&mut bench, other, Habit::ShowPresence, false);
    bench.pass(10_000);
    assert_eq!(bench.engine(1).own_presence(), PresenceState::Hidden);
    assert_eq!(bench.engine(0).presence_of(&ben), None);
    // Who comes back hidden is not seen for a moment either.
    bench.kill(1);
    bench.start(1);
    bench.kill(other);
    bench.start(other);
    bench.pass(10_000);
    assert_eq!(bench.engine(0).presence_of(&ben), None);
    assert!(bench.devices[1].sent.iter().any(|it| it.contains("hidden")));
}

#[test]
fn who_does_not_show_it_is_not_seen_typing() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let ben = bench.devices[1].user;
    bench.tell(0, |engine: &mut Engine, now| {
        engine.watch(Some(general), true, now);
    });
    for habit in [Habit::ShowTyping, Habit::ShowPresence] {
        switch(&mut bench, 1, habit, false);
        bench.tell(1, |engine: &mut Engine, now| engine.typing(general, now));
        assert!(bench.engine(0).typists(&general).is_empty(), "{habit:?}");
        switch(&mut bench, 1, habit, true);
    }
    bench.pass(5_000);
    bench.tell(1, |engine: &mut Engine, now| engine.typing(general, now));
    assert_eq!(bench.engine(0).typists(&general), [ben]);
}

fn choose(bench: &mut Bench, index: usize, state: PresenceState) {
    bench
        .tell(index, |engine, now| engine.choose_presence(state, now))
        .expect("it is small");
}

fn switch(bench: &mut Bench, index: usize, habit: Habit, on: bool) {
    bench
        .tell(index, |engine, now| engine.set_habit(habit, on, now))
        .expect("it is small");
}
