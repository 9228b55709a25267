//! An authority of the relay's own, for a network where no other one gives certificates: made once, kept in the data
//! folder, and trusted by people by hand. It can vouch for nothing but this relay's name and addresses of private
//! networks: whoever trusts it trusts it for no other site.

use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parley_protocol::Millis;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints,
    SanType, date_time_ymd,
};
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::{provider, store};

const DAY: Duration = Duration::from_hours(24);
/// Trusting it anew is work for every person: it lasts as long as a server.
const AUTHORITY_LASTS: Duration = DAY.saturating_mul(3650);
/// Made anew by the relay itself. Apple's systems take at most 825 days.
pub(super) const LEAF_LASTS: Duration = DAY.saturating_mul(90);
/// Clocks in a network without internet differ.
const LEEWAY: Duration = DAY;

/// Networks for whose addresses it vouches: those that no route of the internet leads to.
const PRIVATE: [&str; 9] = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

/// Why the authority cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Its files cannot be read or written.
    #[error("cannot keep the relay's own certificate authority in {0}: {1}")]
    File(PathBuf, io::Error),
    /// What is in them cannot be used.
    #[error(
        "the relay's own certificate authority in {0} is damaged: {1}; restore it from a backup, or remove authority.* \
         there to make a new one, which everybody has to trust anew"
    )]
    Damaged(PathBuf, String),
    /// A certificate cannot be signed.
    #[error("cannot sign a certificate: {0}")]
    Sign(#[from] rcgen::Error),
    /// A certificate cannot be used.
    #[error("TLS: {0}")]
    Library(#[from] rustls::Error),
}

/// The authority: its certificate, which people trust, and its key, which stays here.
pub struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Certificate,
    key: KeyPair,
    /// Names for which it vouches, beside addresses.
    names: Vec<String>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority")
            .field("fingerprint", &self.fingerprint())
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl Authority {
    /// The authority in the folder. One that may not vouch for `host` is replaced: its relay has another name now.
    pub(super) fn open(
        folder: &Path,
        host: Option<&str>,
        own_names: &[String],
        now: Millis,
    ) -> Result<Self, AuthorityError> {
        if let Some(kept) = Self::kept(folder)? {
            if host.is_none_or(|host| kept.vouches_for(host)) {
                return Ok(kept);
            }
            tracing::warn!(
                "the relay's own certificate authority was made for another name: a new one is made, and everybody \
                 has to trust it anew"
            );
        }
        let file = |error| AuthorityError::File(folder.to_owned(), error);
        let names = permitted(host, own_names);
        let key = KeyPair::generate()?;
        let issuer = parameters(&names, now)?.self_signed(&key)?;
        store::folder(folder).map_err(file)?;
        let keep = |name: &str, content: &str| {
            store::write(&folder.join(name), content.as_bytes()).map_err(file)
        };
        // The certificate comes last: without it there is no authority.
        keep("authority.names", &names.join("\n"))?;
        keep("authority.key", &key.serialize_pem())?;
        keep("authority.pem", &issuer.pem())?;
        Ok(Self {
            certificate: issuer.der().clone(),
            issuer,
            key,
            names,
        })
    }

    /// The authority in the folder, if one was made.
    ///
    /// # Errors
    /// [`AuthorityError`] if its files cannot be read or do not belong together.
    pub fn kept(folder: &Path) -> Result<Option<Self>, AuthorityError> {
        let read = |name: &str| {
            store::read(&folder.join(name))
                .map_err(|error| AuthorityError::File(folder.to_owned(), error))
        };
        let damaged = |what: &str| AuthorityError::Damaged(folder.to_owned(), what.to_owned());
        let Some(pem) = read("authority.pem")? else {
            return Ok(None);
        };
        let key = read("authority.key")?.ok_or_else(|| damaged("authority.key is missing"))?;
        let names =
            read("authority.names")?.ok_or_else(|| damaged("authority.names is missing"))?;
        let names: Vec<String> = names.lines().map(str::to_owned).collect();
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| damaged(&error.to_string()))?;
        let key = KeyPair::from_pem(&key).map_err(|error| damaged(&error.to_string()))?;
        check_pair(&certificate, &key).map_err(|error| damaged(&error.to_string()))?;
        // Only its name and its key are read when it signs.
        let issuer = parameters(&names, 0)?.self_signed(&key)?;
        Ok(Some(Self {
            certificate,
            issuer,
            key,
            names,
        }))
    }

    /// Its certificate (X.509, DER), which people let their systems trust.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// SHA-256 of the certificate, as systems show it: `AB:CD:…`.
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        for (number, byte) in Sha256::digest(&self.certificate).iter().enumerate() {
            let colon = if number == 0 { "" } else { ":" };
            let _ = write!(text, "{colon}{byte:02X}");
        }
        text
    }

    /// Whether it may vouch for this name or address.
    pub(super) fn vouches_for(&self, host: &str) -> bool {
        if let Ok(address) = host.parse::<IpAddr>() {
            let private = PRIVATE.iter().any(|network| is_in(address, network));
            return private || self.names.iter().any(|name| name == host);
        }
        self.names.iter().any(|name| {
            host == name
                || host
                    .strip_suffix(name.as_str())
                    .is_some_and(|before| before.ends_with('.'))
        })
    }

    /// A certificate for these names and addresses, as far as it may vouch for them.
    pub(super) fn sign(
        &self,
        hosts: &[String],
        now: Millis,
    ) -> Result<CertifiedKey, AuthorityError> {
        let hosts = hosts.iter().filter(|host| self.vouches_for(host));
        let mut leaf = CertificateParams::default();
        leaf.subject_alt_names = hosts.filter_map(|host| subject(host)).collect();
        leaf.distinguished_name = named("Parley relay");
        lasts(&mut leaf, now, LEAF_LASTS);
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let signed = leaf.signed_by(&key, &self.issuer, &self.key)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = vec![signed.der().clone()];
        Ok(CertifiedKey::from_der(chain, key, &provider())?)
    }
}

fn check_pair(certificate: &CertificateDer<'static>, key: &KeyPair) -> Result<(), rustls::Error> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    CertifiedKey::from_der(vec![certificate.clone()], key, &provider()).map(|_| ())
}

fn parameters(names: &[String], now: Millis) -> Result<CertificateParams, AuthorityError> {
    let mut authority = CertificateParams::new(Vec::new())?;
    let first = names.first().map_or("this network", String::as_str);
    authority.distinguished_name = named(&format!("Parley of {first}"));
    lasts(&mut authority, now, AUTHORITY_LASTS);
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let subtrees = names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => GeneralSubtree::IpAddress(single(address)),
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    let private = PRIVATE
        .iter()
        .filter_map(|network| network.parse::<CidrSubnet>().ok())
        .map(GeneralSubtree::IpAddress);
    authority.name_constraints = Some(NameConstraints {
        permitted_subtrees: subtrees.chain(private).collect(),
        excluded_subtrees: Vec::new(),
    });
    Ok(authority)
}

/// Names for which a new authority vouches: the public one first.
fn permitted(host: Option<&str>, own_names: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let own = own_names.iter().map(String::as_str);
    for name in host.into_iter().chain(own).chain(["local", "localhost"]) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn subject(host: &str) -> Option<SanType> {
    match host.parse::<IpAddr>() {
        Ok(address) => Some(SanType::IpAddress(address)),
        Err(_) => host.try_into().ok().map(SanType::DnsName),
    }
}

fn single(address: IpAddr) -> CidrSubnet {
    CidrSubnet::from_addr_prefix(address, if address.is_ipv4() { 32 } else { 128 })
}

fn is_in(address: IpAddr, network: &str) -> bool {
    network
        .parse::<crate::config::Network>()
        .is_ok_and(|network| network.contains(address))
}

fn named(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

fn lasts(certificate: &mut CertificateParams, now: Millis, time: Duration) {
    let now = date_time_ymd(1970, 1, 1) + Duration::from_millis(now);
    certificate.not_before = now - LEEWAY;
    certificate.not_after = now + time;
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use tokio_rustls::rustls::RootCertStore;
    use tokio_rustls::rustls::client::WebPkiServerVerifier;
    use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
    use tokio_rustls::rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    const NOW: Millis = 1_800_000_000_000;

    fn open(folder: &TempDir, host: Option<&str>) -> Authority {
        Authority::open(folder.path(), host, &["nas".to_owned()], NOW).unwrap()
    }

    fn hosts(all: &[&str]) -> Vec<String> {
        all.iter().map(|&host| host.to_owned()).collect()
    }

    /// Whether somebody who trusts this authority takes the certificate for `host`, so many days later.
    fn is_taken(authority: &Authority, leaf: &CertifiedKey, host: &str, days: u64) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).unwrap();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider());
        let name = ServerName::try_from(host.to_owned()).unwrap();
        let time = Duration::from_millis(NOW) + DAY * u32::try_from(days).unwrap();
        let time = UnixTime::since_unix_epoch(time);
        let leaf = leaf.cert.first().unwrap();
        let browser = verifier.build().unwrap();
        browser
            .verify_server_cert(leaf, &[], &name, &[], time)
            .is_ok()
    }

    #[test]
    fn it_is_the_same_after_a_restart() {
        let folder = TempDir::new().unwrap();
        let made = open(&folder, Some("chat.example.org"));
        let kept = open(&folder, Some("chat.example.org"));
        assert_eq!(made.fingerprint(), kept.fingerprint());
        // What is signed after the restart is good with what was trusted before.
        let leaf = kept.sign(&hosts(&["chat.example.org"]), NOW).unwrap();
        assert!(is_taken(&made, &leaf, "chat.example.org", 0));
    }

    #[test]
    fn a_certificate_is_good_for_the_names_of_the_relay_and_its_addresses() {
        let folder = TempDir::new().unwrap();
        let authority = open(&folder, Some("chat.example.org"));
        let all = [
            "chat.example.org",
            "nas",
            "nas.local",
            "localhost",
            "192.168.1.5",
            "::1",
        ];
        let leaf = authority.sign(&hosts(&all), NOW).unwrap();
        for host in all {
            assert!(is_taken(&authority, &leaf, host, 89), "{host}");
            assert!(!is_taken(&authority, &leaf, host, 91), "{host}");
        }
        assert!(!is_taken(&authority, &leaf, "192.168.1.6", 0));
    }

    /// Whoever trusts it, and whoever steals its key, trusts and gets nothing beyond this network.
    #[test]
    fn it_cannot_vouch_for_anything_else() {
        let folder = TempDir::new().unwrap();
        let authority = open(&folder, Some("chat.example.org"));
        let foreign = ["bank.example", "example.org", "192.0.2.1"];
        let leaf = authority.sign(&hosts(&foreign), NOW).unwrap();
        assert!(!is_taken(&authority, &leaf, "bank.example", 0));

        // With the stolen key, a certificate for them is made all the same: nobody takes it.
        let mut forged = CertificateParams::new(hosts(&foreign)).unwrap();
        lasts(&mut forged, NOW, LEAF_LASTS);
        let key = KeyPair::generate().unwrap();
        let forged = forged.signed_by(&key, &authority.issuer, &authority.key);
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let chain = vec![forged.unwrap().der().clone()];
        let forged = CertifiedKey::from_der(chain, key, &provider()).unwrap();
        for host in foreign {
            assert!(!is_taken(&authority, &forged, host, 0), "{host}");
        }
    }

    #[test]
    fn a_relay_with_another_name_has_another_authority() {
        let folder = TempDir::new().unwrap();
        let first = open(&folder, Some("chat.example.org"));
        let below = open(&folder, Some("chat.example.org"));
        assert_eq!(first.fingerprint(), below.fingerprint());
        let other = open(&folder, Some("talk.example.net"));
        assert_ne!(first.fingerprint(), other.fingerprint());
        let public = open(&folder, Some("203.0.113.9"));
        assert!(public.vouches_for("203.0.113.9") && !public.vouches_for("203.0.113.8"));
    }

    #[test]
    fn damage_is_said_and_nothing_is_overwritten() {
        let folder = TempDir::new().unwrap();
        open(&folder, None);
        let key = folder.path().join("authority.key");
        let other = KeyPair::generate().unwrap().serialize_pem();
        for damage in ["", "nonsense", other.as_str()] {
            std::fs::write(&key, damage).unwrap();
            let found = Authority::open(folder.path(), None, &[], NOW);
            assert!(matches!(found, Err(AuthorityError::Damaged(..))));
            assert_eq!(std::fs::read_to_string(&key).unwrap(), damage);
        }
    }

    #[cfg(unix)]
    #[test]
    fn its_files_are_for_this_account_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = TempDir::new().unwrap();
        let folder = parent.path().join("tls");
        Authority::open(&folder, None, &[], NOW).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for file in std::fs::read_dir(&folder).unwrap() {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }

    #[test]
    fn its_key_is_not_shown() {
        let folder = TempDir::new().unwrap();
        let authority = open(&folder, None);
        let shown = format!("{authority:?}");
        assert!(shown.contains(&authority.fingerprint()), "{shown}");
        assert!(!shown.contains("key"), "{shown}");
    }
}
