//! Identity providers (OpenID Connect), as `[[provider]]` tables of the configuration file.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use parley_protocol::invite::InviteLink;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::origin::is_loopback;

/// A provider's table is not usable.
#[derive(Debug, thiserror::Error)]
pub enum BadProvider {
    /// The id would not fit into an address.
    #[error("the provider id `{0}` must be 1 to 32 lower-case letters, digits and dashes")]
    Id(String),
    /// Two tables have the same id.
    #[error("there are two providers with the id `{0}`")]
    Twice(String),
    /// The issuer is no address of TLS.
    #[error("provider `{0}`: the issuer must be an https URL, as its discovery document says it")]
    Issuer(String),
    /// Neither or both of the two ways to give the secret.
    #[error("provider `{0}`: give either client_secret or client_secret_file")]
    Secret(String),
    /// The file with the secret cannot be read.
    #[error("provider `{0}`: cannot read {1}: {2}")]
    SecretFile(String, PathBuf, std::io::Error),
    /// The invite is no link of Parley's.
    #[error("provider `{0}`: the invite must be a whole invite link, as the app shows it")]
    Invite(String),
}

/// A table as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    id: String,
    name: String,
    issuer: String,
    client_id: String,
    client_secret: Option<SecretText>,
    client_secret_file: Option<PathBuf>,
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    invite: Option<SecretText>,
}

impl Table {
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

fn usual_scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

/// A provider that members may sign in with.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Part of `/auth/oidc/<id>/start`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The issuer's URL, exactly as its tokens say it (OpenID Connect Discovery, section 4.3).
    pub issuer: String,
    /// The relay's id at the provider.
    pub client_id: String,
    /// The relay's secret at the provider.
    pub client_secret: SecretText,
    /// Scopes to ask for, beside `openid`.
    pub scopes: Vec<String>,
    /// The fragment of the invite link with which somebody new joins. Without it, only members can use the provider.
    pub invite: Option<SecretText>,
}

/// Text that is not printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The text.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl FromStr for SecretText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.to_owned().into())
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("SecretText(..)")
    }
}

/// Checks the tables.
pub(super) fn complete(tables: Vec<Table>) -> Result<Vec<Provider>, BadProvider> {
    let mut providers: Vec<Provider> = Vec::new();
    for table in tables {
        let provider = provider(table)?;
        if providers.iter().any(|other| other.id == provider.id) {
            return Err(BadProvider::Twice(provider.id));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn provider(table: Table) -> Result<Provider, BadProvider> {
    let Table {
        id,
        name,
        issuer,
        client_id,
        client_secret,
        client_secret_file,
        scopes,
        invite,
    } = table;
    if !is_id(&id) {
        return Err(BadProvider::Id(id));
    }
    if !is_issuer(&issuer) {
        return Err(BadProvider::Issuer(id));
    }
    let client_secret = match (client_secret, client_secret_file) {
        (Some(secret), None) => secret,
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) => SecretText(Zeroizing::new(Zeroizing::new(text).trim().to_owned())),
            Err(error) => return Err(BadProvider::SecretFile(id, path, error)),
        },
        (Some(_), Some(_)) | (None, None) => return Err(BadProvider::Secret(id)),
    };
    let invite = match invite {
        None => None,
        Some(link) => match fragment(&link) {
            Some(fragment) => Some(fragment),
            None => return Err(BadProvider::Invite(id)),
        },
    };
    Ok(Provider {
        id,
        name,
        issuer,
        client_id,
        client_secret,
        scopes,
        invite,
    })
}

fn is_id(id: &str) -> bool {
    let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=32).contains(&id.len()) && id.bytes().all(is_allowed)
}

/// Plain HTTP only to this machine: otherwise somebody on the way could answer for the provider.
fn is_issuer(issuer: &str) -> bool {
    let Ok(uri) = issuer.parse::<axum::http::Uri>() else {
        return false;
    };
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => uri.host().is_some_and(is_loopback),
        Some(_) | None => false,
    }
}

fn fragment(link: &SecretText) -> Option<SecretText> {
    let link: InviteLink = link.expose().parse().ok()?;
    Some(SecretText(Zeroizing::new(link.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        provider: Vec<Table>,
    }

    fn read(text: &str) -> Result<Vec<Provider>, BadProvider> {
        complete(toml::from_str::<File>(text).unwrap().provider)
    }

    fn table(id: &str, issuer: &str, more: &str) -> String {
        format!(
            "[[provider]]\nid = \"{id}\"\nname = \"Acme\"\nissuer = \"{issuer}\"\nclient_id = \"parley\"\n{more}\n"
        )
    }

    const SECRET: &str = "client_secret = \"sesame\"";

    #[test]
    fn a_provider_is_read_and_its_secret_never_shown() {
        let found = read(&table("acme", "https://id.acme.example", SECRET)).unwrap();
        let [provider] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(provider.scopes, ["profile"]);
        assert_eq!(provider.client_secret.expose(), "sesame");
        assert!(!format!("{found:?}").contains("sesame"));
    }

    #[test]
    fn the_secret_may_lie_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "sesame\n").unwrap();
        let more = format!("client_secret_file = \"{}\"", file.path().display());
        let found = read(&table("acme", "https://id.acme.example", &more)).unwrap();
        assert_eq!(found.first().unwrap().client_secret.expose(), "sesame");
        let both = format!("{SECRET}\n{more}");
        for more in [both.as_str(), ""] {
            let error = read(&table("acme", "https://id.acme.example", more)).unwrap_err();
            assert!(matches!(error, BadProvider::Secret(_)), "{error}");
        }
    }

    #[test]
    fn only_tls_and_this_machine_can_be_issuers() {
        for good in ["https://a.example/realms/x", "http://localhost:9000"] {
            assert!(read(&table("acme", good, SECRET)).is_ok(), "{good}");
        }
        for bad in ["http://a.example", "ftp://a.example", "a.example", ""] {
            let error = read(&table("acme", bad, SECRET)).unwrap_err();
            assert!(matches!(error, BadProvider::Issuer(_)), "{bad}: {error}");
        }
    }

    #[test]
    fn an_id_is_plain_and_stands_once() {
        for bad in ["", "Acme", "a/b", "a b", "..", &"a".repeat(33)] {
            let error = read(&table(bad, "https://a.example", SECRET)).unwrap_err();
            assert!(matches!(error, BadProvider::Id(_)), "{bad}: {error}");
        }
        let one = table("acme", "https://a.example", SECRET);
        let error = read(&format!("{one}{one}")).unwrap_err();
        assert!(matches!(error, BadProvider::Twice(_)), "{error}");
    }

    #[test]
    fn what_is_no_invite_link_is_refused() {
        for bad in ["https://chat.example.org/join", "x#y"] {
            let more = format!("{SECRET}\ninvite = \"{bad}\"");
            let error = read(&table("acme", "https://a.example", &more)).unwrap_err();
            assert!(matches!(error, BadProvider::Invite(_)), "{bad}: {error}");
        }
    }
}
