//! Whose devices count.

use parley_protocol::community::Rejection;
use parley_protocol::entry::{Action, DeviceDetails, Permission, Readers};
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::limits::{MAX_DEVICES_PER_MEMBER, MAX_LABEL_CHARS};

use crate::support::{TestCommunity, TestDevice, remove};

fn add(user: UserId, device: DeviceDetails) -> Action {
    Action::DeviceAdded {
        user,
        device,
        linked_by: None,
    }
}

fn revoke(device: DeviceId) -> Action {
    Action::DeviceRevoked { device }
}

#[test]
fn a_second_device_may_what_its_user_may() {
    let (mut test, ada) = TestCommunity::founded();
    let phone = test.second_device(&ada);
    let role = define_something(&mut test);

    let entry = test.entry(&phone, role);
    assert!(test.apply(&entry).is_ok());
    assert_eq!(test.community.devices_of(&ada.user).count(), 2);
}

fn define_something(test: &mut TestCommunity) -> Action {
    crate::support::define(test.numbers.id(), &[])
}

#[test]
fn a_device_comes_in_by_its_users_certificate_only() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let device = TestDevice::new(&mut test.numbers);
    let id = test.community.id();

    let by_bob = test.entry(&device, add(ada.user, bob.certify(id, &device)));
    assert_eq!(test.refusal(&by_bob), Rejection::BadCertificate);
    let for_bob = test.entry(&device, add(bob.user, ada.certify(id, &device)));
    assert_eq!(test.refusal(&for_bob), Rejection::BadCertificate);
    let other = TestDevice::new(&mut test.numbers);
    let mut moved = ada.certify(id, &device);
    moved.curve25519 = other.curve25519;
    let entry = test.entry(&device, add(ada.user, moved));
    assert_eq!(test.refusal(&entry), Rejection::BadCertificate);
}

#[test]
fn a_device_signs_its_own_coming() {
    let (mut test, ada) = TestCommunity::founded();
    let device = TestDevice::new(&mut test.numbers);
    let action = add(ada.user, ada.certify(test.community.id(), &device));

    let by_old = test.entry(&ada.device, action.clone());
    assert_eq!(test.refusal(&by_old), Rejection::UnknownAuthor);
    let mut pretender = ada.device.clone();
    pretender.id = device.id;
    let entry = test.entry(&pretender, action);
    assert_eq!(test.refusal(&entry), Rejection::BadSignature);
}

#[test]
fn a_device_is_added_once() {
    let (mut test, ada) = TestCommunity::founded();
    let phone = test.second_device(&ada);
    let again = add(ada.user, ada.certify(test.community.id(), &phone));

    let entry = test.entry(&phone, again.clone());
    assert_eq!(test.refusal(&entry), Rejection::IdTaken);
    test.must(&ada, revoke(phone.id));
    let entry = test.entry(&phone, again);
    assert_eq!(test.refusal(&entry), Rejection::IdTaken);
}

#[test]
fn a_revoked_device_is_out() {
    let (mut test, ada) = TestCommunity::founded();
    let channel = test.channel(&ada, Readers::Everyone);
    let phone = test.second_device(&ada);
    test.must(&ada, revoke(phone.id));

    let something = define_something(&mut test);
    let entry = test.entry(&phone, something);
    assert_eq!(test.refusal(&entry), Rejection::UnknownAuthor);
    let readers: Vec<DeviceId> = test
        .community
        .reader_devices(&channel)
        .map(|(id, _)| id)
        .collect();
    assert_eq!(readers, [ada.device.id]);
    assert_eq!(
        test.community.readers_shrank_at(&channel),
        test.community.head().seq
    );
    assert_eq!(
        test.refused(&ada, revoke(phone.id)),
        Rejection::UnknownDevice
    );
}

#[test]
fn a_device_is_revoked_by_its_user_only() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member_with(&ada, "Bob", &Permission::ALL);

    let rejection = test.refused(&bob, revoke(ada.device.id));
    assert_eq!(rejection, Rejection::UnknownDevice);
    let rejection = test.refused(&ada, revoke(bob.device.id));
    assert_eq!(rejection, Rejection::UnknownDevice);
    test.must(&bob, revoke(bob.device.id));
}

#[test]
fn who_lost_every_device_comes_back_with_their_identity() {
    let (mut test, ada) = TestCommunity::founded();
    test.must(&ada, revoke(ada.device.id));
    assert_eq!(test.community.devices_of(&ada.user).count(), 0);

    test.second_device(&ada);
    assert_eq!(test.community.devices_of(&ada.user).count(), 1);
}

#[test]
fn a_removed_member_adds_no_device() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    test.must(&ada, remove(&bob));
    let phone = TestDevice::new(&mut test.numbers);
    let action = add(bob.user, bob.certify(test.community.id(), &phone));

    let entry = test.entry(&phone, action);
    assert_eq!(test.refusal(&entry), Rejection::UnknownMember);
}

#[test]
fn a_member_has_so_many_devices_at_once() {
    let (mut test, ada) = TestCommunity::founded();
    for _ in 1..MAX_DEVICES_PER_MEMBER {
        test.second_device(&ada);
    }
    let one_more = TestDevice::new(&mut test.numbers);
    let action = add(ada.user, ada.certify(test.community.id(), &one_more));

    let entry = test.entry(&one_more, action.clone());
    assert_eq!(test.refusal(&entry), Rejection::TooMany);
    test.must(&ada, revoke(ada.device.id));
    let entry = test.entry(&one_more, action);
    assert!(test.apply(&entry).is_ok());
}

#[test]
fn a_label_is_a_short_line() {
    let (mut test, ada) = TestCommunity::founded();
    for label in [
        "x".repeat(MAX_LABEL_CHARS + 1),
        "a\nb".to_owned(),
        "\u{202e}x".to_owned(),
    ] {
        let device = TestDevice::new(&mut test.numbers);
        let mut details = ada.certify(test.community.id(), &device);
        details.label = label;
        let entry = test.entry(&device, add(ada.user, details));
        assert_eq!(test.refusal(&entry), Rejection::BadText);
    }
}

#[test]
fn a_device_is_linked_by_an_active_device_of_the_same_member_only() {
    let (mut test, ada) = TestCommunity::founded();
    let bob = test.member(&ada, "Bob");
    let phone = test.second_device(&ada);
    let id = test.community.id();
    let laptop = TestDevice::new(&mut test.numbers);
    let linked = |linked_by: DeviceId, device: DeviceDetails| Action::DeviceAdded {
        user: ada.user,
        device,
        linked_by: Some(linked_by),
    };

    let by_bob = linked(bob.device.id, ada.link(id, &bob.device, &laptop));
    let entry = test.entry(&laptop, by_bob);
    assert_eq!(test.refusal(&entry), Rejection::UnknownDevice);
    let forged = linked(phone.id, ada.link(id, &bob.device, &laptop));
    let entry = test.entry(&laptop, forged);
    assert_eq!(test.refusal(&entry), Rejection::BadCertificate);
    let by_identity = linked(phone.id, ada.certify(id, &laptop));
    let entry = test.entry(&laptop, by_identity);
    assert_eq!(test.refusal(&entry), Rejection::BadCertificate);
    let as_identity = add(ada.user, ada.link(id, &phone, &laptop));
    let entry = test.entry(&laptop, as_identity);
    assert_eq!(test.refusal(&entry), Rejection::BadCertificate);

    let good = linked(phone.id, ada.link(id, &phone, &laptop));
    let entry = test.entry(&laptop, good);
    test.apply(&entry).unwrap();
    let found = test.community.active_device(&laptop.id).unwrap();
    assert_eq!(found.linked_by, Some(phone.id));

    test.must(&ada, revoke(phone.id));
    let tablet = TestDevice::new(&mut test.numbers);
    let late = linked(phone.id, ada.link(id, &phone, &tablet));
    let entry = test.entry(&tablet, late);
    assert_eq!(test.refusal(&entry), Rejection::UnknownDevice);
}
