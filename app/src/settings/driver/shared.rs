//! Settings that a person has on all their devices: how the page looks, and whether calls hide the address. The newest
//! choice stands, wherever it was made. The size of the text stays with the screen that it is for.

use leptos::prelude::{Effect, Get, GetUntracked, Set};
use parley_client::Engine;

use crate::driver::port::Port;
use crate::settings::store::{Contrast, PrefsStore, Theme};

const NAME: &str = "settings/page";

/// A setting may have changed.
pub struct SettingsChanged;

/// What all devices have.
pub struct Shared {
    prefs: PrefsStore,
    /// As it was last heard or told.
    known: Option<String>,
}

impl Shared {
    pub fn new(prefs: PrefsStore, port: Port<SettingsChanged>) -> Self {
        Effect::new(move || {
            prefs.theme.get();
            prefs.contrast.get();
            prefs.hide_address.get();
            port.put(SettingsChanged);
        });
        Self { prefs, known: None }
    }

    /// Tells the other devices what was chosen here. What nobody ever chose is not told.
    pub fn handle(&mut self, engine: &mut Engine, now: u64) {
        let chosen = self.written();
        let before = self
            .known
            .get_or_insert_with(|| write(Theme::default(), Contrast::default(), false));
        if *before != chosen && engine.set_account_data(NAME, chosen.clone(), now).is_ok() {
            *before = chosen;
        }
    }

    /// Takes what was chosen elsewhere.
    pub fn show(&mut self, engine: &Engine) {
        let Some(heard) = engine.account_data(NAME) else {
            return;
        };
        if self.known.as_deref() == Some(heard) {
            return;
        }
        self.known = Some(heard.to_owned());
        if heard != self.written() {
            let mut words = heard.split(' ');
            let mut next = || words.next().unwrap_or_default();
            self.prefs.theme.set(Theme::parse(next()));
            self.prefs.contrast.set(Contrast::parse(next()));
            self.prefs.hide_address.set(next() == HIDDEN);
        }
    }

    fn written(&self) -> String {
        write(
            self.prefs.theme.get_untracked(),
            self.prefs.contrast.get_untracked(),
            self.prefs.hide_address.get_untracked(),
        )
    }
}

const HIDDEN: &str = "hidden";

fn write(theme: Theme, contrast: Contrast, hide_address: bool) -> String {
    let address = if hide_address { HIDDEN } else { "shown" };
    format!("{} {} {address}", theme.as_str(), contrast.as_str())
}
