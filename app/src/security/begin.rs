//! What every dialog of these pages does as it opens and closes.

use leptos::prelude::*;

use super::store::SecurityIntent;
use crate::stores::stores;

/// What was asked for in another dialog counts no more, neither now nor when this one is gone.
pub(super) fn afresh() {
    let actions = stores().actions;
    actions.send(SecurityIntent::Begin);
    on_cleanup(move || actions.send(SecurityIntent::Begin));
}
