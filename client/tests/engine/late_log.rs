//! Messages that come before the entries of the log by which they are judged.

use std::cell::Cell;
use std::rc::Rc;

use parley_protocol::entry::{Action, Permission};
use parley_protocol::frame::RelayToClient;

use super::bench::Bench;
use super::removal::{everyone_may, slip_in, write_for_nobody};

/// The relay keeps the log back from a device, as long as the switch says so.
fn keep_log_back(bench: &mut Bench, device: usize) -> Rc<Cell<bool>> {
    let keeps = Rc::new(Cell::new(true));
    let switch = Rc::clone(&keeps);
    bench.devices[device].tamper = Some(Box::new(move |frame| match frame {
        RelayToClient::Log { .. } if switch.get() => Vec::new(),
        frame => vec![frame],
    }));
    keeps
}

fn give_log(bench: &mut Bench, device: usize, keeps: &Cell<bool>) {
    keeps.set(false);
    bench.unplug(device);
    bench.plug(device);
    bench.pass(10_000);
}

#[test]
fn a_message_that_comes_before_the_entry_that_allows_it_is_read_when_that_is_here() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    everyone_may(&mut bench, &[]);
    bench.write(0, general, "two");
    let keeps = keep_log_back(&mut bench, cyd);
    everyone_may(&mut bench, &[Permission::SendMessages]);
    bench.write(1, general, "three");
    let shown = ["one", "two", "[NotPermitted]"];
    assert_eq!(bench.shown(cyd, general), shown);
    give_log(&mut bench, cyd, &keeps);
    assert_eq!(bench.shown(cyd, general), ["one", "two", "three"]);
}

#[test]
fn it_is_read_after_a_restart_too() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    everyone_may(&mut bench, &[]);
    bench.write(0, general, "two");
    let keeps = keep_log_back(&mut bench, cyd);
    everyone_may(&mut bench, &[Permission::SendMessages]);
    bench.write(1, general, "three");
    bench.kill(cyd);
    keeps.set(false);
    bench.start(cyd);
    bench.pass(10_000);
    assert_eq!(bench.shown(cyd, general), ["one", "two", "three"]);
}

#[test]
fn a_message_that_was_read_before_the_loss_was_known_is_refused_when_it_is() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    let cyd = bench.welcome("cyd");
    bench.write(1, general, "one");
    let message = write_for_nobody(&mut bench, general);
    let keeps = keep_log_back(&mut bench, cyd);
    let user = bench.devices[1].user;
    bench.append(0, Action::MemberRemoved { user });
    bench.write(0, general, "two");
    bench.pass(5_000);
    slip_in(&mut bench, cyd, general, &message);
    assert_eq!(bench.shown(cyd, general), ["one", "two", "on and on"]);
    give_log(&mut bench, cyd, &keeps);
    let shown = ["one", "two", "[SessionRetired]"];
    assert_eq!(bench.shown(cyd, general), shown);
}

#[test]
fn the_first_words_of_a_device_that_is_not_in_the_log_yet_are_read_when_it_is() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(1, general, "one");
    let keeps = keep_log_back(&mut bench, 1);
    let cyd = bench.welcome("cyd");
    bench.write(cyd, general, "two");
    bench.pass(5_000);
    assert_eq!(bench.shown(1, general), ["one", "[KeyNotHereYet]"]);
    give_log(&mut bench, 1, &keeps);
    bench.pass(60_000);
    assert_eq!(bench.shown(1, general), ["one", "two"]);
    assert_eq!(bench.marks(1, general), []);
}
