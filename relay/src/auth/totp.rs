//! Codes of the second factor: time-based ones (RFC 6238), and recovery codes for when the phone is lost.

use parley_protocol::Millis;
use parley_protocol::auth::{Code, SecondFactorSetup};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::UserId;
use sha2::{Digest as _, Sha256};
use totp_rs::{Algorithm, Builder, Totp};

use super::secret_gate::CodePermit;
use crate::entropy::{Entropy, random};
use crate::storage::second_factor::{CodeHash, Passed, SecondFactor, TotpSecret};

/// Most authenticator apps know no other digest, number of digits or step (RFC 6238, section 4).
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// Steps by which the clock of a phone may differ (RFC 6238, section 5.2). More helps whoever guesses.
const DRIFT: u16 = 1;

/// Recovery codes of one member.
pub(crate) const RECOVERY_CODES: usize = 10;
/// 60 bits: too many to be guessed behind a gate.
const RECOVERY_CHARS: usize = 12;
/// Crockford's base 32, which leaves out letters that look like others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new secret, which is not in use yet.
pub(crate) fn new_secret(entropy: &mut dyn Entropy) -> TotpSecret {
    TotpSecret(random(entropy))
}

/// What an authenticator app needs.
pub(crate) fn setup(
    secret: &TotpSecret,
    community: &str,
    name: &str,
) -> Result<SecondFactorSetup, ErrorCode> {
    // A colon separates the two in the address.
    let plain = |text: &str| text.replace(':', " ");
    let totp = builder(secret)
        .with_issuer(Some(plain(community)))
        .with_account_name(plain(name))
        .build()
        .map_err(|_| ErrorCode::Internal)?;
    Ok(SecondFactorSetup {
        secret: totp.secret().to_base32(),
        uri: totp.to_url().map_err(|_| ErrorCode::Internal)?,
    })
}

/// Checks a code as far as it can be without the database. A recovery code is looked up when it is used up.
pub(crate) fn check(
    factor: &SecondFactor,
    user: &UserId,
    code: &Code,
    now: Millis,
    _: &CodePermit,
) -> Result<Passed, ErrorCode> {
    let typed = typed(code);
    if typed.len() == RECOVERY_CHARS {
        return Ok(Passed::Recovery(code_hash(user, &typed)));
    }
    let totp = totp(&factor.secret)?;
    let step = totp.check(&typed, now / 1000);
    step.filter(|step| *step > factor.last_step)
        .map(Passed::Step)
        .ok_or(ErrorCode::WrongCode)
}

/// Ten codes, and what the relay stores of them.
pub(crate) fn new_recovery_codes(
    user: &UserId,
    entropy: &mut dyn Entropy,
) -> (Vec<Code>, Vec<CodeHash>) {
    let codes = (0..RECOVERY_CODES).map(|_| {
        let bytes: [u8; RECOVERY_CHARS] = random(entropy);
        let chars = bytes
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
            .map(|byte| char::from(*byte));
        let plain: String = chars.collect();
        let hash = code_hash(user, &plain);
        let groups: Vec<_> = plain
            .as_bytes()
            .chunks(4)
            .map(String::from_utf8_lossy)
            .collect();
        (Code(groups.join("-")), hash)
    });
    codes.unzip()
}

/// A code without spaces, dashes and confusions of letters.
fn typed(code: &Code) -> String {
    code.0
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|char| match char.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

fn code_hash(user: &UserId, plain: &str) -> CodeHash {
    let mut hasher = Sha256::new();
    hasher.update(b"parley recovery code 1\n");
    hasher.update(user.as_bytes());
    hasher.update(plain.as_bytes());
    hasher.finalize().into()
}

fn totp(secret: &TotpSecret) -> Result<Totp, ErrorCode> {
    builder(secret).build().map_err(|_| ErrorCode::Internal)
}

fn builder(secret: &TotpSecret) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP_SECONDS)
        .with_skew(DRIFT)
        .with_secret(secret.0.to_vec())
        .with_account_name("parley")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    const USER: UserId = UserId::from_bytes([1; 16]);
    const STEP: Millis = STEP_SECONDS * 1000;
    const NOW: Millis = 1_800_000_000_000;

    fn factor(last_step: u64) -> SecondFactor {
        SecondFactor {
            // The secret of RFC 6238, appendix B.
            secret: TotpSecret(*b"12345678901234567890"),
            enabled: true,
            last_step,
        }
    }

    fn check_at(last_step: u64, code: &str, now: Millis) -> Result<Passed, ErrorCode> {
        let code = Code(code.to_owned());
        check(
            &factor(last_step),
            &USER,
            &code,
            now,
            &CodePermit::for_test(),
        )
    }

    fn code_at(now: Millis) -> String {
        totp(&factor(0).secret)
            .unwrap()
            .generate(now / 1000)
            .to_string()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of the eight digits in appendix B.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            let step = seconds / STEP_SECONDS;
            assert_eq!(check_at(0, code, seconds * 1000), Ok(Passed::Step(step)));
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off() {
        let code = code_at(NOW);
        let step = NOW / STEP;
        for now in [NOW - STEP, NOW, NOW + STEP] {
            assert_eq!(check_at(0, &code, now), Ok(Passed::Step(step)));
        }
        for now in [NOW - 2 * STEP, NOW + 2 * STEP] {
            assert_eq!(check_at(0, &code, now), Err(ErrorCode::WrongCode));
        }
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(check_at(0, &spaced, NOW), Ok(Passed::Step(step)));
    }

    #[test]
    fn a_code_is_good_once_and_so_are_those_before_it() {
        let step = NOW / STEP;
        let before = code_at(NOW - STEP);
        assert_eq!(
            check_at(step, &code_at(NOW), NOW),
            Err(ErrorCode::WrongCode)
        );
        assert_eq!(check_at(step, &before, NOW), Err(ErrorCode::WrongCode));
        let next = code_at(NOW + STEP);
        assert_eq!(check_at(step, &next, NOW), Ok(Passed::Step(step + 1)));
    }

    #[test]
    fn recovery_codes_are_typed_as_people_do() {
        let (codes, hashes) = new_recovery_codes(&USER, &mut SeededEntropy::new(1));
        assert_eq!((codes.len(), hashes.len()), (10, 10));
        let shown = &codes[3].0;
        let sloppy = shown
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        for typed in [shown.as_str(), &sloppy] {
            assert_eq!(check_at(0, typed, NOW), Ok(Passed::Recovery(hashes[3])));
        }
        // The same code is another one for somebody else.
        let (code, other) = (codes[3].clone(), UserId::from_bytes([2; 16]));
        let passed = check(&factor(0), &other, &code, NOW, &CodePermit::for_test());
        assert_ne!(passed, Ok(Passed::Recovery(hashes[3])));
    }

    #[test]
    fn nonsense_is_a_wrong_code() {
        for code in [
            "",
            "12345",
            "1234567",
            "ABCDEF",
            "????????????",
            "１２３４５６",
        ] {
            assert_eq!(check_at(0, code, NOW), Err(ErrorCode::WrongCode), "{code}");
        }
    }

    #[test]
    fn an_app_gets_secret_and_address() {
        let setup = setup(&factor(0).secret, "Love: lace", "Ada B").unwrap();
        assert_eq!(setup.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let wanted = "otpauth://totp/Love%20%20lace:Ada%20B?";
        assert!(setup.uri.starts_with(wanted), "{}", setup.uri);
        assert!(setup.uri.contains(&setup.secret));
        assert!(setup.uri.contains("issuer=Love%20%20lace"), "{}", setup.uri);
    }
}
