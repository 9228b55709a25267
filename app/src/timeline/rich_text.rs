//! A message's text on the screen. Every piece becomes an element or a text node here; nothing is ever read as HTML.
//! Each block has the direction of its own content.

use std::cell::RefCell;

use leptos::prelude::*;

use super::code_block::CodeBlock;
use super::custom;
use super::markup;
use super::markup::{Block, Item, Span};
use super::mention::Mention;
use super::own_link::{self, OwnLink};
use crate::ids::{ChannelId, ItemId};
use crate::stores::stores;
use crate::ui::hooks::{address, location};
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// Beyond one of these a message is folded, so that it cannot push away what others wrote.
const LINES: usize = 40;
const BYTES: usize = 4_000;

/// The text, with its simple formatting.
#[component]
pub fn RichText(
    /// As it was written.
    text: String,
) -> impl IntoView {
    let is_long = text.len() > BYTES || text.bytes().filter(|byte| *byte == b'\n').count() > LINES;
    let folded = RwSignal::new(is_long);
    let unfold = is_long.then(|| {
        view! {
            <button
                type="button"
                class="text-button"
                aria-expanded=reactive(move || if folded.get() { "false" } else { "true" })
                on:click=move |_| folded.update(|folded| *folded = !*folded)
            >
                {dynamic(move || if folded.get() { "Show all of it" } else { "Show less" })}
            </button>
        }
    });
    let blocks = markup::parse(&text);
    let alone = custom::are_alone(&blocks);
    view! {
        <div class="text" class:alone=alone class:folded=reactive(move || folded.get())>{blocks_view(blocks, true)}</div>
        {unfold}
    }
}

fn blocks_view(blocks: Vec<Block>, outermost: bool) -> Vec<AnyView> {
    blocks.into_iter().map(|it| block(it, outermost)).collect()
}

/// What is inside of a quote or list gives that its direction, so it names none itself.
fn block(block: Block, outermost: bool) -> AnyView {
    let dir = outermost.then_some("auto");
    match block {
        Block::Paragraph(spans) => view! { <p dir=dir>{spans_view(spans)}</p> }.into_any(),
        Block::Quote(blocks) => {
            view! { <blockquote dir=dir>{blocks_view(blocks, false)}</blockquote> }.into_any()
        }
        // Below the headings of the page.
        Block::Heading { level: 1, spans } => {
            view! { <h3 dir=dir>{spans_view(spans)}</h3> }.into_any()
        }
        Block::Heading { level: 2, spans } => {
            view! { <h4 dir=dir>{spans_view(spans)}</h4> }.into_any()
        }
        Block::Heading { spans, .. } => view! { <h5 dir=dir>{spans_view(spans)}</h5> }.into_any(),
        Block::Code { language, text } => {
            view! { <CodeBlock language=language text=text/> }.into_any()
        }
        Block::List { first, items } => {
            let items = items.into_iter().map(item).collect_view();
            match first {
                Some(first) => {
                    view! { <ol dir=dir start=first.to_string()>{items}</ol> }.into_any()
                }
                None => view! { <ul dir=dir>{items}</ul> }.into_any(),
            }
        }
        Block::Table { head, rows } => {
            let head = head
                .into_iter()
                .map(|cell| view! { <th>{spans_view(cell)}</th> });
            let head = head.collect_view();
            let rows = rows.into_iter().map(|row| {
                let cells = row
                    .into_iter()
                    .map(|cell| view! { <td>{spans_view(cell)}</td> });
                view! { <tr>{cells.collect_view()}</tr> }
            });
            view! {
                <div class="text-table" tabindex="0">
                    <table dir=dir>
                        <thead><tr>{head}</tr></thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }
    }
}

fn item(item: Item) -> AnyView {
    let blocks = blocks_view(item.blocks, false);
    match item.done {
        None => view! { <li>{blocks}</li> }.into_any(),
        Some(done) => {
            let text = if done { "Done: " } else { "To do: " };
            view! {
                <li class="task" class:done=done>
                    <span class="unseen">{text}</span>
                    {blocks}
                </li>
            }
            .into_any()
        }
    }
}

fn spans_view(spans: Vec<Span>) -> Vec<AnyView> {
    spans.into_iter().map(span).collect()
}

fn span(span: Span) -> AnyView {
    match span {
        Span::Text(text) => text.into_any(),
        Span::Emoji(name) => custom::emoji(format!(":{name}:")),
        Span::Name(text) => view! { <Mention text=text/> }.into_any(),
        Span::Hidden(inside) => view! { <Hidden inside=inside/> }.into_any(),
        Span::Code(code) => view! { <code dir="ltr">{code}</code> }.into_any(),
        Span::Strong(inside) => view! { <strong>{spans_view(inside)}</strong> }.into_any(),
        Span::Emphasis(inside) => view! { <em>{spans_view(inside)}</em> }.into_any(),
        Span::Struck(inside) => view! { <s>{spans_view(inside)}</s> }.into_any(),
        Span::Link(address) => match own_link::read(&address, &location::origin()) {
            Some(OwnLink::Message { channel, item }) => {
                view! { <OwnMessage address=address channel=channel item=item/> }.into_any()
            }
            // Whoever reads it is in already.
            Some(OwnLink::Invite) => view! { <span dir="ltr">{address}</span> }.into_any(),
            None => bare_link(address),
        },
        Span::NamedLink { label, address } => {
            let host = address::host(&address);
            // A label that looks like another address: only the true one is shown.
            if markup::misleads(&label, &host) {
                return bare_link(address);
            }
            view! {
                <Link address=address ltr=false>{spans_view(label)}</Link>
                // A label can say anything; this says where it leads.
                " " <span class="link-host" dir="ltr">"(" {host} ")"</span>
            }
            .into_any()
        }
    }
}

fn bare_link(address: String) -> AnyView {
    let shown = address::shown(&address).into_any();
    view! { <Link address=address ltr=true>{shown}</Link> }.into_any()
}

/// A link to a message of this community, in words. Opens it in this page.
#[component]
fn OwnMessage(address: String, channel: ChannelId, item: ItemId) -> impl IntoView {
    let stores = stores();
    let name = {
        let channel = channel.clone();
        Memo::new(move |_| stores.community.channel(&channel).map(|it| it.name))
    };
    dynamic(move || {
        let (channel, item) = (channel.clone(), item.clone());
        let go = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            stores.view.dialog.set(None);
            stores.show_message(&channel, item.clone());
        };
        match name.get() {
            Some(name) => view! {
                <a href=address.clone() class="own-link" on:click=go>
                    <Icon name=IconName::Link/>
                    "Message in #" <bdi>{name}</bdi>
                </a>
            }
            .into_any(),
            None => view! {
                <span class="own-link"><Icon name=IconName::Lock/>"A message in a channel that you can't read"</span>
            }
            .into_any(),
        }
    })
}

/// Hidden texts that are remembered as seen.
const MOST_SEEN: usize = 200;

thread_local! {
    /// What somebody asked to see stays seen when its message is drawn again.
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What is not seen until it is asked for.
#[component]
fn Hidden(inside: Vec<Span>) -> impl IntoView {
    let what = format!("{inside:?}");
    let is_shown = RwSignal::new(SEEN.with_borrow(|seen| seen.contains(&what)));
    let what = StoredValue::new(what);
    let show = move || {
        SEEN.with_borrow_mut(|seen| {
            seen.truncate(MOST_SEEN);
            seen.insert(0, what.get_value());
        });
        is_shown.set(true);
    };
    let while_hidden =
        move |value: &'static str| reactive(move || (!is_shown.get()).then_some(value));
    let key = move |event: leptos::ev::KeyboardEvent| {
        if !is_shown.get_untracked() && matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            show();
        }
    };
    view! {
        // Stays the same element, so that the focus stays on it.
        <span
            class="spoiler"
            class:shown=reactive(move || is_shown.get())
            role=while_hidden("button")
            aria-label=while_hidden("Show hidden text")
            title=while_hidden("Show hidden text")
            tabindex=reactive(move || if is_shown.get() { "-1" } else { "0" })
            on:click=move |_| show()
            on:keydown=key
        >
            <span inert=reactive(move || !is_shown.get()) aria-hidden=while_hidden("true")>{spans_view(inside)}</span>
        </span>
    }
}

#[component]
fn Link(
    address: String,
    /// The direction of what is shown: an address has its own.
    ltr: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a
            href=address.clone()
            title=address::target(&address)
            dir=if ltr { "ltr" } else { "auto" }
            target="_blank"
            rel="noopener noreferrer nofollow"
        >
            {children()}
        </a>
    }
}
