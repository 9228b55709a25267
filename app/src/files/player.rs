//! Sound in a message, and what somebody said into it: play, go to any place, and listen faster.

use leptos::html;
use leptos::prelude::*;

use super::asks::Handle;
use super::figures;
use super::other::SaveButton;
use super::progress::{Progress, gone};
use super::sign::{PAUSE, PLAY, sign};
use super::store::Kind;
use super::waveform;
use super::words;
use crate::ui::hooks::{element, media_player};
use crate::ui::reactive::{dynamic, reactive};

/// How fast one can listen.
const SPEEDS: [f64; 3] = [1.0, 1.5, 2.0];

/// What is played, as the element tells.
#[derive(Clone, Copy)]
struct Playing {
    element: NodeRef<html::Audio>,
    is_on: RwSignal<bool>,
    /// In seconds.
    at: RwSignal<f64>,
    length: RwSignal<f64>,
    /// Which of the speeds.
    speed: RwSignal<usize>,
    /// Somebody wants to hear it as soon as it is here.
    wanted: StoredValue<bool>,
    /// It is here, and known how long it is.
    is_ready: StoredValue<bool>,
    is_broken: RwSignal<bool>,
}

impl Playing {
    fn new(seconds: u32) -> Self {
        Self {
            element: NodeRef::new(),
            is_on: RwSignal::new(false),
            at: RwSignal::new(0.0),
            length: RwSignal::new(f64::from(seconds.max(1))),
            speed: RwSignal::new(0),
            wanted: StoredValue::new(false),
            is_ready: StoredValue::new(false),
            is_broken: RwSignal::new(false),
        }
    }

    fn toggle(self, handle: &Handle) {
        match element::of(self.element) {
            Some(element) if self.is_on.get_untracked() => media_player::pause(&element),
            Some(element) if self.is_ready.get_value() => media_player::play(&element),
            Some(_) | None => {
                self.wanted.set_value(true);
                handle.want();
            }
        }
    }

    fn go(self, to: f64) {
        self.at.set(to);
        if let Some(element) = element::of(self.element)
            && self.is_ready.get_value()
        {
            element.set_current_time(to);
        }
    }

    fn faster(self) {
        self.speed.update(|it| *it = (*it + 1) % SPEEDS.len());
        if let Some(element) = element::of(self.element) {
            element.set_playback_rate(self.rate());
        }
    }

    fn rate(self) -> f64 {
        let speed = self.speed.get_untracked();
        SPEEDS.get(speed).copied().unwrap_or(1.0)
    }

    /// How long it is, as soon as the element knows. It can be played from then on.
    fn measure(self) {
        let Some(element) = element::of(self.element) else {
            return;
        };
        let Some(length) = media_player::duration(&element) else {
            return;
        };
        self.length.set(length);
        if !self.is_ready.get_value() {
            self.is_ready.set_value(true);
            self.go(self.at.get_untracked().min(length));
            if self.wanted.get_value() {
                self.wanted.set_value(false);
                media_player::play(&element);
            }
        }
    }
}

/// A player. Nothing is fetched before somebody wants to hear it.
#[component]
pub fn Player(handle: Handle) -> impl IntoView {
    let (seconds, bars) = match &handle.file.kind {
        Kind::Audio { seconds } => (*seconds, None),
        Kind::Voice { seconds, waveform } => (*seconds, Some(waveform.to_vec())),
        Kind::Image { .. } | Kind::Video { .. } | Kind::Other => (0, None),
    };
    let is_voice = bars.is_some();
    let name = handle.file.name.to_string();
    let title = if is_voice {
        "Voice message".to_owned()
    } else {
        name.clone()
    };
    let playing = Playing::new(seconds);
    let address = handle.address();
    let label = format!("{title}, {}", figures::time(seconds));
    let time = move || {
        let at = playing.at.get();
        let length = figures::time(figures::seconds(playing.length.get()));
        if playing.is_on.get() || at > 0.0 {
            format!("{} of {length}", figures::time(figures::seconds(at)))
        } else {
            length
        }
    };
    let time = Memo::new(move |_| time());
    let toggle = {
        let handle = handle.clone();
        move |_| playing.toggle(&handle)
    };
    let speed = move || {
        let speed = SPEEDS.get(playing.speed.get()).copied().unwrap_or(1.0);
        format!("{speed}×")
    };
    view! {
        <div class="player" class:voice=is_voice role="group" aria-label=label>
            <button
                type="button"
                class="player-button"
                aria-label=reactive(move || if playing.is_on.get() { "Pause" } else { "Play" })
                on:click=toggle
            >
                {dynamic(move || if playing.is_on.get() { sign(PAUSE) } else { sign(PLAY) })}
            </button>
            <div class="player-main">
                {(!is_voice).then(|| view! { <p class="file-name" dir="auto">{name}</p> })}
                <Track playing=playing bars=bars time=time/>
                <p class="player-facts">
                    <span>{dynamic(move || time.get())}</span>
                    {(!is_voice).then(|| view! { <span>{figures::size(handle.file.size)}</span> })}
                </p>
                <Progress handle=handle.clone()/>
                {dynamic(move || playing.is_broken.get().then(|| gone(words::NO_SOUND)))}
            </div>
            <button
                type="button"
                class="player-speed"
                title="How fast it is played"
                on:click=move |_| playing.faster()
            >
                <span class="unseen">"Speed "</span>
                {dynamic(speed)}
            </button>
            <SaveButton handle=handle/>
            {dynamic(move || address.get().map(|address| view! { <Sound playing=playing address=address.to_string()/> }))}
        </div>
    }
}

/// The place where it is played: a slider over the wave form.
#[component]
fn Track(playing: Playing, bars: Option<Vec<u8>>, time: Memo<String>) -> impl IntoView {
    let share = move || {
        let share = playing.at.get() / playing.length.get().max(0.1);
        format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)
    };
    let is_plain = bars.is_none();
    let wave = bars.map(|bars| {
        let (drawing, view_box) = (waveform::drawing(&bars), waveform::view_box(bars.len()));
        let picture = move |class: &'static str| {
            view! {
                <svg class=class viewBox=view_box.clone() preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <path d=drawing.clone()></path>
                </svg>
            }
        };
        view! { {picture("wave")} {picture("wave played")} }
    });
    view! {
        <div class="player-track" class:plain=is_plain style:--played=reactive(share)>
            {wave}
            <input
                type="range"
                min="0"
                step="0.1"
                max=reactive(move || format!("{:.1}", playing.length.get()))
                prop:value=reactive(move || format!("{:.1}", playing.at.get()))
                aria-label="Position"
                aria-valuetext=reactive(move || time.get())
                on:input=move |event| {
                    if let Ok(to) = event_target_value(&event).parse() {
                        playing.go(to);
                    }
                }
            />
        </div>
    }
}

/// What makes the sound.
#[component]
fn Sound(playing: Playing, address: String) -> impl IntoView {
    let element = playing.element;
    let begin = move || {
        if let Some(element) = element::of(element) {
            media_player::begins(&element);
            element.set_playback_rate(playing.rate());
        }
        playing.is_on.set(true);
    };
    let follow = move || {
        if let Some(element) = element::of(element)
            && playing.is_ready.get_value()
        {
            playing.at.set(element.current_time());
        }
    };
    // Another one may have been there before, if it was fetched anew.
    playing.is_ready.set_value(false);
    view! {
        <audio
            node_ref=element
            src=address
            preload="metadata"
            on:loadedmetadata=move |_| playing.measure()
            on:durationchange=move |_| playing.measure()
            on:play=move |_| begin()
            on:pause=move |_| playing.is_on.set(false)
            on:ended=move |_| {
                playing.is_on.set(false);
                playing.go(0.0);
            }
            on:timeupdate=move |_| follow()
            on:error=move |_| playing.is_broken.set(true)
        ></audio>
    }
}
