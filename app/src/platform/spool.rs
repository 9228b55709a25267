//! What waits on this browser's disk to be sent: sealed chunks of files. The worker of files writes and reads them.

use super::js;

const SPOOL: &str = "spool";

/// Forgets all of it.
pub async fn clear() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let storage = js::field(&window.navigator(), "storage");
    if let Ok(root) = js::call_async(&storage, "getDirectory", &[]).await {
        let all = js::object(&[("recursive", &true.into())]);
        js::call_async(&root, "removeEntry", &[&SPOOL.into(), &all])
            .await
            .ok();
    }
}
