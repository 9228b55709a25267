//! How long things took for the honest members, and what the relay had to keep, for each phase.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

pub(crate) struct Figures {
    folder: PathBuf,
    samples: Mutex<Samples>,
    /// Of all phases since [`Figures::forget`].
    all: Mutex<Samples>,
}

#[derive(Default)]
struct Samples {
    answers: Vec<f64>,
    deliveries: Vec<f64>,
    signals: Vec<f64>,
    disk: u64,
    memory: u64,
}

pub(crate) struct Phase {
    pub(crate) name: &'static str,
    pub(crate) disk_growth: u64,
    pub(crate) memory_growth: u64,
    spans: [Span; 3],
}

/// Median, 99th percentile and worst, in milliseconds.
#[derive(Clone, Copy)]
struct Span(f64, f64, f64);

impl Figures {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            samples: Mutex::default(),
            all: Mutex::default(),
        }
    }

    /// Bytes of all files that the relay keeps for its members.
    pub(crate) fn blobs(&self) -> u64 {
        let folders = std::fs::read_dir(self.folder.join("blobs")).unwrap();
        let folders = folders.filter_map(Result::ok).map(|it| it.path());
        let folders = folders.filter(|it| it.is_dir());
        folders.map(|folder| bytes_in(&folder)).sum()
    }

    pub(crate) fn begin(&self) {
        *self.samples.lock().unwrap() = Samples {
            disk: bytes_in(&self.folder),
            memory: resident(),
            ..Samples::default()
        };
    }

    pub(crate) fn end(&self, name: &'static str) -> Phase {
        let mut samples = std::mem::take(&mut *self.samples.lock().unwrap());
        let mut all = self.all.lock().unwrap();
        all.answers.extend(&samples.answers);
        all.deliveries.extend(&samples.deliveries);
        all.signals.extend(&samples.signals);
        Phase {
            name,
            disk_growth: bytes_in(&self.folder).saturating_sub(samples.disk),
            memory_growth: resident().saturating_sub(samples.memory),
            spans: samples.spans(),
        }
    }

    /// What follows is counted anew.
    pub(crate) fn forget(&self) {
        *self.all.lock().unwrap() = Samples::default();
    }

    /// All phases together.
    pub(crate) fn together(&self, name: &'static str, phases: &[Phase]) -> Phase {
        Phase {
            name,
            disk_growth: phases.iter().map(|phase| phase.disk_growth).sum(),
            memory_growth: phases.iter().map(|phase| phase.memory_growth).sum(),
            spans: self.all.lock().unwrap().spans(),
        }
    }

    pub(crate) fn answer(&self, took: Duration) {
        let mut samples = self.samples.lock().unwrap();
        samples.answers.push(took.as_secs_f64() * 1e3);
    }

    pub(crate) fn delivery(&self, took: Duration) {
        let mut samples = self.samples.lock().unwrap();
        samples.deliveries.push(took.as_secs_f64() * 1e3);
    }

    pub(crate) fn signal(&self, took: Duration) {
        let mut samples = self.samples.lock().unwrap();
        samples.signals.push(took.as_secs_f64() * 1e3);
    }
}

impl Samples {
    fn spans(&mut self) -> [Span; 3] {
        [
            span(&mut self.answers),
            span(&mut self.deliveries),
            span(&mut self.signals),
        ]
    }
}

impl Phase {
    pub(crate) fn worst_p99(&self) -> f64 {
        self.spans.iter().map(|span| span.1).fold(0.0, f64::max)
    }
}

pub(crate) fn table(phases: &[Phase]) -> String {
    let mut text = String::from(
        "| phase | answer p50 / p99 / worst (ms) | message | signal | disk (KiB) | memory (KiB) |\n\
         |---|---|---|---|---|---|\n",
    );
    for phase in phases {
        text.push_str(&row(phase));
    }
    text
}

pub(crate) fn row(phase: &Phase) -> String {
    let [answers, deliveries, signals] = phase
        .spans
        .map(|Span(p50, p99, worst)| format!("{p50:.1} / {p99:.1} / {worst:.1}"));
    let (disk, memory) = (phase.disk_growth / 1024, phase.memory_growth / 1024);
    let name = phase.name;
    format!("| {name} | {answers} | {deliveries} | {signals} | {disk} | {memory} |\n")
}

fn span(samples: &mut [f64]) -> Span {
    samples.sort_unstable_by(f64::total_cmp);
    let at = |percent: usize| {
        let last = samples.len().saturating_sub(1);
        samples.get(last * percent / 100).copied().unwrap_or(0.0)
    };
    Span(at(50), at(99), at(100))
}

fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .filter_map(|file| file.ok()?.metadata().ok())
        .map(|file| file.len())
        .sum()
}

/// Of this process: the relay, the honest and the hostile together.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
