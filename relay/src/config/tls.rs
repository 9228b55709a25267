//! Whether the relay speaks TLS itself, and with which certificate.

use std::path::PathBuf;

use super::Origin;

/// Let's Encrypt (RFC 8555 section 7.1.1: the directory is where a client begins).
const DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// The settings for TLS do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTls {
    /// `tls = files` names no files.
    #[error("`tls = files` needs `tls_certificate` and `tls_key`: the paths of two PEM files")]
    NoFiles,
    /// Files are named and not used.
    #[error("`tls_certificate` and `tls_key` are used with `tls = files` only")]
    UnusedFiles,
    /// `tls = acme` has no name to ask a certificate for.
    #[error(
        "`tls = acme` needs the name of this server: set `public_url = https://chat.example.org`, or `acme_domains`"
    )]
    NoDomain,
    /// No authority gives certificates for this by ACME.
    #[error(
        "`{0}` gets no certificate by ACME: expected a name in the DNS, such as chat.example.org. In a network of your \
         own use `tls = self-signed`"
    )]
    BadDomain(String),
    /// Credentials and certificates are not asked for in the clear.
    #[error("`acme_directory` must begin with https://, but is `{0}`")]
    BadDirectory(String),
    /// People would be sent to an address that does not answer them.
    #[error("`public_url` is `{0}`, which is not https, and `tls` is on: change one of them")]
    PlainUrl(Origin),
}

/// As given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// TLS: `off` for this machine or behind a proxy, `files` for a certificate of yours, `self-signed` for a network
    /// of your own, `acme` for a certificate from Let's Encrypt. [default: off, with `domain` acme]
    #[arg(long, value_name = "MODE", value_enum)]
    tls: Option<TlsMode>,
    /// With `tls = files`: PEM file with the certificate and those between it and the root. Read again when it changes.
    #[arg(long, value_name = "FILE")]
    tls_certificate: Option<PathBuf>,
    /// With `tls = files`: PEM file with the private key. Read again when it changes.
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// With `tls = acme`: names to ask a certificate for. [default: host of the public URL]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    acme_domains: Vec<String>,
    /// With `tls = acme`: e-mail address at which the authority warns of certificates that end.
    #[arg(long, value_name = "ADDRESS")]
    acme_contact: Option<String>,
    /// With `tls = acme`: where the authority's service is described.
    #[arg(long, value_name = "URL", default_value = DIRECTORY)]
    acme_directory: String,
    /// With `tls = acme`: PEM file with a root certificate by which the authority's own service is recognised, for an
    /// authority of your own. [default: the system's]
    #[arg(long, value_name = "FILE")]
    acme_root: Option<PathBuf>,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TlsMode {
    /// No TLS: for this machine, or behind a proxy that has it.
    Off,
    /// Two PEM files.
    Files,
    /// An authority of this relay's own.
    SelfSigned,
    /// An ACME authority, such as Let's Encrypt.
    Acme,
}

/// TLS, with everything that its mode needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TlsTerms {
    /// No TLS.
    #[default]
    Off,
    /// A certificate in files, read again when they change.
    Files {
        /// PEM: the chain, leaf first.
        certificate: PathBuf,
        /// PEM: the private key.
        key: PathBuf,
    },
    /// Certificates signed by an authority that is made at the first start.
    SelfSigned,
    /// Certificates by ACME (RFC 8555).
    Acme(AcmeTerms),
}

/// How certificates are asked for by ACME.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeTerms {
    /// Names in the certificate; at least one.
    pub domains: Vec<String>,
    /// Such as `mailto:host@example.org`.
    pub contact: Option<String>,
    /// URL of the directory.
    pub directory: String,
    /// PEM file with the root of the authority's own service. `None`: the system's roots.
    pub root: Option<PathBuf>,
}

impl TlsTerms {
    /// Whether the relay speaks TLS itself.
    pub fn is_on(&self) -> bool {
        *self != Self::Off
    }

    /// The mode's name, as it is given.
    pub fn mode(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Files { .. } => "files",
            Self::SelfSigned => "self-signed",
            Self::Acme(_) => "acme",
        }
    }

    /// `has_domain`: the short form was given.
    pub(super) fn complete(
        given: &Given,
        has_domain: bool,
        public_url: Option<&Origin>,
    ) -> Result<Self, BadTls> {
        let usual = if has_domain {
            TlsMode::Acme
        } else {
            TlsMode::Off
        };
        let mode = given.tls.unwrap_or(usual);
        if mode != TlsMode::Files && (given.tls_certificate.is_some() || given.tls_key.is_some()) {
            return Err(BadTls::UnusedFiles);
        }
        if mode != TlsMode::Off
            && let Some(plain) = public_url.filter(|url| !url.is_https())
        {
            return Err(BadTls::PlainUrl(plain.clone()));
        }
        match mode {
            TlsMode::Off => Ok(Self::Off),
            TlsMode::SelfSigned => Ok(Self::SelfSigned),
            TlsMode::Files => match (&given.tls_certificate, &given.tls_key) {
                (Some(certificate), Some(key)) => Ok(Self::Files {
                    certificate: certificate.clone(),
                    key: key.clone(),
                }),
                (Some(_) | None, Some(_) | None) => Err(BadTls::NoFiles),
            },
            TlsMode::Acme => AcmeTerms::complete(given, public_url).map(Self::Acme),
        }
    }
}

impl AcmeTerms {
    fn complete(given: &Given, public_url: Option<&Origin>) -> Result<Self, BadTls> {
        let mut domains = given.acme_domains.clone();
        if domains.is_empty() {
            let host = public_url.ok_or(BadTls::NoDomain)?.host();
            domains.push(host.to_owned());
        }
        for domain in &mut domains {
            *domain = domain.trim().to_ascii_lowercase();
        }
        if let Some(bad) = domains.iter().find(|domain| !is_dns_name(domain)) {
            return Err(BadTls::BadDomain(bad.clone()));
        }
        if !given.acme_directory.starts_with("https://") {
            return Err(BadTls::BadDirectory(given.acme_directory.clone()));
        }
        let contact = given.acme_contact.as_deref().map(|contact| match contact {
            contact if contact.starts_with("mailto:") => contact.to_owned(),
            address => format!("mailto:{address}"),
        });
        Ok(Self {
            domains,
            contact,
            directory: given.acme_directory.clone(),
            root: given.acme_root.clone(),
        })
    }
}

/// Letters, digits and hyphens in at least two labels, the last not a number (so no IPv4 address).
fn is_dns_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.contains('.') && !is_number(last) && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Flags {
        #[command(flatten)]
        given: Given,
    }

    fn terms(url: Option<&str>, flags: &[&str]) -> Result<TlsTerms, BadTls> {
        let flags = Flags::try_parse_from([&["x"], flags].concat()).unwrap();
        let url = url.map(|url| url.parse::<Origin>().unwrap());
        TlsTerms::complete(&flags.given, false, url.as_ref())
    }

    #[test]
    fn a_certificate_by_acme_is_for_the_public_host() {
        let found = terms(
            Some("https://Chat.example.org:8443"),
            &["--tls=acme", "--acme-contact=host@example.org"],
        );
        let TlsTerms::Acme(acme) = found.unwrap() else {
            panic!();
        };
        assert_eq!(acme.domains, ["chat.example.org"]);
        assert_eq!(acme.contact.unwrap(), "mailto:host@example.org");
        assert_eq!(acme.directory, DIRECTORY);
        let given = ["--tls=acme", "--acme-domains=a.example, b.example"];
        let TlsTerms::Acme(acme) = terms(None, &given).unwrap() else {
            panic!();
        };
        assert_eq!(acme.domains, ["a.example", "b.example"]);
    }

    #[test]
    fn what_gets_no_certificate_by_acme_is_said_at_the_start() {
        assert_eq!(terms(None, &["--tls=acme"]), Err(BadTls::NoDomain));
        for host in ["192.0.2.1", "[2001:db8::1]", "chat", "a_b.example"] {
            let url = format!("https://{host}");
            let found = terms(Some(&url), &["--tls=acme"]);
            assert_eq!(found, Err(BadTls::BadDomain(host.into())), "{host}");
        }
        let plain = ["--tls=acme", "--acme-directory=http://ca.example/dir"];
        let found = terms(Some("https://chat.example"), &plain);
        assert!(matches!(found, Err(BadTls::BadDirectory(_))));
    }

    #[test]
    fn files_come_in_pairs() {
        let both = ["--tls=files", "--tls-certificate=a", "--tls-key=b"];
        let found = terms(None, &both).unwrap();
        assert!(found.is_on());
        assert_eq!(terms(None, &both[..2]), Err(BadTls::NoFiles));
        assert_eq!(terms(None, &both[1..]), Err(BadTls::UnusedFiles));
    }

    #[test]
    fn the_public_address_must_be_the_one_that_answers() {
        let url = Some("http://chat.example.org");
        let found = terms(url, &["--tls=self-signed"]);
        assert!(matches!(found, Err(BadTls::PlainUrl(_))));
        assert_eq!(terms(url, &[]), Ok(TlsTerms::Off));
    }
}
