//! Settings of the announcement in the local network.

/// The name in the local network is none.
#[derive(Debug, thiserror::Error)]
#[error("mdns_name: `{0}` must be 1 to 63 letters, digits and dashes, without `.local`")]
pub struct BadMdnsName(String);

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Announce the relay in the local network by mDNS, so that others find it as `parley.local`, whatever address it
    /// has.
    #[arg(
        long,
        num_args = 0..=1,
        default_missing_value = "true",
        default_value_t = false,
        action = clap::ArgAction::Set
    )]
    mdns: bool,
    /// Name in the local network, without `.local`. Two relays in one network need two.
    #[arg(long, value_name = "NAME", default_value = "parley")]
    mdns_name: String,
}

/// The name to announce, without `.local`. `None` if it is off.
pub(super) fn complete(given: Given) -> Result<Option<String>, BadMdnsName> {
    let name = given.mdns_name;
    let is_label = (1..=63).contains(&name.len())
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_label {
        return Err(BadMdnsName(name));
    }
    Ok(given.mdns.then(|| name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Result<Option<String>, BadMdnsName> {
        complete(Given {
            mdns: true,
            mdns_name: name.to_owned(),
        })
    }

    #[test]
    fn a_name_is_one_label() {
        assert_eq!(named("Club-2").unwrap().as_deref(), Some("club-2"));
        for wrong in ["", "a.local", "-a", "a-", "a b", "ä", &"a".repeat(64)] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
        let off = Given {
            mdns: false,
            mdns_name: "parley".to_owned(),
        };
        assert_eq!(complete(off).unwrap(), None);
    }
}
