//! Who is in one's call, as somebody hears it who comes and goes: a relay that is started anew is told by one after the
//! other who is there, and nobody has left meanwhile.

use parley_client::Engine;
use parley_protocol::entry::ChannelKind;
use parley_protocol::ids::DeviceId;

use super::bench::Bench;

fn call() -> Bench {
    let mut bench = Bench::of_two();
    bench.welcome("eve");
    let channels = bench.engine(0).community().channels().iter();
    let mut voice = channels.filter(|(_, it)| it.kind == ChannelKind::Voice);
    let lounge = voice.next().map(|(id, _)| *id).expect("a lounge");
    for index in 0..3 {
        bench.tell(index, |engine, now| engine.join_voice(lounge, now));
        bench.pass(1_000);
    }
    bench
}

fn company(bench: &Bench, index: usize) -> Vec<DeviceId> {
    let mut all = bench.engine(index).company();
    all.sort();
    all
}

#[test]
fn nobody_goes_or_comes_while_the_relay_is_started_anew() {
    let mut bench = call();
    let before: Vec<_> = (0..3).map(|index| company(&bench, index)).collect();
    assert!(before.iter().all(|it| it.len() == 2));
    bench.restart_relay_now();
    let mut was_alone = false;
    for _ in 0..300 {
        bench.pass(100);
        for (index, before) in before.iter().enumerate() {
            assert_eq!(company(&bench, index), *before);
            let seated = bench
                .engine(index)
                .rosters()
                .map(|it| it.participants.len());
            was_alone |= seated.sum::<usize>() < 3;
        }
    }
    assert!(was_alone, "the relay had forgotten them");
}

#[test]
fn who_leaves_has_left() {
    let mut bench = call();
    bench.tell(1, Engine::leave_voice);
    bench.pass(1_000);
    let devices = [0, 2].map(|index| bench.devices[index].id());
    assert_eq!(company(&bench, 0), [devices[1]]);
    assert_eq!(company(&bench, 2), [devices[0]]);
    assert_eq!(company(&bench, 1), []);
}
