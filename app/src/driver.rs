//! What the features' drivers share: the records kept in this browser and the relay's endpoints. Each feature's own
//! driver is in the feature's folder; the one that runs them all is in `shell`.

pub mod keeper;
pub mod relay;
