//! Where one writes. Enter sends, Shift+Enter begins a new line; what is not sent stays with its channel. Names, channels
//! and commands are completed as one types.

use leptos::ev::{ClipboardEvent, KeyboardEvent};
use leptos::prelude::*;
use parley_protocol::names::is_blank;

use super::assist::Assist;
use super::commands::{Outgoing, outgoing};
use super::completion::Completion;
use super::emoji_button::EmojiButton;
use super::mode_strip::ModeStrip;
use super::store::{ComposerIntent, Desk, LONGEST, Mode};
use super::text;
use crate::files::store::{FilesIntent, Part, part};
use crate::ids::{ChannelId, ItemId};
use crate::people::store::PeopleIntent;
use crate::shell::store::Dialog;
use crate::stores::{Stores, stores};
use crate::timeline::store::TimelineIntent;
use crate::ui::direction::isolated;
use crate::ui::hooks::focus;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{reactive, show_when};

/// The key code of every key that an input method takes (UI Events, section 7.3.1).
const INPUT_METHOD: u32 = 229;

/// Bytes that nobody types at once.
const PASTED: usize = 1024;

/// The composer of one channel or thread. Made anew when another one is opened.
#[component]
pub fn Composer(desk: Desk) -> impl IntoView {
    let stores = stores();
    let drafts = stores.composer.drafts;
    let key = desk.key();
    let Desk { channel, thread } = desk.clone();
    let in_thread = thread.is_some();
    let draft = Memo::new({
        let key = key.clone();
        move |_| drafts.with(|all| all.get(&key).cloned().unwrap_or_default())
    });
    let label = Memo::new({
        let channel = channel.clone();
        move |_| {
            if in_thread {
                return Some(text::IN_THREAD.to_owned());
            }
            let channel = stores.community.channel(&channel);
            channel.map(|c| format!("Message {}{}", c.mark(), isolated(&c.name)))
        }
    });
    let empty = Memo::new(move |_| draft.with(|text| is_blank(text)));
    let attached = Memo::new({
        let key = key.clone();
        move |_| stores.files.has_attached(&key)
    });

    let assist = Assist::new();
    provide_context(assist);

    let write = {
        let (channel, key) = (channel.clone(), key.clone());
        move |text: String| {
            let typed = !text.is_empty();
            assist.look_for_names(&text);
            drafts.update(|all| {
                all.insert(key.clone(), text);
            });
            if typed {
                stores.actions.send(ComposerIntent::Typing(channel.clone()));
            }
            assist.look();
        }
    };
    assist.write_with(Callback::new(write.clone()));
    // Before the browser lays it out, which would take it minutes.
    let paste = move |event: ClipboardEvent| {
        let data = event.clipboard_data();
        let text = data.and_then(|data| data.get_data("text/plain").ok());
        if text.is_some_and(|text| text.len() > LONGEST) {
            event.prevent_default();
            stores.view.notify_problem(text::TOO_MUCH);
        }
    };
    let input = move |text: String| {
        let before = draft.with_untracked(String::len);
        if text.len() > LONGEST && text.len() > before + PASTED {
            // Not pasted, but dropped.
            if let Some(field) = assist.field.get_untracked() {
                field.set_value(&draft.get_untracked());
            }
            return stores.view.notify_problem(text::TOO_MUCH);
        }
        write(text);
    };
    let send = {
        let (desk, tray) = (desk.clone(), key.clone());
        move || {
            let typed = draft.get_untracked().trim().to_owned();
            let with_files = attached.get_untracked();
            if is_blank(&typed) && !with_files {
                return;
            }
            let is_edit = stores
                .composer
                .mode
                .with_untracked(|mode| matches!(mode, Some(Mode::Edit { .. })));
            let outgoing = match outgoing(&typed) {
                _ if is_edit || typed.is_empty() => Ok(typed),
                Outgoing::Text(text) => Ok(text),
                Outgoing::Nick(name) => Err(PeopleIntent::Rename(name)),
                Outgoing::Status(text) => Err(PeopleIntent::TypeStatus(text)),
                Outgoing::Nothing => return stores.view.notify_problem(text::NOTHING_TO_DO),
                Outgoing::Unknown(name) => {
                    return stores.view.notify_problem(text::unknown_command(&name));
                }
            };
            let with_files = with_files && !is_edit && outgoing.is_ok();
            if with_files && !stores.files.can_send(&tray) {
                return stores.view.notify_problem(text::FILES_NOT_READY);
            }
            drafts.update(|all| {
                all.remove(&tray);
            });
            assist.trigger.set(None);
            let text = match outgoing {
                Ok(text) => text,
                Err(intent) => return stores.actions.send(intent),
            };
            let (mode, desk) = (stores.composer.end(), desk.clone());
            assist.with_signs(
                text,
                stores.composer.emoji_tone.get_untracked(),
                move |text| match mode {
                    Some(Mode::Edit { channel, item, .. }) => {
                        stores.actions.send(TimelineIntent::Edit {
                            channel,
                            item,
                            text,
                        });
                    }
                    mode if with_files => stores.actions.send(FilesIntent::Send {
                        place: desk.channel,
                        text,
                        reply_to: mode.map(Mode::into_item),
                        thread: desk.thread,
                    }),
                    mode => stores.actions.send(ComposerIntent::SendMessage {
                        channel: desk.channel,
                        text,
                        reply_to: mode.map(Mode::into_item),
                        thread: desk.thread,
                    }),
                },
            );
        }
    };
    let (attach, tray, poll) = (key.clone(), key.clone(), thread.clone());
    let press = {
        let send = send.clone();
        move |event: KeyboardEvent| {
            // Safari has ended the composition by now, and tells by the code alone that its input method has this key.
            let is_composing = event.is_composing() || event.key_code() == INPUT_METHOD;
            let key = event.key();
            // A colon is typed with Shift on many keyboards.
            let plain = (!event.shift_key() || key == ":") && !event.alt_key() && !event.ctrl_key();
            if is_composing || !plain {
                return;
            }
            if assist.takes(key.clone()) {
                event.prevent_default();
            } else if key == "Escape" && stores.composer.end().is_some() {
                event.stop_propagation();
            } else if key == "Enter" {
                event.prevent_default();
                send();
            } else if key == "ArrowUp"
                && draft.with_untracked(String::is_empty)
                && let Some((item, text)) = newest_editable(stores, &channel, in_thread)
            {
                event.prevent_default();
                let mode = Mode::edit(&channel, &item, Some(&text));
                stores.composer.begin(mode);
            }
        }
    };
    if in_thread {
        stores.composer.end();
        stores.composer.thread.set(Some(key));
    }
    focus::on_with_real_keyboard(stores.composer.field());
    on_cleanup(move || {
        stores.composer.end();
        if in_thread {
            stores.composer.thread.set(None);
        }
    });
    let nothing = Memo::new(move |_| empty.get() && !attached.get());
    view! {
        <ModeStrip in_thread=in_thread/>
        {part(Part::Tray(tray))}
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <Completion/>
            <button
                type="button"
                class="icon-button composer-poll"
                aria-label="New poll"
                title="New poll"
                on:click=move |_| stores.view.dialog.set(Some(Dialog::NewPoll(poll.clone())))
            >
                <Icon name=IconName::Poll/>
            </button>
            // The box grows with a hidden copy of the text behind it.
            <div class="composer-box" data-text=reactive(move || draft.get())>
                <textarea
                    id=if in_thread { "thread-composer" } else { "composer" }
                    node_ref=assist.field
                    rows="1"
                    dir="auto"
                    aria-label=reactive(move || label.get())
                    placeholder=reactive(move || label.get())
                    prop:value=reactive(move || draft.get())
                    autocomplete="off"
                    enterkeyhint="send"
                    aria-autocomplete="list"
                    aria-controls=reactive(move || assist.active.with(|it| it.as_ref().map(|_| "completion")))
                    aria-activedescendant=reactive(move || assist.active.get())
                    on:input=move |event| input(event_target_value(&event))
                    on:paste=paste
                    on:keydown=press
                    on:keyup=move |_| assist.look()
                    on:click=move |_| assist.look()
                ></textarea>
            </div>
            <EmojiButton/>
            <span class="composer-attach">{part(Part::Attach(attach))}</span>
            {show_when(move || nothing.get(), move || part(Part::Record(desk.clone())))}
            <button type="submit" class="composer-send" aria-label="Send" title="Send (Enter)" disabled=reactive(move || nothing.get())>
                <Icon name=IconName::Send/>
            </button>
        </form>
    }
}

/// My newest message that can be edited where one writes, and what it says.
fn newest_editable(
    stores: Stores,
    channel: &ChannelId,
    in_thread: bool,
) -> Option<(ItemId, String)> {
    if in_thread {
        stores.timeline.newest_editable_of_thread()
    } else {
        stores.timeline.newest_editable(channel)
    }
}
