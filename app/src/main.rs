//! The Parley web client. Puts [`app::App`] on the page; nothing else lives here.
#![expect(
    unreachable_pub,
    reason = "nothing outside reaches into a binary: pub here means, for the other modules"
)]
#![cfg_attr(
    feature = "gallery",
    expect(dead_code, reason = "example content does not use every state")
)]

mod app;
mod behaviour;
mod components;
#[cfg(not(feature = "gallery"))]
mod drivers;
#[cfg(feature = "gallery")]
mod gallery;
mod pages;
mod platform;
mod stores;
mod words;

fn main() {
    #[cfg(not(feature = "gallery"))]
    if drivers::serve_as_worker() {
        return;
    }
    leptos::mount::mount_to_body(app::App);
}
