//! A film that is to be sent, without the place where it was taken unless somebody wants that. The file is put together
//! anew of stretches of what the browser holds, and never read as a whole.

use parley_client::film::{Cleaner, Cleaning, FilmFault, Written};

use super::super::blob::Blob;
use super::{Note, Prepared, Wishes};

/// Zeros that are made at once.
const ZEROS: u64 = 64 * 1024;

/// `None`: the file cannot be read any more.
pub(super) async fn clean(prepared: &mut Prepared, wishes: Wishes) -> Option<()> {
    let film = &prepared.file;
    let mut cleaner = Cleaner::new(film.size());
    while let Some(wanted) = cleaner.wants() {
        cleaner.take(&film.between(wanted).await?);
    }
    match cleaner.finish() {
        Ok(cleaning) => {
            prepared.tells_place = !cleaning.patches.is_empty() || cleaning.may_tell_more;
            if wishes.keep_location {
                return Some(());
            }
            if cleaning.may_tell_more {
                prepared.note = Some(Note::FilmMayHoldLocation);
            }
            prepared.file = written(film, &cleaning, &prepared.mime)?;
        }
        Err(FilmFault::Damaged) => prepared.note = Some(Note::FilmMayHoldLocation),
        Err(FilmFault::UnknownFormat) => {}
    }
    Some(())
}

fn written(film: &Blob, cleaning: &Cleaning, mime: &str) -> Option<Blob> {
    let zeros = Blob::new(&vec![0; usize::try_from(ZEROS).ok()?], "")?;
    let free = Blob::new(&Cleaner::free(), "")?;
    let mut parts = Vec::new();
    let mut at = 0;
    for patch in &cleaning.patches {
        parts.push(film.part(at..patch.at)?);
        match patch.with {
            Written::Free => parts.push(free.clone()),
            Written::Zeros(mut count) => {
                while count > 0 {
                    parts.push(zeros.part(0..count.min(ZEROS))?);
                    count -= count.min(ZEROS);
                }
            }
        }
        at = patch.at + patch.length();
    }
    parts.push(film.part(at..film.size())?);
    Blob::of_parts(&parts, mime)
}
