//! `healthcheck`, as a container asks it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::program::{Program, data, folder, run};

fn asked(port: u16) -> (Option<i32>, String) {
    let output = run(&["healthcheck", &format!("--listen=127.0.0.1:{port}")]);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_relay_is_healthy_while_it_runs() {
    let folder = folder();
    let relay = Program::start(&data(&folder), &[]);
    let port = relay.address().port();
    assert_eq!(asked(port), (Some(0), "ready\n".to_owned()));
    relay.kill();
    let (code, said) = asked(port);
    assert_eq!(code, Some(1));
    assert!(
        said.contains(&format!("no relay listens at 127.0.0.1:{port}")),
        "{said}"
    );
}

#[test]
fn a_relay_that_is_not_ready_is_not_healthy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for (answer, reason) in [
        (
            "HTTP/1.1 503 Service Unavailable\r\n\r\nthe disk is full",
            "the disk is full",
        ),
        (
            "220 mail.example.org\r\n\r\n",
            "what listens there is no relay",
        ),
        ("", "what listens there is no relay"),
    ] {
        let listener = listener.try_clone().unwrap();
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let read = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(request.get(..read).unwrap()).into_owned()
        });
        let (code, said) = asked(port);
        assert!(
            answering
                .join()
                .unwrap()
                .starts_with("GET /readyz HTTP/1.1\r\n")
        );
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(reason), "{said}");
    }
}
