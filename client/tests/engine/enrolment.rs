//! How a device comes into being, and what stops it.

use parley_client::engine::ConnectionState;
use parley_client::enrol::{EnrolError, inspect_invite};
use parley_client::vault::OpenVaultError;
use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::keys::Hash;

use super::bench::Bench;

fn log_of(bench: &Bench, device: usize) -> Vec<Entry> {
    let log = bench.devices[device].disk.iter();
    log.filter(|((table, _), _)| table.as_str() == "log")
        .map(|(_, value)| serde_json::from_slice(value).unwrap())
        .collect()
}

#[test]
fn an_invite_shows_where_it_leads() {
    let mut bench = Bench::new();
    let link = bench.invite();
    let view = inspect_invite(&link, &log_of(&bench, 0), bench.now).unwrap();
    assert_eq!(view.community_name, "Bench");
    assert_eq!(view.inviter, "ada");
    assert_eq!(view.members, 1);
}

#[test]
fn a_link_of_another_community_is_refused() {
    let mut bench = Bench::new();
    let mut link = bench.invite();
    link.genesis = Hash::from_bytes([7; 32]);
    assert_eq!(
        inspect_invite(&link, &log_of(&bench, 0), bench.now),
        Err(EnrolError::WrongCommunity)
    );
    let refused = bench.join(link, "bob").err();
    assert_eq!(refused, Some(EnrolError::WrongCommunity));
}

#[test]
fn a_link_with_a_wrong_secret_is_refused() {
    let mut bench = Bench::new();
    let mut link = bench.invite();
    // Somebody else reads the log, and the relay lets them try.
    let entries = bench.log_for(&link).unwrap();
    link.secret = [7; 32];
    let unread = bench.log_for(&link).unwrap_err();
    assert_eq!(unread.code, ErrorCode::BadSignature);
    let refused = bench.join_with(link, entries, "bob").err();
    assert_eq!(
        refused,
        Some(EnrolError::Refused(Rejection::BadInviteSignature))
    );
}

#[test]
fn an_invite_is_used_once() {
    let mut bench = Bench::new();
    let link = bench.invite();
    let made = bench.join(link.clone(), "bob").unwrap();
    bench.register("bob", made).unwrap();
    assert_eq!(
        inspect_invite(&link, &log_of(&bench, 0), bench.now),
        Err(EnrolError::Refused(Rejection::InviteUsedUp))
    );
}

#[test]
fn a_taken_name_is_refused() {
    let mut bench = Bench::new();
    let link = bench.invite();
    let refused = bench.join(link, "ADA").err();
    assert_eq!(refused, Some(EnrolError::Refused(Rejection::NameTaken)));
}

#[test]
fn a_log_that_somebody_changed_is_refused() {
    let mut bench = Bench::new();
    let link = bench.invite();
    let mut log = log_of(&bench, 0);
    log[2].body = log[2].body.replace("Lounge", "Lounga");
    assert_eq!(
        inspect_invite(&link, &log, bench.now),
        Err(EnrolError::InvalidLog {
            seq: 3,
            rejection: Rejection::BadSignature
        })
    );
}

#[test]
fn two_who_join_at_the_same_moment_are_both_in() {
    let mut bench = Bench::new();
    let (first, second) = (bench.invite(), bench.invite());
    let bob = bench.join(first, "bob").unwrap();
    let cyd = bench.join(second, "cyd").unwrap();
    let bob = bench.register("bob", bob).unwrap();
    let cyd = bench.register("cyd", cyd).unwrap();
    for device in [0, bob, cyd] {
        let engine = bench.engine(device);
        assert_eq!(*engine.connection(), ConnectionState::Online);
        assert_eq!(
            engine.community().head(),
            bench.engine(0).community().head()
        );
        assert!(engine.alerts().is_empty());
    }
    let general = bench.general();
    bench.write(cyd, general, "hello");
    assert_eq!(bench.shown(bob, general), ["hello"]);
}

#[test]
fn another_device_needs_the_password() {
    let mut bench = Bench::of_two();
    let refused = bench.log_in_anew(1, "not bob").err();
    assert_eq!(refused, Some(EnrolError::Vault(OpenVaultError::WrongKey)));
}

#[test]
fn another_device_reads_what_was_written_before_it_came() {
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, "one");
    bench.write(1, general, "two");
    let phone = bench.another_device_of(1);
    bench.pass(10_000);
    assert_eq!(bench.shown(phone, general), ["one", "two"]);
}

#[test]
fn a_new_sign_in_is_not_led_into_another_community() {
    let mut bench = Bench::of_two();
    let mut other = Bench::of_two();
    let link = other.invite();
    let forged = other.log_for(&link).unwrap();
    let refused = bench.log_in_shown(0, "ada", |_| forged).err();
    assert_eq!(refused, Some(EnrolError::WrongCommunity));
}

#[test]
fn a_new_sign_in_is_not_shown_an_older_log_than_the_last_one_saw() {
    let mut bench = Bench::of_two();
    let phone = bench.another_device_of(0);
    let revoked = bench.devices[phone].id();
    bench.append(0, Action::DeviceRevoked { device: revoked });
    // The sign-in after the revocation puts the head with it into the vault.
    bench.another_device_of(0);
    let refused = bench.log_in_shown(0, "ada", |mut entries| {
        let is_revocation = |entry: &Entry| entry.body.contains("device_revoked");
        let end = entries.iter().position(is_revocation).unwrap();
        entries.truncate(end);
        entries
    });
    assert!(matches!(
        refused.err(),
        Some(EnrolError::OtherHistory { .. })
    ));
}
