//! What people do and what goes wrong, and when: worked out from the seed before anything happens, so that
//! nothing in the run can change it.

use parley_protocol::Millis;

use super::dice::Dice;
use super::link::Weather;

/// Something that happens to the world. Who it happens to is left to the numbers that come with it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    /// Somebody writes one message or several.
    Write,
    /// Many messages in a row, so that a session is used up.
    WriteMuch,
    /// Somebody does something with messages: edits, reacts, deletes, pins, votes, writes into a thread.
    Relate,
    /// Somebody writes to one person or a group, takes a request, or brings somebody in.
    Direct,
    /// A connection breaks, and both ends know sooner or later.
    Cut,
    /// A connection breaks, and nobody is told.
    Silence,
    /// A machine goes off between two effects, and comes back.
    Crash,
    /// A machine is off for long.
    SwitchOff,
    /// The relay's process is killed, and started again.
    KillRelay,
    /// The relay's disk is full for a while.
    FillDisk,
    /// Somebody makes an invite, and somebody comes in by it.
    Invite,
    /// Somebody logs in on one more machine.
    AddMachine,
    /// A machine is gone with its disk.
    LoseMachine,
    /// All machines of a person are.
    LoseAll,
    /// Everybody is away for days.
    GoAway,
    /// The owner lets somebody back in with new keys.
    Readmit,
    /// Somebody sets a value that their machines share.
    SetData,
    /// Somebody removes one of their machines.
    RevokeMachine,
    /// The owner removes a member, or somebody leaves.
    RemoveMember,
    /// The owner makes a channel.
    MakeChannel,
    /// The owner gives a role to somebody, or takes it.
    ChangeRole,
    /// The owner takes the right to write from everyone, or gives it back.
    Mute,
    /// Somebody scrolls up.
    LoadOlder,
    /// Somebody tries again what was refused, or drops it.
    Retry,
    /// Somebody enters a voice channel or leaves it.
    Voice,
    /// The relay keeps the log back from one machine for a while, and nothing else.
    KeepBehind,
}

/// A deed at its time, with the numbers that decide the rest.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) at: Millis,
    pub(super) deed: Deed,
    pub(super) dice: Dice,
}

/// A seed's storm.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub(super) weather: Weather,
    /// How long it lasts.
    pub(super) length: Millis,
    pub(super) plans: Vec<Planned>,
}

/// Seeds in which a session is used up. They take several times as long.
const MUCH_IN_ONE_OF: u64 = 40;

/// How often each deed is done, of their sum.
const OFTEN: [(u64, Deed); 25] = [
    (40, Deed::Write),
    (30, Deed::Relate),
    (30, Deed::Direct),
    (8, Deed::Cut),
    (3, Deed::Silence),
    (7, Deed::Crash),
    (2, Deed::SwitchOff),
    (3, Deed::KillRelay),
    (1, Deed::FillDisk),
    (5, Deed::Invite),
    (4, Deed::AddMachine),
    (3, Deed::LoseMachine),
    (4, Deed::LoseAll),
    (1, Deed::GoAway),
    (2, Deed::Readmit),
    (5, Deed::SetData),
    (3, Deed::RevokeMachine),
    (5, Deed::RemoveMember),
    (3, Deed::MakeChannel),
    (6, Deed::ChangeRole),
    (2, Deed::Mute),
    (4, Deed::LoadOlder),
    (2, Deed::Retry),
    (3, Deed::Voice),
    (5, Deed::KeepBehind),
];

impl Schedule {
    pub(super) fn of(seed: u64) -> Self {
        let mut dice = Dice::of(&[seed, 1]);
        let length = dice.between(30_000, 400_000);
        let weather = Weather {
            stalls: dice.below(15),
            stall: dice.between(100, 8_000),
            repeats: dice.below(12),
        };
        let count = dice.between(16, 36);
        let mut plans: Vec<Planned> = (0..count)
            .map(|number| Planned {
                at: dice.below(length),
                deed: one_of(&mut dice),
                dice: Dice::of(&[seed, 2, number]),
            })
            .collect();
        if seed.is_multiple_of(MUCH_IN_ONE_OF) {
            plans.push(Planned {
                at: length / 2,
                deed: Deed::WriteMuch,
                dice: Dice::of(&[seed, 4]),
            });
        }
        // Somebody comes in early, so that there is somebody to write to.
        for (number, deed) in (0..).zip([Deed::Invite, Deed::MakeChannel, Deed::Invite]) {
            plans.push(Planned {
                at: 500 * number,
                deed,
                dice: Dice::of(&[seed, 3, number]),
            });
        }
        plans.sort_by_key(|plan| plan.at);
        Self {
            weather,
            length,
            plans,
        }
    }
}

fn one_of(dice: &mut Dice) -> Deed {
    let sum = OFTEN.iter().map(|(weight, _)| weight).sum();
    let mut number = dice.below(sum);
    for (weight, deed) in OFTEN {
        if number < weight {
            return deed;
        }
        number -= weight;
    }
    Deed::Write
}
