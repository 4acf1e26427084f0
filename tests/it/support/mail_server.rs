//! A mail server that knows so much SMTP as it takes.
use clientele::infra::{
    jobs::Tools,
    services::mail::{Mailer, Sender},
};
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
};

/// A mail server that knows so much SMTP as it takes.
pub struct MailServer {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    gate: Arc<Gate>,
}

/// What holds up its answers to messages, and what it answers to the first ones.
#[derive(Default)]
struct Gate {
    is_shut: Mutex<bool>,
    opens: Condvar,
    answers: Mutex<VecDeque<&'static str>>,
}

impl MailServer {
    /// `to_recipient` is what it answers to `RCPT TO`.
    pub fn start(to_recipient: &'static str) -> Self {
        Self::answering(to_recipient, &[])
    }

    /// Answers so to the first messages.
    pub fn answering(to_recipient: &'static str, answers: &[&'static str]) -> Self {
        let gate = Gate { answers: Mutex::new(answers.iter().copied().collect()), ..Gate::default() };
        Self::with(to_recipient, gate)
    }

    /// Takes messages, and does not answer until [`Self::release`].
    pub fn held() -> Self {
        Self::with("250 fine", Gate { is_shut: Mutex::new(true), ..Gate::default() })
    }

    fn with(to_recipient: &'static str, gate: Gate) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, heard: Arc::default(), gate: Arc::new(gate) };
        let (all, gate) = (server.heard.clone(), server.gate.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heard, gate) = (all.clone(), gate.clone());
                thread::spawn(move || talk(stream, &heard, to_recipient, &gate));
            }
        });
        server
    }

    /// From now on it answers.
    pub fn release(&self) {
        *self.gate.is_shut.lock().unwrap() = false;
        self.gate.opens.notify_all();
    }

    /// A port at which nobody listens.
    pub fn nowhere() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        Self { port: listener.local_addr().unwrap().port(), heard: Arc::default(), gate: Arc::default() }
    }

    pub fn tools(&self) -> Tools {
        let sender = Sender::new("Clientele <post@clientele.test>", "https://clientele.test").unwrap();
        let url = format!("smtp://127.0.0.1:{}?tls=none", self.port);
        Tools { mailer: Mailer::smtp(&url, sender).unwrap(), ..Tools::default() }
    }

    pub fn heard(&self, beginning: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|line| line.starts_with(beginning)).cloned().collect()
    }
}

fn talk(stream: TcpStream, heard: &Mutex<Vec<String>>, to_recipient: &str, gate: &Gate) -> Option<()> {
    let mut answers = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    answers.write_all(b"220 mail.test\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let answer = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250-mail.test\r\n250 8BITMIME",
            "RCPT" => to_recipient,
            "DATA" => {
                answers.write_all(b"354 go on\r\n").ok()?;
                let message: Vec<String> =
                    lines.by_ref().map_while(|line| line.ok().filter(|line| line != ".")).collect();
                heard.lock().unwrap().push(format!("message\n{}", message.join("\n")));
                drop(gate.opens.wait_while(gate.is_shut.lock().unwrap(), |is_shut| *is_shut).unwrap());
                gate.answers.lock().unwrap().pop_front().unwrap_or("250 taken")
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        heard.lock().unwrap().push(line);
        answers.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
    }
    Some(())
}
