//! A message's text on the screen. Every piece becomes an element or a text node here; nothing is ever read as HTML.

use leptos::prelude::*;

use super::markup::{self, Block, Span};

/// The text, with its simple formatting.
#[component]
pub fn RichText(
    /// As it was written.
    text: String,
) -> impl IntoView {
    view! { <div class="text">{markup::parse(&text).into_iter().map(block).collect_view()}</div> }
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(spans) => view! { <p>{spans_view(spans)}</p> }.into_any(),
        Block::Quote(spans) => view! { <blockquote>{spans_view(spans)}</blockquote> }.into_any(),
        Block::Code(code) => view! { <pre tabindex="0"><code>{code}</code></pre> }.into_any(),
    }
}

fn spans_view(spans: Vec<Span>) -> Vec<AnyView> {
    spans.into_iter().map(span).collect()
}

fn span(span: Span) -> AnyView {
    match span {
        Span::Text(text) => text.into_any(),
        Span::Code(code) => view! { <code>{code}</code> }.into_any(),
        Span::Strong(inside) => view! { <strong>{spans_view(inside)}</strong> }.into_any(),
        Span::Emphasis(inside) => view! { <em>{spans_view(inside)}</em> }.into_any(),
        Span::Struck(inside) => view! { <s>{spans_view(inside)}</s> }.into_any(),
        Span::Link(address) => {
            let target = address.clone();
            view! { <a href=target target="_blank" rel="noopener noreferrer">{address}</a> }
                .into_any()
        }
    }
}
