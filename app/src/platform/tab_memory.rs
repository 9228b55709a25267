//! What one tab remembers when it is loaded anew: `sessionStorage`. It ends with the tab.

use web_sys::Storage;

/// What is kept under a name.
pub fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a text under a name.
pub fn write(name: &str, text: &str) {
    if let Some(storage) = storage() {
        // Without it nothing is remembered, which is no harm.
        storage.set_item(name, text).ok();
    }
}

pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        storage.remove_item(name).ok();
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
