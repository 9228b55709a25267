//! The second factor: set up, turned on by a code, turned off.

use parley_protocol::auth::{Code, EnableSecondFactorRequest, ProofRequest};

use super::super::guarding::{Answer, Here};
use super::access::Access;
use super::{Guard, problem};
use crate::driver::relay;
use crate::enrolment::store::Secret;
use crate::platform::http::HttpError;
use crate::security::store::Proving;

impl Guard {
    pub(super) fn set_up_factor(&mut self, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            let token = access.token().await?;
            let proof = proven.proof().await?;
            let setup = relay::account::set_up_second_factor(&token, &ProofRequest { proof }).await;
            let setup = setup.map_err(|error| proven.problem(&error))?;
            Ok(Answer::FactorSetUp {
                secret: setup.secret,
                uri: setup.uri,
            })
        });
    }

    pub(super) fn enable_factor(&mut self, code: Secret, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        self.ask(async move {
            let token = access.token().await?;
            let code = Code(code.into_inner());
            let codes =
                relay::account::enable_second_factor(&token, &EnableSecondFactorRequest { code })
                    .await;
            let codes = codes.map_err(|error: HttpError| problem::of_http(&error))?;
            let codes = codes.recovery_codes.into_iter().map(|code| code.0);
            Ok(Answer::FactorOn(codes.collect()))
        });
    }

    pub(super) fn disable_factor(&mut self, proof: Proving, here: Here<'_>) {
        let access = Access::new(&here, &self.port);
        let member = self.member(&here);
        self.ask(async move {
            let proven = member.prove(proof).await?;
            let token = access.token().await?;
            let proof = proven.proof().await?;
            relay::account::disable_second_factor(&token, &ProofRequest { proof })
                .await
                .map_err(|error| proven.problem(&error))?;
            Ok(Answer::FactorOff)
        });
    }
}
