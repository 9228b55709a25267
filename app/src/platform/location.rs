//! The page's address. A secret after the `#` is moved out of sight, into the history entry's state, where a reload
//! still finds it and no screenshot or copied address does.

use wasm_bindgen::JsValue;
use web_sys::Window;

use super::js;

const SECRET: &str = "secret";
const MESSAGE: &str = "message=";

/// Where the page was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The path: `/join`.
    pub path: String,
    /// What stands after the `?`, without it.
    pub query: String,
    /// What stood after the `#`, without it. May be a secret.
    pub fragment: String,
}

/// Reads the address, and takes the fragment out of sight.
pub fn read() -> Address {
    let Some(window) = web_sys::window() else {
        return Address {
            path: "/".to_owned(),
            query: String::new(),
            fragment: String::new(),
        };
    };
    let location = window.location();
    let path = location.pathname().unwrap_or_default();
    let search = location.search().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    let mut fragment = hash.trim_start_matches('#').to_owned();
    if fragment.is_empty() {
        fragment = window
            .history()
            .and_then(|h| h.state())
            .map(|state| js::text(&state, SECRET))
            .unwrap_or_default();
    } else {
        let state = js::object(&[(SECRET, &JsValue::from_str(&fragment))]);
        replace(&window, &state, &format!("{path}{search}"));
    }
    Address {
        path,
        query: search.trim_start_matches('?').to_owned(),
        fragment,
    }
}

/// An address that leads to a message. What names it stands after the `#`, so no server hears of it.
pub fn of_message(channel: &str, item: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    format!("{}/#{MESSAGE}{channel}/{item}", origin.unwrap_or_default())
}

/// The channel and the message that such an address names.
pub fn message_of(fragment: &str) -> Option<(String, String)> {
    let (channel, item) = fragment.strip_prefix(MESSAGE)?.split_once('/')?;
    Some((channel.to_owned(), item.to_owned()))
}

/// Forgets the link the page was opened with: it was used, or is of no use. Neither going back nor a reload finds it.
pub fn forget_link() {
    if let Some(window) = web_sys::window() {
        let search = window.location().search().unwrap_or_default();
        replace(&window, &JsValue::NULL, &format!("/{search}"));
    }
}

/// `https://host:port`, as links are written.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// The host of the page, without the port.
pub fn host() -> String {
    web_sys::window()
        .and_then(|window| window.location().hostname().ok())
        .unwrap_or_default()
}

/// Leaves the page for an address of the relay.
pub fn go_to(address: &str) {
    if let Some(window) = web_sys::window() {
        window.location().assign(address).ok();
    }
}

/// Whether the browser grants this address what Parley needs: storage keys, locks, microphone. Plain HTTP is only
/// trusted from the same machine.
pub fn is_secure() -> bool {
    web_sys::window().is_some_and(|window| window.is_secure_context())
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        window.location().reload().ok();
    }
}

fn replace(window: &Window, state: &JsValue, address: &str) {
    if let Ok(history) = window.history() {
        history
            .replace_state_with_url(state, "", Some(address))
            .ok();
    }
}
