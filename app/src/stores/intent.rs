//! Everything a person can do: one variant for each feature, whose own store says what. Never: how it is done.

use crate::admin::store::AdminIntent;
use crate::alerts::store::AlertIntent;
use crate::call::store::CallIntent;
use crate::call::store::moderation::ModerationIntent;
use crate::channels::store::ChannelIntent;
use crate::composer::store::ComposerIntent;
use crate::connection::store::ConnectionIntent;
use crate::direct::store::DirectIntent;
use crate::doctor::store::DoctorIntent;
use crate::emoji::store::EmojiIntent;
use crate::enrolment::store::SessionIntent;
use crate::files::store::FilesIntent;
use crate::invites::store::InviteIntent;
use crate::linking::store::LinkingIntent;
use crate::people::store::PeopleIntent;
use crate::roles::store::RoleIntent;
use crate::search::store::SearchIntent;
use crate::security::store::SecurityIntent;
use crate::settings::store::SettingsIntent;
use crate::shell::store::ShellIntent;
use crate::timeline::store::TimelineIntent;
use crate::verification::store::VerificationIntent;

macro_rules! intents {
    ($($feature:ident($intent:ident)),+ $(,)?) => {
        /// What a person asked for, by feature.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Intent {
            $($feature($intent)),+
        }

        $(impl From<$intent> for Intent {
            fn from(intent: $intent) -> Self {
                Self::$feature(intent)
            }
        })+
    };
}

intents! {
    Admin(AdminIntent),
    Alerts(AlertIntent),
    Call(CallIntent),
    Channels(ChannelIntent),
    Composer(ComposerIntent),
    Connection(ConnectionIntent),
    Direct(DirectIntent),
    Doctor(DoctorIntent),
    Emoji(EmojiIntent),
    Files(FilesIntent),
    Invites(InviteIntent),
    Linking(LinkingIntent),
    Moderation(ModerationIntent),
    People(PeopleIntent),
    Roles(RoleIntent),
    Search(SearchIntent),
    Security(SecurityIntent),
    Session(SessionIntent),
    Settings(SettingsIntent),
    Shell(ShellIntent),
    Timeline(TimelineIntent),
    Verification(VerificationIntent),
}
