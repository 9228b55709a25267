//! A poll: its options with how many people chose each, and one's own choice. A press votes, or takes the vote back.

use leptos::prelude::*;

use super::about;
use crate::timeline::store::{Poll, PollOption, TimelineIntent};
use crate::timeline::text;

/// The options below the question.
#[component]
pub(super) fn PollView(poll: Poll) -> impl IntoView {
    let (about, stores) = about();
    let Poll {
        options,
        several,
        voters,
        closed,
        can_close,
    } = poll;
    let chosen: Vec<usize> = (0..)
        .zip(&options)
        .filter(|(_, it)| it.mine)
        .map(|(at, _)| at)
        .collect();
    let can_vote = about.extras.can.answer && !closed;
    let (channel, item) = (about.channel.clone(), about.item.clone());
    let rows = options.into_iter().enumerate().map(|(at, option)| {
        let intent = TimelineIntent::Vote {
            channel: channel.clone(),
            item: item.clone(),
            options: choice(&chosen, at, several),
        };
        let send = move |_| stores.actions.send(intent.clone());
        view! { <li>{option_view(option, voters, several, can_vote, send)}</li> }
    });
    let rows = rows.collect_view();
    let close = move |_| {
        stores.actions.send(TimelineIntent::ClosePoll {
            channel: about.channel.clone(),
            item: about.item.clone(),
        });
    };
    view! {
        <div class="poll">
            <ul role=if several { "group" } else { "radiogroup" } aria-label="Options">{rows}</ul>
            <p class="poll-state">
                {text::voters(voters)}
                {if closed { " · Closed" } else if several { " · Choose one or more" } else { "" }}
                {(can_close && !closed).then(|| view! {
                    " · " <button type="button" class="link" on:click=close>"Close the poll"</button>
                })}
            </p>
        </div>
    }
}

/// What is chosen after a press on an option.
fn choice(chosen: &[usize], at: usize, several: bool) -> Vec<usize> {
    let is_chosen = chosen.contains(&at);
    let mut after: Vec<usize> = if several {
        chosen.iter().copied().filter(|it| *it != at).collect()
    } else {
        Vec::new()
    };
    if !is_chosen {
        after.push(at);
        after.sort_unstable();
    }
    after
}

fn option_view(
    option: PollOption,
    voters: usize,
    several: bool,
    can_vote: bool,
    send: impl Fn(leptos::ev::MouseEvent) + 'static,
) -> AnyView {
    let count = option.names.len();
    let percent = (count * 100).checked_div(voters).unwrap_or(0);
    view! {
        <button
            type="button"
            class="poll-option"
            role=if several { "checkbox" } else { "radio" }
            aria-checked=if option.mine { "true" } else { "false" }
            title=option.names.join(", ")
            disabled=!can_vote
            style:--share=format!("{percent}%")
            on:click=send
        >
            <span class="poll-text" dir="auto">{option.text}</span>
            <span class="poll-votes">{text::votes(count, percent)}</span>
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::choice;

    #[test]
    fn one_answer_replaces_the_other_and_goes_by_a_second_press() {
        assert_eq!(choice(&[], 1, false), [1]);
        assert_eq!(choice(&[1], 2, false), [2]);
        assert_eq!(choice(&[2], 2, false), Vec::<usize>::new());
    }

    #[test]
    fn several_answers_stand_beside_each_other() {
        assert_eq!(choice(&[2], 0, true), [0, 2]);
        assert_eq!(choice(&[0, 2], 0, true), [2]);
    }
}
