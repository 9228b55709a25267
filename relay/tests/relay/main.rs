//! What the relay promises, one behaviour a file: through its real routes and sockets where those matter,
//! and on one thread with virtual time where they do not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets something else has failed"
)]

mod support;

mod account;
mod acme;
mod administering;
mod api;
mod bad_frames;
mod blob_life;
mod blob_quotas;
mod call_moderation;
mod call_roster;
mod clock_jumps;
mod deletion;
mod disappearing;
mod doors;
mod file_disk;
mod file_endpoints;
mod file_floods;
mod floods;
mod full_disk;
mod guessing;
mod guests;
#[cfg(target_os = "linux")]
mod half_open;
mod ice;
mod idempotence;
mod join;
mod kill;
mod linking;
mod log_reading;
mod login;
mod mailbox;
mod mailbox_terms;
mod metrics;
mod observability;
mod origin;
mod oversized;
mod own_sessions;
mod pace;
mod passkeys;
mod prekeys;
mod presence;
mod private_folder;
mod proxied;
mod quotas;
mod readmission;
mod real_proxies;
mod redaction;
mod redaction_rights;
mod refresh;
mod removal;
mod resume;
mod rooms;
mod second_factor;
mod secrets;
mod sessions;
mod setup;
mod slow_reader;
mod socket;
#[cfg(target_os = "linux")]
mod strangers;
mod stripped_upgrade;
mod tls;
mod tls_files;
mod upgrades;
mod vault;
mod vault_compaction;
mod vault_reading;
