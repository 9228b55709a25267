//! Settings of the announcement in the local network.

use serde::Deserialize;

/// The name in the local network is none.
#[derive(Debug, thiserror::Error)]
#[error("mdns_name: `{0}` must be 1 to 63 letters, digits and dashes, without `.local`")]
pub struct BadMdnsName(String);

/// As given by one source.
#[derive(Debug, Default, clap::Args, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    /// Announce the relay in the local network by mDNS, so that others find it as `parley.local`, whatever address it
    /// has. [default: false]
    #[arg(long, env = "PARLEY_MDNS", num_args = 0..=1, default_missing_value = "true")]
    mdns: Option<bool>,
    /// Name in the local network, without `.local`. Two relays in one network need two. [default: parley]
    #[arg(long, env = "PARLEY_MDNS_NAME", value_name = "NAME")]
    mdns_name: Option<String>,
}

/// The name to announce, without `.local`. `None` if it is off.
pub(super) fn complete(first: Given, second: Given) -> Result<Option<String>, BadMdnsName> {
    let name = first.mdns_name.or(second.mdns_name);
    let name = name.unwrap_or_else(|| "parley".to_owned());
    let is_label = (1..=63).contains(&name.len())
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_label {
        return Err(BadMdnsName(name));
    }
    let is_on = first.mdns.or(second.mdns).unwrap_or(false);
    Ok(is_on.then(|| name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Result<Option<String>, BadMdnsName> {
        let given = Given {
            mdns: Some(true),
            mdns_name: Some(name.to_owned()),
        };
        complete(given, Given::default())
    }

    #[test]
    fn a_name_is_one_label() {
        assert_eq!(named("Club-2").unwrap().as_deref(), Some("club-2"));
        for wrong in ["", "a.local", "-a", "a-", "a b", "ä", &"a".repeat(64)] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
        assert_eq!(complete(Given::default(), Given::default()).unwrap(), None);
    }
}
