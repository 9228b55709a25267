//! Two groups of the key, typed back from where it was kept.

use leptos::prelude::*;

use crate::security::store::{SecurityIntent, Work};
use crate::security::work_area::WorkArea;
use crate::stores::stores;
use crate::ui::field::text::TextField;

/// Asks for two groups.
#[component]
pub(super) fn Confirm(
    /// In groups, joined by `-`.
    recovery_key: String,
    /// To look at the key once more.
    on_back: Callback<()>,
) -> impl IntoView {
    let stores = stores();
    let groups: Vec<String> = recovery_key.split('-').map(str::to_owned).collect();
    let [first, second] = asked(&recovery_key, groups.len());
    let (one, two) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrong = RwSignal::new([false, false]);
    let right = move |place: usize, typed: &str| {
        groups
            .get(place)
            .is_some_and(|group| as_written(typed) == *group)
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let found = [
            !right(first, &one.get_untracked()),
            !right(second, &two.get_untracked()),
        ];
        wrong.set(found);
        let busy = stores
            .security
            .work
            .with_untracked(|work| matches!(work, Work::Busy(_)));
        if found == [false, false] && !busy {
            stores.actions.send(SecurityIntent::RecoveryKeyKept);
        }
    };
    let problem = move |at: usize| {
        Signal::derive(move || {
            let is_wrong = wrong.with(|wrong| wrong.get(at).copied().unwrap_or(false));
            is_wrong.then(|| "That is not what stands there. Look at your copy again.".to_owned())
        })
    };
    view! {
        <p>"To be sure that your copy is good, type two groups of it."</p>
        <form novalidate on:submit=submit>
            <TextField id="group-one" label=label(first) value=one problem=problem(0) max=9 first=true/>
            <TextField id="group-two" label=label(second) value=two problem=problem(1) max=9/>
            <WorkArea label="Use this recovery key"/>
        </form>
        <button type="button" class="text-button" on:click=move |_| on_back.run(())>"Show it once more"</button>
    }
}

const LABELS: [&str; 13] = [
    "Group 1", "Group 2", "Group 3", "Group 4", "Group 5", "Group 6", "Group 7", "Group 8",
    "Group 9", "Group 10", "Group 11", "Group 12", "Group 13",
];

fn label(place: usize) -> &'static str {
    LABELS.get(place).copied().unwrap_or("Group")
}

/// Two places, the first in the first half and the second in the other; others for another key.
fn asked(key: &str, groups: usize) -> [usize; 2] {
    let half = (groups / 2).max(1);
    let sum = |step| key.bytes().step_by(step).map(usize::from).sum::<usize>();
    [sum(1) % half, half + sum(3) % half]
}

/// Case, spaces and look-alike letters do not matter, as when the key is used.
fn as_written(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    letters
        .map(|letter| match letter.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            'U' => 'V',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{as_written, asked};

    #[test]
    fn two_groups_are_asked_for_of_every_key() {
        for key in ["0000-1111", "ZZZZ-9A2B-7K3M", "ABCD"] {
            for groups in 2..=13 {
                let [one, two] = asked(key, groups);
                assert!(one < two && two < groups.max(2), "{key} {groups}");
            }
        }
    }

    #[test]
    fn what_looks_alike_is_alike() {
        assert_eq!(as_written(" o1l-u "), "011V");
    }
}
