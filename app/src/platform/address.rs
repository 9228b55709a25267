//! Addresses of other pages, as the browser reads them.

use web_sys::Url;

/// An address as it can be shown: where the host has letters other than ASCII's, all of it as the browser sends it, with
/// the host in punycode, so that it cannot look like another one.
pub fn shown(address: &str) -> String {
    let host_end = address.find("//").map_or(0, |at| at + 2);
    let host = address.get(host_end..).unwrap_or(address);
    let host = host.split(['/', '?', '#']).next().unwrap_or(host);
    if host.is_ascii() {
        address.to_owned()
    } else {
        target(address)
    }
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Where an address leads, in ASCII.
pub fn target(address: &str) -> String {
    Url::new(address).map_or_else(|_| String::new(), |url| url.href())
}

/// The host that an address leads to, or the mail address.
pub fn host(address: &str) -> String {
    let Ok(url) = Url::new(address) else {
        return String::new();
    };
    match url.host() {
        host if host.is_empty() => url.pathname(),
        host => host,
    }
}
