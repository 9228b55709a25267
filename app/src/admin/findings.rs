//! What was looked at: how it stands, and the one thing to do where something is wrong.

use leptos::prelude::*;

use super::store::{Finding, Verdict};
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};

/// What is wrong comes first.
pub fn list(mut findings: Vec<Finding>, label: &'static str) -> AnyView {
    findings.sort_by_key(|finding| match finding.verdict {
        Verdict::Bad => 0,
        Verdict::Note => 1,
        Verdict::Unknown => 2,
        Verdict::Good => 3,
    });
    view! {
        <ul class="findings" aria-label=label>
            {findings.into_iter().map(|finding| view! { <Row finding=finding/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Row(finding: Finding) -> impl IntoView {
    let Finding {
        verdict,
        text,
        to_do,
    } = finding;
    let (class, icon, says) = match verdict {
        Verdict::Good => ("matter-state good", IconName::Check, "Good: "),
        Verdict::Unknown => ("matter-state", IconName::EyeOff, "Not known: "),
        Verdict::Note => ("matter-state wanting", IconName::Alert, "Could be better: "),
        Verdict::Bad => ("matter-state bad", IconName::Close, "Wrong: "),
    };
    view! {
        <li>
            <p class=class>
                <Icon name=icon/>
                <span><span class="unseen">{says}</span>{text}</span>
            </p>
            {to_do.map(|to_do| view! { <ToDo text=to_do/> })}
        </li>
    }
}

/// A sentence, and lines to copy.
#[component]
fn ToDo(text: String) -> impl IntoView {
    let actions = stores().actions;
    let (sentence, lines) = match text.split_once('\n') {
        Some((sentence, lines)) => (sentence.to_owned(), Some(lines.to_owned())),
        None => (text, None),
    };
    view! {
        <div class="to-do-box">
            <p>{sentence}</p>
            {lines.map(|lines| {
                let copied = lines.clone();
                view! {
                    <pre tabindex="0" aria-label="To copy"><code>{lines}</code></pre>
                    <button
                        type="button"
                        class="text-button"
                        on:click=move |_| actions.send(ShellIntent::Copy { text: copied.clone(), said: "Copied" })
                    >
                        "Copy"
                    </button>
                }
            })}
        </div>
    }
}
