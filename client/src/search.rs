//! Finding messages: an index over the texts that a device keeps, and what somebody types to look into it. Pure: where
//! the index is kept, and how it is encrypted there, is the driver's matter.
//!
//! | file | what is there |
//! |---|---|
//! | `words` | from a text to the words by which it is found |
//! | `entry` | from a stored item to what it means for the index |
//! | `document` | a message as the index has it |
//! | `segment` | some thousand messages, sealed: they change no more, but can be taken out |
//! | `index` | segments and what is not sealed yet; edits and deletions, in whatever order they come |
//! | `query`, `date` | what somebody types: words, phrases, filters |
//! | `phrase` | words that must stand side by side |
//! | `find` | the newest messages that fit |
//! | `snippet` | what is shown of one |

mod date;
mod document;
mod entry;
mod find;
mod index;
mod phrase;
mod query;
mod segment;
mod snippet;
mod words;

pub use date::{Date, DateSpan};
pub use document::{Document, Has};
pub use entry::{Entry, What};
pub use find::{Found, Hit, Wanted};
pub use index::{Changes, Index, Kept};
pub use query::{Filter, Problem, Query};
pub use snippet::Piece;
