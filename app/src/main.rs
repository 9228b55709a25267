//! The Parley web client. Starts the stores, the drivers and the view; nothing else lives here.
mod stores;
fn main() {}
