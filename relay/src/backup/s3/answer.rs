//! What a server complains of, as far as it says so.

/// Characters shown of a text that a server chose.
const SHOWN: usize = 300;

/// The two lines of an S3 error document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) code: String,
    pub(super) message: String,
}

/// Reads an error document; any other text has no code.
pub(super) fn complaint(body: &[u8]) -> Complaint {
    let text = String::from_utf8_lossy(body);
    let code = between(&text, "<Code>", "</Code>").unwrap_or("no reason given");
    let message = between(&text, "<Message>", "</Message>").unwrap_or_default();
    let message = match hint(code) {
        Some(hint) => format!("{} ({hint})", plain(message)),
        None => plain(message),
    };
    Complaint {
        code: plain(code),
        message,
    }
}

/// What to do about the usual ones.
fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "AccessDenied" => {
            "the access key must be allowed to list the bucket, and to read, write and delete its objects"
        }
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" => {
            "check backup_s3_access_key, backup_s3_secret_key and backup_s3_region"
        }
        "NoSuchBucket" => "make the bucket first, or check its name in backup_to",
        "RequestTimeTooSkewed" => "set this machine's clock",
        "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "IllegalLocationConstraintException" => "check backup_s3_region and backup_s3_endpoint",
        _ => return None,
    })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

/// Without what could move the cursor of a terminal.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|it| !it.is_control());
    kept.take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_says_what_to_do() {
        let body = b"<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>";
        let found = complaint(body);
        assert_eq!(found.code, "NoSuchBucket");
        assert!(found.message.contains("make the bucket first"));
    }

    #[test]
    fn any_other_text_is_harmless() {
        for body in [
            &b""[..],
            b"\xff\xfe",
            b"<Code>",
            b"</Code><Code>",
            b"<html>",
        ] {
            assert_eq!(complaint(body).code, "no reason given");
        }
        let nasty = b"<Code>\x1b[2J</Code>";
        assert_eq!(complaint(nasty).code, "[2J");
    }
}
