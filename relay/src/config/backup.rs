//! Settings of backups: where they go, who can read them, when, and for how long they stay.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Uri;

use super::provider::SecretText;
use crate::age_keys::{BadRecipient, Recipients};

/// A setting of backups is invalid.
#[derive(Debug, thiserror::Error)]
pub enum BadBackup {
    /// A recipient is none.
    #[error("backup_recipients: {0}")]
    Recipient(#[from] BadRecipient),
    /// Not a time of day.
    #[error("backup_at: `{0}` is no time of day, such as 03:00, and not `off`")]
    Time(String),
    /// A bucket without a name.
    #[error("backup_to: `{0}` names no bucket; write s3://bucket or s3://bucket/prefix")]
    Bucket(String),
    /// Not a URL.
    #[error("backup_s3_endpoint: `{0}` is no address, such as https://s3.example.org")]
    Endpoint(String),
    /// A bucket without a key.
    #[error("a bucket needs backup_s3_access_key and backup_s3_secret_key")]
    NoKey,
}

/// As given.
#[expect(clippy::struct_field_names, reason = "they are the names of settings")]
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Given {
    /// Where backups go: a folder, best on another disk or machine, or `s3://bucket/prefix`. Without it none are made.
    #[arg(long, value_name = "PLACE")]
    backup_to: Option<String>,
    /// Who can read backups, as age recipients (`age1...`), separated by commas. `parley-relay backup --make-key FILE`
    /// makes one. The relay itself cannot read them.
    #[arg(long, value_name = "RECIPIENTS", value_delimiter = ',')]
    backup_recipients: Vec<String>,
    /// When a backup is made every day, as HH:MM in UTC, or `off` for those by hand only.
    #[arg(long, value_name = "TIME", default_value = "03:00")]
    backup_at: String,
    /// Days after which a backup is removed. The last three always stay.
    #[arg(long, value_name = "NUMBER", default_value_t = 30)]
    backup_keep_days: u32,
    /// Address of a server that speaks S3, if it is not Amazon's. [default: that of the region]
    #[arg(long, value_name = "URL")]
    backup_s3_endpoint: Option<String>,
    /// Region of the bucket.
    #[arg(long, value_name = "NAME", default_value = "us-east-1")]
    backup_s3_region: String,
    /// Access key of the bucket. It must be allowed to list the bucket, and to read, write and delete its objects.
    #[arg(long, value_name = "KEY", hide_env_values = true)]
    backup_s3_access_key: Option<SecretText>,
    /// Secret that belongs to the access key.
    #[arg(long, value_name = "SECRET", hide_env_values = true)]
    backup_s3_secret_key: Option<SecretText>,
}

/// Settings of backups.
#[derive(Debug, Clone, Default)]
pub struct BackupSettings {
    /// Where they go. `None` if none are made.
    pub to: Option<Place>,
    /// Who can read them.
    pub recipients: Recipients,
    /// When the relay makes one. `None` if it never does by itself.
    pub at: Option<TimeOfDay>,
    /// Days for which they stay.
    pub keep_days: u32,
}

/// Where backups go.
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket.
    Bucket(BucketSettings),
}

/// A bucket and the key to it.
#[derive(Debug, Clone)]
pub struct BucketSettings {
    /// Name of the bucket.
    pub name: String,
    /// Before the names of all objects; empty or ends with `/`.
    pub prefix: String,
    /// URL of the server.
    pub endpoint: String,
    /// Whether the bucket's name is part of the host's, as Amazon has it.
    pub is_virtual_host: bool,
    /// Region.
    pub region: String,
    /// Access key.
    pub access_key: SecretText,
    /// Its secret.
    pub secret_key: SecretText,
}

/// Minutes since midnight, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay(u64);

impl TimeOfDay {
    /// Milliseconds since midnight.
    pub fn millis(self) -> u64 {
        self.0.saturating_mul(60_000)
    }
}

impl FromStr for TimeOfDay {
    type Err = BadBackup;

    fn from_str(text: &str) -> Result<Self, BadBackup> {
        let number = |digits: &str, below: u64| -> Option<u64> {
            let is_short = (1..=2).contains(&digits.len());
            let all = is_short && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = all.then(|| digits.parse().ok()).flatten()?;
            (number < below).then_some(number)
        };
        let parts = text.trim().split_once(':');
        let minutes = parts.and_then(|(hour, minute)| {
            Some(number(hour, 24)?.saturating_mul(60) + number(minute, 60)?)
        });
        minutes
            .map(Self)
            .ok_or_else(|| BadBackup::Time(text.to_owned()))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Bucket(bucket) => bucket.fmt(f),
        }
    }
}

impl fmt::Display for BucketSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "s3://{}/{}",
            self.name,
            self.prefix.trim_end_matches('/')
        )
    }
}

/// The finished settings.
pub(super) fn complete(given: Given) -> Result<BackupSettings, BadBackup> {
    let to = given.backup_to.filter(|to| !to.trim().is_empty());
    let bucket = BucketGiven {
        endpoint: given.backup_s3_endpoint,
        region: given.backup_s3_region,
        access_key: given.backup_s3_access_key,
        secret_key: given.backup_s3_secret_key,
    };
    let to = match to {
        None => None,
        Some(to) => Some(match to.strip_prefix("s3://") {
            Some(path) => Place::Bucket(bucket.complete(path)?),
            None => Place::Folder(std::path::absolute(&to).unwrap_or_else(|_| to.into())),
        }),
    };
    let at = match given.backup_at.trim() {
        "off" => None,
        time => Some(time.parse()?),
    };
    Ok(BackupSettings {
        to,
        recipients: Recipients::parse(&given.backup_recipients)?,
        at,
        keep_days: given.backup_keep_days,
    })
}

struct BucketGiven {
    endpoint: Option<String>,
    region: String,
    access_key: Option<SecretText>,
    secret_key: Option<SecretText>,
}

impl BucketGiven {
    /// `path` is `bucket` or `bucket/prefix`.
    fn complete(self, path: &str) -> Result<BucketSettings, BadBackup> {
        let (name, prefix) = path.split_once('/').unwrap_or((path, ""));
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(BadBackup::Bucket(format!("s3://{path}")));
        }
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() {
            String::new()
        } else {
            format!("{prefix}/")
        };
        let region = self.region;
        // Names with dots have no certificate as hosts.
        let is_virtual_host = self.endpoint.is_none() && !name.contains('.');
        let endpoint = match self.endpoint {
            Some(endpoint) if is_endpoint(&endpoint) => endpoint,
            Some(endpoint) => return Err(BadBackup::Endpoint(endpoint)),
            None => format!("https://s3.{region}.amazonaws.com"),
        };
        let (Some(access_key), Some(secret_key)) = (self.access_key, self.secret_key) else {
            return Err(BadBackup::NoKey);
        };
        Ok(BucketSettings {
            name: name.to_owned(),
            prefix,
            endpoint,
            is_virtual_host,
            region,
            access_key,
            secret_key,
        })
    }
}

fn is_endpoint(url: &str) -> bool {
    let uri: Result<Uri, _> = url.parse();
    uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        given: Given,
    }

    fn settings(flags: &[&str]) -> Result<BackupSettings, BadBackup> {
        let line = ["parley-relay"].iter().chain(flags);
        complete(Line::parse_from(line).given)
    }

    fn bucket(flags: &[&str]) -> Result<BucketSettings, BadBackup> {
        let keys = [
            "--backup-s3-access-key=key",
            "--backup-s3-secret-key=sesame",
        ];
        match settings(&[flags, &keys].concat())?.to {
            Some(Place::Bucket(bucket)) => Ok(bucket),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        let found = settings(&["--backup-to=/mnt/backups"]).unwrap();
        assert!(matches!(&found.to, Some(Place::Folder(path)) if path.ends_with("backups")));
        assert_eq!(found.keep_days, 30);
        assert_eq!(found.at.unwrap().to_string(), "03:00");

        let found = bucket(&["--backup-to=s3://town/relay/one/"]).unwrap();
        assert_eq!(
            (found.name.as_str(), found.prefix.as_str()),
            ("town", "relay/one/")
        );
        assert_eq!(found.endpoint, "https://s3.us-east-1.amazonaws.com");
        assert!(found.is_virtual_host && !format!("{found:?}").contains("sesame"));
        assert_eq!(found.to_string(), "s3://town/relay/one");
        assert_eq!(bucket(&["--backup-to=s3://town"]).unwrap().prefix, "");
        for wrong in ["s3://", "s3:///prefix", "s3://a b"] {
            let found = bucket(&[&format!("--backup-to={wrong}")]);
            assert!(matches!(found, Err(BadBackup::Bucket(_))), "{wrong}");
        }
    }

    #[test]
    fn a_server_of_ones_own_has_the_bucket_in_the_path() {
        let endpoint = "--backup-s3-endpoint=http://127.0.0.1:9000";
        let found = bucket(&["--backup-to=s3://town", endpoint]).unwrap();
        assert!(!found.is_virtual_host);
        let wrong = bucket(&["--backup-to=s3://town", "--backup-s3-endpoint=minio:9000"]);
        assert!(matches!(wrong, Err(BadBackup::Endpoint(_))));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let found = settings(&["--backup-to=s3://town", "--backup-s3-access-key=key"]);
        assert!(matches!(found, Err(BadBackup::NoKey)));
        for time in ["3", "24:00", "03:60", "3:00 pm", "-1:00", "03:0x"] {
            assert!(time.parse::<TimeOfDay>().is_err(), "{time}");
        }
        assert_eq!("7:05".parse::<TimeOfDay>().unwrap().millis(), 25_500_000);
        let found = settings(&["--backup-to=", "--backup-at=off"]).unwrap();
        assert!(found.to.is_none() && found.at.is_none());
    }
}
