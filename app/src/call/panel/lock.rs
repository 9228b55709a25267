//! Who can listen: nobody but those who are here, and whose keys the person has verified.

use leptos::prelude::*;

use crate::call::store::Participant;
use crate::ids::UserId;
use crate::shell::store::Dialog;
use crate::stores::stores;
use crate::ui::direction::isolated;
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, keyed};
use crate::verification::store::Mark;

/// Somebody else in the call.
type Somebody = (UserId, String);

/// A lock with words, and a way to verify whoever is not yet.
#[component]
pub fn CallLock(people: Memo<Vec<Participant>>) -> impl IntoView {
    let stores = stores();
    let mark = move |user: &UserId| stores.verification.mark_of(user);
    let others = Memo::new(move |_| {
        let me = stores
            .community
            .me
            .with(|me| me.as_ref().map(|me| me.id.clone()));
        others(&people.get(), me.as_ref())
    });
    let verified = move |is: bool| {
        let others = others.get().into_iter();
        let others = others.filter(|(id, _)| (mark(id) == Some(Mark::Verified)) == is);
        others.collect::<Vec<Somebody>>()
    };
    view! {
        <section class="call-lock" aria-label="Encryption">
            <Icon name=IconName::Lock/>
            <div>
                <p>"Encrypted from browser to browser: whoever runs the relay can't listen."</p>
                {dynamic(move || names(&verified(true)).map(|names| view! {
                    <p class="call-verified"><Icon name=IconName::Shield/> "Verified: " <bdi>{names}</bdi></p>
                }))}
                <ul class="call-unverified">
                    {keyed(move || verified(false), Clone::clone, move |(id, name)| {
                        let label = format!("Verify {}", isolated(&name));
                        let open = move |_| stores.view.dialog.set(Some(Dialog::Verify { id: id.clone(), name: name.clone() }));
                        view! { <li><button type="button" class="text-button" on:click=open>{label}</button></li> }
                    })}
                </ul>
            </div>
        </section>
    }
}

/// Each other person once, however many devices they are here with.
fn others(people: &[Participant], me: Option<&UserId>) -> Vec<Somebody> {
    let mut found: Vec<Somebody> = Vec::new();
    for person in people {
        let is_new = found.iter().all(|(id, _)| *id != person.user);
        if is_new && me != Some(&person.user) {
            found.push((person.user.clone(), person.name.clone()));
        }
    }
    found
}

fn names(people: &[Somebody]) -> Option<String> {
    let names: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
