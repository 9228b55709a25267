//! A mark that this browser had keys once. It stands in the local storage, which may outlive the store that the keys
//! were in; it says nothing about who it was.

const ENTRY: &str = "parley.had_keys";

/// Whether the mark is there.
pub fn is_there() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(ENTRY), Ok(Some(_))))
}

/// Leaves it. A browser that keeps nothing has nothing to lose either.
pub fn leave() {
    if let Some(storage) = storage() {
        storage.set_item(ENTRY, "yes").ok();
    }
}

/// Takes it away: the keys were forgotten on purpose.
pub fn remove() {
    if let Some(storage) = storage() {
        storage.remove_item(ENTRY).ok();
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
