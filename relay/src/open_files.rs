//! How many files and sockets this process may have open: as many as the system lets it. Many systems begin
//! with 1,024, for the sake of programs that use `select`, which is less than the connections of a relay.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit as far as it goes without asking anybody.
///
/// # Errors
/// What the system says. The relay works within the limit that it has.
pub fn raise() -> std::io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_up_to_what_the_system_lets() {
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        let few = Rlimit {
            current: Some(64),
            maximum,
        };
        setrlimit(Resource::Nofile, few).unwrap();
        raise().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, maximum);
    }
}
