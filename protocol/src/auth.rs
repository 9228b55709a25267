//! Bodies of the HTTP endpoints. The password never reaches the relay, only the login secret derived from it.

mod account;
mod community;
mod device;
mod link;
mod login;
mod oidc;
mod passkey;
mod proof;
mod register;
mod second_factor;
mod secret;
mod session;
mod wrap;

pub use account::{
    ChangePasswordRequest, ChangeWrapsRequest, DeleteAccountRequest, RemovePasskeyRequest,
    WrapsResponse,
};
pub use community::{CommunityInfo, CommunityName, LogPage, ProviderInfo};
pub use device::{AddDeviceRequest, LinkToken};
pub use link::{
    EndLinkRequest, JoinLinkRequest, LinkJoined, LinkMessages, LinkOpened, LinkSeat,
    LinkTokenRequest, OpenLinkRequest, ReceiveLinkRequest, SendLinkRequest,
};
pub use login::{LoginRequest, LoginResponse, RecoverRequest};
pub use oidc::{
    FinishOidcRequest, LinkedProviders, Newcomer, OidcDeparture, OidcResponse, ProviderRequest,
};
pub use passkey::{
    FinishPasskeyRequest, PasskeyAssertion, PasskeyInfo, PasskeyOptions, PasskeysResponse,
};
pub use proof::{Proof, ProofRequest};
pub use register::RegisterRequest;
pub use second_factor::{
    EnableSecondFactorRequest, RecoveryCodes, SecondFactorNeeded, SecondFactorSetup,
    SecondFactorStatus, VerifySecondFactorRequest,
};
pub use secret::{Code, LoginSecret, RecoverySecret, Ticket};
pub use session::{EndSessionRequest, SessionInfo, SessionResponse, SessionsResponse};
pub use wrap::{Wrap, WrapKind, WrapName};
