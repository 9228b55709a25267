//! What asking for keys costs when nobody has them: bounded, and less with time. Who gets a key later heals
//! everybody.

use parley_protocol::frame::{ClientToRelay, Request, decode};

use super::bench::Bench;

const HOUR: u64 = 3_600_000;

/// Letters that all devices sent since.
struct Meter(Vec<usize>);

impl Meter {
    fn start(bench: &Bench) -> Self {
        Self(bench.devices.iter().map(|it| it.sent.len()).collect())
    }

    fn letters(&self, bench: &Bench) -> usize {
        let mut count = 0;
        for (device, from) in bench.devices.iter().zip(&self.0) {
            for frame in device.sent.iter().skip(*from) {
                if let Ok(ClientToRelay::Request {
                    request: Request::SendMail { mail, .. },
                    ..
                }) = decode(frame)
                {
                    count += mail.len();
                }
            }
        }
        count
    }
}

/// Twenty members; each writes one message, a minute apart, whose key nobody gets.
#[test]
fn twenty_keys_that_nobody_has_cost_twenty_members_little() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    for number in 2..20 {
        bench.welcome(&format!("member{number}"));
    }
    // Each author has a second device, which announces, writes, and dies before its key is out.
    let authors: Vec<usize> = (0..20)
        .map(|member| bench.another_device_of(member))
        .collect();
    bench.pass(60_000);
    let meter = Meter::start(&bench);
    for (number, author) in authors.iter().enumerate() {
        bench.devices[*author].mail_only_to = Some(Vec::new());
        bench.write(*author, general, &number.to_string());
        bench.kill(*author);
        bench.pass(60_000);
    }
    for member in 0..20 {
        assert_eq!(bench.reasons(member, general).len(), 20, "nobody can read");
    }
    bench.pass(HOUR - 20 * 60_000);
    let first = meter.letters(&bench);

    bench.pass(8 * HOUR);
    let meter = Meter::start(&bench);
    bench.pass(HOUR);
    let tenth = meter.letters(&bench);
    println!("first hour: {first} letters, tenth hour: {tenth}");
    assert!(first <= 2_000, "{first} letters in the first hour");
    assert!(tenth <= 200, "{tenth} letters in the tenth hour");

    // One author comes back: it has its key, and owes it.
    bench.devices[authors[0]].mail_only_to = None;
    bench.start(authors[0]);
    bench.pass(120_000);
    for member in 0..20 {
        assert_eq!(bench.reasons(member, general).len(), 19, "one is healed");
    }
}

#[test]
fn who_gets_a_key_later_heals_who_asked_before() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    let author = bench.another_device_of(0);
    bench.pass(60_000);
    bench.devices[author].mail_only_to = Some(Vec::new());
    bench.write(author, general, "one");
    bench.kill(author);
    bench.pass(2 * HOUR);
    assert_eq!(bench.reasons(1, general).len(), 1);
    assert_eq!(bench.reasons(cyd, general).len(), 1);

    // The author comes back while cyd is away, and reaches bob only.
    bench.kill(0);
    bench.unplug(cyd);
    let bob = bench.devices[1].id();
    bench.devices[author].mail_only_to = Some(vec![bob]);
    bench.start(author);
    bench.pass(60_000);
    bench.kill(author);
    assert_eq!(bench.shown(1, general), ["one"]);
    bench.plug(cyd);
    bench.pass(60_000);
    assert_eq!(bench.shown(cyd, general), ["one"]);
}
