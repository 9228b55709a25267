//! A copy of everything that is one's own, as one archive of plain files: see `docs/export.md` for what is in it.

mod date;
mod files;
mod gather;
mod zip;

use super::super::guarding::Here;
use super::Guard;

impl Guard {
    /// Saves the archive. Nothing is asked of the relay: it holds what this browser can read.
    pub(super) fn export(&self, here: &Here<'_>) {
        let copy = gather::gather(here.engine, here.now);
        let mut archive = zip::Archive::new(here.now);
        for (name, text) in files::files(&copy) {
            archive.add(&name, text.as_bytes());
        }
        self.save("parley-export.zip", &archive.finish());
        self.stores.view.notify("Your data was saved as a file");
    }
}
