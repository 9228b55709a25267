//! Who gets in, and that nobody else gets anything but a challenge.

use super::*;

const ALLOCATE: Ask<'_> = Ask::Allocate { lifetime: None };

fn assert_nothing_but_a_challenge(world: &World, answer: &Stun) {
    assert_eq!(answer.error, Some(401));
    assert_eq!(answer.realm.as_deref(), Some(REALM));
    assert!(answer.nonce.is_some());
    assert_eq!((answer.relayed, answer.mapped), (None, None));
    assert!(!answer.signed);
    assert_eq!(world.engine.stats().allocations, 0);
}

#[test]
fn a_binding_request_needs_no_credentials() {
    let mut world = World::new();
    let client = Client::udp(([198, 51, 100, 7], 777).into());
    let answer = world.unsigned(client, Ask::Binding);
    assert_eq!(answer.mapped, Some(client.addr));
}

#[test]
fn good_credentials_get_a_relayed_address() {
    let mut world = World::new();
    for (port, transport) in [(1, Transport::Udp), (2, Transport::Tcp)] {
        let mut anna = world.stranger(ANNA, port, transport);
        world.challenge(&mut anna);
        let made = world.ask(&anna, ALLOCATE);
        assert_eq!(made.error, None);
        assert!(made.signed);
        assert_eq!(made.lifetime, Some(600));
        assert_eq!(made.mapped, Some(anna.client.addr));
        assert_eq!(
            made.relayed.unwrap().ip(),
            SocketAddr::from((PUBLIC, 0)).ip()
        );
    }
    assert_eq!(world.engine.stats().allocations, 2);
}

#[test]
fn no_credentials_get_a_challenge() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    let answer = world.challenge(&mut anna);
    assert_nothing_but_a_challenge(&world, &answer);
}

#[test]
fn a_wrong_password_gets_a_challenge() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    anna.login.password.push('x');
    let answer = world.ask(&anna, ALLOCATE);
    assert_nothing_but_a_challenge(&world, &answer);
}

#[test]
fn expired_credentials_get_a_challenge() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.pass(Duration::from_hours(1));
    world.challenge(&mut anna);
    let answer = world.ask(&anna, ALLOCATE);
    assert_nothing_but_a_challenge(&world, &answer);
}

#[test]
fn an_expiry_that_was_not_issued_gets_a_challenge() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    anna.login.username = format!("9999999999:{ANNA}");
    let answer = world.ask(&anna, ALLOCATE);
    assert_nothing_but_a_challenge(&world, &answer);
}

#[test]
fn a_device_without_a_session_gets_a_challenge() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    world.live.lock().unwrap().remove(ANNA);
    let answer = world.ask(&anna, ALLOCATE);
    assert_nothing_but_a_challenge(&world, &answer);
}

#[test]
fn a_wrong_realm_gets_a_challenge() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    anna.login.realm = "elsewhere".to_owned();
    let answer = world.ask(&anna, ALLOCATE);
    assert_nothing_but_a_challenge(&world, &answer);
}

#[test]
fn an_old_nonce_and_somebody_elses_get_a_new_one() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);

    let mut elsewhere = anna.clone();
    elsewhere.client.addr.set_port(2);
    assert_eq!(world.ask(&elsewhere, ALLOCATE).error, Some(438));

    world.pass(Duration::from_hours(1));
    let issued = world.secret.issue(ANNA, world.now.unix + 3600);
    anna.login.username = issued.username;
    anna.login.password = issued.password;
    let stale = world.ask(&anna, ALLOCATE);
    assert_eq!(stale.error, Some(438));
    anna.login.nonce = stale.nonce.unwrap();
    assert_eq!(world.ask(&anna, ALLOCATE).error, None);
}

#[test]
fn an_allocation_answers_only_to_the_credentials_that_made_it() {
    let mut world = World::new();
    let anna = world.caller(ANNA, 1, Transport::Udp);
    let mut bert = world.stranger(BERT, 1, Transport::Udp);
    bert.login.realm.clone_from(&anna.login.realm);
    bert.login.nonce.clone_from(&anna.login.nonce);
    let refresh = Ask::Refresh { lifetime: 0 };
    assert_eq!(world.ask(&bert, refresh).error, Some(441));

    bert.login.username.clone_from(&anna.login.username);
    assert_eq!(world.ask(&bert, refresh).error, Some(401));
    assert_eq!(world.engine.stats().allocations, 1);
}

/// A browser cannot change the credentials of a running call.
#[test]
fn an_allocation_may_be_refreshed_after_its_credentials_expired() {
    let mut world = World::new();
    let mut anna = world.caller(ANNA, 1, Transport::Udp);
    for _ in 0..8 {
        world.pass(Duration::from_secs(500));
        let refreshed = world.ask(&anna, Ask::Refresh { lifetime: 600 });
        if refreshed.error == Some(438) {
            anna.login.nonce = refreshed.nonce.unwrap();
            let again = world.ask(&anna, Ask::Refresh { lifetime: 600 });
            assert_eq!(again.error, None);
        } else {
            assert_eq!(refreshed.error, None);
        }
    }
    world.live.lock().unwrap().remove(ANNA);
    let refused = world.ask(&anna, Ask::Refresh { lifetime: 600 });
    assert_eq!(refused.error, Some(401));
}

#[test]
fn nothing_but_udp_is_relayed() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    assert_eq!(world.ask(&anna, Ask::AllocateTcpRelay).error, Some(442));
}

#[test]
fn an_even_port_is_given_and_a_pair_is_not() {
    let mut world = World::new();
    for port in 1..9 {
        let mut anna = world.stranger(ANNA, port, Transport::Udp);
        world.challenge(&mut anna);
        let reserve = Ask::AllocateEven { reserve: true };
        assert_eq!(world.ask(&anna, reserve).error, Some(508));
        let even = Ask::AllocateEven { reserve: false };
        let relayed = world.ask(&anna, even).relayed.unwrap();
        assert_eq!(relayed.port() % 2, 0);
    }
}

#[test]
fn a_repeated_request_is_answered_again_and_a_second_one_refused() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    let request = ALLOCATE.encode(77, Some(&anna.login));
    let first = world.answer_to(anna.client, request.clone(), Some(&anna.login));
    let second = world.answer_to(anna.client, request, Some(&anna.login));
    assert_eq!(first, second);
    assert_eq!(world.ask(&anna, ALLOCATE).error, Some(437));
    assert_eq!(world.engine.stats().allocations, 1);
}

#[test]
fn without_an_allocation_there_is_nothing_to_do() {
    let mut world = World::new();
    let mut anna = world.stranger(ANNA, 1, Transport::Udp);
    world.challenge(&mut anna);
    let peer = (PUBLIC, 50000).into();
    for ask in [
        Ask::Refresh { lifetime: 600 },
        Ask::Permit(&[peer]),
        Ask::Bind {
            channel: 0x4000,
            peer,
        },
    ] {
        assert_eq!(world.ask(&anna, ask).error, Some(437));
    }
}
