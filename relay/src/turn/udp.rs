//! TURN over UDP: the loop that feeds the engine from the socket. Linux receives and sends packets in batches;
//! other systems one at a time.

#[cfg(target_os = "linux")]
mod batched;
#[cfg(not(target_os = "linux"))]
mod plain;

#[cfg(target_os = "linux")]
pub(super) use batched::Worker;
#[cfg(not(target_os = "linux"))]
pub(super) use plain::Worker;
