//! The hosts to which this relay opens connections by itself. Without a setting that asks for one there is none: whoever
//! adds an outgoing connection adds it here, since the sandbox allows no other port.

use axum::http::Uri;

use crate::config::{Place, Settings, TlsTerms};

/// A host to which the relay connects, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingHost {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The setting that asks for it.
    pub setting: &'static str,
    /// What for, as the end of a sentence.
    pub purpose: String,
}

/// All of them, for these settings.
pub fn list(settings: &Settings) -> Vec<OutgoingHost> {
    let mut all = Vec::new();
    if let Some(Place::Bucket(bucket)) = &settings.backup.to {
        let purpose = "backups".to_owned();
        all.extend(host(&bucket.endpoint, "backup_to", purpose));
    }
    if let TlsTerms::Acme(acme) = &settings.tls {
        let purpose = "certificates".to_owned();
        all.extend(host(&acme.directory, "tls", purpose));
    }
    for provider in &settings.providers {
        let purpose = format!(
            "signing in with {}, and the hosts that this one names for it",
            provider.name
        );
        all.extend(host(&provider.issuer, "provider", purpose));
    }
    all
}

fn host(url: &str, setting: &'static str, purpose: String) -> Option<OutgoingHost> {
    let uri: Uri = url.parse().ok()?;
    let usual = if uri.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    Some(OutgoingHost {
        host: uri.host()?.to_owned(),
        port: uri.port_u16().unwrap_or(usual),
        setting,
        purpose,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_a_host_and_a_port() {
        let found = host("https://s3.example.org", "backup_to", String::new()).unwrap();
        assert_eq!((found.host.as_str(), found.port), ("s3.example.org", 443));
        let found = host("http://127.0.0.1:9000/x", "backup_to", String::new()).unwrap();
        assert_eq!((found.host.as_str(), found.port), ("127.0.0.1", 9000));
    }
}
