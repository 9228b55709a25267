//! A call that ended without the person: why, in words.

use parley_client::Engine;
use parley_client::call::CallEnd;

use super::Media;
use crate::call::moderation::text;
use crate::ids;

impl Media {
    /// Says it. Where the call goes on, if somebody moved this device.
    pub(super) fn say_ended(&self, why: CallEnd, engine: &Engine) -> Option<ids::ChannelId> {
        let view = self.stores.view;
        let community = engine.community();
        match why {
            CallEnd::Ordered { to, by } => {
                let by = community.members().get(&by);
                let by = by.map_or("Somebody", |member| member.display_name());
                let place = to.and_then(|to| community.channels().get(&to));
                let place = place.map(|channel| channel.details.name.as_str());
                view.notify(text::moved(by, place));
                to.map(|to| ids::ChannelId::from(to.to_string()))
            }
            CallEnd::NotAllowed => {
                view.notify_problem(text::NOT_ALLOWED);
                None
            }
            CallEnd::Full => {
                view.notify_problem(text::FULL);
                None
            }
            CallEnd::TakenOver => {
                view.notify(text::TAKEN_OVER);
                None
            }
        }
    }
}
