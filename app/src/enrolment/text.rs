//! What is said about forms, links and passwords.

use super::store::{Field, FormProblem, LinkProblem, Lost, Step};

/// What is being done while a form waits.
pub fn step(step: Step) -> &'static str {
    match step {
        Step::LoadingProgram => "Loading the rest of Parley…",
        Step::CheckingLink => "Checking the invite…",
        Step::MakingKeys => "Making your keys…",
        Step::AskingPasskey => "Waiting for your passkey…",
        Step::AskingProvider => "Asking your provider…",
        Step::StretchingPassword => "Stretching your password…",
        Step::AskingRelay => "Asking the relay…",
        Step::OpeningVault => "Opening your vault…",
        Step::FetchingMessages => "Fetching messages…",
    }
}

/// Why it takes a moment, where it does.
pub fn step_detail(step: Step) -> &'static str {
    match step {
        Step::LoadingProgram => "Nothing leaves this browser before it is here.",
        Step::CheckingLink => "Comparing it with the community's own log.",
        Step::MakingKeys => "They never leave this browser.",
        Step::AskingPasskey => "Your browser asks you for it.",
        Step::AskingProvider => "It says who you are, and reads nothing.",
        Step::StretchingPassword => "Slow on purpose: it makes guessing expensive.",
        Step::AskingRelay => "It only ever sees what it can't read.",
        Step::OpeningVault => "Your keys come back to this device.",
        Step::FetchingMessages => "Nearly there.",
    }
}

/// Why a link cannot be used: a headline, and what to do.
pub fn link(problem: LinkProblem) -> (&'static str, &'static str) {
    match problem {
        LinkProblem::Incomplete => (
            "Part of this link is missing",
            "Copy the whole link again, up to its very end, and open it once more.",
        ),
        LinkProblem::Expired => (
            "This invite has run out",
            "Ask whoever sent it for a new one.",
        ),
        LinkProblem::UsedUp => (
            "This invite was used already",
            "Ask whoever sent it for a new one.",
        ),
        LinkProblem::Revoked => (
            "This invite was taken back",
            "Ask whoever sent it for a new one.",
        ),
        LinkProblem::OtherCommunity => (
            "This invite is for another community",
            "Its fingerprint doesn't match the community at this address. Ask whoever sent it, another way than the one the link came by.",
        ),
        LinkProblem::AlreadySetUp => (
            "This community is set up already",
            "Sign in, or ask a member for an invite link.",
        ),
    }
}

/// The field a problem is shown at, and the words; `None` is above the button.
pub fn problem(problem: &FormProblem) -> (Option<Field>, String) {
    let (field, text) = match problem {
        FormProblem::NameTaken => (
            Some(Field::Name),
            "Somebody here has that name already. Try another one.",
        ),
        FormProblem::NameNotAllowed => (
            Some(Field::Name),
            "Please use 1 to 48 letters and digits of one alphabet; spaces, dots and dashes may stand between them.",
        ),
        FormProblem::CommunityNameNotAllowed => (
            Some(Field::Community),
            "Please use 1 to 48 characters that can be seen.",
        ),
        FormProblem::WrongNameOrPassword => (
            Some(Field::Password),
            "That name and password don't go together. Check both and try again.",
        ),
        FormProblem::WrongNameOrRecoveryKey => (
            Some(Field::RecoveryKey),
            "That name and recovery key don't go together. Check both and try again.",
        ),
        FormProblem::NotARecoveryKey => (
            Some(Field::RecoveryKey),
            "That is not the whole recovery key, or there is a typing error in it. Compare it with your copy.",
        ),
        FormProblem::WrongCode => (
            Some(Field::Code),
            "That code is not right, or was used already. Wait for the next one and type that.",
        ),
        FormProblem::Link(link_problem) => {
            let (headline, advice) = link(*link_problem);
            return (None, format!("{headline}. {advice}"));
        }
        FormProblem::TooManyTries { wait_seconds } => {
            return (
                None,
                format!(
                    "That was a lot of tries. Wait {}, then go on.",
                    wait(*wait_seconds)
                ),
            );
        }
        FormProblem::RelayUnreachable => (
            None,
            "The relay can't be reached. Nothing is lost: try again in a moment.",
        ),
        FormProblem::Outdated => (
            None,
            "There is a new version of Parley, and this page is too old to go on. Load it, then fill in the form again.",
        ),
        FormProblem::RelayFull => (
            None,
            "The relay has no room left. Whoever runs it has to make some; then try again.",
        ),
        FormProblem::Other { text, .. } => return (None, text.clone()),
    };
    (field, text.to_owned())
}

fn wait(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Why somebody has to sign in again, and what comes back.
pub fn lost(lost: Lost) -> (&'static str, &'static str) {
    match lost {
        Lost::Cleared => (
            "What Parley kept in this browser was cleared.",
            "Browsers do that when room gets short, or when a page was not opened for long. Your account is as it was: sign in, and your messages come back from your vault. Only what you had typed and not sent is lost.",
        ),
        Lost::Damaged => (
            "This browser begins anew.",
            "What it kept is gone. Sign in, and your messages come back from your vault.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn waits_are_said_as_people_say_them() {
        assert_eq!(wait(1), "a second");
        assert_eq!(wait(30), "30 seconds");
        assert_eq!(wait(600), "10 minutes");
    }
}
