//! Code on lines of its own. The colours come with a chunk, for the languages that it knows; until then, and without it,
//! the code is shown as it is.

mod highlight;

use leptos::prelude::*;

use self::highlight::{Kind, Piece};
use crate::chunk::chunk;
use crate::ui::hooks::task;
use crate::ui::reactive::dynamic;

/// Code that is longer is shown without colours.
const LONGEST: usize = 16 * 1024;

type Highlight = fn(&str, &str) -> Vec<Piece>;

chunk!(highlight: fn highlighter() -> Highlight = begin);

fn begin() -> Highlight {
    highlight::pieces
}

/// Code in its own box.
#[component]
pub fn CodeBlock(language: Option<String>, text: String) -> impl IntoView {
    let pieces = RwSignal::new(Vec::new());
    if let Some(language) = language.filter(|_| text.len() <= LONGEST) {
        let text = text.clone();
        task::spawn(async move {
            if let Ok(highlight) = highlighter().await {
                // The message may be gone by now.
                let _ = pieces.try_set(highlight(&language, &text));
            }
        });
    }
    view! {
        <pre tabindex="0" dir="ltr"><code>
            {dynamic(move || pieces.with(|pieces| coloured(&text, pieces)))}
        </code></pre>
    }
}

/// The pieces of a text one after the other, and what is behind them.
fn coloured(text: &str, pieces: &[Piece]) -> AnyView {
    let mut rest = text;
    let mut views = Vec::with_capacity(pieces.len() + 1);
    for piece in pieces {
        let Some((now, after)) = rest.split_at_checked(piece.length) else {
            break;
        };
        rest = after;
        let now = now.to_owned();
        views.push(match class(piece.kind) {
            Some(class) => view! { <span class=class>{now}</span> }.into_any(),
            None => now.into_any(),
        });
    }
    views.push(rest.to_owned().into_any());
    views.into_any()
}

fn class(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Plain => return None,
        Kind::Comment => "code-comment",
        Kind::Text => "code-text",
        Kind::Number => "code-number",
        Kind::Keyword => "code-keyword",
        Kind::Name => "code-name",
        Kind::Added => "code-added",
        Kind::Removed => "code-removed",
    })
}
