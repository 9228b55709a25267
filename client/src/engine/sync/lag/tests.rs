//! Time in all, over connections and restarts; and a liar who is set aside once.

use parley_protocol::keys::Hash;

use super::*;

fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes([number; 16])
}

fn head(seq: u64) -> Head {
    Head {
        seq,
        hash: Hash::from_bytes([u8::try_from(seq).unwrap(); 32]),
    }
}

fn restarted(lag: &LogLag) -> LogLag {
    serde_json::from_str(&serde_json::to_string(lag).unwrap()).unwrap()
}

/// Opens a connection for so long, and says what was found.
fn connect(lag: &mut LogLag, from: Millis, length: Millis) -> Vec<Finding> {
    lag.open(head(5), head(5), from);
    let mut found = Vec::new();
    while let Some(due) = lag.timeout().filter(|due| *due <= from + length) {
        found.extend(lag.count(due));
    }
    found.extend(lag.count(from + length));
    lag.close(from + length);
    found
}

#[test]
fn what_a_device_names_is_told_after_thirty_seconds() {
    let mut lag = LogLag::default();
    lag.open(head(5), head(5), 1_000);
    assert!(lag.note_ahead(device(1), head(9)));
    assert!(lag.holds() && !lag.is_known_to_person());
    assert_eq!(lag.count(1_000), []);
    assert_eq!(lag.count(30_999), []);
    let behind = Finding::Behind {
        device: device(1),
        seq: 9,
    };
    assert_eq!(lag.count(31_000), [behind]);
    assert!(lag.is_known_to_person());
    assert_eq!(lag.count(99_000), [], "it is told once");
}

#[test]
fn cutting_and_restarting_do_not_silence_it() {
    for length in [0, 500, 25_000] {
        let mut lag = LogLag::default();
        lag.open(head(5), head(5), 0);
        lag.note_ahead(device(1), head(9));
        lag.count(0);
        lag.close(0);
        let mut connections = 0;
        while connect(&mut lag, 100_000 * connections, length).is_empty() {
            lag = restarted(&lag);
            connections += 1;
            assert!(connections < 20, "connections of {length} ms");
        }
    }
}

#[test]
fn time_without_a_connection_does_not_count() {
    let mut lag = LogLag::default();
    lag.open(head(5), head(5), 0);
    lag.note_ahead(device(1), head(9));
    lag.count(0);
    lag.close(1_000);
    assert_eq!(lag.timeout(), None);
    assert_eq!(connect(&mut lag, 9_000_000, 1_000), []);
}

#[test]
fn what_the_relay_told_is_waited_for_over_connections() {
    let mut lag = LogLag::default();
    let mut found = Vec::new();
    for connection in 0..3 {
        lag = restarted(&lag);
        let from = connection * 50_000;
        lag.open(head(9), head(5), from);
        found.extend(lag.count(from + 25_000));
        lag.close(from + 25_000);
        assert!(lag.holds());
    }
    assert_eq!(found, [Finding::Withheld { seq: 9 }]);
    lag.open(head(5), head(5), 200_000);
    assert!(!lag.holds(), "the relay takes it back");
}

#[test]
fn the_log_settles_it() {
    let mut lag = LogLag::default();
    lag.open(head(9), head(5), 0);
    lag.note_ahead(device(1), head(8));
    lag.note_ahead(device(2), head(7));
    let other = |head: Head| Some(head.seq != 7);
    let fork = Finding::Fork {
        device: device(2),
        seq: 7,
    };
    assert_eq!(lag.compare(other, |_| true), [fork]);
    assert_eq!(lag.holding_devices(), [device(2)]);
    lag.compare(other, |found| found != device(2));
    assert!(!lag.holds(), "who is out of the log says nothing any more");
}

#[test]
fn a_liar_is_set_aside_once() {
    let mut lag = LogLag::default();
    lag.open(head(5), head(5), 0);
    for seq in 6..=200 {
        lag.note_ahead(device(1), head(seq));
    }
    assert_eq!(lag.claims.len(), CLAIMS_OF_DEVICE);
    lag.overrule();
    assert!(!lag.holds());
    let mut lag = restarted(&lag);
    lag.note_fork(device(1), head(3));
    assert!(!lag.holds(), "the same device again");
    lag.note_ahead(device(2), head(200));
    assert!(lag.holds(), "another one counts");
}
