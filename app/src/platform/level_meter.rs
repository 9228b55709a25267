//! How loud the own microphone is, and whether it is speech: measured about 12 times a second, also in a page that is
//! not shown, because the others are told.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AnalyserNode, AudioContext, AudioNode};

use super::speech::{self, Speech};

/// Samples in one measurement: 21 ms at 48 kHz.
const WINDOW: u32 = 1_024;
/// A change of the level that is worth telling.
const STEP: f32 = 0.02;

/// What was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// 0 is silence, 1 as loud as can be; a step is a step to the ear.
    pub level: f32,
    /// Whether somebody speaks.
    pub is_speaking: bool,
}

/// Measures one sound as long as it is held.
pub struct LevelMeter {
    interval: i32,
    node: AnalyserNode,
    source: AudioNode,
    _closure: Closure<dyn FnMut()>,
}

impl LevelMeter {
    /// Measures what comes out of a node. `report` hears of every change that is worth it.
    pub(super) fn new(
        context: &AudioContext,
        source: &AudioNode,
        report: impl Fn(Reading) + 'static,
    ) -> Option<Self> {
        let node = context.create_analyser().ok()?;
        node.set_fft_size(WINDOW);
        source.connect_with_audio_node(&node).ok()?;
        let (measured, mut samples) = (node.clone(), vec![0.0; WINDOW as usize]);
        let (mut own, mut told) = (Speech::default(), Reading::default());
        let closure = Closure::<dyn FnMut()>::new(move || {
            measured.get_float_time_domain_data(&mut samples);
            let decibels = speech::decibels(speech::power(&samples));
            let reading = Reading {
                level: speech::level(decibels),
                is_speaking: own.hear(decibels),
            };
            if reading.is_speaking != told.is_speaking || (reading.level - told.level).abs() >= STEP
            {
                told = reading;
                report(reading);
            }
        });
        let interval = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(
                closure.as_ref().unchecked_ref(),
                speech::INTERVAL,
            )
            .ok()?;
        Some(Self {
            interval,
            node,
            source: source.clone(),
            _closure: closure,
        })
    }
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.interval);
        }
        // Refused when the source was disconnected before, which is as good.
        self.source.disconnect_with_audio_node(&self.node).ok();
    }
}
