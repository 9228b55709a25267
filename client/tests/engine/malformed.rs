//! Whatever the relay sends, the engine does not panic, and works on with a better one.

use std::cell::RefCell;
use std::rc::Rc;

use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_client::store::Record;
use parley_protocol::frame::encode;
use proptest::prelude::*;

use super::bench::{Bench, START};

/// What device 1 has stored, and all that it was ever sent.
fn story() -> (Vec<Record>, Vec<String>) {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let list = Rc::clone(&heard);
    bench.devices[1].tamper = Some(Box::new(move |frame| {
        list.borrow_mut().push(encode(&frame));
        vec![frame]
    }));
    bench.unplug(1);
    let records = bench.devices[1].records();
    bench.plug(1);
    bench.write(0, general, "one");
    bench.write(1, general, "two");
    let cyd = bench.welcome("cyd");
    bench.pass(10_000);
    bench.write(cyd, general, "three");
    let heard = heard.borrow().clone();
    (records, heard)
}

fn connected(records: &[Record]) -> Engine {
    let mut engine = Engine::restore(records, [5; 32], START).unwrap().unwrap();
    engine.handle_connected("token".to_owned(), START);
    engine
}

fn drain(engine: &mut Engine) {
    while engine.poll_effect().is_some() {}
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(texts in proptest::collection::vec(".{0,80}", 1..5)) {
        thread_local! {
            static STORY: (Vec<Record>, Vec<String>) = story();
        }
        STORY.with(|(records, heard)| {
            let mut engine = connected(records);
            for text in heard.iter().take(2).chain(&texts) {
                engine.handle_frame(text, START);
                drain(&mut engine);
            }
            engine.handle_timeout(START + 60_000);
            drain(&mut engine);
        });
    }

    #[test]
    fn any_change_to_a_frame_is_survived(
        victim in 0_usize..1_000,
        place in 0_usize..100_000,
        with in prop_oneof!["[0-9]{1,20}", "[\"{}\\[\\],:]", "[a-zA-Z_-]{1,4}", Just(String::new())],
        length in 0_usize..12,
    ) {
        thread_local! {
            static STORY: (Vec<Record>, Vec<String>) = story();
        }
        STORY.with(|(records, heard)| {
            let mut engine = connected(records);
            let victim = victim % heard.len();
            for (number, text) in heard.iter().enumerate() {
                let mut text = text.clone();
                if number == victim && text.is_ascii() {
                    let start = place % text.len();
                    let end = (start + length).min(text.len());
                    text.replace_range(start..end, &with);
                }
                engine.handle_frame(&text, START + 10);
                drain(&mut engine);
            }
            engine.handle_timeout(START + 60_000);
            engine.handle_disconnected(START + 60_000);
            engine.handle_online_hint(START + 60_000);
            drain(&mut engine);
            engine.handle_connected("token".to_owned(), START + 60_000);
            for _ in 0..2 {
                for text in heard.iter().take(2) {
                    engine.handle_frame(text, START + 60_000);
                    drain(&mut engine);
                }
                if *engine.connection() == ConnectionState::Online {
                    break;
                }
                // It went back to where this relay is.
                engine.handle_online_hint(START + 60_000);
                drain(&mut engine);
                engine.handle_connected("token".to_owned(), START + 60_000);
            }
            prop_assert_eq!(*engine.connection(), ConnectionState::Online);
            Ok(())
        })?;
    }
}
