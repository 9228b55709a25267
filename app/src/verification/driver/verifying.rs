//! What the door asks of the chunk behind it: the verifications of this device.

use parley_client::Engine;
use parley_client::verification::VerificationMessage;
use parley_protocol::ids::DeviceId;

use crate::verification::store::VerificationIntent;

pub trait Verifying {
    fn handle_intent(&mut self, intent: VerificationIntent, engine: &mut Engine);

    fn handle_message(&mut self, from: DeviceId, message: VerificationMessage, engine: &mut Engine);

    fn handle_log_change(&mut self, engine: &mut Engine);

    fn handle_timeout(&mut self, engine: &mut Engine);
}
