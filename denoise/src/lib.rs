//! Takes noise out of a microphone: `RNNoise`, as a program of its own that `public/sound-worklet.js` starts on the
//! browser's thread for sound. There is one sound and one frame: the worklet writes samples where [`frame`] says, calls
//! [`denoise`], and reads them there again. Never: a clock, memory that grows, or anything of the page.

use std::cell::RefCell;

use nnnoiseless::DenoiseState;

/// Samples in a frame: 10 ms at 48 kHz.
const FRAME: usize = DenoiseState::FRAME_SIZE;
/// What the network takes for full loudness.
const FULL: f32 = 32_768.0;

struct Denoiser {
    state: Box<DenoiseState<'static>>,
    frame: [f32; FRAME],
    clean: [f32; FRAME],
}

thread_local! {
    static DENOISER: RefCell<Denoiser> = RefCell::new(Denoiser {
        state: DenoiseState::new(),
        frame: [0.0; FRAME],
        clean: [0.0; FRAME],
    });
}

/// How many samples [`denoise`] works on.
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn frame_size() -> usize {
    FRAME
}

/// Where the samples are written and read, between -1 and 1. The place stays the same.
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn frame() -> *const f32 {
    DENOISER.with_borrow(|denoiser| denoiser.frame.as_ptr())
}

/// Takes the noise out of the frame. What comes out is what went in a frame before.
#[expect(unsafe_code, reason = "it is called by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn denoise() {
    DENOISER.with_borrow_mut(Denoiser::work);
}

impl Denoiser {
    fn work(&mut self) {
        for sample in &mut self.frame {
            // What is no number would stay in the network for good.
            *sample = if sample.is_finite() {
                sample.clamp(-1.0, 1.0) * FULL
            } else {
                0.0
            };
        }
        self.state.process_frame(&mut self.clean, &self.frame);
        for (out, clean) in self.frame.iter_mut().zip(&self.clean) {
            *out = (clean / FULL).clamp(-1.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Denoiser {
        Denoiser {
            state: DenoiseState::new(),
            frame: [0.0; FRAME],
            clean: [0.0; FRAME],
        }
    }

    fn energy_after(sound: impl Fn(usize) -> f32) -> f32 {
        let mut denoiser = fresh();
        let mut energy = 0.0;
        for round in 0..400 {
            for (at, sample) in denoiser.frame.iter_mut().enumerate() {
                *sample = sound(round * FRAME + at);
            }
            denoiser.work();
            if round >= 200 {
                energy += denoiser.frame.iter().map(|it| it * it).sum::<f32>();
            }
        }
        energy
    }

    /// Noise that is the same each time.
    #[expect(clippy::cast_precision_loss, reason = "noise")]
    fn noise(at: usize) -> f32 {
        // SplitMix64: what is less mixed has a tone in it.
        let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed >> 40) as f32 / 8_388_608.0 - 1.0) * 0.05
    }

    /// Something like a voice, three syllables in a second, in noise.
    #[expect(clippy::cast_precision_loss, reason = "a time")]
    fn voice(at: usize) -> f32 {
        let time = at as f32 / 48_000.0;
        let tone = |hertz: f32| (std::f32::consts::TAU * hertz * time).sin();
        0.3 * tone(150.0) * tone(3.0).max(0.0)
    }

    #[test]
    fn noise_between_words_is_gone_and_the_voice_is_not() {
        let loud = energy_after(|at| voice(at) + noise(at));
        let clean: f32 = (200 * FRAME..400 * FRAME).map(|at| voice(at).powi(2)).sum();
        assert!(loud > clean * 0.5 && loud < clean * 1.5, "{clean} {loud}");
        let mut denoiser = fresh();
        let (mut before, mut after) = (0.0, 0.0);
        for round in 0..400 {
            let samples = round * FRAME..(round + 1) * FRAME;
            let is_silent = samples.clone().all(|at| voice(at) == 0.0);
            for (sample, at) in denoiser.frame.iter_mut().zip(samples) {
                *sample = voice(at) + noise(at);
            }
            let energy = |frame: &[f32]| frame.iter().map(|it| it * it).sum::<f32>();
            let noisy = energy(&denoiser.frame);
            denoiser.work();
            if round >= 200 && is_silent {
                before += noisy;
                after += energy(&denoiser.frame);
            }
        }
        assert!(before > 0.0 && after < before / 4.0, "{before} {after}");
    }

    #[test]
    fn what_is_no_number_does_no_harm() {
        let after = energy_after(|at| match at % 3 {
            0 => f32::NAN,
            1 => f32::INFINITY,
            _ => 1e30,
        });
        assert!(after.is_finite());
        assert!(energy_after(noise).is_finite());
    }

    #[test]
    fn the_frame_stays_where_it_is() {
        let before = frame();
        denoise();
        assert_eq!(frame(), before);
        assert_eq!(frame_size(), 480);
    }
}
