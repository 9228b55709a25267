//! What the composer and its helpers (completion, the emoji picker) know of each other. The helpers are in chunks that
//! come when they are wanted; the composer tells them what is typed and which keys are pressed, and takes texts from them.

use leptos::html;
use leptos::prelude::*;

use super::trigger::{self, Trigger};
use crate::ui::emoji::{self, Signs};
use crate::ui::hooks::task;

/// Whether a helper took a key.
pub type Keys = Callback<String, bool>;

/// One composer's, as long as it is on the page.
#[derive(Clone, Copy)]
pub struct Assist {
    /// Where one types.
    pub field: NodeRef<html::Textarea>,
    /// What asks for completion.
    pub trigger: RwSignal<Option<Trigger>>,
    /// The id of the suggestion that would be taken.
    pub active: RwSignal<Option<String>>,
    /// Where keys go first while suggestions are shown.
    pub keys: StoredValue<Option<Keys>>,
    /// Takes the whole text after a change.
    write: StoredValue<Option<Callback<String>>>,
    /// Puts emoji in the place of their names, once it was needed.
    signs: StoredValue<Option<Signs>>,
}

impl Assist {
    pub fn new() -> Self {
        Self {
            field: NodeRef::new(),
            trigger: RwSignal::new(None),
            active: RwSignal::new(None),
            keys: StoredValue::new(None),
            write: StoredValue::new(None),
            signs: StoredValue::new(None),
        }
    }

    /// What takes the text when a helper has changed it.
    pub fn write_with(self, write: Callback<String>) {
        self.write.set_value(Some(write));
    }

    /// Looks at what was typed.
    pub fn look(self) {
        let found = self.field.get_untracked().and_then(|field| {
            let text = field.value();
            trigger::find(&text, caret(&text, field.selection_start().ok().flatten()))
        });
        if self.trigger.with_untracked(|before| *before != found) {
            self.trigger.set(found);
        }
    }

    /// Hands a key to the helper that is shown. Whether it took it.
    pub fn takes(self, key: String) -> bool {
        let keys = self.keys.get_value();
        keys.is_some_and(|keys| keys.run(key))
    }

    /// Puts a text in the place of what asked for completion.
    pub fn complete(self, text: &str) {
        if let Some(trigger) = self.trigger.get_untracked() {
            self.put(Some(trigger.from), text);
        }
        self.trigger.set(None);
    }

    /// Puts a text where the caret is, or over all that was typed from a byte on until there; the focus goes there.
    pub fn put(self, from: Option<usize>, text: &str) {
        let Some(field) = self.field.get_untracked() else {
            return;
        };
        let before = field.value();
        let begin = caret(&before, field.selection_start().ok().flatten());
        let end = caret(&before, field.selection_end().ok().flatten());
        let from = from.unwrap_or(begin);
        let (Some(head), Some(tail)) = (before.get(..from), before.get(end.max(from)..)) else {
            return;
        };
        let head = format!("{head}{text}");
        let place = u32::try_from(head.encode_utf16().count()).ok();
        let all = head + tail;
        field.set_value(&all);
        field.set_selection_start(place).ok();
        field.set_selection_end(place).ok();
        field.focus().ok();
        if let Some(write) = self.write.get_value() {
            write.run(all);
        }
    }
}

impl Assist {
    /// What puts emoji in the place of names is loaded once a text may have one, so that it is here when the text is sent.
    pub fn look_for_names(self, text: &str) {
        if may_name_emoji(text) && self.signs.get_value().is_none() {
            task::spawn(async move {
                if let Ok(signs) = emoji::signs().await {
                    // The composer may be gone.
                    self.signs.try_set_value(Some(signs));
                }
            });
        }
    }

    /// Gives a text on with emoji in the place of their names: `:heart:` that was pasted, or typed to its end.
    pub fn with_signs(self, text: String, tone: usize, give_on: impl FnOnce(String) + 'static) {
        if !may_name_emoji(&text) {
            return give_on(text);
        }
        if let Some(signs) = self.signs.get_value() {
            return give_on(signs(&text, tone));
        }
        task::spawn(async move {
            let signs = emoji::signs().await;
            give_on(signs.map_or_else(|_| text.clone(), |signs| signs(&text, tone)));
        });
    }
}

/// Whether two colons stand around something like a name.
fn may_name_emoji(text: &str) -> bool {
    let mut parts = text.split(':').skip(1);
    let mut part = parts.next();
    std::iter::from_fn(|| {
        let here = part.take()?;
        // Behind the last one there is no colon.
        part = parts.next();
        part.is_some().then_some(here)
    })
    .any(|name| {
        let is_letter = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'+' | b'-');
        (2..=64).contains(&name.len()) && name.bytes().all(is_letter)
    })
}

/// The byte at which a caret stands, of which the browser counts in UTF-16.
fn caret(text: &str, place: Option<u32>) -> usize {
    let Some(mut left) = place else {
        return text.len();
    };
    for (at, c) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(if c.len_utf16() == 2 { 2 } else { 1 });
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{caret, may_name_emoji};

    #[test]
    fn a_name_stands_between_two_colons() {
        for text in [":heart:", "a :+1: b", "10:30:45", "x: y :tada:"] {
            assert!(may_name_emoji(text), "{text}");
        }
        for text in [
            "",
            ":",
            "::",
            "at 10:30",
            ": not this :",
            "a: b: c",
            ":heart",
        ] {
            assert!(!may_name_emoji(text), "{text}");
        }
    }

    #[test]
    fn the_caret_is_counted_in_bytes() {
        assert_eq!(caret("a🙂é b", Some(0)), 0);
        assert_eq!(caret("a🙂é b", Some(3)), 5);
        assert_eq!(caret("a🙂é b", Some(4)), 7);
        assert_eq!(caret("a🙂é b", Some(40)), 9);
        assert_eq!(caret("ab", None), 2);
    }
}
