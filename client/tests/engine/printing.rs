//! Printing a value for a log shows no secret and nothing that was written.

use parley_client::Engine;
use parley_client::enrol;
use parley_client::rng::Rng;

use super::bench::{Bench, password};

#[test]
fn printing_shows_nothing_secret() {
    const TEXT: &str = "nobody's business";
    let mut bench = Bench::of_two();
    let general = bench.general();
    bench.write(0, general, TEXT);

    let records = bench.devices[1].records();
    let mut engine = Engine::restore(&records, [5; 32], bench.now)
        .unwrap()
        .unwrap();
    engine.handle_connected("the access token".to_owned(), bench.now);
    let nonce = parley_protocol::keys::Nonce::from_bytes([1; 32]);
    let challenge = parley_protocol::frame::RelayToClient::Challenge { nonce };
    engine.handle_frame(&parley_protocol::frame::encode(&challenge), bench.now);
    engine
        .send_text(general, TEXT.to_owned(), bench.now)
        .unwrap();

    let effects: Vec<_> = std::iter::from_fn(|| engine.poll_effect()).collect();
    let timeline = engine.timeline(&general);
    let state = engine.connection();
    let printed = format!("{engine:?} {records:?} {effects:?} {timeline:?} {state:?}");
    assert!(printed.contains("Send("), "{printed}");
    assert!(!printed.contains(TEXT));
    assert!(!printed.contains("access token"));
    // A number alone is no secret.
    for record in records.iter().filter(|record| record.value.len() > 20) {
        let value = String::from_utf8_lossy(&record.value);
        assert!(!printed.contains(&*value), "{}", record.table.as_str());
    }
}

#[test]
fn printing_keys_shows_none() {
    let community = parley_protocol::ids::CommunityId::from_bytes([1; 32]);
    let keys = password("ada", &community);
    assert_eq!(format!("{keys:?}"), "PasswordKeys(..)");
    assert_eq!(format!("{:?}", keys.login_secret()), "LoginSecret(..)");
    assert_eq!(format!("{:?}", Rng::from_seed([1; 32])), "Rng(..)");
    let mut bench = Bench::new();
    let link = bench.invite();
    let printed = format!("{link:?}");
    let link = link.to_string();
    let secret = link.rsplit('.').next().unwrap();
    assert!(!printed.contains(secret));
    let error: enrol::EnrolError = parley_client::vault::OpenVaultError::WrongKey.into();
    assert_eq!(error.to_string(), "the vault does not open with this key");
}
