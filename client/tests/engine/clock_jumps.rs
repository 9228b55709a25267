//! The clock jumps, on one side or on both: the connection that answers stays, and one that is made anew waits for no
//! token.

use parley_client::engine::ConnectionState;
use parley_protocol::error::{ApiError, ErrorCode};
use parley_protocol::frame::RelayToClient;

use super::bench::Bench;

const HOUR: u64 = 60 * 60_000;

fn is_online(bench: &Bench, index: usize) -> bool {
    matches!(bench.engine(index).connection(), ConnectionState::Online)
}

#[test]
fn a_connection_that_answers_survives_an_hour_that_is_skipped() {
    let mut bench = Bench::of_two();
    let before = bench.devices[0].connection;
    bench.now += HOUR;
    // A page looks at what is due next before the answer is there.
    bench.tell(0, |engine, now| {
        engine.handle_timeout(now);
        engine.handle_timeout(now);
    });
    bench.pass(60_000);
    assert!(is_online(&bench, 0));
    assert_eq!(bench.devices[0].connection, before);
    let channel = bench.general();
    bench.write(0, channel, "after an hour");
    assert!(
        bench
            .shown(1, channel)
            .contains(&"after an hour".to_owned())
    );
}

/// The relay was away for a while, so tries are far apart; and it says that the token is over.
#[test]
fn an_expired_token_is_renewed_without_another_wait() {
    let mut bench = Bench::of_two();
    bench.devices[0].keeps_token = true;
    bench.unplug(0);
    bench.plug(0);
    assert!(is_online(&bench, 0));
    bench.unplug(0);
    bench.pass(HOUR);
    let ConnectionState::Offline { next_try, .. } = *bench.engine(0).connection() else {
        panic!("it has no way to the relay");
    };
    bench.devices[0].plugged = true;
    let wait = next_try - bench.now;
    bench.pass(wait);
    assert!(is_online(&bench, 0));
}

#[test]
fn a_relay_that_refuses_every_token_is_not_asked_in_a_loop() {
    let mut bench = Bench::of_two();
    bench.devices[0].tamper = Some(Box::new(|frame| match frame {
        RelayToClient::Welcome(_) => vec![RelayToClient::Closing {
            error: ApiError::new(ErrorCode::TokenExpired, "never good"),
        }],
        other => vec![other],
    }));
    bench.restart_relay_now();
    bench.devices[0].sent.clear();
    bench.pass(60_000);
    let hellos = bench.devices[0].sent.iter();
    let hellos = hellos.filter(|it| it.contains("hello")).count();
    assert!((2..15).contains(&hellos), "{hellos}");
}
