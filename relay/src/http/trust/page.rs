//! The page itself: words, a QR code that leads a phone to it, and a style of its own that is allowed by its hash.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcodegen::{QrCode, QrCodeEcc};
use sha2::{Digest as _, Sha256};

const STYLE: &str = ":root{color-scheme:light dark;font:1.05rem/1.5 system-ui,sans-serif}\
body{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 4rem}\
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}\
a.get{display:inline-block;padding:.7rem 1.2rem;border-radius:.5rem;background:#2457d6;color:#fff;text-decoration:none}\
a:focus-visible,summary:focus-visible{outline:3px solid #e08a00;outline-offset:2px}\
code{font:.95rem/1.6 ui-monospace,monospace;overflow-wrap:anywhere}\
img{display:block;width:12rem;height:12rem;background:#fff;border-radius:.5rem}\
details{border-top:1px solid #8886;padding:.6rem 0}summary{cursor:pointer;font-weight:600}";

/// Nothing but this style and the picture in the page.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

/// `fingerprint` has hex digits and colons only, and `address` what stands in a host: nothing is escaped.
pub(super) fn html(fingerprint: &str, address: &str) -> String {
    let picture = STANDARD.encode(picture(address));
    let systems = systems();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Trust this Parley</title>\
<style>{STYLE}</style></head><body><main><h1>Trust this Parley</h1>\
<p>This community runs in a network of its own, so no public authority vouches for it. Your device can learn to \
recognise it: install its certificate once, and the warning is gone.</p>\
<p>The certificate is good for this community and for addresses in your own network only. Nobody can use it to pretend \
to be another site.</p>\
<h2>1. Check the fingerprint</h2><p>Ask whoever runs this community to read theirs to you; it stands in the terminal \
where the relay was started. If it is another one, stop here.</p><p>SHA-256<br><code>{fingerprint}</code></p>\
<h2>2. Get the certificate</h2><p><a class=\"get\" href=\"/trust/parley-ca.crt\">Download the certificate</a></p>\
<h2>3. Install it</h2>{systems}\
<h2>On a phone</h2><p>Open this page there by its camera:</p>\
<img alt=\"QR code that leads to {address}\" src=\"data:image/svg+xml;base64,{picture}\">\
<p><code>{address}</code></p>\
<h2>4. Open the community</h2><p><a href=\"/\">Go to the community</a>. If the warning is still there, close all tabs \
of it and open it again.</p></main></body></html>"
    )
}

const SYSTEMS: [(&str, &[&str]); 6] = [
    (
        "iPhone and iPad",
        &[
            "Open this page in Safari, download the certificate, and allow the profile.",
            "In Settings, tap “Profile Downloaded” near the top, then Install.",
            "Go to General, About, Certificate Trust Settings, and turn on the Parley certificate.",
        ],
    ),
    (
        "Android",
        &[
            "Download the certificate.",
            "In Settings, search for “CA certificate”, choose “Install anyway”, and pick parley-ca.crt.",
        ],
    ),
    (
        "Windows",
        &[
            "Download the certificate and open it.",
            "Choose Install Certificate, Current User, and “Place all certificates in the following store”.",
            "Browse to “Trusted Root Certification Authorities”, and finish.",
        ],
    ),
    (
        "macOS",
        &[
            "Download the certificate and open it: Keychain Access adds it.",
            "Double-click the Parley certificate there, open Trust, and choose “Always Trust”.",
        ],
    ),
    (
        "Linux (Chrome, Chromium, Edge)",
        &[
            "Download the certificate.",
            "Open the browser's settings, search for “Manage certificates”, and import it under Authorities, for \
             websites.",
        ],
    ),
    (
        "Firefox on any computer",
        &[
            "Download the certificate.",
            "In Settings, search for “View Certificates”, open Authorities, Import, and tick “identify websites”.",
        ],
    ),
];

fn systems() -> String {
    let mut all = String::new();
    for (name, steps) in SYSTEMS {
        all.extend(["<details><summary>", name, "</summary><ol>"]);
        for step in steps {
            all.extend(["<li>", step, "</li>"]);
        }
        all.push_str("</ol></details>");
    }
    all
}

/// The QR code as SVG; empty for an address that is too long for one.
fn picture(address: &str) -> String {
    const QUIET: i32 = 3;
    let Ok(code) = QrCode::encode_text(address, QrCodeEcc::Medium) else {
        return String::new();
    };
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    let side = code.size() + 2 * QUIET;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    )
}
