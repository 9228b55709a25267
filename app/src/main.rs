//! The Parley web client. Puts [`shell::App`] on the page; nothing else lives here.
#![expect(
    unreachable_pub,
    reason = "nothing outside reaches into a binary: pub here means, for the other modules"
)]
#![cfg_attr(
    feature = "gallery",
    expect(dead_code, reason = "example content does not use every state")
)]

mod admin;
mod alerts;
mod call;
mod channels;
mod chunk;
mod composer;
mod connection;
mod direct;
mod doctor;
#[cfg(not(feature = "gallery"))]
mod driver;
mod emoji;
mod enrolment;
mod files;
#[cfg(feature = "gallery")]
mod gallery;
mod ids;
mod invites;
mod linking;
mod people;
mod platform;
mod roles;
mod search;
mod security;
mod settings;
mod shell;
mod stores;
mod switcher;
mod timeline;
mod ui;
mod vault;
mod verification;

fn main() {
    platform::crash::report_place();
    #[cfg(not(feature = "gallery"))]
    if shell::driver::serve_as_worker() {
        return;
    }
    leptos::mount::mount_to_body(shell::App);
}
