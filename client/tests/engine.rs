//! Stories of the engine with the relay's real library on one thread, without a network between them, and
//! with a hostile relay where a story needs one: what it tells a device is changed on the way.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a changed wire passes every other frame on"
)]

#[cfg(test)]
mod engine {
    mod bench;
    mod breaks;
    mod call_orders;
    mod checkpoints;
    mod claimed_head;
    mod claimed_session;
    mod clock_jumps;
    mod company;
    mod crashes;
    mod direct;
    mod disappearing;
    mod emoji;
    mod empty_channels;
    mod enrolment;
    mod files;
    mod forks;
    mod guests;
    mod history;
    mod hostile;
    mod hostile_relay;
    mod key_flood;
    mod key_gate;
    mod keys;
    mod late_log;
    mod linking;
    mod malformed;
    mod outbox;
    mod past;
    mod people;
    mod positions;
    mod printing;
    #[path = "../simulation/ratchets.rs"]
    mod ratchets;
    mod redaction;
    mod relations;
    mod removal;
    #[path = "../simulation/seen.rs"]
    mod seen;
    mod status;
    mod takeover;
    mod vault;
    mod verification;
}
