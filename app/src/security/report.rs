//! A report on the health of encryption for whoever helps: numbers, states, and the kind of browser. What goes in has
//! room for nothing else.

use std::fmt::Write;

use super::store::{Health, Stored, Vault, VaultTrouble};
use crate::timeline::store::Unreadable;

/// The report, a line for each matter.
pub fn report(health: &Health, browser: &str) -> String {
    let Health {
        readable,
        unread,
        unsent,
        channels,
        log_entries,
        devices,
        is_held,
        is_online,
        warnings,
        storage,
        kept,
        all,
        vault,
        one_time_keys,
    } = health;
    let mut text = String::from("Parley report\n");
    let mut line = |name: &str, value: String| {
        writeln!(text, "{name}: {value}").ok();
    };
    line("version", env!("CARGO_PKG_VERSION").to_owned());
    line("browser", browser.to_owned());
    line("connected", yes(*is_online));
    line("sending held back", yes(*is_held));
    line("warnings", warnings.to_string());
    line("log entries", log_entries.to_string());
    line("own devices", devices.to_string());
    line("channels", channels.to_string());
    line("messages readable", readable.to_string());
    for it in unread {
        let name = format!("messages not readable, {}", reason(it.why));
        line(&name, it.count.to_string());
    }
    line("items kept", format!("{kept} of {all}"));
    line("messages unsent", unsent.to_string());
    if let Some(keys) = one_time_keys {
        line("one-time keys", keys.to_string());
    }
    if let Some(Vault {
        exists,
        waiting,
        trouble,
    }) = vault
    {
        line("vault", yes(*exists));
        line("vault, keys to come", waiting.to_string());
        let trouble = match trouble {
            None => "none",
            Some(VaultTrouble::Full) => "full",
            Some(VaultTrouble::Refused) => "refused",
        };
        line("vault, trouble", trouble.to_owned());
    }
    if let Some(Stored {
        is_persistent,
        used,
        quota,
    }) = storage
    {
        line("storage persistent", yes(*is_persistent));
        line("storage used", format!("{used:.0} bytes"));
        line("storage quota", format!("{quota:.0} bytes"));
    }
    text
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn reason(why: Unreadable) -> &'static str {
    match why {
        Unreadable::KeyNotHere => "key not here",
        Unreadable::TooNew => "too new",
        Unreadable::BeforeJoined => "before joined",
        Unreadable::SessionRetired => "session retired",
        Unreadable::NotPermitted => "not permitted",
        Unreadable::Damaged => "damaged",
        Unreadable::TakenAway => "taken away",
        Unreadable::Blocked => "blocked",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::report;
    use crate::security::store::{Health, Stored, Unread, Vault};
    use crate::timeline::store::Unreadable;

    fn health(number: u32, is: bool) -> Health {
        Health {
            readable: number,
            unread: Unreadable::ALL
                .map(|why| Unread { why, count: number })
                .into(),
            unsent: number,
            channels: number,
            log_entries: u64::from(number),
            devices: number,
            is_held: is,
            is_online: is,
            warnings: number,
            kept: number.into(),
            all: number.into(),
            storage: Some(Stored {
                is_persistent: is,
                used: f64::from(number),
                quota: f64::from(number),
            }),
            vault: Some(Vault {
                exists: is,
                waiting: number,
                trouble: None,
            }),
            one_time_keys: Some(number),
        }
    }

    #[test]
    fn it_says_what_could_not_be_read_and_why() {
        let text = report(&health(7, true), "Firefox on Linux");
        assert!(text.contains("messages not readable, key not here: 7"));
        assert!(text.contains("storage persistent: yes"));
        assert!(text.contains("browser: Firefox on Linux"));
    }

    proptest! {
        /// Every word of it is one of the program's own, and every value a number or a state: there is no place in it for
        /// a name, a text, a key or an id.
        #[test]
        fn nothing_is_in_it_but_numbers_and_states(number in any::<u32>(), is in any::<bool>()) {
            let text = report(&health(number, is), "Firefox on Linux");
            for line in text.lines().skip(1) {
                let (_, value) = line.split_once(": ").unwrap();
                let first = value.split(' ').next().unwrap();
                let is_number = first.chars().all(|it| it.is_ascii_digit() || it == '.');
                let is_state = matches!(value, "yes" | "no" | "none" | "Firefox on Linux");
                prop_assert!(is_number || is_state, "{line}");
            }
            let names = |text: &str| -> Vec<String> {
                text.lines().map(|line| line.split(": ").next().unwrap().to_owned()).collect()
            };
            prop_assert!(names(&text) == names(&report(&health(1, false), "")));
        }
    }
}
