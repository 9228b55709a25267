//! With whom the dialog is, for the steps inside it.

use leptos::prelude::*;

use crate::ids::UserId;

/// The other person, and what the steps share.
#[derive(Clone)]
pub(super) struct Whom {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) is_scanning: RwSignal<bool>,
    pub(super) on_close: Callback<()>,
}
