//! What came of asking for a chunk.

use parley_client::file::{Shown, shown_as, type_of_first_bytes};
use parley_client::picture::{PictureFault, PictureHeader};

use super::{Downloads, View};
use crate::files::driver::input::Here;
use crate::files::driver::line::Line;
use crate::files::driver::problem::{Refusal, refusal};
use crate::files::driver::reader::{Purpose, Reader};
use crate::files::store::FileState;
use crate::files::text;
use crate::platform::blob::{Blob, Bytes};
use crate::platform::download;
use crate::platform::file_worker::{Fetched, WorkFault};

/// Bytes from the beginning in which a picture says how large it is. Colour profiles stand before that.
const BEGINNING: u32 = 1024 * 1024;

impl Downloads {
    pub(in crate::files::driver) fn take_fetched(
        &mut self,
        number: u64,
        chunk: u32,
        outcome: Result<Fetched, WorkFault>,
        line: &mut Line,
        here: &mut Here<'_>,
    ) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(at) = self.readers.iter().position(|it| it.number == number) {
            let mut reader = self.readers.swap_remove(at);
            match outcome {
                Ok(Fetched::Chunk(bytes)) => {
                    line.went_well();
                    reader.take(chunk, bytes);
                    self.go_on(reader, line);
                }
                Ok(Fetched::Damaged) => self.stop(&reader, FileState::Gone(text::DAMAGED)),
                Ok(Fetched::Refused(status, said)) => {
                    match refusal(status, &said) {
                        Refusal::Again(again) => line.wait(again),
                        Refusal::Gone => return self.stop(&reader, FileState::Gone(text::GONE)),
                        Refusal::Failed(_) | Refusal::Mismatch => {
                            return self.stop(&reader, FileState::Failed(text::NOT_FETCHED));
                        }
                    }
                    reader.lose(chunk);
                    self.readers.push(reader);
                }
                Err(WorkFault::Unreachable) => {
                    line.pause();
                    reader.lose(chunk);
                    self.readers.push(reader);
                }
                Err(WorkFault::Full | WorkFault::Unreadable | WorkFault::Failed(_)) => {
                    self.stop(&reader, FileState::Failed(text::NOT_FETCHED));
                }
            }
        }
        self.advance(line, here);
    }

    /// A chunk came: what was waited for may be whole.
    fn go_on(&mut self, reader: Reader, line: &Line) {
        let id = &reader.source.id;
        match &reader.purpose {
            Purpose::Show => match (reader.whole(), reader.first()) {
                (Some(chunks), Some(first)) => match see(&reader, first) {
                    Ok(mime) => {
                        let whole = Blob::of_chunks(&chunks, mime);
                        let whole: Vec<Blob> = whole.into_iter().collect();
                        self.shown.keep(id.clone(), &whole, mime);
                    }
                    Err(why) => self.stop(&reader, FileState::Failed(why)),
                },
                _ => self.readers.push(reader),
            },
            Purpose::Save => match reader.whole() {
                Some(chunks) => {
                    let whole = Blob::of_chunks(&chunks, "application/octet-stream");
                    if let Some(address) = whole.and_then(|it| it.address()) {
                        let name = parley_client::file::clean_name(&reader.source.file.name);
                        download::save_and_keep(&name, address);
                    }
                    self.stop(&reader, FileState::NotFetched);
                }
                None => self.readers.push(reader),
            },
            Purpose::Look => match reader.first().map(|first| see(&reader, first)) {
                Some(Ok(mime)) => {
                    let source = std::rc::Rc::clone(&reader.source);
                    let view = View {
                        source,
                        mime,
                        name: None,
                    };
                    let address = self.view(view, line).map(Into::into);
                    let here = |address| FileState::Here { address };
                    let state = address.map_or(FileState::Failed(text::NOT_FETCHED), here);
                    self.stop(&reader, state);
                }
                Some(Err(why)) => self.stop(&reader, FileState::Failed(why)),
                None => self.readers.push(reader),
            },
            Purpose::Give { .. } => self.readers.push(reader),
        }
    }
}

/// What the first bytes show of it: the type under which it is shown, or why it is not.
fn see(reader: &Reader, first: &Bytes) -> Result<&'static str, &'static str> {
    let claimed = reader.source.file.mime.as_str();
    let beginning = first.beginning(BEGINNING);
    let found = type_of_first_bytes(&beginning, claimed).ok_or(text::LIES)?;
    if shown_as(found) != shown_as(claimed) {
        return Err(text::LIES);
    }
    if shown_as(found) == Some(Shown::Picture) {
        PictureHeader::read(&beginning).map_err(|fault| match fault {
            PictureFault::Size { .. } => text::TOO_MANY_POINTS_TO_SHOW,
            PictureFault::UnknownFormat | PictureFault::Damaged => text::LIES,
        })?;
    }
    Ok(found)
}
