//! From those who moderate calls to the log.

use parley_client::Engine;
use parley_protocol::entry::{Action, CallOrder, CallRules};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{DeviceId, EntryId};

use crate::call::store::moderation::ModerationIntent;
use crate::driver::appends::{not_asked, refusal};
use crate::driver::convert::{channel_id, user_id};
use crate::stores::Stores;

/// Asks the log for it. The entry that waits for its answer.
pub fn handle_intent(
    intent: ModerationIntent,
    stores: Stores,
    engine: &mut Engine,
    now: u64,
) -> Option<EntryId> {
    let order = order(intent, engine)?;
    match engine.append(Action::CallsOrdered { order }, now) {
        Ok(entry) => Some(entry),
        Err(error) => {
            stores.view.notify_problem(not_asked(error));
            None
        }
    }
}

/// The log took an entry, or refused it.
pub fn handle_answer(refused: Option<&ErrorCode>, stores: Stores) {
    if let Some(code) = refused {
        stores.view.notify_problem(refusal(code));
    }
}

fn order(intent: ModerationIntent, engine: &Engine) -> Option<CallOrder> {
    Some(match intent {
        ModerationIntent::Restrict {
            user,
            muted,
            deafened,
        } => CallOrder::Restrict {
            user: user_id(&user)?,
            muted,
            deafened,
        },
        ModerationIntent::LetSpeak {
            channel,
            user,
            speaks,
        } => CallOrder::Speaker {
            channel: channel_id(&channel)?,
            user: user_id(&user)?,
            speaks,
        },
        ModerationIntent::End { device, to } => {
            let device: DeviceId = device.as_str().parse().ok()?;
            let mut there = engine.rosters().flat_map(|roster| &roster.participants);
            CallOrder::End {
                device,
                stay: there.find(|one| one.device == device)?.session,
                to: match to {
                    Some(to) => Some(channel_id(&to)?),
                    None => None,
                },
            }
        }
        ModerationIntent::SetRules { channel, rules } => CallOrder::Rules {
            channel: channel_id(&channel)?,
            rules: CallRules {
                limit: rules.limit,
                stage: rules.stage,
            },
        },
    })
}
