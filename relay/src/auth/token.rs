//! Access tokens: JWTs signed with HMAC-SHA-256 (RFC 7519, RFC 7518 section 3.2), valid for 15 minutes. Tokens for
//! files are of the same form.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::command::FamilyId;

/// Lifetime of an access token. Longer saves refreshes; shorter ends stolen ones sooner.
pub(crate) const ACCESS_LIFETIME: Millis = 15 * 60 * 1000;
/// Lifetime of a token for files. A worker holds it; longer lets whatever reads the worker's memory use it longer.
const FILE_LIFETIME: Millis = 10 * 60 * 1000;

/// Issues and verifies access tokens, or tokens for files, which have a key of their own: neither passes for the other.
#[derive(Clone)]
pub(crate) struct AccessTokens {
    lifetime: Millis,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokens(..)")
    }
}

/// The login that a valid token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) user: UserId,
    pub(crate) family: FamilyId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    sid: String,
    exp: u64,
}

impl AccessTokens {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self::lasting(ACCESS_LIFETIME, secret)
    }

    /// Tokens for files.
    pub(crate) fn for_files(secret: &[u8]) -> Self {
        Self::lasting(FILE_LIFETIME, secret)
    }

    fn lasting(lifetime: Millis, secret: &[u8]) -> Self {
        // If another part of the process was first, it installed the same one.
        let _ = PROVIDER.install_default();
        Self {
            lifetime,
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        }
    }

    /// A token, and when it expires.
    pub(crate) fn issue(
        &self,
        access: &Access,
        now: Millis,
    ) -> Result<(String, Millis), ErrorCode> {
        let expires_at = now.saturating_add(self.lifetime);
        let claims = Claims {
            sub: access.user,
            sid: URL_SAFE_NO_PAD.encode(access.family),
            exp: expires_at / 1000,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map(|token| (token, expires_at))
            .map_err(|_| ErrorCode::Internal)
    }

    /// Verifies a token at time `now`.
    pub(crate) fn check(&self, token: &str, now: Millis) -> Result<Access, ErrorCode> {
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would read the machine's clock.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .map_err(|_| ErrorCode::NotAuthenticated)?
            .claims;
        if now / 1000 >= claims.exp {
            return Err(ErrorCode::TokenExpired);
        }
        let family = URL_SAFE_NO_PAD
            .decode(&claims.sid)
            .ok()
            .and_then(|family| family.try_into().ok())
            .ok_or(ErrorCode::NotAuthenticated)?;
        Ok(Access {
            user: claims.sub,
            family,
        })
    }
}

/// The library's own providers bring RSA and curves that are not used here; this one has HS256 only.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
    verifier_factory: |algorithm, key| {
        Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self, Error> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Hmac::new_from_slice(key)
            .map(Self)
            .map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl signature::Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mac = self.0.clone().chain_update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl signature::Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESS: Access = Access {
        user: UserId::from_bytes([1; 16]),
        family: [2; 16],
    };

    #[test]
    fn a_token_is_good_for_fifteen_minutes() {
        let tokens = AccessTokens::new(&[9; 32]);
        let (token, expires_at) = tokens.issue(&ACCESS, 1_000_000).unwrap();
        assert_eq!(expires_at, 1_000_000 + ACCESS_LIFETIME);
        assert_eq!(tokens.check(&token, expires_at - 1000), Ok(ACCESS));
        assert_eq!(
            tokens.check(&token, expires_at),
            Err(ErrorCode::TokenExpired)
        );
    }

    #[test]
    fn a_token_of_another_relay_is_refused() {
        let (token, _) = AccessTokens::new(&[8; 32]).issue(&ACCESS, 0).unwrap();
        let tokens = AccessTokens::new(&[9; 32]);
        assert_eq!(tokens.check(&token, 0), Err(ErrorCode::NotAuthenticated));
        assert_eq!(tokens.check("a.b.c", 0), Err(ErrorCode::NotAuthenticated));
        assert_eq!(tokens.check("", 0), Err(ErrorCode::NotAuthenticated));
    }

    #[test]
    fn a_token_without_a_signature_is_refused() {
        let tokens = AccessTokens::new(&[9; 32]);
        let (token, _) = tokens.issue(&ACCESS, 0).unwrap();
        let claims = token.split('.').nth(1).unwrap();
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let unsigned = format!("{header}.{claims}.");
        assert_eq!(tokens.check(&unsigned, 0), Err(ErrorCode::NotAuthenticated));
    }
}
