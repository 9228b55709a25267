//! Whether what is set can work at all.

use parley_protocol::admin::Finding;

use crate::doctor::facts::{Facts, Told};

const CHECK: &str = "settings";

pub(super) fn check(facts: &Facts) -> Vec<Finding> {
    let told = &facts.told;
    let mut found: Vec<Finding> = [origin(told), listen(told), turn(told)]
        .into_iter()
        .flatten()
        .collect();
    if found.is_empty() {
        found.push(Finding::good(CHECK, "The settings fit together."));
    }
    found
}

fn origin(told: &Told) -> Option<Finding> {
    match &told.origin {
        None => Some(Finding::bad(
            CHECK,
            "The relay does not know under which name people reach it.",
            "Set the address that people type, with your own name:\nparley-relay --domain chat.example.org",
        )),
        Some(origin) if !origin.is_https() && !origin.is_loopback() => Some(Finding::bad(
            CHECK,
            format!("{origin} is not https: browsers allow neither keys nor a microphone there."),
            "Use https, with your own name:\nparley-relay --domain chat.example.org",
        )),
        Some(_) => None,
    }
}

fn listen(told: &Told) -> Option<Finding> {
    let is_local = told.listen.ip().to_canonical().is_loopback();
    (is_local && !told.behind_proxy && told.origin.as_ref().is_some_and(|it| !it.is_loopback()))
        .then(|| {
            Finding::bad(
                CHECK,
                format!(
                    "The relay listens on {}, which only this machine reaches, and it is told of no proxy in front.",
                    told.listen
                ),
                "Behind a proxy on this machine:\ntrusted_proxies = [\"127.0.0.1\"]\nWithout one, listen on every address:\nlisten = \"0.0.0.0:443\"",
            )
        })
}

fn turn(told: &Told) -> Option<Finding> {
    told.turn_listen.is_none().then(|| {
        Finding::note(
            CHECK,
            "STUN and TURN are off: calls work only between devices that reach each other directly.",
            "Switch them on:\nturn_listen = \"0.0.0.0:3478\"",
        )
    })
}
