//! Running futures on the page's one thread.

use std::future::Future;

/// Starts a future. It runs until it is done; nobody waits for it.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    js_sys::futures::spawn_local(future);
}
