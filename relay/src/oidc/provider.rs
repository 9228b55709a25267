//! One identity provider: where it sends people, and what it says about somebody who comes back (OpenID Connect Core
//! 1.0, authorization code flow with PKCE).

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm as Algorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl,
    Scope, SubjectIdentifier, TokenResponse as _,
};
use parley_protocol::{Millis, names};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::http::HttpClient;
use crate::config;
use crate::storage::credentials::Person;

/// How long a provider's discovery document and keys are kept. A key that is replaced meanwhile is fetched at once.
const FRESH: Millis = 10 * 60 * 1000;
/// A provider that did not answer is not asked again for so long.
const PAUSE: Millis = 5_000;

/// Signatures that are taken: public-key ones only. The others would make the relay's secret a key, or need none.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// Why somebody could not be signed in. For the operator's log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error("the provider did not answer a moment ago")]
    Away,
    #[error("discovery: {0}")]
    Discovery(String),
    #[error("the provider is misconfigured: {0}")]
    Configuration(String),
    #[error("exchange of the code: {0}")]
    Exchange(String),
    #[error("there is no ID token in the answer")]
    NoIdToken,
    #[error("the ID token is not valid: {0}")]
    IdToken(String),
}

/// Secrets of one sign-in, made by the relay and known to the browser that began it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// Comes back in the address.
    pub(crate) state: String,
    /// Comes back in the ID token.
    pub(crate) nonce: String,
    /// Proves to the provider that the code is ours (RFC 7636).
    pub(crate) verifier: String,
}

/// What a discovery document says beyond the library's own fields.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Extra {
    /// Whether `iss` stands in every answer (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Extra {}

type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(crate) struct Provider {
    pub(crate) config: config::Provider,
    http: HttpClient,
    redirect: RedirectUrl,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Millis, Arc<Metadata>)>,
    away_since: Option<Millis>,
}

impl Provider {
    pub(crate) fn new(config: config::Provider, http: HttpClient, redirect: RedirectUrl) -> Self {
        Self {
            config,
            http,
            redirect,
            known: Mutex::default(),
        }
    }

    /// Where the browser goes to sign in.
    pub(crate) async fn address(
        &self,
        secrets: &Secrets,
        now: Millis,
    ) -> Result<String, ProviderError> {
        let client = self.client(&*self.metadata(now).await?);
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, _, _) = request.url();
        Ok(url.into())
    }

    /// Whether an answer can be this provider's, by the issuer that it names (RFC 9207).
    pub(crate) async fn is_issuer(
        &self,
        named: Option<&str>,
        now: Millis,
    ) -> Result<bool, ProviderError> {
        if let Some(issuer) = named {
            return Ok(issuer == self.config.issuer);
        }
        let metadata = self.metadata(now).await?;
        let extra = metadata.additional_metadata();
        Ok(!extra.authorization_response_iss_parameter_supported)
    }

    /// Exchanges the code that the browser brought back for what the provider says about the person.
    pub(crate) async fn person(
        &self,
        code: String,
        secrets: &Secrets,
        now: Millis,
    ) -> Result<Person, ProviderError> {
        let metadata = self.metadata(now).await?;
        let client = self.client(&metadata);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Configuration(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(|error| ProviderError::Exchange(explain(&error)))?;
        let said = match said(&client, &answer, secrets, now) {
            Err(ProviderError::IdToken(_)) if self.may_be_old(&metadata, now).await => {
                self.forget().await;
                let client = self.client(&*self.metadata(now).await?);
                said(&client, &answer, secrets, now)?
            }
            said => said?,
        };
        let name = match said.name {
            Some(name) => name,
            None => self
                .asked_name(&client, answer.access_token().clone(), &said.subject)
                .await
                .unwrap_or_default(),
        };
        Ok(Person {
            issuer: self.config.issuer.clone(),
            subject: said.subject.to_string(),
            name,
        })
    }

    /// Providers often tell names only when asked for them. Not worth failing for.
    async fn asked_name(
        &self,
        client: &Client,
        token: openidconnect::AccessToken,
        subject: &SubjectIdentifier,
    ) -> Option<String> {
        let request = client.user_info(token, Some(subject.clone())).ok()?;
        let said: CoreUserInfoClaims = request.request_async(&self.http).await.ok()?;
        let full = said.name().and_then(|name| name.get(None));
        let preferred = said.preferred_username();
        allowed([
            preferred.map(|name| name.to_string()),
            full.map(|name| name.to_string()),
        ])
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let secret = self.config.client_secret.expose().to_owned();
        let id = ClientId::new(self.config.client_id.clone());
        CoreClient::from_provider_metadata(metadata.clone(), id, Some(ClientSecret::new(secret)))
            .set_redirect_uri(self.redirect.clone())
    }

    /// The discovery document and keys, fetched if they are not fresh. One request at a time; the others wait for it.
    async fn metadata(&self, now: Millis) -> Result<Arc<Metadata>, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = &known.metadata
            && now < at.saturating_add(FRESH)
        {
            return Ok(Arc::clone(metadata));
        }
        if known
            .away_since
            .is_some_and(|at| now < at.saturating_add(PAUSE))
        {
            return Err(ProviderError::Away);
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone())
            .map_err(|error| ProviderError::Configuration(error.to_string()))?;
        // It checks that the document is this issuer's.
        match Metadata::discover_async(issuer, &self.http).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.away_since = None;
                known.metadata = Some((now, Arc::clone(&metadata)));
                Ok(metadata)
            }
            Err(error) => {
                known.away_since = Some(now);
                Err(ProviderError::Discovery(explain(&error)))
            }
        }
    }

    /// Whether the provider may have other keys by now.
    async fn may_be_old(&self, metadata: &Arc<Metadata>, now: Millis) -> bool {
        let known = self.known.lock().await;
        known.metadata.as_ref().is_none_or(|(at, newest)| {
            !Arc::ptr_eq(newest, metadata) || now >= at.saturating_add(PAUSE)
        })
    }

    async fn forget(&self) {
        self.known.lock().await.metadata = None;
    }
}

/// What a valid ID token says.
struct Said {
    subject: SubjectIdentifier,
    name: Option<String>,
}

/// Checks issuer, audience, signature, times, nonce, and that the access token belongs to it.
fn said(
    client: &Client,
    answer: &CoreTokenResponse,
    secrets: &Secrets,
    now: Millis,
) -> Result<Said, ProviderError> {
    fn wrong(error: impl std::error::Error) -> ProviderError {
        ProviderError::IdToken(explain(&error))
    }
    let at = UNIX_EPOCH + Duration::from_millis(now);
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || at.into());
    let token = answer.id_token().ok_or(ProviderError::NoIdToken)?;
    let nonce = Nonce::new(secrets.nonce.clone());
    let claims = token.claims(&verifier, &nonce).map_err(wrong)?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(wrong)?;
        let key = token.signing_key(&verifier).map_err(wrong)?;
        let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
        if actual.map_err(wrong)? != *expected {
            return Err(ProviderError::IdToken("another access token".to_owned()));
        }
    }
    let full = claims.name().and_then(|name| name.get(None));
    let preferred = claims.preferred_username();
    Ok(Said {
        subject: claims.subject().clone(),
        name: allowed([
            preferred.map(|name| name.to_string()),
            full.map(|name| name.to_string()),
        ]),
    })
}

/// The first name that may be a member's, without the domain of a mail address.
fn allowed(said: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    said.into_iter().flatten().find_map(|name| {
        let name = names::normalize(name.split('@').next().unwrap_or_default());
        names::check_member(&name).is_ok().then_some(name)
    })
}

/// An error with its causes.
fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
