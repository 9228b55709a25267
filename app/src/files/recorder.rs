//! A voice message: a button that begins to record, and while it does how loud it is, how long already, and the ways to
//! send it or to forget it. Held down, the button records as long as it is held.

use leptos::prelude::*;

use super::figures;
use super::waveform;
use super::words;
use crate::ui::hooks::blob::Blob;
use crate::ui::hooks::recorder::{Recorder, RecorderFault};
use crate::ui::hooks::{focus, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::reactive::{dynamic, reactive};

/// Longer is no message any more.
const MOST_SECONDS: u32 = 15 * 60;
/// A press of at least that many milliseconds holds the button; shorter, it is a click.
const HELD: u64 = 500;
/// What is shorter was a slip.
const LEAST: u64 = 500;
/// Levels of which the meter is made.
const SHOWN: usize = 32;

/// What was said.
#[derive(Clone, Debug)]
pub struct Spoken {
    pub sound: Blob,
    pub seconds: u32,
    pub waveform: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Idle,
    /// The browser asks for the microphone.
    Asking,
    Recording,
    Finishing,
}

/// What a recording is about.
#[derive(Clone, Copy)]
struct Voice {
    step: RwSignal<Step>,
    recorder: StoredValue<Option<Recorder>, LocalStorage>,
    levels: StoredValue<Vec<f32>>,
    /// Counts measurements, so that the meter moves.
    heard: RwSignal<u32>,
    seconds: RwSignal<u32>,
    /// The button is held since then.
    pressed: StoredValue<Option<f64>>,
    /// The button was let go before the microphone was there.
    is_let_go: StoredValue<bool>,
    /// Where the focus goes when nothing is to be said.
    field: &'static str,
    on_spoken: Callback<Spoken>,
    on_problem: Callback<&'static str>,
}

impl Voice {
    fn begin(self) {
        if self.step.get_untracked() != Step::Idle {
            return;
        }
        self.step.set(Step::Asking);
        self.levels.set_value(Vec::new());
        self.seconds.set(0);
        self.is_let_go.set_value(false);
        task::spawn(async move {
            let heard = move |level| self.hear(level);
            let lost = move || self.finish();
            let begun = Recorder::start(heard, lost).await;
            // The composer may be gone, or somebody thought again.
            if self.step.try_get_untracked() != Some(Step::Asking) {
                return;
            }
            match begun {
                Ok(recorder) => {
                    self.recorder.set_value(Some(recorder));
                    self.step.set(Step::Recording);
                    if !self.is_let_go.get_value() {
                        focus::on(".recorder-send");
                    }
                }
                Err(fault) => {
                    self.step.set(Step::Idle);
                    self.on_problem.run(said(fault));
                }
            }
        });
    }

    fn hear(self, level: f32) {
        if self.step.try_get_untracked() != Some(Step::Recording) {
            return;
        }
        self.levels.update_value(|levels| levels.push(level));
        self.heard.update(|count| *count = count.wrapping_add(1));
        let elapsed = self.elapsed();
        let seconds = u32::try_from(elapsed / 1_000).unwrap_or(MOST_SECONDS);
        if self.seconds.get_untracked() != seconds {
            self.seconds.set(seconds);
        }
        if seconds >= MOST_SECONDS {
            self.finish();
        }
    }

    fn elapsed(self) -> u64 {
        self.recorder
            .with_value(|recorder| recorder.as_ref().map_or(0, Recorder::elapsed))
    }

    /// Ends it and gives it on.
    fn finish(self) {
        if self.step.try_get_untracked() != Some(Step::Recording) {
            return;
        }
        let elapsed = self.elapsed();
        let Some(Some(recorder)) = self.recorder.try_update_value(Option::take) else {
            return;
        };
        if elapsed < LEAST {
            self.step.set(Step::Idle);
            return self.on_problem.run(words::TOO_SHORT);
        }
        self.step.set(Step::Finishing);
        let bars = self.levels.with_value(|levels| waveform::of_levels(levels));
        task::spawn(async move {
            let sound = recorder.finish().await;
            if self.step.try_set(Step::Idle).is_some() {
                return;
            }
            match sound {
                Some(sound) => self.on_spoken.run(Spoken {
                    sound,
                    seconds: u32::try_from(elapsed.div_ceil(1_000)).unwrap_or(MOST_SECONDS),
                    waveform: bars,
                }),
                None => self.on_problem.run(words::NOTHING_HEARD),
            }
        });
    }

    /// Forgets it.
    fn cancel(self) {
        self.recorder.set_value(None);
        self.step.set(Step::Idle);
        focus::on(self.field);
    }
}

fn said(fault: RecorderFault) -> &'static str {
    match fault {
        RecorderFault::Refused => words::MICROPHONE_REFUSED,
        RecorderFault::Missing => words::NO_MICROPHONE,
        RecorderFault::Busy => words::MICROPHONE_BUSY,
        RecorderFault::Unavailable => words::NO_RECORDING,
    }
}

/// The button, or what is in its place while somebody speaks.
#[component]
pub fn RecordButton(
    /// Selects where one writes beside.
    field: &'static str,
    on_spoken: Callback<Spoken>,
    on_problem: Callback<&'static str>,
) -> impl IntoView {
    let voice = Voice {
        step: RwSignal::new(Step::Idle),
        recorder: StoredValue::new_local(None),
        levels: StoredValue::new(Vec::new()),
        heard: RwSignal::new(0),
        seconds: RwSignal::new(0),
        pressed: StoredValue::new(None),
        is_let_go: StoredValue::new(false),
        field,
        on_spoken,
        on_problem,
    };
    on_cleanup(move || {
        voice.step.set(Step::Idle);
        voice.recorder.set_value(None);
    });
    // A press begins at once; what it was is known when it is over.
    let press = move |event: leptos::ev::PointerEvent| {
        if event.button() == 0 {
            voice.pressed.set_value(Some(event.time_stamp()));
            voice.begin();
        }
    };
    let released = window_event_listener(leptos::ev::pointerup, move |event| {
        let Some(Some(since)) = voice.pressed.try_update_value(Option::take) else {
            return;
        };
        if event.time_stamp() - since >= f64::from(u32::try_from(HELD).unwrap_or(0)) {
            voice.is_let_go.set_value(true);
            match voice.step.get_untracked() {
                Step::Recording => voice.finish(),
                Step::Asking => voice.step.set(Step::Idle),
                Step::Idle | Step::Finishing => {}
            }
        }
    });
    on_cleanup(move || released.remove());
    let is_idle = Memo::new(move |_| voice.step.get() == Step::Idle);
    dynamic(move || {
        if is_idle.get() {
            view! {
                <button
                    type="button"
                    class="icon-button record"
                    aria-label="Record a voice message"
                    title="Record a voice message (click, or hold)"
                    on:pointerdown=press
                    // A keyboard has no pointer.
                    on:click=move |_| voice.begin()
                >
                    <Icon name=IconName::Mic/>
                </button>
            }
            .into_any()
        } else {
            view! { <Recording voice=voice/> }.into_any()
        }
    })
}

#[component]
fn Recording(voice: Voice) -> impl IntoView {
    let is_recording = Memo::new(move |_| voice.step.get() == Step::Recording);
    let meter = move || {
        voice.heard.track();
        voice.levels.with_value(|levels| {
            let last = levels.iter().rev().take(SHOWN).rev();
            let bars: Vec<u8> = std::iter::repeat_n(0, SHOWN.saturating_sub(levels.len()))
                .chain(last.map(|level| waveform::byte(*level)))
                .collect();
            waveform::drawing(&bars)
        })
    };
    let state = move || match voice.step.get() {
        Step::Asking => "Allow the microphone to go on".to_owned(),
        Step::Finishing => "One moment…".to_owned(),
        Step::Idle | Step::Recording => figures::time(voice.seconds.get()),
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            voice.cancel();
        }
    };
    view! {
        <div class="recorder" role="group" aria-label="Voice message" on:keydown=key>
            <button
                type="button"
                class="icon-button"
                aria-label="Discard the recording"
                title="Discard (Esc)"
                on:click=move |_| voice.cancel()
            >
                <Icon name=IconName::Remove/>
            </button>
            <span class="recorder-light" class:on=reactive(move || is_recording.get())></span>
            <span class="recorder-time" role="timer" aria-label="Recorded">{dynamic(state)}</span>
            <svg class="recorder-meter" viewBox=waveform::view_box(SHOWN) preserveAspectRatio="none" aria-hidden="true">
                <path d=reactive(meter)></path>
            </svg>
            <button
                type="button"
                class="composer-send recorder-send"
                aria-label="Send the recording"
                title="Send the recording"
                disabled=reactive(move || !is_recording.get())
                on:click=move |_| voice.finish()
            >
                <Icon name=IconName::Send/>
            </button>
        </div>
    }
}
