//! The pictures of a conversation that are here, in their order. Pure.

use super::store::{File, Kind};
use crate::timeline::store::{Item, ItemKind};

/// A picture and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub file: File,
    pub author: String,
}

/// All that are in these lines.
pub fn pictures(items: &[Item]) -> Vec<Seen> {
    let mut all = Vec::new();
    for item in items {
        let ItemKind::Message(message) = &item.kind else {
            continue;
        };
        let is_picture = |file: &&File| matches!(file.kind, Kind::Image { .. }) && !file.is_broken;
        all.extend(
            message
                .extras
                .files
                .iter()
                .filter(is_picture)
                .map(|file| Seen {
                    file: file.clone(),
                    author: message.author_name.clone(),
                }),
        );
    }
    all
}
