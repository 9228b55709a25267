//! The way from the view to the drivers: one function that takes an [`Intent`].
//! Intents sent before a driver is there wait for it, in order.

use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;

use super::intent::Intent;

type Handler = Rc<dyn Fn(Intent)>;

/// What components call when somebody does something.
#[derive(Clone, Copy)]
pub struct Actions {
    handler: StoredValue<Option<Handler>, LocalStorage>,
    early: StoredValue<VecDeque<Intent>, LocalStorage>,
}

impl Actions {
    /// Nobody listens yet.
    pub fn new() -> Self {
        Self {
            handler: StoredValue::new_local(None),
            early: StoredValue::new_local(VecDeque::new()),
        }
    }

    /// Tells the driver. Returns at once; what comes of it is seen in the stores.
    pub fn send(&self, intent: impl Into<Intent>) {
        self.hand_over(intent.into());
    }

    fn hand_over(&self, intent: Intent) {
        match self.handler.get_value() {
            Some(handler) => handler(intent),
            None => self.early.update_value(|early| early.push_back(intent)),
        }
    }

    /// Whether a driver listens. What is sent before waits for it.
    pub fn is_attached(&self) -> bool {
        self.handler.with_value(Option::is_some)
    }

    /// The driver listens from now on, and gets first what was sent before.
    pub fn attach(&self, handler: impl Fn(Intent) + 'static) {
        let handler: Handler = Rc::new(handler);
        self.handler.set_value(Some(Rc::clone(&handler)));
        let mut early = VecDeque::new();
        self.early
            .update_value(|held| std::mem::swap(held, &mut early));
        for intent in early {
            handler(intent);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use leptos::prelude::Owner;

    use super::Actions;
    use crate::call::store::CallIntent;
    use crate::shell::store::ShellIntent;

    #[test]
    fn what_was_asked_early_is_done_first() {
        let owner = Owner::new();
        owner.set();
        let actions = Actions::new();
        actions.send(ShellIntent::TakeOver);
        let seen = Rc::new(RefCell::new(Vec::new()));
        let sink = Rc::clone(&seen);
        actions.attach(move |intent| sink.borrow_mut().push(intent));
        actions.send(CallIntent::LeaveVoice);
        assert_eq!(
            *seen.borrow(),
            [ShellIntent::TakeOver.into(), CallIntent::LeaveVoice.into()]
        );
    }
}
