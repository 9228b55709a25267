//! A certificate and its key in two PEM files, read again when they change. Whoever renews them writes one after the
//! other: until both belong together, the old pair is kept.

use std::fs::{self, Metadata};
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::rustls::Error;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::current::Current;
use super::provider;

/// How often the files are looked at: two calls to the system.
const LOOK: Duration = Duration::from_secs(2);

/// Why the pair cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// A file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(PathBuf, io::Error),
    /// A file is not what it should be.
    #[error("{path} is not a PEM file with a {wanted}: {error}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// `certificate` or `private key`.
        wanted: &'static str,
        /// The library's words.
        error: pem::Error,
    },
    /// The file with certificates has none.
    #[error("{0} has no certificate in it")]
    Empty(PathBuf),
    /// One of the two is from another pair.
    #[error(
        "the key in {key} does not belong to the first certificate in {certificate}: if they are being renewed, the \
         other file is still to come"
    )]
    Apart {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The key is of a kind that the library does not know.
    #[error("the pair of {0} cannot be used: {1}")]
    Refused(PathBuf, Error),
}

/// Reads the pair, and goes on looking at it.
pub(super) fn start(
    certificate: &Path,
    key: &Path,
) -> Result<(Arc<Current>, impl Future<Output = ()> + use<>), PairError> {
    let mut pair = Pair {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        seen: None,
    };
    pair.seen = pair.stamps();
    let current = Current::new(pair.read()?);
    let renewed = Arc::clone(&current);
    let watching = async move {
        let mut clock = interval(LOOK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            match pair.look() {
                None => {}
                Some(Ok(pair)) => {
                    renewed.replace(pair);
                    tracing::info!("the certificate was read again, and is in use");
                }
                Some(Err(error)) => tracing::warn!(
                    %error,
                    "the files of the certificate changed, and cannot be used: the old certificate is kept"
                ),
            }
        }
    };
    Ok((current, watching))
}

struct Pair {
    certificate: PathBuf,
    key: PathBuf,
    /// How both files were when they were read last.
    seen: Option<[Stamp; 2]>,
}

/// What changes with a file's content: when it was written, how long it is, and on Unix which file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    written: Option<SystemTime>,
    length: u64,
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Self {
            written: metadata.modified().ok(),
            length: metadata.len(),
            inode,
        }
    }
}

impl Pair {
    /// The new pair, if a file changed; what is wrong is said once for each change. A missing file is one that is
    /// just being replaced.
    fn look(&mut self) -> Option<Result<CertifiedKey, PairError>> {
        let stamps = self.stamps()?;
        if self.seen.as_ref() == Some(&stamps) {
            return None;
        }
        self.seen = Some(stamps);
        Some(self.read())
    }

    fn stamps(&self) -> Option<[Stamp; 2]> {
        let stamp = |path: &Path| fs::metadata(path).ok().map(|found| Stamp::of(&found));
        Some([stamp(&self.certificate)?, stamp(&self.key)?])
    }

    fn read(&self) -> Result<CertifiedKey, PairError> {
        let chain = CertificateDer::pem_slice_iter(&read(&self.certificate)?)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| PairError::Pem {
                path: self.certificate.clone(),
                wanted: "certificate",
                error,
            })?;
        if chain.is_empty() {
            return Err(PairError::Empty(self.certificate.clone()));
        }
        let key =
            PrivateKeyDer::from_pem_slice(&read(&self.key)?).map_err(|error| PairError::Pem {
                path: self.key.clone(),
                wanted: "private key",
                error,
            })?;
        CertifiedKey::from_der(chain, key, &provider()).map_err(|error| {
            if matches!(error, Error::InconsistentKeys(_)) {
                PairError::Apart {
                    certificate: self.certificate.clone(),
                    key: self.key.clone(),
                }
            } else {
                PairError::Refused(self.certificate.clone(), error)
            }
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, PairError> {
    fs::read(path).map_err(|error| PairError::Read(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;
    use tempfile::TempDir;

    use super::*;

    fn pem_pair() -> (String, String) {
        let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.key_pair.serialize_pem())
    }

    struct Folder {
        _folder: TempDir,
        pair: Pair,
    }

    impl Folder {
        fn with(certificate: &str, key: &str) -> Self {
            let folder = TempDir::new().unwrap();
            let pair = Pair {
                certificate: folder.path().join("fullchain.pem"),
                key: folder.path().join("privkey.pem"),
                seen: None,
            };
            let found = Self {
                _folder: folder,
                pair,
            };
            found.certificate(certificate);
            found.key(key);
            found
        }

        fn certificate(&self, text: &str) {
            fs::write(&self.pair.certificate, text).unwrap();
        }

        fn key(&self, text: &str) {
            fs::write(&self.pair.key, text).unwrap();
        }
    }

    #[test]
    fn a_pair_is_read_again_only_when_it_changed() {
        let (certificate, key) = pem_pair();
        let mut folder = Folder::with(&certificate, &key);
        assert!(folder.pair.look().unwrap().is_ok());
        assert!(folder.pair.look().is_none());
    }

    #[test]
    fn a_half_written_pair_is_said_once_and_used_when_it_is_whole() {
        let (certificate, key) = pem_pair();
        let mut folder = Folder::with(&certificate, &key);
        folder.pair.look().unwrap().unwrap();
        let (newer, newer_key) = pem_pair();
        folder.certificate(&format!("{newer}\n"));
        let Some(Err(PairError::Apart { .. })) = folder.pair.look() else {
            panic!("the old key belongs to the old certificate");
        };
        assert!(folder.pair.look().is_none(), "said once");
        folder.key(&newer_key[..newer_key.len() / 2]);
        assert!(matches!(
            folder.pair.look(),
            Some(Err(PairError::Pem { .. }))
        ));
        folder.key(&newer_key);
        assert!(folder.pair.look().unwrap().is_ok());
    }

    #[test]
    fn a_missing_file_is_waited_for() {
        let (certificate, key) = pem_pair();
        let mut folder = Folder::with(&certificate, &key);
        folder.pair.look().unwrap().unwrap();
        fs::remove_file(&folder.pair.key).unwrap();
        assert!(folder.pair.look().is_none());
        assert!(matches!(folder.pair.read(), Err(PairError::Read(..))));
        folder.certificate("nothing\n");
        folder.key(&key);
        assert!(matches!(folder.pair.look(), Some(Err(PairError::Empty(_)))));
    }
}
