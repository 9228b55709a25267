//! Backups in a bucket of S3, or of a server that speaks its protocol. Addresses are signed by `rusty-s3`; no address is
//! ever printed, since it carries its signature.

mod answer;
#[cfg(test)]
mod tests;
mod wire;

use std::time::Duration;

use axum::http::{Method, StatusCode};
use bytes::Bytes;
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Credentials, S3Action as _, UrlStyle};
use tokio::runtime::{Builder, Runtime};

use self::answer::{Complaint, complaint};
use self::wire::{Answer, Wire};
use super::target::{Stored, Target, TargetError};
use crate::config::BucketSettings;

/// How long a signed address is good: longer than any exchange lasts.
const GOOD_FOR: Duration = Duration::from_mins(15);
/// A network that fails for a moment, or a server that is busy, is asked again so many times.
const TRIES: u32 = 4;
/// Doubled after each try.
const PAUSE: Duration = Duration::from_millis(500);
/// A page of a listing has a thousand names.
const MAX_PAGE: usize = 8 * 1024 * 1024;
const MAX_COMPLAINT: usize = 256 * 1024;

pub(crate) struct Bucket {
    signer: rusty_s3::Bucket,
    credentials: Credentials,
    /// Before every name; empty or ends with `/`.
    prefix: String,
    place: String,
    wire: Wire,
    /// Its own: that of the relay may be ending while a backup goes on.
    runtime: Runtime,
}

impl Bucket {
    /// Asks nothing yet. Dropped where blocking is allowed.
    ///
    /// # Errors
    /// [`TargetError`] if the settings make no address, or there are no root certificates.
    pub(crate) fn open(settings: &BucketSettings) -> Result<Self, TargetError> {
        let wrong = |why: String| TargetError::NotS3 {
            host: settings.endpoint.clone(),
            why,
        };
        let endpoint = settings.endpoint.parse();
        let endpoint = endpoint.map_err(|_| wrong("its address cannot be read".to_owned()))?;
        let style = if settings.is_virtual_host {
            UrlStyle::VirtualHost
        } else {
            UrlStyle::Path
        };
        let bucket = rusty_s3::Bucket::new(
            endpoint,
            style,
            settings.name.clone(),
            settings.region.clone(),
        );
        let bucket = bucket.map_err(|error| wrong(format!("{error:?}")))?;
        let wire = Wire::to(bucket.base_url().as_str()).map_err(wrong)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            credentials: Credentials::new(
                settings.access_key.expose(),
                settings.secret_key.expose(),
            ),
            prefix: settings.prefix.clone(),
            place: settings.to_string(),
            signer: bucket,
            wire,
            runtime,
        })
    }

    /// Asks until there is an answer that is final.
    fn ask(
        &self,
        method: &Method,
        url: impl Fn() -> String,
        body: &Bytes,
        at_most: usize,
    ) -> Result<Answer, TargetError> {
        let mut pause = PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let url = url();
            let exchange = self
                .wire
                .exchange(method.clone(), &url, body.clone(), at_most);
            let failed = match self.runtime.block_on(exchange) {
                Ok(answer) if !may_pass(answer.status) => return Ok(answer),
                Ok(answer) => self.refused(&answer),
                Err(why) => TargetError::Unreachable {
                    host: self.wire.host(),
                    why,
                },
            };
            if tries == TRIES {
                return Err(failed);
            }
            std::thread::sleep(pause);
            pause = pause.saturating_mul(2);
        }
    }

    fn refused(&self, answer: &Answer) -> TargetError {
        let Complaint { code, message } = complaint(&answer.body);
        let is_full = answer.status == StatusCode::INSUFFICIENT_STORAGE
            || matches!(
                code.as_str(),
                "QuotaExceeded" | "XMinioStorageFull" | "InsufficientStorage"
            );
        if is_full {
            return TargetError::Full(self.place.clone());
        }
        TargetError::Refused {
            status: answer.status.as_u16(),
            code,
            message,
        }
    }

    fn page(&self, prefix: &str, token: Option<&str>) -> Result<Page, TargetError> {
        let url = || {
            let mut list = self.signer.list_objects_v2(Some(&self.credentials));
            list.with_prefix(prefix);
            if let Some(token) = token {
                list.with_continuation_token(token);
            }
            String::from(list.sign(GOOD_FOR))
        };
        let answer = self.ask(&Method::GET, url, &Bytes::new(), MAX_PAGE)?;
        if answer.status != StatusCode::OK {
            return Err(self.refused(&answer));
        }
        let wrong = |why: String| TargetError::NotS3 {
            host: self.wire.host(),
            why,
        };
        let text = std::str::from_utf8(&answer.body).map_err(|error| wrong(error.to_string()))?;
        let page = ListObjectsV2::parse_response(text);
        let page = page.map_err(|error| wrong(error.to_string()))?;
        let stored = page.contents.into_iter().filter_map(|object| {
            let name = object.key.strip_prefix(&self.prefix)?.to_owned();
            let bytes = object.size.unwrap_or(0);
            Some(Stored { name, bytes })
        });
        Ok(Page {
            stored: stored.collect(),
            token: page.next_continuation_token,
        })
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

struct Page {
    stored: Vec<Stored>,
    token: Option<String>,
}

impl Target for Bucket {
    fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), TargetError> {
        let key = self.key(name);
        let url = || {
            let put = self.signer.put_object(Some(&self.credentials), &key);
            String::from(put.sign(GOOD_FOR))
        };
        let answer = self.ask(&Method::PUT, url, &bytes.into(), MAX_COMPLAINT)?;
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(self.refused(&answer))
        }
    }

    fn get(&self, name: &str, at_most: usize) -> Result<Option<Vec<u8>>, TargetError> {
        let key = self.key(name);
        let url = || {
            let get = self.signer.get_object(Some(&self.credentials), &key);
            String::from(get.sign(GOOD_FOR))
        };
        let limit = at_most.max(MAX_COMPLAINT);
        let answer = self.ask(&Method::GET, url, &Bytes::new(), limit)?;
        if answer.is_cut {
            return Err(TargetError::TooLarge(name.to_owned()));
        }
        if answer.status == StatusCode::NOT_FOUND && complaint(&answer.body).code == "NoSuchKey" {
            return Ok(None);
        }
        if answer.status != StatusCode::OK {
            return Err(self.refused(&answer));
        }
        if answer.body.len() > at_most {
            return Err(TargetError::TooLarge(name.to_owned()));
        }
        Ok(Some(answer.body.into()))
    }

    fn list(&self, folder: &str) -> Result<Vec<Stored>, TargetError> {
        let prefix = self.key(folder);
        let mut all = Vec::new();
        let mut token = None;
        loop {
            let page = self.page(&prefix, token.as_deref())?;
            all.extend(page.stored);
            token = page.token;
            if token.is_none() {
                return Ok(all);
            }
        }
    }

    fn remove(&self, name: &str) -> Result<(), TargetError> {
        let key = self.key(name);
        let url = || {
            let delete = self.signer.delete_object(Some(&self.credentials), &key);
            String::from(delete.sign(GOOD_FOR))
        };
        let answer = self.ask(&Method::DELETE, url, &Bytes::new(), MAX_COMPLAINT)?;
        if answer.status.is_success() || answer.status == StatusCode::NOT_FOUND {
            Ok(())
        } else {
            Err(self.refused(&answer))
        }
    }

    /// An object that was cut off never becomes one.
    fn tidy(&self) -> Result<(), TargetError> {
        Ok(())
    }
}

/// Whether another try may end better.
fn may_pass(status: StatusCode) -> bool {
    let is_full = status == StatusCode::INSUFFICIENT_STORAGE;
    (status.is_server_error() && !is_full) || status == StatusCode::TOO_MANY_REQUESTS
}
