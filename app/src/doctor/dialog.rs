//! The connection doctor: a list that fills while it looks, what to do about what is wrong, and a report to copy.

use leptos::prelude::*;

use super::store::{DoctorIntent, Finding, Matter, Run, Verdict};
use super::text;
use crate::shell::store::ShellIntent;
use crate::stores::stores;
use crate::ui::icon::{Icon, IconName};
use crate::ui::modal::Modal;
use crate::ui::reactive::{dynamic, keyed, show_when};

/// Begins to look when it is opened.
#[component]
pub fn DoctorDialog(on_close: Callback<()>) -> impl IntoView {
    let stores = stores();
    let run = stores.doctor.run;
    stores.actions.send(DoctorIntent::Look);
    on_cleanup(move || stores.actions.send(DoctorIntent::Stop));
    let is_over = Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.is_over)));
    let problem = Memo::new(move |_| run.with(|run| run.as_ref().and_then(|run| run.problem)));
    let copy = move |_| {
        let text = run.with_untracked(|run| run.as_ref().map(|run| run.report.clone()));
        stores.actions.send(ShellIntent::Copy {
            text: text.unwrap_or_default(),
            said: "Report copied",
        });
    };
    view! {
        <Modal title="Call check" on_close=on_close>
            <p role="status" class="doctor-state">
                {dynamic(move || match problem.get() {
                    Some(problem) => problem,
                    None => run.with(|run| run.as_ref().map_or("Looking…", conclusion)),
                })}
            </p>
            <ul class="findings" aria-label="Checks">
                {keyed(move || rows(run.get().as_ref()), Clone::clone, |(matter, finding)| row(matter, finding))}
            </ul>
            {show_when(move || is_over.get(), move || view! {
                <div class="modal-buttons">
                    <button type="button" class="quiet" on:click=copy>
                        <Icon name=IconName::Copy/>
                        "Copy the report"
                    </button>
                    <button type="button" class="primary" on:click=move |_| stores.actions.send(DoctorIntent::Look)>
                        "Look again"
                    </button>
                </div>
                <p class="hint">"The report names no address, no password and nobody."</p>
            })}
        </Modal>
    }
}

fn conclusion(run: &Run) -> &'static str {
    if !run.is_over {
        return "Looking… the browser may ask for the microphone.";
    }
    let worst = run.found.iter().map(|(_, finding)| finding.verdict);
    text::conclusion(
        worst
            .max_by_key(|verdict| rank(*verdict))
            .unwrap_or(Verdict::Good),
    )
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Good => 0,
        Verdict::Unknown => 1,
        Verdict::Note => 2,
        Verdict::Bad => 3,
    }
}

fn rows(run: Option<&Run>) -> Vec<(Matter, Option<Finding>)> {
    let found = |matter| run.and_then(|run| run.of(matter).cloned());
    let is_over = run.is_some_and(|run| run.is_over || run.problem.is_some());
    let all = Matter::ALL
        .into_iter()
        .map(|matter| (matter, found(matter)));
    // What was not looked at in the end does not concern this relay.
    all.filter(|(_, finding)| finding.is_some() || !is_over)
        .collect()
}

fn row(matter: Matter, finding: Option<Finding>) -> AnyView {
    let name = text::matter(matter);
    let Some(finding) = finding else {
        return view! {
            <li>
                <p class="matter-state">
                    <Icon name=IconName::Clock/>
                    <span><strong>{name}</strong> <span class="unseen">" is being looked at"</span></span>
                </p>
            </li>
        }
        .into_any();
    };
    let (class, icon) = match finding.verdict {
        Verdict::Good => ("matter-state good", IconName::Check),
        Verdict::Unknown => ("matter-state", IconName::EyeOff),
        Verdict::Note => ("matter-state wanting", IconName::Alert),
        Verdict::Bad => ("matter-state bad", IconName::Close),
    };
    view! {
        <li>
            <p class=class>
                <Icon name=icon/>
                <span>
                    <strong>{name}</strong> ": "
                    <span class="unseen">{text::verdict(finding.verdict)} ". "</span>
                    {finding.text}
                </span>
            </p>
            {finding.to_do.map(|to_do| view! { <div class="to-do-box"><p>{to_do}</p></div> })}
        </li>
    }
    .into_any()
}
