//! What the gate lets through.

use super::*;
use crate::entropy::SeededEntropy;

const LOGINS: Rate = Rate {
    burst: 2,
    interval: 6000,
};
const ADA: Tried<'static> = Tried {
    name: "Ada",
    user: Some(UserId::from_bytes([1; 16])),
};

fn gate() -> (SecretGate, Arc<KnownAddresses>) {
    let known = Arc::new(KnownAddresses::default());
    let gate = SecretGate::new(LOGINS, LOGINS, Arc::clone(&known));
    (gate, known)
}

/// Addresses in networks of their own.
fn address(number: u8) -> IpAddr {
    [10, 0, number, 1].into()
}

fn log_in(gate: &SecretGate, from: IpAddr, browsers: &[KnownBrowser]) -> bool {
    let knock = gate.knock(from, browsers.to_vec(), 0);
    knock.is_ok_and(|knock| gate.admit(knock, ADA, 0).is_ok())
}

/// Registering with an existing member's entry is a guess, too.
fn register_again(gate: &SecretGate, from: IpAddr) -> bool {
    let registration = gate.register(from, 0);
    registration.is_ok_and(|one| gate.admit_again(&one, ADA, 0).is_ok())
}

#[test]
fn one_address_has_its_tries_at_whatever_endpoint() {
    let (gate, _) = gate();
    assert!(log_in(&gate, address(1), &[]));
    assert!(register_again(&gate, address(1)));
    assert!(!register_again(&gate, address(1)));
    assert!(!log_in(&gate, address(1), &[]));
}

#[test]
fn one_name_has_its_tries_at_whatever_endpoint() {
    let (gate, _) = gate();
    let passed = (0..100).filter(|number| match number % 2 {
        0 => log_in(&gate, address(*number), &[]),
        _ => register_again(&gate, address(*number)),
    });
    assert_eq!(passed.count(), 10);
}

#[test]
fn who_was_let_in_before_has_a_share_of_their_own() {
    let (gate, known) = gate();
    while log_in(&gate, address(0), &[]) {}
    for number in 1..100 {
        log_in(&gate, address(number), &[]);
    }
    assert!(!log_in(&gate, address(200), &[]));

    let ada = UserId::from_bytes([1; 16]);
    let browser = KnownBrowser::new(ada, &mut SeededEntropy::new(1), 0);
    assert!(log_in(&gate, address(0), &[browser]));
    assert!(log_in(&gate, address(0), &[browser]));
    assert!(!log_in(&gate, address(0), &[browser]), "its share is used");

    known.saw(ada, address(201), 0);
    assert!(log_in(&gate, address(201), &[]));
}

fn try_code(gate: &SecretGate, from: IpAddr, browsers: &[KnownBrowser]) -> Option<CodePermit> {
    let ada = UserId::from_bytes([1; 16]);
    let knock = gate.knock(from, browsers.to_vec(), 0).ok()?;
    gate.admit_code(knock, ada, 0).ok()
}

/// From however many addresses, five codes of one member are tried before there is a wait.
#[test]
fn whoever_knows_a_password_guesses_few_codes_and_locks_nobody_out() {
    let (gate, known) = gate();
    let passed = (0..100).filter(|number| try_code(&gate, address(*number), &[]).is_some());
    assert_eq!(passed.count(), 5);

    let ada = UserId::from_bytes([1; 16]);
    let browser = KnownBrowser::new(ada, &mut SeededEntropy::new(1), 0);
    let permit = try_code(&gate, address(101), &[browser]).unwrap();
    assert!(try_code(&gate, address(102), &[]).is_none());
    known.saw(ada, address(103), 0);
    assert!(try_code(&gate, address(103), &[]).is_some());
    gate.code_was_right(permit);
    assert!(try_code(&gate, address(104), &[]).is_some());
}

#[test]
fn a_stolen_browser_guesses_few_codes() {
    let (gate, _) = gate();
    let ada = UserId::from_bytes([1; 16]);
    let browser = KnownBrowser::new(ada, &mut SeededEntropy::new(1), 0);
    let tries = (0..100).filter(|number| try_code(&gate, address(*number), &[browser]).is_some());
    assert_eq!(tries.count(), 10);
}

/// A known browser helps at no other name.
#[test]
fn a_browser_is_known_for_its_owner_only() {
    let (gate, _) = gate();
    let ben = UserId::from_bytes([2; 16]);
    let browser = KnownBrowser::new(ben, &mut SeededEntropy::new(1), 0);
    assert!(log_in(&gate, address(1), &[browser]));
    assert!(log_in(&gate, address(1), &[browser]));
    assert!(!log_in(&gate, address(1), &[browser]));
}
