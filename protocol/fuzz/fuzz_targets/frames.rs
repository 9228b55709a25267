//! Any bytes as a frame, an entry, a body of HTTP, an invite link or a name. What can be read must be the same
//! after it was written and read again.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use parley_protocol::auth::{AddDeviceRequest, LogPage, LoginRequest, RegisterRequest};
use parley_protocol::channel::{Announcement, Redaction};
use parley_protocol::entry::{Entry, EntryBody};
use parley_protocol::frame::{ClientToRelay, RelayToClient, decode, encode};
use parley_protocol::invite::InviteLink;
use parley_protocol::names;
use parley_protocol::vault::VaultPage;

fn round_trip<T>(text: &str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug,
{
    if let Ok(value) = decode::<T>(text) {
        let written = encode(&value);
        let again: T = serde_json::from_str(&written).expect("what was written can be read");
        assert_eq!(again, value);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    round_trip::<ClientToRelay>(text);
    round_trip::<RelayToClient>(text);
    round_trip::<Entry>(text);
    round_trip::<EntryBody>(text);
    round_trip::<Announcement>(text);
    round_trip::<Redaction>(text);
    round_trip::<RegisterRequest>(text);
    round_trip::<LoginRequest>(text);
    round_trip::<AddDeviceRequest>(text);
    round_trip::<LogPage>(text);
    round_trip::<VaultPage>(text);
    if let Ok(link) = text.parse::<InviteLink>() {
        assert_eq!(link.to_string().parse(), Ok(link));
    }
    let folded = names::fold(text);
    assert_eq!(names::fold(&folded), folded);
    if names::check_member(text).is_ok() {
        assert!(names::check(text).is_ok());
    }
});
